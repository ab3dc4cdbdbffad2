"""The state of the tables before each import, kept so that an import can be taken back."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, Table, delete, insert, select
from sqlalchemy.engine import Connection

from bot.directory.models import SeedImport, SeedSnapshot
from bot.directory.seed_files import Rows

# How many imports back one can go.
KEPT = 5


def keep(connection: Connection, tables: list[Table]) -> None:
    """Keeps what the tables hold now, where they hold an import."""
    current = connection.execute(select(SeedImport.__table__)).mappings().first()
    if current is None:
        return
    rows = {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}
    snapshots = SeedSnapshot.__table__
    last = connection.execute(select(snapshots.c.id).order_by(snapshots.c.id.desc())).scalar() or 0
    connection.execute(
        insert(snapshots),
        {
            "id": last + 1,
            "version": current["version"],
            "content_hash": current["content_hash"],
            "imported_at": current["imported_at"],
            "replaced_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            "content": zlib.compress(json.dumps(rows, default=date.isoformat).encode()),
        },
    )
    connection.execute(delete(snapshots).where(snapshots.c.id <= last + 1 - KEPT))


def take_last(connection: Connection, tables: list[Table]) -> tuple[str, str, Rows] | None:
    """The version, content hash and rows of the state before the last import, which is then forgotten.

    None where there is none.
    """
    snapshots = SeedSnapshot.__table__
    last = connection.execute(select(snapshots).order_by(snapshots.c.id.desc())).mappings().first()
    if last is None:
        return None
    connection.execute(delete(snapshots).where(snapshots.c.id == last["id"]))
    stored: dict[str, Any] = json.loads(zlib.decompress(last["content"]))
    return last["version"], last["content_hash"], {table.name: _rows(table, stored) for table in tables}


def _rows(table: Table, stored: dict[str, Any]) -> list[dict[str, Any]]:
    days = [column.name for column in table.columns if isinstance(column.type, Date)]
    return [{**row, **{name: date.fromisoformat(row[name]) for name in days}} for row in stored.get(table.name, ())]
