"""Cards in words: the sentence of a card, filled with what the directory knows of the place and the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.base import Turn
from actions.labels import site_name
from actions.notices import tell_notices
from actions.resources import (
    directory,
    emergency_number,
    place_name,
    place_or_world,
    services_for,
    sourced,
    tell_crisis,
    tell_domestic_violence,
    tell_hotline,
    tell_law,
    tell_legal_help,
    tell_orders,
    tell_police,
    tell_regulator,
    tell_services,
    tell_site_hosts,
    tell_tool,
)
from bot.plan.cards import Card


def values_for(turn: Turn, card: Card) -> dict[str, Any]:
    """What the placeholders of a card's sentences stand for; a missing value is not in the result."""
    values: dict[str, Any] = {"place": place_name(turn.slots.get("place"))}
    number = emergency_number(turn.slots.get("place"))
    if number:
        values["emergency"] = number
    if not card.platform:
        return values
    values["platform"] = site_name(card.platform)
    platform = directory().platform(card.platform)
    if platform is None:
        return values
    report = platform.report
    found = {
        "path": report.in_app_path,
        "url": report.url(turn.known.treat_as_minor),
        "who": report.who_can_report,
        "time": report.promised_time,
    }
    return values | {name: value for name, value in found.items() if value}


def available(turn: Turn, card: Card) -> set[str]:
    """Which of the directory data that a card may need is there for this place and site."""
    place = place_or_world(turn.slots.get("place"))
    platform = directory().platform(card.platform) if card.platform else None
    routes = directory().report_to(place)
    found = {
        "form": bool(platform and platform.report.url(turn.known.treat_as_minor)),
        "two_factor": bool(platform and (platform.two_factor.methods or platform.two_factor.path)),
        "sessions": bool(platform and platform.sessions_path),
        "platform_tips": bool(platform and platform.evidence_tips),
        "law": bool(directory().laws(place)),
        "orders": bool(directory().orders(place)),
        "legal_help": bool(directory().legal_help(place)),
        "police": any(route.kind in ("police", "cybercrime_unit") for route in routes),
        "hotline": any(route.kind == "hotline" for route in routes),
    }
    return {name for name, there in found.items() if there}


def card_text(turn: Turn, card: Card, more: bool = False) -> str:
    """The sentence of a card; its fallback where the directory lacks what the sentence needs."""
    key = card.wording_key(available(turn, card))
    values = values_for(turn, card)
    for name in (key, card.fallback):
        try:
            return turn.wording.text(f"utter_card_{name}{'_more' if more else ''}", **values)
        except KeyError:
            continue
    return turn.wording.text("utter_card_no_more" if more else "utter_card_no_text")


def render(turn: Turn, card: Card, buttons: list[dict[str, str]], content: dict[str, Any], lead: str | None) -> None:
    """Say what the directory knows first, then the action with its answers, so that the question comes last."""
    text = card_text(turn, card)
    if lead:
        turn.tell(lead)
    for fact in card.facts:
        tell_fact(turn, fact, card)
    turn.tell(text, buttons=buttons, custom={**content, "text": text})


def render_more(turn: Turn, card: Card, buttons: list[dict[str, str]], content: dict[str, Any]) -> None:
    """Say the further detail of a card."""
    text = card_text(turn, card, more=True)
    turn.tell(text, buttons=buttons, custom={**content, "text": text})


def tell_fact(turn: Turn, fact: str, card: Card | None = None) -> bool:
    """Say one kind of fact of the directory; False where there is none for this place or site."""
    name, _, argument = fact.partition(":")
    if name == "tools":
        return tell_tool(turn, argument)
    if name in PLATFORM_TELLERS:
        return bool(card and card.platform) and PLATFORM_TELLERS[name](turn, str(card and card.platform))
    return TELLERS[name](turn)


def _lines(turn: Turn, owner: Any, parts: list[tuple[str, str, Any]]) -> list[str]:
    """One line for each part that there is; a part that nobody confirmed says so."""
    lines = []
    for key, field, value in parts:
        if value:
            mark = "" if owner.shows(field) else " " + turn.wording.text("utter_mark_unconfirmed")
            lines.append("• " + turn.wording.text(f"utter_route_{key}", value=value) + mark)
    return lines


