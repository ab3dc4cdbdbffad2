"""References between data files that lead nowhere, and translations that say something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.directory.build import EMERGENCY_WORDS, TRANSLATABLE
from bot.directory.seed_files import Row, Rows


def unknown(rows: Rows) -> Iterator[str]:
    """Translations of entries or fields that do not exist or that hold other numbers than the original, and
    codes in `only_in` and `not_in` that do not exist."""
    words = _words(rows)
    for row in rows["translation"]:
        where = f"translations/{row['language']}: {row['entry']}"
        if row["entry"] not in words:
            yield where
        elif row["field"] not in words[row["entry"]]:
            yield f"{where}: {row['field']} is no text of it that can be translated"
        elif added := _numbers(row["text"]) - _numbers(words[row["entry"]][row["field"]]):
            yield f"{where}: {row['field']} has other numbers than the original: {', '.join(sorted(added))}"
    codes = {row["code"] for row in rows["jurisdiction"]}
    for row in rows["service"]:
        for code in (*row["only_in"], *row["not_in"]):
            if code not in codes:
                yield f"{row['id']}: {code}"


def _words(rows: Rows) -> dict[str, dict[str, Any]]:
    """The texts of every entry that can be translated, by entry and field."""
    found: dict[str, dict[str, Any]] = {}
    for table, items in rows.items():
        if table == "translation":
            continue
        for row in items:
            found[str(row.get("id", row.get("code")))] = _texts(row, TRANSLATABLE)
            if row.get("emergency"):
                found[f"{row['code']}:emergency"] = _texts(row["emergency"], EMERGENCY_WORDS)
    return found


def _texts(row: Row, names: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in names and isinstance(value, str)}


def _numbers(text: str) -> set[str]:
    return {re.sub(r"\D", "", number) for number in re.findall(r"\d[\d -]*\d", text) if len(number) > 2}
