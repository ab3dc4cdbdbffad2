"""The directory's database: migration, import of the data files, and reading it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import column, create_engine, event, inspect, select, table, text
from sqlalchemy.engine import Connection, Engine, make_url

from bot.directory import importer, overrides, seed_files
from bot.directory.models import SeedImport
from bot.directory.overrides import Override
from bot.directory.seed_files import Rows

MIGRATIONS = Path(__file__).resolve().parent / "migrations"

# The database also holds conversations and accounts, whose migrations have version tables of their own.
VERSION_TABLE = "directory_version"

# Any number, the same in every process: it names the lock that lets one process at a time prepare.
_LOCK = 711_903_205


class DirectoryNotReady(RuntimeError):
    """The database does not hold the directory. The message says what to do."""


def prepare(database_url: str, folder: Path = seed_files.SEED) -> importer.Changes | None:
    """Brings the tables and the data files into the database; returns what changed, None where nothing did.

    Everything happens in one transaction that other processes wait for. Raises SeedError where a data file
    breaks its schema; the database then keeps what it had. Data files that somebody took back stay out.
    """
    return _bring_in(database_url, folder, asked_for=False)


def import_seed(database_url: str, folder: Path = seed_files.SEED) -> importer.Changes | None:
    """Brings data files in because somebody asked for it, even those that were taken back before.

    Returns what changed, None where the database holds them already. What staff verified stays.
    """
    return _bring_in(database_url, folder, asked_for=True)


def revert_import(database_url: str) -> tuple[str, importer.Changes] | None:
    """Takes the last import back; returns the version that is back and the changes, None where there is none.

    What staff verified stays. Can be repeated, up to five imports back.
    """
    with _transaction(database_url) as connection:
        if not _at_head(connection):
            return None
        return importer.take_back(connection)


def verified(database_url: str) -> list[Override]:
    """What staff found when they verified entries."""
    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            return overrides.load(connection)
    finally:
        engine.dispose()


def note_verified(database_url: str, override: Override) -> None:
    """Keeps what staff found about an entry; from the next opening of the directory on it is shown."""
    with _transaction(database_url) as connection:
        if not _at_head(connection):
            _migrate(connection, "head")
        overrides.save(connection, override)


def _bring_in(database_url: str, folder: Path, asked_for: bool) -> importer.Changes | None:
    content_hash = seed_files.content_hash(folder)

    def is_done(connection: Connection) -> bool:
        if not _at_head(connection):
            return False
        imported, held = _imported_hashes(connection)
        return content_hash == imported or (content_hash == held and not asked_for)

    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            if is_done(connection):
                return None
    finally:
        engine.dispose()
    with _transaction(database_url) as connection:
        if not _at_head(connection):
            _migrate(connection, "head")
        elif is_done(connection):
            return None
        return importer.run(connection, folder, content_hash)


def upgrade(database_url: str, revision: str = "head") -> None:
    """Creates the directory's tables or brings them up to a revision."""
    _change_schema(database_url, revision, down=False)


def downgrade(database_url: str, revision: str) -> None:
    """Takes the directory's tables back to a revision; "base" removes them."""
    _change_schema(database_url, revision, down=True)


def read(database_url: str, verified_too: bool = True) -> Rows:
    """All rows by table, each in its order, with what staff verified laid over them unless that is not wanted.

    Raises DirectoryNotReady where there is no import.
    """
    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            if _imported_hash(connection) is None:
                raise DirectoryNotReady(
                    "The database does not hold the directory yet. Start the product with `steady up`, "
                    "which imports it, or check STEADY_DATABASE_URL."
                )
            rows = {each.name: _rows(connection, each) for each in importer.tables()}
            return overrides.applied(rows, overrides.load(connection)) if verified_too else rows
    finally:
        engine.dispose()


def _rows(connection: Connection, stored: Any) -> list[dict[str, Any]]:
    query = select(stored)
    if "position" in stored.c:
        query = query.order_by(stored.c.position)
    return [dict(row) for row in connection.execute(query).mappings()]


def _change_schema(database_url: str, revision: str, down: bool) -> None:
    with _transaction(database_url) as connection:
        _migrate(connection, revision, down)


@contextmanager
def _transaction(database_url: str) -> Iterator[Connection]:
    """One transaction that other processes wait for; it is taken back where something fails."""
    engine = _engine(database_url)
    try:
        with _writing(engine).begin() as connection:
            _lock(connection)
            yield connection
    finally:
        engine.dispose()


def _migrate(connection: Connection, revision: str, down: bool = False) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _at_head(connection: Connection) -> bool:
    from alembic.script import ScriptDirectory

    if not inspect(connection).has_table(VERSION_TABLE):
        return False
    number = connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
    return number is not None and number == ScriptDirectory.from_config(_config()).get_current_head()


def _imported_hash(connection: Connection) -> str | None:
    if not inspect(connection).has_table(SeedImport.__tablename__):
        return None
    return connection.execute(select(SeedImport.content_hash)).scalar()


def _imported_hashes(connection: Connection) -> tuple[str | None, str | None]:
    """The hash of the data files in the database, and of those that somebody took back."""
    row = connection.execute(select(SeedImport.content_hash, SeedImport.held_hash)).first()
    return (row[0], row[1]) if row else (None, None)


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return create_engine(url, future=True, connect_args={"timeout": 60} if sqlite else {})


def _writing(engine: Engine) -> Engine:
    """The engine, on SQLite with transactions that hold for changes of tables and lock at their start."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.connection.dbapi_connection.isolation_level = None
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
