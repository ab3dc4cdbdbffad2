"""Step 4, find counsel: the law of the place, protection, legal help, helplines, and what to bring."""

from __future__ import annotations

from bot.plan.cards_base import Card, Case


def _card(key: str, *facts: str) -> Card:
    return Card("counsel", key, facts=facts)


def _from_directory(part: str) -> Card:
    """A card that stands on one kind of directory entry, and says what to do where the place has none."""
    return Card("counsel", f"counsel_{part}", facts=(part,), needs=(part,), fallback=f"counsel_{part}_missing")


def counsel_cards(case: Case) -> list[Card]:
    """Whom to turn to, in order; where reporting can endanger the person, that comes first (rule R25)."""
    if case.accused:
        return _accused(case)
    return [
        *_danger(case),
        *_law(case),
        *_protection(case),
        _from_directory("legal_help"),
        *_helplines(case),
        _card("counsel_bring_minor" if case.minor else "counsel_bring"),
        _card("counsel_cost"),
    ]


def _danger(case: Case) -> list[Card]:
    chosen: list[Card] = []
    if case.known.reporting_is_risky:
        lines = ("lgbtq_line",) if case.has("criminalised") else ("dv_line",)
        chosen.append(_card("counsel_danger", "victim_line", *lines))
    if case.close:
        chosen.append(_card("counsel_partner_safety", "dv_line"))
    if case.has("police_refused"):
        chosen.append(_card("counsel_police_refused", "victim_line", "regulator"))
    return chosen


def _law(case: Case) -> list[Card]:
    """The law card carries source and date with it (rule R40); without a place there is no law to show."""
    return [_from_directory("law")] if case.place else [_card("counsel_place_unknown")]


def _protection(case: Case) -> list[Card]:
    """An order needs somebody to name in it."""
    if case.known.far_offender:
        return []
    return [_from_directory("orders")]


def _helplines(case: Case) -> list[Card]:
    chosen: list[Card] = []
    if case.has("migrant"):
        chosen.append(_card("counsel_migrant", "legal_help"))
    if case.has("work") and not case.minor:
        chosen.append(_card("counsel_work"))
    if case.has("drugged_or_asleep"):
        chosen.append(_card("counsel_sexual_violence", "sexual_violence_line"))
    if case.minor:
        return [*chosen, _card("counsel_helpline_minor", "child_line")]
    return [*chosen, _card("counsel_helpline", "victim_line")]


def _accused(case: Case) -> list[Card]:
    """Rule R58: legal help and a line to talk to, without judgement."""
    return [_card("accused_lawyer", "legal_help"), *_law(case), _card("accused_support", "crisis")]
