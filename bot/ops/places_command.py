"""`steady places resolve`: the place a person states, for each line of a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.nlu.place_roles import learned_places


class PlacesInputError(ValueError):
    """A line of the input that is not a JSON object with a text."""


def resolve_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """For each JSON line with `text`: its `text`, `places` (codes) and `ambiguous`.

    Blank lines are skipped. Raises PlacesInputError with the number, never the content, of a
    line that is no JSON object with a string under `text`.
    """
    places = learned_places()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        text = _text(line, number)
        resolution = places.resolve(text)
        yield {"text": text, "places": list(resolution.places), "ambiguous": resolution.ambiguous}


def _text(line: str, number: int) -> str:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        raise PlacesInputError(f"line {number} is not JSON; write one object with a text on each line") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise PlacesInputError(f'line {number} has no text; write {{"text": "..."}} on each line')
    return entry["text"]