def tell_platform_report(turn: Turn, identity: str) -> bool:
    """The report route of a site: form, steps in the app, who may report, promised time, with source."""
    platform = directory().platform(identity)
    if platform is None:
        return False
    report = platform.report
    lines = _lines(turn, report, [
        ("form", "ncii_url", report.ncii_url or report.general_url),
        ("minors", "minors_url", report.minors_url if turn.known.treat_as_minor else None),
        ("in_app", "in_app_path", report.in_app_path),
        ("who", "who_can_report", report.who_can_report),
        ("time", "promised_time", report.promised_time),
    ])  # fmt: skip
    return _tell_platform(turn, platform, report, lines, "platform")


def tell_two_factor(turn: Turn, identity: str) -> bool:
    """Two-factor login of a site: its methods with the safer ones first, the path, and signing out others."""
    platform = directory().platform(identity)
    if platform is None:
        return False
    two = platform.two_factor
    order = ("passkey", "security_key", "app", "sms", "email", "call")
    methods = sorted((item for item in two.methods if item in order), key=order.index)
    words = ", ".join(turn.wording.text(f"utter_method_{item}") for item in methods)
    lines = _lines(turn, two, [
        ("methods", "methods", words),
        ("path", "path", two.path),
        ("page", "url", two.url),
        ("sessions", "sessions_path", two.sessions_path),
        ("recovery", "recovery_url", two.recovery_url),
    ])  # fmt: skip
    return _tell_platform(turn, platform, two, lines, "two_factor")


def tell_tips(turn: Turn, identity: str) -> bool:
    """What to save on one platform. Never for a minor: tips may speak of pictures of the screen (rule R02)."""
    platform = directory().platform(identity)
    if platform is None or turn.known.treat_as_minor:
        return False
    tips = [tip for tip in platform.evidence_tips if tip.confirmed]
    lines = [f"• {tip.tip}" for tip in tips[:3]]
    return _tell_platform(turn, platform, tips[0] if tips else platform, lines, "tips")


def _tell_platform(turn: Turn, platform: Any, fact: Any, lines: list[str], kind: str) -> bool:
    if not lines:
        return False
    intro = turn.wording.text(f"utter_intro_{kind}", platform=platform.name)
    text = "\n".join([intro, *lines, f"({sourced(turn, fact)})"])
    turn.tell(text, custom={"type": "resources", "purpose": kind, "items": [platform.to_json()]})
    return True


def tell_evidence_log(turn: Turn) -> bool:
    """The columns of a log that the person keeps on their own device; never filled in by us (feature 69)."""
    minor = turn.known.treat_as_minor
    columns = [turn.wording.text(f"utter_log_{name}") for name in ("address", "site", "handle", "when", "said", "seen")]
    text = "\n".join([turn.wording.text("utter_intro_log"), *(f"• {column}" for column in columns)])
    turn.tell(text, custom={"type": "evidence_log", "columns": columns, "files": not minor})
    return True


def _line(*purposes: str) -> Callable[[Turn], bool]:
    def tell(turn: Turn) -> bool:
        return tell_services(turn, services_for(turn, *purposes), f"utter_intro_{purposes[0]}")

    return tell


PLATFORM_TELLERS: dict[str, Callable[[Turn, str], bool]] = {
    "platform_report": tell_platform_report,
    "platform_tips": tell_tips,
    "two_factor": tell_two_factor,
}
TELLERS: dict[str, Callable[[Turn], bool]] = {
    "law": tell_law,
    "orders": tell_orders,
    "legal_help": tell_legal_help,
    "police": tell_police,
    "hotline": tell_hotline,
    "regulator": tell_regulator,
    "site_hosts": tell_site_hosts,
    "dv_line": tell_domestic_violence,
    "crisis": tell_crisis,
    "child_line": _line("child"),
    "victim_line": _line("victims", "ncii"),
    "sexual_violence_line": _line("sexual_violence"),
    "lgbtq_line": _line("lgbtq"),
    "evidence_log": tell_evidence_log,
    "notices": tell_notices,
}
