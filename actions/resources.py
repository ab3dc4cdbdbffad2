"""What the directory knows, said in words and as structured content.

Every fact names its source and the month in which it was checked; only confirmed numbers are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from bot.directory import Directory, open_now
from bot.directory.places import Places
from bot.settings import settings

if TYPE_CHECKING:
    from actions.base import Turn

WORLD = "ZZ"
MOST_LINES = 3
KINDS_OF_LAW = ("criminal", "civil", "regulatory")
SOURCE_CHARACTERS = 60


@lru_cache(maxsize=1)
def directory() -> Directory:
    """The directory, loaded once in this process."""
    return Directory.open(settings.database_url)


def place_or_world(place: Any) -> str:
    """The person's place, or the worldwide entry where it is not known or has no entry above it."""
    code = str(place) if place and place != "skipped" else WORLD
    return code if directory().name(code) else WORLD


def place_name(place: Any) -> str:
    """The name of the nearest jurisdiction with an entry, as a person would say it."""
    return directory().name(place_or_world(place)).removesuffix(" (federal)")


def place_label(code: str, among: tuple[str, ...] = ()) -> str:
    """A place as a person would name it: "Ohio, United States"; among others, so that it is told apart."""
    return Places.load().label(code, among)


def emergency_number(place: Any) -> str | None:
    """The confirmed emergency number of a place, or None."""
    emergency = directory().emergency(place_or_world(place))
    return emergency.shown_number if emergency else None


def when(turn: Turn, fact: Any) -> str:
    """The month in which a fact was checked, in words."""
    return format_date(fact.checked_on, "MMMM yyyy", locale=turn.wording.language)


def sourced(turn: Turn, fact: Any) -> str:
    """ "Source: congress.gov, checked November 2026", and a mark where it is not confirmed."""
    key = "utter_source" if fact.confirmed else "utter_source_unconfirmed"
    # A source that is not a page is a reviewer's note; its first words say what it was.
    origin = fact.source_host or re.split(r"[(;,:]", str(fact.source or ""))[0].strip()[:SOURCE_CHARACTERS]
    if not origin:
        key = "utter_source_checked" if fact.confirmed else "utter_source_none"
    return turn.wording.text(key, host=origin, date=when(turn, fact))


def contact(turn: Turn, service: Any) -> str:
    """How a service can be reached: call, text, chat or web, with its hours."""
    ways = []
    if service.shown_phone:
        ways.append(turn.wording.text("utter_way_call", number=service.shown_phone))
    if service.shown_text:
        ways.append(turn.wording.text("utter_way_text", number=service.shown_text))
    if service.chat:
        ways.append(turn.wording.text("utter_way_chat", url=service.chat))
    if service.url and service.url != service.chat:
        ways.append(turn.wording.text("utter_way_web", url=service.url))
    hours = turn.wording.text("utter_way_hours", hours=service.shown_hours) if service.shown_hours else ""
    open_or_not = open_now(service, datetime.now(UTC))
    if open_or_not is not None and not (service.shown_opening and service.shown_opening.always):
        hours += " " + turn.wording.text("utter_open_now" if open_or_not else "utter_closed_now")
    if service.shown_caution:
        hours += " " + turn.wording.text("utter_single_source")
    return " ".join([f"{service.name}:", *ways, hours]).strip()


def tell_services(turn: Turn, services: Iterable[Any], intro: str, **values: Any) -> bool:
    """Say a list of services under an intro sentence; False where there is none to say."""
    found = list(services)[:MOST_LINES]
    if not found:
        return False
    lines = [f"• {contact(turn, service)} ({sourced(turn, service)})" for service in found]
    text = "\n".join([turn.wording.text(intro, **values), *lines])
    turn.tell(
        text,
        custom={
            "type": "resources",
            "purpose": intro.removeprefix("utter_intro_"),
            "items": [s.to_json() for s in found],
        },
    )
    return True


