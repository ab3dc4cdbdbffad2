"""Facts said in words: what was understood, as a person would say it."""

from __future__ import annotations

from actions.base import TRIAGE_SLOTS, Turn
from actions.resources import directory, place_label

# More facts than these make a message that nobody reads to its end.
MOST_FACTS = 5


def said(turn: Turn, slot: str) -> str | None:
    """A slot's value in words, or None where there is nothing to say of it (skipped, not known)."""
    value = turn.slots.get(slot)
    if value in (None, "skipped", [], ["skipped"]):
        return None
    if slot == "place":
        return turn.wording.text("utter_fact_place", place=place_label(str(value)))
    if slot == "platforms":
        names = [site_name(item) for item in value if item not in ("not_online", "skipped")]
        return turn.wording.text("utter_fact_platforms", names=turn.join(names)) if names else None
    values = value if isinstance(value, list) else [value]
    keys = [f"utter_fact_{slot}_{item}" for item in values]
    words = [turn.wording.text(key) for key in keys if turn.wording.has(key)]
    return turn.join(words) if words else None


def noted_facts(turn: Turn) -> list[str]:
    """What this message told, in words; where it told a lot, without what goes without saying."""
    noted = (turn.slots.get("noted") or {}).get("slots") or []
    told = [slot for slot in TRIAGE_SLOTS if slot in noted and said(turn, slot)]
    if len(told) > MOST_FACTS:
        told = [slot for slot in told if slot not in ("who", "goal")]
    return [str(said(turn, slot)) for slot in told]


def site_name(item: str) -> str:
    """The short name of a platform, or the address of a website that the directory does not know."""
    platform = directory().platform(item)
    if platform is None:
        return item
    # "Google Drive, Photos, Gmail ...": the family's name is enough in a sentence.
    return platform.name.split()[0].rstrip(":,") if "," in platform.name else platform.name
