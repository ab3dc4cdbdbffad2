"""The sourced parts of the directory one by one, each with the name by which reports and people call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.directory.codes import EUROPEAN_UNION, WORLD
from bot.directory.seed_files import OWN_COLUMNS, SEED_CHECK, Row, Rows

# How long a check holds, in days (rule R57): numbers change sooner than names and laws.
MAX_AGE_DAYS = 180
MAX_AGE_DAYS_NUMBERS = 90

# How a remark for reviewers begins where sources differ and nobody has decided.
CONFLICT = "Conflict:"

NUMBER_FIELDS = ("phone", "number", "police", "ambulance", "fire")


@dataclass(frozen=True)
class Entry:
    """One sourced part of the rows. `content` is the part itself, not a copy.

    `table`, `key` and `path` say where it is: the row with this key, and the way to the part inside it.
    """

    label: str
    content: Row
    checked_on: date
    table: str
    key: str
    path: tuple[str | int, ...] = ()
    country: str | None = None

    @property
    def checked_by(self) -> str:
        """Who checked it last, "seed" for what came with the data files."""
        return self.content.get("checked_by") or SEED_CHECK

    @property
    def has_number(self) -> bool:
        """Whether a telephone or text number depends on it."""
        text = self.content.get("text")
        return any(self.content.get(name) for name in NUMBER_FIELDS) or (
            isinstance(text, str) and any(character.isdigit() for character in text)
        )

    @property
    def conflict(self) -> str | None:
        """In what the sources differ, where nobody has decided."""
        note = self.content.get("check_note") or ""
        return note.removeprefix(CONFLICT).strip() if note.startswith(CONFLICT) else None

    def age(self, today: date) -> int:
        """Days since it was checked."""
        return (today - self.checked_on).days

    def is_stale(self, today: date, max_age: int = MAX_AGE_DAYS, numbers: int = MAX_AGE_DAYS_NUMBERS) -> bool:
        """Whether its check is older than it may be; entries with numbers by the shorter of the two."""
        return self.age(today) > (min(max_age, numbers) if self.has_number else max_age)


def entries(rows: Rows) -> Iterator[Entry]:
    """Every sourced part of the rows."""
    for row in rows["jurisdiction"]:
        if row["emergency"]:
            yield _part(f"{row['code']}:emergency", "jurisdiction", row["code"], row, ("emergency",))
    for table in OWN_COLUMNS:
        for row in rows[table]:
            yield _whole(row["id"], table, row, _country(row["jurisdiction"]))
    for row in rows["platform"]:
        yield from _of_platform(row)
    for row in rows["tool"]:
        yield _whole(f"tool:{row['id']}", "tool", row)
    for row in rows["evidence_practice"]:
        yield _whole(f"evidence:{row['id']}", "evidence_practice", row)


def by_label(rows: Rows) -> dict[str, Entry]:
    """Every sourced part of the rows by its name."""
    return {entry.label: entry for entry in entries(rows)}


def day(content: Mapping[str, Any], otherwise: date) -> date:
    """The day on which a part was checked, given as a date or as its text."""
    own = content.get("checked_on")
    return date.fromisoformat(own) if isinstance(own, str) else own or otherwise


def _of_platform(row: Row) -> Iterator[Entry]:
    for part in ("report", "two_factor", "partners"):
        yield _part(f"{row['id']}:{part}", "platform", row["id"], row, (part,))
    for number, _ in enumerate(row["evidence_tips"]):
        label = f"{row['id']}:evidence_tip:{number + 1}"
        yield _part(label, "platform", row["id"], row, ("evidence_tips", number))
    for number, _ in enumerate(row["report"].get("other_forms", ())):
        label = f"{row['id']}:other_form:{number + 1}"
        yield _part(label, "platform", row["id"], row, ("report", "other_forms", number))


def _whole(label: str, table: str, row: Row, country: str | None = None) -> Entry:
    return Entry(label, row, row["checked_on"], table, row["id"], (), country)


def _part(label: str, table: str, key: str, row: Row, path: tuple[str | int, ...]) -> Entry:
    content: Any = row
    for step in path:
        content = content[step]
    country = _country(key) if table == "jurisdiction" else None
    return Entry(label, content, day(content, row["checked_on"]), table, key, path, country)


def _country(code: str) -> str | None:
    return None if code in (EUROPEAN_UNION, WORLD) else code.partition("-")[0]
