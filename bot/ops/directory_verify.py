"""What `steady directory verify` does: a person looks at stale entries one by one, by keyboard."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.directory import check, database, overrides, phones, seed_edit
from bot.directory.codes import chain
from bot.directory.entries import MAX_AGE_DAYS, MAX_AGE_DAYS_NUMBERS, NUMBER_FIELDS, Entry, entries
from bot.directory.overrides import CHANGED, CONFIRMED, UNCONFIRMED
from bot.directory.seed_files import SEED, Rows

CHOICES = "[c]onfirm, [n]ew value, [u]nconfirm, [s]kip, [q]uit"

# What is shown of an entry, and of it what can be given a new value.
_SHOWN = ("name", "citation", "tip", "advice", "purposes", *NUMBER_FIELDS, "text", "chat", "url", "hours", "note")
_CHANGEABLE = (*NUMBER_FIELDS, "text", "chat", "url", "hours", "note", "name", "citation")
_REMARKS = ("source", "also_seen_in", "evidence", "check_note", "unconfirmed_fields")
_LONGEST_NAME = 80

Ask = Callable[[str], str]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Desk:
    """Where a person works: who they are, the day, how they are asked and told, and where it is written."""

    database_url: str
    who: str
    today: date
    ask: Ask
    tell: Tell
    seed: Path | None = None


def queue(
    rows: Rows,
    today: date,
    max_age_days: int = MAX_AGE_DAYS,
    numbers_max_age_days: int = MAX_AGE_DAYS_NUMBERS,
    code: str | None = None,
) -> list[Entry]:
    """The entries to verify: those in conflict first, then the stale, numbers before words, the oldest first.

    `code` leaves out what does not belong to the jurisdiction or to those from which it inherits.
    """
    places = chain(code) if code else None
    wanted = [
        entry
        for entry in entries(rows)
        if (entry.conflict or entry.is_stale(today, max_age_days, numbers_max_age_days))
        and (places is None or entry.label.partition(":")[0] in places)
    ]
    return sorted(wanted, key=lambda entry: (entry.conflict is None, not entry.has_number, entry.checked_on))


def verify(
    database_url: str,
    who: str,
    today: date | None = None,
    max_age_days: int = MAX_AGE_DAYS,
    code: str | None = None,
    write_seed: bool = False,
    folder: Path = SEED,
    ask: Ask | None = None,
    tell: Tell | None = None,
) -> dict[str, int]:
    """Walks a person through what is stale or in conflict and keeps what they find, with the day and their name.

    It goes into the database, where it holds over imports, and with `write_seed` into the data files as well.
    Every finding is kept at once, so that nothing is lost when they stop. Returns how many were confirmed,
    changed, unconfirmed, skipped and left. Raises ValueError where `who` is no name, DirectoryNotReady where
    the database holds no directory.
    """
    who = " ".join(who.split())
    if not 0 < len(who) <= _LONGEST_NAME:
        raise ValueError(f"Say who verifies, in at most {_LONGEST_NAME} characters.")
    day = today or date.today()
    desk = Desk(database_url, who, day, ask or _ask, tell or _tell, folder if write_seed else None)
    numbers = min(max_age_days, MAX_AGE_DAYS_NUMBERS)
    waiting = queue(database.read(database_url), day, max_age_days, numbers, code)
    counts: Counter[str] = Counter({name: 0 for name in (*overrides.OUTCOMES, "skipped")})
    for number, entry in enumerate(waiting, 1):
        desk.tell(f"\n{number} of {len(waiting)}: {entry.label}")
        _show(entry, desk)
        outcome = _decide(entry, desk)
        if outcome is None:
            break
        counts[outcome] += 1
    return {**counts, "left": len(waiting) - sum(counts.values())}


def _show(entry: Entry, desk: Desk) -> None:
    for name in (*_SHOWN, *_REMARKS):
        value = entry.content.get(name)
        if value:
            desk.tell(f"  {name}: {', '.join(map(str, value)) if isinstance(value, list) else value}")
    state = "confirmed" if entry.content["confirmed"] else "not confirmed"
    desk.tell(f"  {state}, checked on {entry.checked_on.isoformat()} by {entry.checked_by}")


def _decide(entry: Entry, desk: Desk) -> str | None:
    """Asks until there is an outcome; None where the person stops."""
    while True:
        answer = desk.ask(f"{CHOICES}: ").strip().casefold()[:1]
        if answer == "q":
            return None
        if answer == "s":
            return "skipped"
        if answer in ("c", "u"):
            if answer == "c" and not _has_content(entry):
                desk.tell("There is nothing to confirm; give a new value.")
                continue
            return _keep(entry, CONFIRMED if answer == "c" else UNCONFIRMED, {}, desk)
        if answer == "n" and (changes := _new_value(entry, desk)):
            return _keep(entry, CHANGED, changes, desk)


def _new_value(entry: Entry, desk: Desk) -> dict[str, Any]:
    """The changed fields, empty where the person gave none that can be right."""
    names = [name for name in _CHANGEABLE if name in entry.content]
    usual = next((name for name in names if entry.content[name]), names[0] if names else "")
    name = desk.ask(f"Which of {', '.join(names)} ({usual}): ").strip() or usual
    if name not in names:
        desk.tell("That field is not there.")
        return {}
    value = " ".join(desk.ask(f"New {name}: ").split())
    fault = _fault(name, value, entry) if value else "Nothing changed."
    if fault:
        desk.tell(fault)
        return {}
    changes: dict[str, Any] = {name: value}
    if source := " ".join(desk.ask("Where did you read it (empty: as before): ").split()):
        many = entry.table == "platform" and isinstance(entry.content.get("source"), list)
        changes["source"] = [source] if many else source
    return changes


def _fault(name: str, value: str, entry: Entry) -> str | None:
    if name in ("url", "chat"):
        return None if check.well_formed(value) else "That is no web address."
    if name in NUMBER_FIELDS:
        if not any(character.isdigit() for character in value):
            return "That is no number."
        return "; ".join(phones.faults(value, entry.country)) or None
    return None


def _has_content(entry: Entry) -> bool:
    return entry.content.get("number", "") is not None


def _keep(entry: Entry, outcome: str, changes: dict[str, Any], desk: Desk) -> str:
    finding = overrides.finding(entry, outcome, desk.who, desk.today, changes)
    if desk.seed is not None:
        _write_seed(entry, finding, desk.seed)
    database.note_verified(desk.database_url, finding)
    return outcome


def _write_seed(entry: Entry, finding: overrides.Override, folder: Path) -> None:
    before = entry.content
    after = overrides.laid_over(entry, finding)
    names: Iterable[str] = ("source", "independent_sources", "unconfirmed_fields", "check_note", *finding.changes)
    changed = {name: after[name] for name in names if after.get(name) != before.get(name)}
    fresh = {"confirmed": after["confirmed"], "checked_on": finding.checked_on, "checked_by": finding.checked_by}
    seed_edit.write(folder, entry, changed | fresh)


def _ask(question: str) -> str:
    """An answer from the keyboard; the question goes to stderr, and the end of input means to stop."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline() or "q"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
