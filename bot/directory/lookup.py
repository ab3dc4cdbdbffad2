"""The directory in memory: look-ups by jurisdiction, with inheritance, in microseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from bot.directory import build, database, seed_files
from bot.directory.codes import WORLD, chain, normalise
from bot.directory.emergency import Emergency
from bot.directory.facts import (
    CourtOrder,
    Fact,
    Jurisdiction,
    Law,
    LegalHelp,
    Phoned,
    ReportRoute,
    Service,
)
from bot.directory.platform_facts import EvidencePractice, Platform, Tool
from bot.directory.seed_files import Row, Rows

F = TypeVar("F", bound=Fact)
P = TypeVar("P", bound=Phoned)

PURPOSES = ("crisis", "child", "domestic_violence", "sexual_violence", "ncii", "victims", "lgbtq")


class Directory:
    """Jurisdictions, laws, services, platforms and tools as the seed or the database holds them.

    Nothing here changes after it was built, so that one object serves every request.
    """

    def __init__(self, rows: Rows, language: str = "en") -> None:
        texts = {
            (row["entry"], row["field"]): row["text"]
            for row in rows.get("translation", ())
            if row["language"] == language
        }

        def of(table: str, key: str = "id") -> list[Row]:
            return build.translated(rows[table], key, texts)

        places = of("jurisdiction", "code")
        self._jurisdictions = {row["code"]: build.jurisdiction(row) for row in places}
        self._emergencies = {row["code"]: found for row in places if (found := build.emergency(row, texts))}
        self._laws = _grouped(build.value(Law, row) for row in of("law"))
        self._services = _grouped(build.service(row) for row in of("service"))
        self._routes = _grouped(build.value(ReportRoute, row) for row in of("report_route"))
        self._help = _grouped(build.value(LegalHelp, row) for row in of("legal_help"))
        self._orders = _grouped(build.value(CourtOrder, row) for row in of("court_order"))
        self._platforms = {row["id"]: build.platform(row) for row in of("platform")}
        self._tools = {row["id"]: build.tool(row) for row in of("tool")}
        self._evidence = tuple(build.practice(row) for row in of("evidence_practice"))
        self._domains = {domain: platform for platform in self._platforms.values() for domain in platform.domains}

    @classmethod
    def open(cls, database_url: str, language: str = "en", prepare: bool = True) -> Directory:
        """Loads the database into memory.

        With `prepare` the tables and the newest seed are brought in first where they are missing; without,
        DirectoryNotReady says what to do. Raises SeedError where the data files break their schema.
        """
        if prepare:
            database.prepare(database_url)
        return cls(database.read(database_url), language)

    @classmethod
    def from_seed(cls, folder: Path = seed_files.SEED, language: str = "en") -> Directory:
        """Builds the directory straight from the data files, without a database."""
        return cls(seed_files.read(folder), language)

    def codes(self) -> list[str]:
        """Every jurisdiction with an entry of its own, the world ("ZZ") among them."""
        return list(self._jurisdictions)

    def chain(self, code: str) -> list[str]:
        """The jurisdiction and those from which it inherits, nearest first, the world last."""
        return chain(code)

    def jurisdiction(self, code: str) -> Jurisdiction | None:
        """The entry of exactly this code, None where the directory has none."""
        return self._jurisdictions.get(normalise(code))

    def name(self, code: str) -> str:
        """The name of the nearest jurisdiction with an entry; "" where only the world is left."""
        for step in chain(code):
            if step in self._jurisdictions and (step != WORLD or normalise(code) == WORLD):
                return self._jurisdictions[step].name
        return ""

    def emergency(self, code: str) -> Emergency | None:
        """The nearest emergency number that is confirmed, None where there is none in the chain."""
        for step in self._steps(code, "emergency"):
            found = self._emergencies.get(step)
            if found and found.shown_number:
                return found
        return None

    def emergency_or_fallback(self, code: str) -> Emergency:
        """The emergency number, or an honest answer without one: `none_confirmed` says which it is.

        The answer without one is that of the country, with its date and, where all sources name one, the
        `shown_hint`; where the directory does not know the country, that of the world (rule R29).
        """
        if confirmed := self.emergency(code):
            return confirmed
        steps = self._steps(code, "emergency")
        known = [self._emergencies[step] for step in steps if step in self._emergencies]
        return known[0] if known else Emergency(jurisdiction=WORLD, checked_on=date.min)

    def services(
        self, code: str, purpose: str | None, limit: int | None = 3, minors: bool | None = None
    ) -> list[Service]:
        """Services for a purpose, the nearest jurisdiction first and confirmed ones before others.

        Left out are services that cannot be reached by anything that may be shown, that are not connected
        in the jurisdiction, that repeat a nearer one, and, with `minors` given, that do not take a person of
        that age (rule R04). A service that only one source names is left out where the same jurisdiction or
        a nearer one has a better confirmed one. `purpose` None means any; `limit` None means all.
        """
        steps = self._steps(code, "helplines")

        def fits(service: Service) -> bool:
            return (
                (purpose is None or purpose in service.purposes)
                and service.showable
                and service.reaches(steps)
                and _takes(service, minors)
            )

        found = _distinct(_firm(self._inherited(self._services, steps, fits, confirmed_first=True), purpose))
        return found if limit is None else found[:limit]

    def laws(self, code: str, covers: str | None = None) -> list[Law]:
        """The jurisdiction's own laws, then those it inherits, optionally only those that cover an act.

        Within a jurisdiction those come last whose `status` is not "in_force".
        """
        steps = self._steps(code, "laws")
        found = self._inherited(self._laws, steps, lambda law: covers is None or covers in law.covers)
        return sorted(found, key=lambda law: (steps.index(law.jurisdiction), law.status != "in_force"))

    def orders(self, code: str) -> list[CourtOrder]:
        """Court orders, the nearest jurisdiction first."""
        return self._inherited(self._orders, self._steps(code, "court_orders"), lambda _: True)

    def legal_help(self, code: str) -> list[LegalHelp]:
        """Legal help, the nearest jurisdiction first."""
        found = self._inherited(self._help, self._steps(code, "legal_help"), lambda _: True)
        return _distinct(self._read_there(code, found))

    def report_to(self, code: str, minors: bool | None = None) -> list[ReportRoute]:
        """Where to report, the nearest jurisdiction first.

        `minors` True leaves out routes for images of adults, False those for images of under-18s only
        (rule R04); None gives all.
        """
        steps = self._steps(code, "report_to")
        found = self._inherited(self._routes, steps, lambda route: _takes(route, minors))
        return _distinct(self._read_there(code, found))

    def platform(self, platform_id: str) -> Platform | None:
        """The platform with this id, None where there is none."""
        return self._platforms.get(platform_id)

    def platforms(self) -> list[Platform]:
        """All platforms."""
        return list(self._platforms.values())

    def platform_at(self, host: str) -> Platform | None:
        """The platform that a host belongs to ("old.reddit.com" -> reddit), None where there is none."""
        name = host.lower().rstrip(".")
        while name:
            if name in self._domains:
                return self._domains[name]
            name = name.partition(".")[2]
        return None

    def tool(self, tool_id: str) -> Tool | None:
        """The tool with this id, None where there is none."""
        return self._tools.get(tool_id)

    def tools(self) -> list[Tool]:
        """All tools."""
        return list(self._tools.values())

    def evidence(self) -> list[EvidencePractice]:
        """The practice of keeping evidence, in the order in which it is done."""
        return list(self._evidence)

    def _steps(self, code: str, kind: str) -> list[str]:
        """The chain without those from whom a territory does not take entries of this kind."""
        steps = chain(code)
        for place, step in enumerate(steps):
            found = self._jurisdictions.get(step)
            if found and not found.takes(kind):
                return [*steps[: place + 1], WORLD]
        return steps

    def _read_there(self, code: str, found: list[P]) -> list[P]:
        """The entries, in a territory without the numbers of its sovereign: nobody read that they work there."""
        place = self._jurisdictions.get(normalise(code))
        if place is None or place.inherits is None:
            return found
        own = (place.code, WORLD)
        return [entry if entry.jurisdiction in own else replace(entry, phone=None) for entry in found]

    @staticmethod
    def _inherited(
        facts: Mapping[str, list[F]],
        steps: Iterable[str],
        fits: Callable[[F], bool],
        confirmed_first: bool = False,
    ) -> list[F]:
        found: list[F] = []
        for step in steps:
            own = [fact for fact in facts.get(step, ()) if fits(fact)]
            found += sorted(own, key=lambda fact: not fact.confirmed) if confirmed_first else own
        return found


def _grouped(facts: Iterable[F]) -> dict[str, list[F]]:
    groups: dict[str, list[F]] = {}
    for fact in facts:
        groups.setdefault(fact.jurisdiction, []).append(fact)
    return groups


def _takes(entry: Any, minors: bool | None) -> bool:
    return minors is None or bool(entry.minors if minors else entry.adults)


def _firm(services: list[Service], purpose: str | None) -> list[Service]:
    """The services, nearest first, without those of a single source for which a better confirmed one of the
    same jurisdiction or a nearer one can stand in. The world's lists know no number and stand in for nothing.
    """
    wanted = PURPOSES if purpose is None else (purpose,)
    order = {service.jurisdiction: place for place, service in enumerate(services)}
    firm = [
        service
        for service in services
        if service.confirmed and not service.single_source and service.jurisdiction != WORLD
    ]

    def needed(service: Service, each: str) -> bool:
        near = [
            other
            for other in firm
            if each in other.purposes and order[other.jurisdiction] <= order[service.jurisdiction]
        ]
        return not _stands_in(near, service)

    return [
        service
        for service in services
        if not service.single_source or any(each in service.purposes and needed(service, each) for each in wanted)
    ]


def _stands_in(others: list[Service], service: Service) -> bool:
    """Whether everyone whom this service takes finds another among these."""
    minors = not service.minors or any(other.minors for other in others)
    adults = not service.adults or any(other.adults for other in others)
    return minors and adults


def _distinct(entries: list[P]) -> list[P]:
    """One entry for each number or address, at the place of the nearest; of two, the one with a web address."""
    kept: list[P] = []
    places: dict[str, int] = {}
    for entry in entries:
        digits = "".join(filter(str.isdigit, entry.shown_phone or ""))
        contact = digits or (entry.url or "").rstrip("/")
        if not contact or contact not in places:
            places[contact] = len(kept)
            kept.append(entry)
        elif entry.url and not kept[places[contact]].url:
            kept[places[contact]] = entry
    return kept
