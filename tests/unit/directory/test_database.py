"""Migration and import: nothing lost, nothing done twice, nothing half done."""

import threading
import time

import pytest
import yaml
from directory_databases import DATABASES
from sqlalchemy import create_engine, inspect, text

from bot.directory import Directory, DirectoryNotReady, SeedError, database
from bot.directory.importer import Changes, tables


def _edit(path, change):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _tables(url):
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


@pytest.mark.parametrize("url", DATABASES, indirect=True)
def test_the_database_holds_what_the_files_say(url, rows):
    changes = database.prepare(url)
    assert changes == Changes(added=sum(len(rows[table.name]) for table in tables()))
    stored = database.read(url)
    for table in tables():
        key = [column.name for column in table.primary_key.columns]
        assert sorted(stored[table.name], key=lambda row: [row[name] for name in key]) == sorted(
            rows[table.name], key=lambda row: [row[name] for name in key]
        ), table.name
    assert vars(Directory.open(url)) == vars(Directory.from_seed())


@pytest.mark.parametrize("url", DATABASES, indirect=True)
def test_a_second_start_does_nothing(url):
    assert database.prepare(url) is not None
    began = time.perf_counter()
    assert database.prepare(url) is None
    assert time.perf_counter() - began < 0.5


def test_a_migration_is_followed_by_an_import(url, folder):
    database.prepare(url, folder)
    database.downgrade(url, "base")
    assert database.prepare(url, folder) is not None
    assert {row["code"] for row in database.read(url)["jurisdiction"]} == {"US", "US-TX"}


@pytest.mark.parametrize("url", DATABASES, indirect=True)
def test_an_import_brings_in_only_what_changed(url, folder):
    database.prepare(url, folder)

    def change(content):
        content["helplines"].append(
            {
                "id": "new-line",
                "name": "New line",
                "for": ["crisis"],
                "phone": "211",
                "source": "x",
                "confirmed": True,
            }
        )
        content["laws"][0]["note"] = "Changed."
        del content["court_orders"][0]

    before = {row["id"] for row in database.read(url)["court_order"]}
    _edit(folder / "jurisdictions" / "US-TX.yaml", change)
    changes = database.prepare(url, folder)
    stored = database.read(url)
    assert (changes.added, changes.removed) == (1, 1)
    gone = before - {row["id"] for row in stored["court_order"]}
    assert [entry.partition(":order:")[0] for entry in gone] == ["US-TX"]
    assert [row["id"] for row in stored["law"] if row["note"] == "Changed."] == [
        "US-TX:law:unlawful-disclosure-or-promotion-of-intimate-visual"
    ]
    assert "US-TX:service:new-line" in {row["id"] for row in stored["service"]}
    assert database.prepare(url, folder) is None


def test_a_jurisdiction_can_be_taken_out(url, folder):
    database.prepare(url, folder)
    (folder / "jurisdictions" / "US-TX.yaml").unlink()
    database.prepare(url, folder)
    stored = database.read(url)
    assert [row["code"] for row in stored["jurisdiction"]] == ["US"]
    assert {row["jurisdiction"] for row in stored["law"]} == {"US"}


def test_a_broken_file_leaves_the_database_as_it_was(url, folder):
    database.prepare(url, folder)
    before = database.read(url)
    _edit(folder / "jurisdictions" / "US-TX.yaml", lambda content: content.update(languages="English"))
    with pytest.raises(SeedError, match=r"US-TX\.yaml: languages"):
        database.prepare(url, folder)
    assert database.read(url) == before


@pytest.mark.parametrize("url", DATABASES, indirect=True)
def test_several_can_start_at_once(url, folder):
    done = []
    threads = [threading.Thread(target=lambda: done.append(database.prepare(url, folder))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3
    assert sorted(changes is None for changes in done) == [False, True, True]


@pytest.mark.parametrize("url", DATABASES, indirect=True)
def test_migration_up_and_down(url):
    names = {table.name for table in tables()} | {"seed_import", "seed_snapshot", "staff_override"}
    names.add("directory_version")
    database.upgrade(url)
    assert names <= _tables(url)
    database.downgrade(url, "base")
    assert _tables(url) & names == {"directory_version"}
    database.upgrade(url)
    assert names <= _tables(url)


@pytest.mark.parametrize("url", DATABASES, indirect=True)
def test_the_migrations_make_the_tables_of_the_models(url):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from bot.directory.models import metadata

    database.upgrade(url)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            options = {
                "version_table": database.VERSION_TABLE,
                "compare_type": True,
                "include_object": lambda item, name, kind, reflected, other: not reflected or other is not None,
            }
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, metadata) == []
    finally:
        engine.dispose()


def test_reading_without_an_import_says_what_to_do(url):
    with pytest.raises(DirectoryNotReady, match="steady up"):
        Directory.open(url, prepare=False)
    database.upgrade(url)
    with pytest.raises(DirectoryNotReady, match="steady up"):
        Directory.open(url, prepare=False)


def test_other_tables_are_left_alone(url, tmp_path):
    (tmp_path / "data").mkdir()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY)"))
    engine.dispose()
    database.prepare(url)
    database.downgrade(url, "base")
    assert _tables(url) == {"events", "directory_version"}


def test_loading_is_fast(url):
    database.prepare(url)
    began = time.perf_counter()
    Directory.open(url)
    assert time.perf_counter() - began < 1.0