def services_for(turn: Turn, *purposes: str) -> list[Any]:
    """The services for these purposes, in this order, nearest first; only those that take this age (rule R04)."""
    code = place_or_world(turn.slots.get("place"))
    minors = turn.known.treat_as_minor if "ncii" in purposes else True if turn.known.minor else None
    found: list[Any] = []
    for purpose in purposes:
        for service in directory().services(code, purpose, minors=minors):
            if all(service.name != other.name for other in found):
                found.append(service)
    return found


def tell_crisis(turn: Turn, intro: str = "utter_intro_crisis") -> bool:
    """The crisis lines of the place; a child's line first where a minor is concerned."""
    place = turn.slots.get("place")
    minor = turn.known.minor
    crisis = services_for(turn, "crisis")
    # Removal services are listed for children too; in a crisis only people who answer belong here.
    child = [s for s in services_for(turn, "child") if s.shown_phone or s.shown_text or s.chat] if minor else []
    found = [*child[:2], *(service for service in crisis if service not in child)]
    if not found:
        return False
    lines = [f"• {contact(turn, service)}" for service in found[:MOST_LINES]]
    number = emergency_number(place)
    if number:
        lines.append("• " + turn.wording.text("utter_line_emergency", number=number))
    text = "\n".join([turn.wording.text(intro), *lines, f"({sourced(turn, found[0])})"])
    turn.tell(text, custom={"type": "safety", "kind": "self_harm_risk", "emergency": number,
                            "items": [service.to_json() for service in found[:MOST_LINES]]})  # fmt: skip
    return True


def tell_law(turn: Turn) -> bool:
    """The law card of the place: criminal, civil, regulator, as far as it covers what happened (rule R40)."""
    place = place_or_world(turn.slots.get("place"))
    wanted = _coverage(turn.slots.get("situations") or [])
    # What is only announced protects nobody yet.
    known = [law for law in directory().laws(place) if law.status != "pending"]
    laws = [law for law in known if wanted & set(law.covers)] or known
    if not laws:
        return False
    shown = _spread(sorted(laws, key=lambda law: KINDS_OF_LAW.index(law.kind)))
    lines = [_law_line(turn, law) for law in shown]
    name = place_name(place)
    text = "\n".join(
        [turn.wording.text("utter_intro_law", place=name), *lines, turn.wording.text("utter_law_not_advice")]
    )
    turn.tell(text, custom={"type": "law", "place": place, "items": [law.to_json() for law in shown]})
    return True


def _law_line(turn: Turn, law: Any) -> str:
    kind = turn.wording.text(f"utter_law_{law.kind}")
    covers = turn.join([turn.wording.text(f"utter_cover_{cover}") for cover in law.covers])
    parts = [f"• {kind}: {law.name} ({law.citation})."]
    parts += [turn.wording.text("utter_law_covers", covers=covers)] if covers else []
    parts += [turn.wording.text("utter_law_unclear")] if law.status == "unclear" else []
    return " ".join([*parts, f"({sourced(turn, law)})"])


def _coverage(situations: list[str]) -> set[str]:
    names = {"shared": "sharing", "doxxed": "sharing", "creator": "sharing", "hacked": "sharing",
             "threatened": "threat", "fake": "synthetic", "recorded": "recording"}  # fmt: skip
    return {names[item] for item in situations if item in names} or {"sharing", "threat"}


def _spread(laws: list[Any], most: int = 4) -> list[Any]:
    """At most `most` laws, with at least one of each kind that there is."""
    firsts = {law.kind: law for law in reversed(laws)}
    chosen = [law for law in laws if firsts[law.kind] is law]
    chosen += [law for law in laws if law not in chosen]
    return sorted(chosen[:most], key=laws.index)


