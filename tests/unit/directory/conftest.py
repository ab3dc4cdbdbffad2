"""A directory built once from the shipped data files, small data files to change, and empty databases."""

import shutil

import pytest
from directory_databases import POSTGRES

from bot.directory import Directory, database, seed_files


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory.from_seed()


@pytest.fixture(scope="session")
def rows() -> seed_files.Rows:
    return seed_files.read()


@pytest.fixture
def url(request, tmp_path):
    """The address of an empty database of the kind asked for."""
    kind = getattr(request, "param", "sqlite")
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/data/steady.db"
        return
    database.downgrade(POSTGRES, "base")
    yield POSTGRES
    database.downgrade(POSTGRES, "base")


@pytest.fixture
def folder(tmp_path):
    """A small copy of the data files that a test may change."""
    small = tmp_path / "seed"
    for kept in ("VERSION", "evidence.yaml", "jurisdictions/US.yaml", "jurisdictions/US-TX.yaml"):
        (small / kept).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(seed_files.SEED / kept, small / kept)
    return small
