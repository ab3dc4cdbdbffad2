"""What new data files would change, in words, to be read before they are brought in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.directory import database, seed_files
from bot.directory.entries import Entry, by_label
from bot.directory.overrides import Override
from bot.directory.seed_files import OWN_COLUMNS, Rows

_WORDS = {
    "law": "law",
    "service": "service",
    "report_route": "place to report",
    "legal_help": "legal help",
    "court_order": "court order",
    "jurisdiction": "emergency number",
    "platform": "platform",
    "tool": "tool",
    "evidence_practice": "rule for evidence",
}

# Columns that say nothing to a person, or that follow from others.
_UNSAID = frozenset(
    ["position", "opening", "language", "id", "jurisdiction", "sources", "details", "evidence", "also_seen_in"]
)
_LONGEST = 80


def diff(old: Path | str, new: Path = seed_files.SEED) -> list[str]:
    """What changes from the old data to the new, a line each; empty where nothing does.

    `old` is a folder of data files, or the address of a database such as "sqlite:///steady.db"; of a database
    it is also said where staff verified something that stays. Raises DirectoryNotReady where the database
    holds no directory, SeedError where data files are broken.
    """
    verified: Sequence[Override] = ()
    if isinstance(old, str) and "://" in old:
        before = database.read(old, verified_too=False)
        verified = database.verified(old)
    else:
        before = seed_files.read(Path(old))
    return in_words(before, seed_files.read(new), verified)


def in_words(before: Rows, after: Rows, verified: Sequence[Override] = ()) -> list[str]:
    """What changes from one set of rows to another, a line each, in the order of the jurisdictions."""
    names = {row["code"]: row["name"] for row in (*before["jurisdiction"], *after["jurisdiction"])}
    lines = list(_jurisdictions(before, after))
    old, new = by_label(before), by_label(after)
    for label, entry in new.items():
        whose = _whose(entry, names)
        if label not in old:
            lines.append(f"{whose}: new {_WORDS[entry.table]}: {_summary(entry)}")
        else:
            lines += [f"{whose}: {line}" for line in _changes(old[label], entry)]
    for label, entry in old.items():
        if label not in new:
            lines.append(f"{_whose(entry, names)}: no longer there: {_summary(entry)}")
    touched = {label for label in {*old, *new} if _content(old.get(label)) != _content(new.get(label))}
    lines += [_kept(override) for override in verified if override.entry in touched]
    return lines


def _jurisdictions(before: Rows, after: Rows) -> Iterator[str]:
    old = {row["code"]: row for row in before["jurisdiction"]}
    new = {row["code"]: row for row in after["jurisdiction"]}
    for code, row in new.items():
        if code not in old:
            yield f"{row['name']} ({code}) is new"
            continue
        for name in ("name", "languages", "age_of_majority_for_images", "notes", "inherits", "timezone"):
            if row.get(name) != old[code].get(name):
                yield f"{row['name']} ({code}): {_change(name, old[code].get(name), row.get(name))}"
    for code, row in old.items():
        if code not in new:
            yield f"{row['name']} ({code}) is no longer there"


def _changes(old: Entry, new: Entry) -> Iterator[str]:
    what = "emergency number" if new.table == "jurisdiction" else _name(new)
    for name in sorted({*old.content, *new.content} - _UNSAID):
        before, after = old.content.get(name), new.content.get(name)
        if before == after or (not before and not after and name != "confirmed"):
            continue
        if name == "confirmed":
            yield f"{what} is {'now confirmed' if after else 'no longer confirmed'}"
        else:
            yield f"{what}: {_change(name, before, after)}"


def _change(name: str, before: Any, after: Any) -> str:
    words = name.replace("_", " ")
    if not before:
        return f"{words} is now {_short(after)}"
    if not after:
        return f"{words} is gone (was {_short(before)})"
    return f"{words} changes from {_short(before)} to {_short(after)}"


def _summary(entry: Entry) -> str:
    content = entry.content
    parts = [_name(entry), *(content.get(key) for key in ("number", "citation", "phone", "url"))]
    said = ", ".join(str(part) for part in parts if part)
    return f"{said} ({'confirmed' if content['confirmed'] else 'not confirmed'})"


def _name(entry: Entry) -> str:
    if entry.table == "jurisdiction":
        return ""
    return str(entry.content.get("name") or entry.content.get("topic") or entry.label)


def _whose(entry: Entry, names: Mapping[str, str]) -> str:
    if entry.table == "jurisdiction":
        code = entry.key
    elif entry.table in OWN_COLUMNS:
        code = entry.content["jurisdiction"]
    else:
        return f"{_WORDS[entry.table].capitalize()} {entry.key}"
    return f"{names.get(code, code)} ({code})"


def _content(entry: Entry | None) -> Any:
    return entry and {name: value for name, value in entry.content.items() if name not in _UNSAID}


def _kept(override: Override) -> str:
    day = override.checked_on.isoformat()
    return f"{override.entry} stays as {override.checked_by} verified it on {day} ({override.outcome})"


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f'{text[: _LONGEST - 4]} ..."'
