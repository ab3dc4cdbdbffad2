"""The connection to the database: SQLite by default, PostgreSQL by setting."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

CONNECTIONS = 4
SECONDS_TO_WAIT = 5
MAX_CONNECTION_AGE_SECONDS = 1800


@lru_cache(maxsize=8)
def open_engine(database_url: str) -> Engine:
    """The engine for an address, one per process, with as many connections as threads that use it.

    Errors never carry the values of a statement. Nothing is connected before the first use.
    """
    url = make_url(database_url)
    common: dict[str, Any] = {
        "hide_parameters": True,
        "future": True,
        "poolclass": QueuePool,
        "pool_size": CONNECTIONS,
        "max_overflow": 0,
        "pool_timeout": SECONDS_TO_WAIT,
    }
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, common)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_recycle=MAX_CONNECTION_AGE_SECONDS,
        connect_args={
            "connect_timeout": SECONDS_TO_WAIT,
            "options": f"-c statement_timeout={SECONDS_TO_WAIT * 1000}",
        },
        **common,
    )


def _sqlite(url: Any, common: dict[str, Any]) -> Engine:
    path = url.database
    in_file = bool(path) and path != ":memory:" and not path.startswith("file:")
    if in_file:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    else:
        common["pool_size"] = 1
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": SECONDS_TO_WAIT}, **common)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        record.info["file"] = _identity(path) if in_file else None

    @event.listens_for(engine, "checkout")
    def notice_a_lost_file(connection: Any, record: Any, proxy: Any) -> None:
        if in_file and _identity(path) != record.info["file"]:
            raise DisconnectionError("the database file is gone or was replaced")

    return engine


def _identity(path: str) -> tuple[int, int] | None:
    """Which file stands at a path: a connection to a deleted file would still take writes."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_dev, state.st_ino
