"""What people found when they verified entries by hand. It lies over the data files and holds over imports."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.engine import Connection

from bot.directory.entries import Entry, by_label
from bot.directory.models import StaffOverride
from bot.directory.opening import parse
from bot.directory.seed_files import OWN_COLUMNS, Row, Rows

CONFIRMED, CHANGED, UNCONFIRMED = "confirmed", "changed", "unconfirmed"
OUTCOMES = (CONFIRMED, CHANGED, UNCONFIRMED)

# What a person vouches for who confirms an entry.
_VOUCHED = ("phone", "text", "number", "police", "ambulance", "fire", "url", "chat")


@dataclass(frozen=True)
class Override:
    """One finding: `entry` is the name of the entry, `changes` are its new values by field.

    `kept` is the row as it was, so that the entry is not lost where a later import no longer has it.
    """

    entry: str
    outcome: str
    checked_on: date
    checked_by: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)


def finding(entry: Entry, outcome: str, who: str, on: date, changes: Mapping[str, Any] | None = None) -> Override:
    """The finding of a person about an entry. Raises ValueError for an outcome that there is not."""
    if outcome not in OUTCOMES:
        raise ValueError(f"The outcome must be one of {', '.join(OUTCOMES)}.")
    kept = {"table": entry.table, "row": _as_json(entry.content)} if not entry.path else {}
    return Override(entry.label, outcome, on, who, dict(changes or {}), kept)


def load(connection: Connection) -> list[Override]:
    """All findings, by entry; none where the table is not there yet."""
    if not inspect(connection).has_table(StaffOverride.__tablename__):
        return []
    table = StaffOverride.__table__
    names = ("entry", "outcome", "checked_on", "checked_by", "changes", "kept")
    rows = connection.execute(select(table).order_by(table.c.entry)).mappings()
    return [Override(**{name: row[name] for name in names}) for row in rows]


def save(connection: Connection, override: Override) -> None:
    """Keeps a finding; one about the same entry takes the place of the earlier one and adds to its changes."""
    table = StaffOverride.__table__
    where = table.c.entry == override.entry
    earlier = connection.execute(select(table.c.changes, table.c.kept).where(where)).first()
    row = dict(vars(override))
    if earlier is not None:
        row["changes"] = {**earlier[0], **override.changes}
        row["kept"] = earlier[1] or row["kept"]
    connection.execute(delete(table).where(where))
    row["noted_at"] = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    connection.execute(insert(table), row)


def applied(rows: Rows, overrides: Iterable[Override]) -> Rows:
    """The rows with the findings laid over them; the rows given are left as they are."""
    found = list(overrides)
    if not found:
        return rows
    rows = {table: list(items) for table, items in rows.items()}
    present = by_label(rows)
    for override in found:
        entry = present.get(override.entry)
        if entry is not None:
            _lay_over(rows, entry, override)
        else:
            _bring_back(rows, override)
    return rows


def laid_over(entry: Entry, override: Override) -> Row:
    """The content of an entry with a finding laid over it, as a new value."""
    content: Row = {**entry.content, **override.changes, "confirmed": override.outcome != UNCONFIRMED}
    noted = (override.checked_by, override.checked_on) == (entry.checked_by, entry.checked_on)
    content["checked_by"] = override.checked_by
    content["checked_on"] = override.checked_on.isoformat() if entry.path else override.checked_on
    if override.outcome == UNCONFIRMED:
        return content
    doubtful = content.get("unconfirmed_fields") or []
    content["unconfirmed_fields"] = [name for name in doubtful if name not in _VOUCHED]
    if not content.get("source"):
        own = f"verified by {override.checked_by}, {override.checked_on.isoformat()}"
        content["source"] = [own] if entry.table == "platform" and len(entry.path) == 1 else own
    # A check that the data files hold already is not counted a second time.
    if content.get("independent_sources") and not noted:
        content["independent_sources"] += 1
    if entry.conflict is not None:
        content["check_note"] = f"Decided by {override.checked_by}: {entry.conflict}"
    return content


def _lay_over(rows: Rows, entry: Entry, override: Override) -> None:
    """Puts a copy of the row with the finding in the place of the row."""
    key = "code" if entry.table == "jurisdiction" else "id"
    items = rows[entry.table]
    place = next(number for number, row in enumerate(items) if row[key] == entry.key)
    row = copy.deepcopy(items[place])
    content: Any = row
    for step in entry.path:
        content = content[step]
    content.update(laid_over(entry, override))
    _read_hours(rows, content, override)
    if entry.path == ("report",):
        row["confirmed"] = content["confirmed"]
    items[place] = row


def _bring_back(rows: Rows, override: Override) -> None:
    """Puts the entry of a finding back that the data files no longer hold, where it still has a place."""
    table, row = override.kept.get("table"), override.kept.get("row")
    if table not in OWN_COLUMNS or override.outcome == UNCONFIRMED or row is None:
        return
    if row["jurisdiction"] not in {place["code"] for place in rows["jurisdiction"]}:
        return
    back = {**row, "checked_on": date.fromisoformat(row["checked_on"]), "position": len(rows[table])}
    entry = by_label({name: [back] if name == table else [] for name in rows})[override.entry]
    content = laid_over(entry, override)
    _read_hours(rows, content, override)
    rows[table].append(content)


def _read_hours(rows: Rows, content: Row, override: Override) -> None:
    """Where the hours have a new text, their times are those of the text."""
    if "hours" not in override.changes or "opening" not in content:
        return
    zones = {row["code"]: row.get("timezone") for row in rows["jurisdiction"]}
    opening = parse(content["hours"], zones.get(content["jurisdiction"]))
    content["opening"] = opening.to_json() if opening else None


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value
