"""A directory built once from the shipped data files."""

import pytest

from bot.directory import Directory, seed_files


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory.from_seed()


@pytest.fixture(scope="session")
def rows() -> seed_files.Rows:
    return seed_files.read()
