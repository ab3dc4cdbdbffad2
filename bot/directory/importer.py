"""Brings the data files into the tables, by their stable ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.directory import history, models, schema_check, seed_files
from bot.directory.seed_files import Row


@dataclass(frozen=True)
class Changes:
    """How many rows an import added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.added + other.added, self.changed + other.changed, self.removed + other.removed)


# Tables that the data files do not fill.
_OWN = {models.SeedImport.__tablename__, models.SeedSnapshot.__tablename__, models.StaffOverride.__tablename__}


def tables() -> list[Table]:
    """The tables that the data files fill, those first that others refer to."""
    return [table for table in models.metadata.sorted_tables if table.name not in _OWN]


def run(connection: Connection, folder: Path, content_hash: str) -> Changes:
    """Makes the tables hold exactly what the data files say and notes their version and hash.

    What they held before is kept for `take_back`. Raises SeedError, before anything is written, where a data
    file breaks its schema.
    """
    schema_check.require_valid(folder)
    rows = seed_files.read(folder)
    history.keep(connection, tables())
    changes = _write(connection, rows)
    _note(connection, seed_files.version(folder), content_hash)
    return changes


def take_back(connection: Connection) -> tuple[str, Changes] | None:
    """Makes the tables hold what they held before the last import; None where there is nothing to take back.

    Returns the version that is back and the changes. The data files that were taken back are not brought in
    again by a start, only by an import that somebody asks for.
    """
    held = connection.execute(select(models.SeedImport.content_hash)).scalar()
    before = history.take_last(connection, tables())
    if before is None:
        return None
    version, content_hash, rows = before
    changes = _write(connection, rows)
    _note(connection, version, content_hash, held)
    return version, changes


def _write(connection: Connection, rows: seed_files.Rows) -> Changes:
    changes = Changes()
    for table in tables():
        changes += _bring_in(connection, table, rows[table.name])
    for table in reversed(tables()):
        changes += _take_out(connection, table, rows[table.name])
    return changes


def _key(table: Table, row: Any) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _bring_in(connection: Connection, table: Table, rows: list[Row]) -> Changes:
    present = {_key(table, row): dict(row) for row in connection.execute(select(table)).mappings()}
    new = [row for row in rows if _key(table, row) not in present]
    changed = [row for row in rows if present.get(_key(table, row), row) != row]
    if new:
        connection.execute(insert(table), new)
    if changed:
        keys = [column.name for column in table.primary_key.columns]
        others = [column.name for column in table.columns if column.name not in keys]
        statement = update(table).values({name: bindparam(name) for name in others})
        for name in keys:
            statement = statement.where(table.c[name] == bindparam(f"key_{name}"))
        connection.execute(
            statement,
            [{f"key_{n}" if n in keys else n: item for n, item in row.items()} for row in changed],
        )
    return Changes(len(new), len(changed), 0)


def _take_out(connection: Connection, table: Table, rows: list[Row]) -> Changes:
    wanted = {_key(table, row) for row in rows}
    present = [_key(table, row) for row in connection.execute(select(table)).mappings()]
    gone = [key for key in present if key not in wanted]
    names = [column.name for column in table.primary_key.columns]
    for key in gone:
        statement = delete(table)
        for name, item in zip(names, key, strict=True):
            statement = statement.where(table.c[name] == item)
        connection.execute(statement)
    return Changes(0, 0, len(gone))


def _note(connection: Connection, version: str, content_hash: str, held: str | None = None) -> None:
    table = models.SeedImport.__table__
    connection.execute(delete(table))
    moment = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    connection.execute(
        insert(table),
        {
            "id": 1,
            "version": version,
            "content_hash": content_hash,
            "imported_at": moment,
            "held_hash": held,
        },
    )
