"""Letters: which ones fit this person, said in words and as templates that are filled on their own device."""

from __future__ import annotations

from typing import Any

from actions.base import Turn
from actions.resources import directory
from bot.directory.notices import Offer, kind, offers, to_json

MOST_OFFERS = 4


def fitting(turn: Turn) -> list[Offer]:
    """The kinds of letter that fit the place, the sites and what happened, best first."""
    known = turn.known
    place = known.place if known.place != "skipped" else None
    situations = known.situations or frozenset()
    return offers(place, known.platforms, situations, known.treat_as_minor, known.goal, directory(), known.flags)[
        :MOST_OFFERS
    ]


def tell_notices(turn: Turn) -> bool:
    """Say which letters may fit. What the person types into one never reaches this program (rule R47)."""
    found = [] if turn.known.accused else fitting(turn)
    if not found:
        return False
    lines = [f"• {kind(offer.kind).title}: {offer.why}" for offer in found]
    templates: list[dict[str, Any]] = [to_json(kind(offer.kind)) | {"why": offer.why} for offer in found]
    text = "\n".join([turn.wording.text("utter_intro_notices"), *lines])
    turn.tell(text, custom={"type": "notice", "kinds": templates})
    return True
