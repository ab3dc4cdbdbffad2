"""The platform name behind a misspelt word: a letter wrong, letters held down, or digits for letters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.directory.gazetteer_files import rows

_SHORTEST_SPELLING = 5
_LONGEST_SPELLING = 20
_TWO_SLIPS = 8
_DIGITS = (str.maketrans("013457@", "oieasta"), str.maketrans("013457@", "oleasta"))
_HELD = re.compile(r"(.)\1{2,}")


class PlatformSpelling:
    """Knows which names a word may be a slip for; everyday words never are."""

    def __init__(self, names: Iterable[str], short_names: Iterable[str]) -> None:
        self._everyday = {row[0] for row in rows("not_platforms.txt")}
        self._by_letter: dict[str, list[str]] = {}
        for name in sorted(names):
            self._by_letter.setdefault(name[0], []).append(name)
        self._short = frozenset(short_names)

    def name_of(self, word: str) -> str | None:
        """The name that the word is a slip for, or None."""
        if len(word) > _LONGEST_SPELLING or word in self._everyday:
            return None
        return self._plain(word) or self._close(word)

    def _plain(self, word: str) -> str | None:
        if len(word) < 3:
            return None
        if not word.isalpha() and not word.isdigit():
            for digits in _DIGITS:
                if (plain := word.translate(digits)) in self._short:
                    return plain
        held = _HELD.sub(r"\1", word)
        return held if held != word and held in self._short else None

    def _close(self, word: str) -> str | None:
        if len(word) < _SHORTEST_SPELLING:
            return None
        allowed = 1 if len(word) < _TWO_SLIPS else 2
        best = process.extractOne(word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=allowed)
        if best is None and len(word) >= _TWO_SLIPS:
            swapped = word[1] + word[0] + word[2:]
            best = process.extractOne(swapped, self._by_letter.get(word[1], ()), scorer=OSA.distance, score_cutoff=0)
        return best[0] if best else None
