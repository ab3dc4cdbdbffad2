"""The cards of the four steps: one action each, chosen by what is known. Pure; the directory fills them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.plan.cards_accounts import accounts_cards
from bot.plan.cards_base import FACTS, NEEDS, STEPS, Card, Case
from bot.plan.cards_counsel import counsel_cards
from bot.plan.cards_evidence import evidence_cards
from bot.plan.cards_report import report_cards

if TYPE_CHECKING:
    from bot.plan.known import Known

__all__ = ["FACTS", "NEEDS", "STEPS", "Card", "cards"]

_BUILDERS: dict[str, Callable[[Case], list[Card]]] = {
    "evidence": evidence_cards,
    "report": report_cards,
    "accounts": accounts_cards,
    "counsel": counsel_cards,
}


def cards(step: str, known: Known) -> list[Card]:
    """The cards of one step, first things first. `step` is one of STEPS; anything else raises KeyError."""
    chosen: dict[str, Card] = {}
    for card in _BUILDERS[step](Case(known)):
        chosen.setdefault(card.id, card)
    return list(chosen.values())
