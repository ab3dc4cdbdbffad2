"""What a letter takes from the directory: whom it goes to, where, the law and the regulator of the place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.directory import Directory
from bot.directory.codes import EUROPEAN_UNION, WORLD, normalise
from bot.directory.facts import ReportRoute
from bot.directory.notices.errors import UnknownPlace, UnknownPlatform
from bot.directory.platform_facts import OtherForm, Platform

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# What a further form or address of a platform is for, as its entry says it in words.
_PURPOSE = {"copyright": re.compile(r"copyright", re.I), "child": re.compile(r"\bchild", re.I)}
# The European Union, the other states of the European Economic Area, and the United Kingdom with its own version.
_ERASURE = frozenset({"EU", "IS", "LI", "NO", "GB"})
_ILLEGAL = re.compile(r"illegal|takedown|intimate|fake|privacy violation|harmful", re.I)


def place_code(place: str | None, directory: Directory) -> str:
    """The code as the directory writes it, "ZZ" for none. Raises UnknownPlace."""
    if not place or place.upper() == WORLD:
        return WORLD
    code = normalise(place)
    if not code or not place_name(code, directory):
        raise UnknownPlace("There is no such place. Give a code such as US-TX, GB-SCT or FR.")
    return code


def place_name(code: str, directory: Directory) -> str:
    """The name of the place, from the list of countries where the directory has no entry; "" for the world."""
    if code == WORLD:
        return ""
    return directory.name(code) or _country(code)


def platform_of(platform: str | None, directory: Directory) -> tuple[Platform | None, str]:
    """The platform and its name, for an id of the directory or a host name; (None, "") for none.

    Raises UnknownPlatform where it is neither.
    """
    if not platform:
        return None, ""
    wanted = platform.strip().lower()
    found = directory.platform(wanted) or directory.platform_at(wanted)
    if found is None and not _HOST.fullmatch(wanted):
        raise UnknownPlatform("There is no such platform. Give an id such as instagram, or a host such as example.net.")
    return found, found.name if found else wanted


def addresses(platform: Platform | None, route: str, minor: bool) -> list[str]:
    """Where a letter to this platform can be sent: only what the directory holds as confirmed, best first."""
    if platform is None or not platform.confirmed or route == "none":
        return []
    report = platform.report
    forms = [form for form in report.other_forms if form.confirmed]
    if route == "copyright":
        return _contacts(form for form in forms if _PURPOSE["copyright"].search(form.purpose))
    child = [form for form in forms if _PURPOSE["child"].search(form.purpose)]
    own = [report.ncii_url if report.shows("ncii_url") else None]
    general = [report.general_url if report.shows("general_url") else None]
    illegal = [form for form in forms if _ILLEGAL.search(form.purpose) and form not in child]
    found = [*(_contacts(child) if minor else []), *own, *_contacts(illegal), *general]
    return list(dict.fromkeys(address for address in found if address))


def authority(code: str, words: Iterable[str], minor: bool, directory: Directory) -> ReportRoute | None:
    """The nearest regulator or public office with a web address whose name or note has one of the words."""
    wanted = [word.lower() for word in words]
    for route in directory.report_to(code):
        text = f"{route.name} {route.note}".lower()
        fits = route.kind in ("regulator", "hotline") and (route.adults or minor)
        if fits and route.url and any(word in text for word in wanted):
            return route
    return None


def police(code: str, minor: bool, directory: Directory) -> str:
    """The nearest confirmed police or cybercrime unit that can be reached from afar; "" where there is none."""
    for route in directory.report_to(code, minors=minor):
        if route.kind in ("police", "cybercrime_unit") and route.confirmed and (route.url or route.shown_phone):
            return reached(route)
    return ""


def reached(route: ReportRoute) -> str:
    """An office with what may be shown of its address."""
    return ", ".join(part for part in (route.name, route.url, route.shown_phone) if part)


def has_erasure_right(chain: list[str]) -> bool:
    """Whether the data protection law of the EU, the EEA or the UK holds there."""
    return not _ERASURE.isdisjoint(chain)


def local_law(code: str, fake: bool, directory: Directory) -> str:
    """The citation of the nearest confirmed criminal law in force on such images; "" where there is none."""
    for law in directory.laws(code, "synthetic" if fake else "sharing"):
        own = law.jurisdiction not in (EUROPEAN_UNION, WORLD)
        if own and law.kind == "criminal" and law.status == "in_force" and law.confirmed:
            return law.citation
    return ""


def log_columns(directory: Directory) -> list[str]:
    """The columns of the evidence log, as words."""
    for practice in directory.evidence():
        if practice.columns:
            return [column.replace("_", " ") for column in practice.columns]
    return []


def _contacts(forms: Iterable[OtherForm]) -> list[str]:
    return [contact for form in forms for contact in (form.email, form.url) if contact]


def _country(code: str) -> str:
    import pycountry

    country = pycountry.countries.get(alpha_2=code.partition("-")[0])
    return country.name if country else ""
