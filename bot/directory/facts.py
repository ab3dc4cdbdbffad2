"""What the directory knows about a jurisdiction, as immutable values.

A contact that nobody confirmed is kept for reviewers and never shown: answers use only the `shown_`
properties and `to_json()` (rule R57).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from bot.directory.opening import Opening

_URL = re.compile(r"https?://[^\s)]+")

SINGLE_SOURCE = "single_source"

_FOR_REVIEWERS = (
    "source",
    "sources",
    "source_kind",
    "also_seen_in",
    "independent_sources",
    "unconfirmed_fields",
    "checked_by",
)


def host(source: str) -> str:
    """The host of the first web address in a source, without "www."; "" where there is none."""
    found = _URL.search(source)
    if not found:
        return ""
    return (urlsplit(found.group(0)).hostname or "").removeprefix("www.")


def plain(value: Any) -> Any:
    """A value of these classes as JSON would hold it."""
    if isinstance(value, (Sourced, Opening)):
        return value.to_json()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [plain(item) for item in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """Anything with a source. `source` is for reviewers; `source_host` may be shown.

    `checked_by` is "seed" for what came with the data files, else the person who verified it.
    """

    source: str = ""
    confirmed: bool = False
    checked_on: date
    checked_by: str = "seed"
    unconfirmed_fields: tuple[str, ...] = ()

    @property
    def source_host(self) -> str:
        """The host where it was read, for showing; "" where the source is not a web page."""
        return host(self.source)

    def shows(self, field: str) -> bool:
        """Whether a person may see this field although it could do harm if it were wrong."""
        return self.confirmed and field not in self.unconfirmed_fields

    def to_json(self) -> dict[str, Any]:
        """The public view: empty fields and contacts that are not confirmed are left out."""
        view: dict[str, Any] = {}
        for field in fields(self):
            name = field.name
            if name in _FOR_REVIEWERS:
                continue
            value = plain(getattr(self, f"shown_{name}", getattr(self, name)))
            if value not in (None, "", [], {}):
                view[name] = value
        if self.source_host:
            view["source"] = self.source_host
        return view


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Sourced):
    """Something of which it is known how many independent sources name it; None: nobody counted."""

    independent_sources: int | None = None
    also_seen_in: tuple[str, ...] = ()

    @property
    def single_source(self) -> bool:
        """Whether it is confirmed by one source only, such as one list of helplines."""
        return self.confirmed and self.independent_sources == 1

    @property
    def shown_caution(self) -> str | None:
        """What a person must be told beside it: "single_source", or None where there is nothing to say."""
        return SINGLE_SOURCE if self.single_source else None

    def to_json(self) -> dict[str, Any]:
        """The public view, with `caution` where there is one."""
        # The class is named because slots make dataclasses anew, which breaks super() without arguments.
        view = Sourced.to_json(self)
        return view | ({"caution": self.shown_caution} if self.shown_caution else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Counted):
    """One entry of a jurisdiction. `id` is stable: "US:service:crisis-text-line"."""

    id: str
    jurisdiction: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law(Fact):
    """A law. `kind`: criminal, civil, regulatory. `covers`: sharing, threat, synthetic, recording,
    platform_takedown. `status`: in_force; unclear, where nobody read that it is in force; pending, where it
    is not yet."""

    citation: str
    kind: str
    covers: tuple[str, ...]
    year: int | None = None
    status: str = "in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phoned(Fact):
    """An entry that can have a phone number and a web address."""

    phone: str | None = None
    url: str | None = None

    @property
    def shown_phone(self) -> str | None:
        """The number, None where it is not confirmed."""
        return self.phone if self.phone and self.shows("phone") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Phoned):
    """A helpline or service. `minors`/`adults` say whom it takes; `text` is how to write to it."""

    purposes: tuple[str, ...]
    text: str | None = None
    chat: str | None = None
    hours: str | None = None
    opening: Opening | None = None
    languages: tuple[str, ...] = ()
    minors: bool = True
    adults: bool = True
    only_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()

    @property
    def shown_text(self) -> str | None:
        """The text line, None where it is not confirmed."""
        return self.text if self.text and self.shows("text") else None

    @property
    def shown_hours(self) -> str | None:
        """The opening hours, None where they are not confirmed."""
        return self.hours if self.hours and self.shows("hours") else None

    @property
    def shown_opening(self) -> Opening | None:
        """The opening hours as times, None where they are not confirmed or not clear."""
        return self.opening if self.shows("hours") else None

    @property
    def showable(self) -> bool:
        """Whether anything is left by which a person could reach it."""
        return bool(self.shown_phone or self.shown_text or self.url or self.chat)

    def reaches(self, steps: list[str]) -> bool:
        """Whether it serves the jurisdiction with this chain: an EU-wide number may not be connected there."""
        if self.jurisdiction == steps[0]:
            return True
        if self.only_in and not set(steps) & set(self.only_in):
            return False
        return not set(steps) & set(self.not_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRoute(Phoned):
    """Where to report. `kind`: police, cybercrime_unit, hotline, regulator. `adults` is False where only
    images of people under 18 are taken (rule R04)."""

    kind: str
    minors: bool = True
    adults: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHelp(Phoned):
    """Legal help. `kind`: legal_aid, pro_bono, victim_org, law_clinic, bar_referral."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtOrder(Fact):
    """An order of a court that can stop someone or have something removed."""

    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """A country, a part of one, the European Union ("EU") or the world ("ZZ").

    `inherits` names what holds there of its sovereign's entries; None means all. `timezone` is the IANA name
    of its only time zone, None where it has several.
    """

    code: str
    name: str
    parent: str | None
    languages: tuple[str, ...]
    age_of_majority_for_images: int
    notes: str
    checked_on: date
    inherits: tuple[str, ...] | None = None
    timezone: str | None = None

    def takes(self, kind: str) -> bool:
        """Whether entries of this kind ("laws", "helplines", "report_to" ...) of its parent hold here."""
        return self.inherits is None or kind in self.inherits

    def to_json(self) -> dict[str, Any]:
        """The public view."""
        view = {field.name: plain(getattr(self, field.name)) for field in fields(self)}
        return {name: value for name, value in view.items() if name != "inherits" or value is not None}
