"""The actions read the directory from the shipped data files, without a database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions import resources
from bot.directory import Directory


@pytest.fixture(scope="session")
def seed() -> Directory:
    return Directory.from_seed()


@pytest.fixture(autouse=True)
def directory_of_the_seed(seed: Directory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    resources.directory.cache_clear()
    monkeypatch.setattr(resources.Directory, "open", lambda *_, **__: seed)
    yield
    resources.directory.cache_clear()
