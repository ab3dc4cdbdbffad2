"""Misspelt countries, parts and big cities."""

from __future__ import annotations

import re
from collections import defaultdict

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.directory.gazetteer_files import rows
from bot.directory.gazetteer_index import GazetteerIndex

SHORTEST = 5
"""Shorter words are never taken for a misspelling."""

_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|c(?=[aoulrkt])|qu?"), "k"),
    (re.compile(r"[zc]"), "s"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(?<=[aeiou])h|(?<=[tgr])h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


class Misspellings:
    """Looks up the known name that a misspelt one most likely stands for."""

    def __init__(self, index: GazetteerIndex) -> None:
        self._index = index
        self._words = {row[0] for row in rows("not_misspelt.txt")}
        self._names: dict[str, list[str]] = defaultdict(list)
        self._sounds: dict[str, dict[str, str]] = defaultdict(dict)
        for name in index.large_names:
            entry = index.entries.get(name)
            if entry is None or len(name) < SHORTEST or name.startswith("the "):
                continue
            if not entry.rule or (entry.rule == "person" and entry.kind != "city"):
                self._names[name[0]].append(name)
                sound = sound_of(name)
                self._sounds[sound[0]][name] = sound

    def correct(self, written: str) -> str | None:
        """The name meant by `written`, or None where it is short, a known word or too far off."""
        if len(written) < SHORTEST or written in self._words:
            return None
        found = self._near(written) or self._alike_in_sound(written)
        if not found:
            return None
        best = min(found.values())
        nearest = [name for name, distance in found.items() if distance == best]
        if len(nearest) > 1 or best > 1:
            nearest = [name for name in nearest if self._index.entries[name].kind != "city"] or nearest
        return max(nearest, key=lambda name: self._index.entries[name].weight)

    def _near(self, written: str) -> dict[str, float]:
        """Names within a few letters, with the number of letters."""
        allowed = _edits(len(written))
        names = self._names.get(written[0], ())
        found = process.extract(written, names, scorer=OSA.distance, score_cutoff=allowed, limit=5)
        return {name: distance for name, distance, _ in found if _alike(written, name)}

    def _alike_in_sound(self, written: str) -> dict[str, float]:
        """Names that sound nearly the same ("filipines"), with the number of letters they are off by."""
        sound = sound_of(written)
        if len(sound) <= SHORTEST:
            return {}
        names = self._sounds.get(sound[0], {})
        allowed = _edits(len(sound)) - 1
        found = process.extract(sound, names, scorer=OSA.distance, score_cutoff=allowed, limit=5)
        return {name: OSA.distance(written, name) for _, _, name in found if _alike(written, name, extra=1)}


def sound_of(name: str) -> str:
    """A name as it sounds, roughly: doubled letters once, "ph" as "f", "c" as "k" or "s"."""
    for pattern, sound in _SOUNDS:
        name = pattern.sub(sound, name)
    return name


def _alike(written: str, name: str, extra: int = 0) -> bool:
    """Names of five letters must keep their length: "spian" is Spain, "create" is not Crete.

    Only a vowel may be left out: "mexco" is Mexico."""
    if " " in written or " " in name:
        return _same_word_by_word(written.split(), name.split(), extra)
    if len(written) == len(name) or min(len(written), len(name)) > SHORTEST:
        return True
    return len(written) < len(name) and _consonants(written) == _consonants(name)


def _consonants(word: str) -> str:
    """What is left of a word written without vowels, as in "mexco"."""
    return re.sub(r"[aeiou]", "", word)


def _same_word_by_word(written: list[str], name: list[str], extra: int) -> bool:
    """Short words must be right and long ones nearly: "new zeland" passes, "no way" is not Norway."""
    return len(written) == len(name) and all(
        word == meant or (min(len(word), len(meant)) > 3 and OSA.distance(word, meant) <= _edits(len(meant)) + extra)
        for word, meant in zip(written, name, strict=True)
    )


def _edits(length: int) -> int:
    """Edits (one letter, or two neighbours swapped) that a word of this length may be off by."""
    if length < 8:
        return 1
    return 2 if length < 12 else 3
