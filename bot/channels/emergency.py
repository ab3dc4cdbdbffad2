"""What is said when the bot has no answer: a kind sentence that always holds a way to help."""

from __future__ import annotations

import logging
from typing import Any

from bot.nlg.wording import Wording

logger = logging.getLogger(__name__)
_ENDS_OF_STATE = ("restart", "session_started")


def place_of(events: list[dict[str, Any]]) -> str:
    """The person's place as a tracker's stored events have it, empty where it is not known."""
    for event in reversed(events):
        if event.get("event") in _ENDS_OF_STATE:
            break
        if event.get("event") == "slot" and event.get("name") == "place":
            return str(event.get("value") or "")
    return ""


def cannot_answer(place: str, language: str) -> str:
    """One sentence for when nothing else can be said, with the emergency number of the place. Total."""
    wording = Wording(language)
    try:
        number = _number(place)
    except Exception as error:  # noqa: BLE001 - the sentence must come, with or without the number
        logger.error("emergency number not found: %s", type(error).__name__)
        number = None
    if number is None:
        return wording.text("utter_cannot_answer_anywhere")
    return wording.text("utter_cannot_answer", emergency=number)


def _number(place: str) -> str | None:
    if not place or place == "skipped":
        return None
    from bot.directory import Directory
    from bot.settings import settings

    emergency = Directory.open(settings.database_url).emergency(place)
    return emergency.shown_number if emergency else None
