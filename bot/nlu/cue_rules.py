"""Cues: what a message tells about who, age, offender, situation, goal and circumstances."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.patterns import HERE, Hit, Plain, Rule, find, load_rules, plain
from bot.nlu.safety_rules import ADULT, MINOR, lexical_hits

CUES_FILE = HERE / "cues.yml"
TEXT_LIMIT = 4000


@lru_cache(maxsize=2)
def _rules(path: Path) -> tuple[tuple[Rule, ...], frozenset[str]]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return load_rules(path, "cues"), frozenset(data["single"])


def cues(text: str, path: Path = CUES_FILE) -> list[dict[str, Any]]:
    """Returns the cue entities of a message: entity, value, start and end in the text.

    A sign that somebody in the image is under 18 outweighs every sign of an adult (rule R01).
    """
    written = plain(text[:TEXT_LIMIT])
    rules, single = _rules(path)
    hits = find(rules, written)
    hits.extend(_ages(written, hits))
    chosen: list[Hit] = []
    for hit in hits:
        if hit.name in single and any(other.name == hit.name for other in chosen):
            continue
        chosen.append(hit)
    return [
        {"entity": hit.name, "value": hit.value, "start": hit.start, "end": hit.end, "extractor": "CueExtractor"}
        for hit in chosen
    ]


def _ages(written: Plain, hits: list[Hit]) -> list[Hit]:
    """The sign of a minor, else of an adult, where the message does not leave the age open."""
    if any(hit.name == "age" for hit in hits):
        return []
    for matter, value in ((MINOR, "minor"), (ADULT, "adult")):
        found = lexical_hits(written, matter)
        if found:
            return [Hit("age", value, found[0].start, found[0].end)]
    return []
