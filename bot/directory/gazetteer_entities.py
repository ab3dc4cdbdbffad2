"""Places and platforms found in a message, as entities of the parse output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.directory.places import Mention, Resolution
from bot.directory.platform_names import PlatformMention


def place_entities(resolution: Resolution) -> list[dict[str, Any]]:
    """One `place` entity for the person's own place, and `place_rejected` for each one ruled out.

    The value of `place` is the most specific code, or the list of candidates with `ambiguous`.
    """
    entities = []
    own = _chosen(resolution)
    if own is not None:
        value: str | list[str] = list(resolution.places) if resolution.ambiguous else resolution.places[0]
        entity = _entity("place", value, own.start, own.end, "PlaceExtractor")
        if resolution.ambiguous:
            entity["ambiguous"] = True
        entities.append(entity)
    rejected = [mention for mention in resolution.mentions if mention.role == "rejected"]
    entities += [_entity("place_rejected", m.codes[0], m.start, m.end, "PlaceExtractor") for m in rejected]
    return entities


def platform_entities(mentions: Sequence[PlatformMention]) -> list[dict[str, Any]]:
    """One `platform` entity for each platform; `ambiguous` where the person should be asked."""
    entities = []
    for mention in mentions:
        entity = _entity("platform", mention.value, mention.start, mention.end, "PlatformExtractor")
        if mention.ambiguous:
            entity["ambiguous"] = True
        entities.append(entity)
    return entities


def _chosen(resolution: Resolution) -> Mention | None:
    """The mention that the resolution rests on."""
    own = [mention for mention in resolution.mentions if mention.role == "own"]
    fitting = [mention for mention in own if set(resolution.places) & set(mention.codes)]
    return next(iter(fitting or own), None) if resolution.places else None


def _entity(name: str, value: str | list[str], start: int, end: int, extractor: str) -> dict[str, Any]:
    return {
        "entity": name,
        "value": value,
        "start": start,
        "end": end,
        "extractor": extractor,
        "confidence_entity": 1.0,
    }