def tell_entries(turn: Turn, entries: Iterable[Any], intro: str, kind: str, most: int = MOST_LINES) -> bool:
    """Orders, legal help or places to report to, under an intro sentence; False where there is none."""
    found = list(entries)[:most]
    if not found:
        return False
    place = place_name(turn.slots.get("place"))
    lines = []
    for entry in found:
        ways = []
        if getattr(entry, "shown_phone", None):
            ways.append(turn.wording.text("utter_way_call", number=entry.shown_phone))
        if getattr(entry, "url", None):
            ways.append(turn.wording.text("utter_way_web", url=entry.url))
        lines.append(
            f"• {entry.name}. {' '.join(ways)} ({sourced(turn, entry)})".replace(".. ", ". ").replace("  ", " ")
        )
    text = "\n".join([turn.wording.text(intro, place=place), *lines])
    turn.tell(text, custom={"type": "resources", "purpose": kind, "items": [entry.to_json() for entry in found]})
    return True


def tell_orders(turn: Turn) -> bool:
    """Protection orders of the place."""
    place = place_or_world(turn.slots.get("place"))
    return tell_entries(turn, directory().orders(place), "utter_intro_orders", "orders")


def tell_legal_help(turn: Turn) -> bool:
    """Legal aid and lawyer referral of the place, and lines for victims."""
    place = place_or_world(turn.slots.get("place"))
    found = tell_entries(turn, directory().legal_help(place), "utter_intro_legal_help", "legal_help")
    if turn.known.accused:
        return found
    lines = tell_services(turn, services_for(turn, "ncii", "victims"), "utter_intro_victims")
    return found or lines


def tell_police(turn: Turn) -> bool:
    """Police and cybercrime units of the place."""
    place = place_or_world(turn.slots.get("place"))
    kinds = ("police", "cybercrime_unit")
    routes = [route for route in directory().report_to(place) if route.kind in kinds]
    return tell_entries(turn, routes, "utter_intro_police", "police")


def tell_hotline(turn: Turn) -> bool:
    """Hotlines that can have images removed; those for minors where one is concerned (rule R04)."""
    place = place_or_world(turn.slots.get("place"))
    minor = turn.known.treat_as_minor
    routes = [route for route in directory().report_to(place, minors=minor) if route.kind == "hotline"]
    if not routes and not minor:
        return tell_regulator(turn)
    return tell_entries(turn, routes, "utter_intro_hotline_minor" if minor else "utter_intro_hotline", "hotline")


def tell_regulator(turn: Turn) -> bool:
    """Regulators of the place, for when a site does nothing."""
    place = place_or_world(turn.slots.get("place"))
    routes = [r for r in directory().report_to(place, minors=turn.known.treat_as_minor) if r.kind == "regulator"]
    return tell_entries(turn, routes, "utter_intro_regulator", "regulator")


def tell_site_hosts(turn: Turn) -> bool:
    """How to reach the companies behind a site that the directory does not know."""
    hosts = [platform for name in ("cloudflare_site", "generic_host") if (platform := directory().platform(name))]
    lines = [f"• {host.name}: {url}" for host in hosts if (url := host.report.url(turn.known.treat_as_minor))]
    if not lines:
        return False
    text = "\n".join([turn.wording.text("utter_intro_site_hosts"), *lines, f"({sourced(turn, hosts[0].report)})"])
    turn.tell(text, custom={"type": "resources", "purpose": "site_hosts", "items": [host.to_json() for host in hosts]})
    return True


def tell_domestic_violence(turn: Turn) -> bool:
    """A domestic-abuse line of the place (rule R20)."""
    return tell_services(turn, services_for(turn, "domestic_violence"), "utter_intro_dv")


def tell_tool(turn: Turn, identity: str) -> bool:
    """One removal or hashing tool by its id."""
    tool = directory().tool(identity)
    if tool is None or not tool.url:
        return False
    text = turn.wording.text("utter_tool", name=tool.name, url=tool.url, source=sourced(turn, tool))
    turn.tell(text, custom={"type": "resources", "purpose": "tool", "items": [tool.to_json()]})
    return True
