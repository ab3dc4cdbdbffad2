"""Names of places and the codes they can mean, from the libraries and the gazetteer files."""

from __future__ import annotations

from dataclasses import dataclass

import pycountry
from babel import Locale

from bot.directory.gazetteer_cities import cities, counties
from bot.directory.gazetteer_cities import name_key as name_key
from bot.directory.gazetteer_files import rows

PARTED = frozenset({"US", "CA", "AU", "GB"})
"""Countries whose parts have law of their own (contract of the place entity)."""

DOMINANCE = 5
"""A name is taken for its largest reading when that has this many times the people of the next."""

_SMALL_WORDS = "small_words.txt"
_RULE_FILES = (
    ("never", _SMALL_WORDS),
    ("person", "person_names.txt"),
    ("word", "place_words.txt"),
    ("never", "common_words.txt"),
)
_TERRITORIES = {"PR": "US-PR", "GU": "US-GU"}
_LARGE = 100_000
_FAMOUS_ABROAD = 800_000
_FAMOUS = {**dict.fromkeys((*PARTED, "IE", "NZ"), _LARGE), "CN": 5_000_000}
_REGION_WEIGHT = 50_000
_LEAST_READING = 1_000
_TOWN = 15_000
_LONG = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """What one name can mean.

    codes: the readings to take when nothing narrows them (several: ambiguous);
    readings: all known codes with a weight (people), also rarer ones;
    kind: country, part, region, city, demonym or code;
    rule: "" or how much context it needs: always, context, upper, joint, small, person, word, never.
    """

    codes: tuple[str, ...]
    readings: tuple[tuple[str, int], ...]
    kind: str
    rule: str = ""

    @property
    def weight(self) -> int:
        """People living there under all readings together."""
        return sum(weight for _, weight in self.readings)


class GazetteerIndex:
    """Every known name with its entry; built once per process."""

    def __init__(self) -> None:
        self._parts = {(country, admin): code for country, admin, code in rows("regions.tsv")}
        self.entries: dict[str, Entry] = {}
        self.demonyms: dict[str, Entry] = {}
        self.short_codes: dict[str, list[Entry]] = {}
        self.large_names: dict[str, int] = {}
        self._weights: dict[str, dict[str, int]] = {}
        self._known: set[str] = set()
        self._collect_cities()
        self._collect_counties()
        self._collect_regions()
        self._settle_collected()
        self._add_parts()
        self._add_countries()
        self._add_listed()
        self._add_written_together()
        self._apply_rules()
        self._weights.clear()
        self._known.clear()

    def part_of(self, country: str, admin: str) -> str:
        """The code of a city: its part in the four countries with parts, else its country."""
        if country == "US":
            return f"US-{admin}" if admin.isalpha() and len(admin) == 2 else "US"
        return self._parts.get((country, admin), _TERRITORIES.get(country, country))

    def _collect_cities(self) -> None:
        found = list(cities())
        proper = {city.name for city in found}
        for city in found:
            code = self.part_of(city.country, city.admin)
            self._weigh(city.name, code, city.people)
            for name in city.known:
                if name not in proper:
                    self._weigh(name, code, city.people)
            if not city.small:
                self._known |= {city.name, *city.known}
            if city.people > _FAMOUS.get(city.country, _FAMOUS_ABROAD):
                self.large_names[city.name] = max(city.people, self.large_names.get(city.name, 0))
        for city in found:
            for name in city.rarer:
                share = _LEAST_READING if name in proper else city.people
                self._weigh(name, self.part_of(city.country, city.admin), share)

    def _weigh(self, name: str, code: str, people: int) -> None:
        weights = self._weights.setdefault(name, {})
        weights[code] = weights.get(code, 0) + people

    def _collect_counties(self) -> None:
        for name, code in counties():
            self._weigh(name, code, _LEAST_READING)

    def _collect_regions(self) -> None:
        for region in pycountry.subdivisions:
            key = name_key(region.name)
            if len(key) < 4 or region.country_code in {"US", "CA", "AU"}:
                continue
            code = _united_kingdom_part(region) if region.country_code == "GB" else region.country_code
            weights = self._weights.setdefault(key, {})
            weights[code] = max(weights.get(code, 0), _REGION_WEIGHT)
            self._known.add(key)

    def _settle_collected(self) -> None:
        for name, weights in self._weights.items():
            readings = tuple(sorted(weights.items(), key=lambda pair: -pair[1]))
            rule = "" if name in self._known else "small"
            if len(readings) > 1 and readings[0][1] <= _LEAST_READING:
                rule = "never"
            self.entries[name] = Entry(_dominant(readings), readings, "city", rule)

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
        for codes, names in rows("nicknames.tsv"):
            usual, _, rarer = codes.partition(" / ")
            for name in names.split(", "):
                self._put(name_key(name), tuple(usual.split()), "city", spelt=False, rarer=tuple(rarer.split()))
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

    def _put(
        self, key: str, codes: tuple[str, ...], kind: str, spelt: bool = True, rarer: tuple[str, ...] = ()
    ) -> None:
        """Sets the usual reading of a name and keeps the rarer ones for a joint reading."""
        earlier = self.entries.get(key)
        rare = earlier.readings if earlier else ()
        readings = tuple((code, 10_000_000) for code in codes) + tuple(
            (code, weight) for code, weight in rare if code not in codes and weight >= _TOWN
        )
        self.entries[key] = Entry(codes, readings + tuple((code, _LEAST_READING) for code in rarer), kind)
        if spelt and len(key) >= 5 and not key.startswith("flag"):
            self.large_names[key] = 10_000_000

    def _add_written_together(self) -> None:
        """Adds "capetown" and "newzealand" for the large names of two or three words."""
        for name in list(self.large_names):
            together = name.replace(" ", "")
            if together != name and len(together) >= _LONG and together not in self.entries:
                self.entries[together] = self.entries[name]

    def _apply_rules(self) -> None:
        for rule, filename in _RULE_FILES:
            for (name,) in rows(filename):
                entry = self.entries.get(name)
                if entry is not None and (entry.rule == "small" or filename != _SMALL_WORDS):
                    self.entries[name] = Entry(entry.codes, entry.readings, entry.kind, rule)


def _united_kingdom_part(region: object) -> str:
    nations = {"England": "GB-ENG", "Scotland": "GB-SCT", "Wales": "GB-WLS", "Northern Ireland": "GB-NIR"}
    parent = getattr(region, "parent_code", None) or ""
    name = getattr(region, "name", "")
    return nations.get(name) or (parent if parent in nations.values() else "GB")


def _dominant(readings: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """The largest reading, and others that are nearly as large and large enough to be known abroad."""
    first = readings[0][1]
    rivals = [code for code, weight in readings[1:] if weight >= _LARGE and weight * DOMINANCE >= first]
    return (readings[0][0], *rivals[:2])
