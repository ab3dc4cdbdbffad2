"""A directory built once from the shipped data files."""

import pytest

from bot.directory import Directory


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory.from_seed()
