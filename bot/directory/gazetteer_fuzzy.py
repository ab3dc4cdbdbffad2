"""Misspelt countries, parts and big cities."""

from __future__ import annotations

from collections import defaultdict

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.directory.gazetteer_files import rows
from bot.directory.gazetteer_index import GazetteerIndex

SHORTEST = 5
"""Shorter words are never taken for a misspelling."""


class Misspellings:
    """Looks up the known name that a misspelt one most likely stands for."""

    def __init__(self, index: GazetteerIndex) -> None:
        self._index = index
        self._words = {row[0] for row in rows("not_misspelt.txt")}
        self._names: dict[str, list[str]] = defaultdict(list)
        for name in index.large_names:
            entry = index.entries.get(name)
            if entry is None or len(name) < SHORTEST or name.startswith("the "):
                continue
            if not entry.rule or (entry.rule == "person" and entry.kind != "city"):
                self._names[name[0]].append(name)

    def correct(self, written: str) -> str | None:
        """The name meant by `written`, or None where it is short, a known word or too far off."""
        if len(written) < SHORTEST or written in self._words:
            return None
        allowed = _edits(len(written))
        found = process.extract(
            written, self._names.get(written[0], ()), scorer=OSA.distance, score_cutoff=allowed, limit=5
        )
        if not found:
            return None
        best = min(distance for _, distance, _ in found)
        nearest = [name for name, distance, _ in found if distance == best and _alike(written, name)]
        if not nearest:
            return None
        if len(nearest) > 1 or best > 1:
            nearest = [name for name in nearest if self._index.entries[name].kind != "city"] or nearest
        return max(nearest, key=lambda name: self._index.entries[name].weight)


def _alike(written: str, name: str) -> bool:
    """Names of five letters must keep their length: "spian" is Spain, "create" is not Crete."""
    if " " in written:
        return _same_word_by_word(written.split(), name.split())
    return len(written) == len(name) or min(len(written), len(name)) > SHORTEST


def _same_word_by_word(written: list[str], name: list[str]) -> bool:
    """Short words must be right and long ones nearly: "new zeland" passes, "no way" is not Norway."""
    return len(written) == len(name) and all(
        word == meant or (min(len(word), len(meant)) > 3 and OSA.distance(word, meant) <= _edits(len(meant)))
        for word, meant in zip(written, name, strict=True)
    )


def _edits(length: int) -> int:
    """Edits (one letter, or two neighbours swapped) that a word of this length may be off by."""
    if length < 8:
        return 1
    return 2 if length < 12 else 3
