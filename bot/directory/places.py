"""The place a person lives in, as far as they have said it, as ISO 3166 codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pycountry
from babel import Locale

from bot.directory.gazetteer_fuzzy import Misspellings
from bot.directory.gazetteer_index import GazetteerIndex
from bot.directory.gazetteer_mentions import CandidateFinder
from bot.directory.gazetteer_message import Candidate, Message
from bot.directory.gazetteer_roles import Role
from bot.directory.gazetteer_ruler import NameFinder
from bot.directory.gazetteer_settle import settle


@dataclass(frozen=True)
class Mention:
    """A place name in the message: its words, character offsets, codes and whose place it is."""

    text: str
    start: int
    end: int
    codes: tuple[str, ...]
    role: Role


@dataclass(frozen=True)
class Resolution:
    """The person's own place.

    places: codes, the most specific first ("US-OH", "US"); empty where they state none; with
    `ambiguous` the candidates to offer. mentions: every place name that was found.
    """

    places: tuple[str, ...]
    ambiguous: bool
    mentions: tuple[Mention, ...]


Judge = Callable[[Message, Sequence[Candidate]], list[Candidate]]
"""Gives the places of a message their roles."""


class Places:
    """Reads places out of messages. Build it with `load`, which shares one instance per process."""

    def __init__(self, finder: CandidateFinder, names: Mapping[str, str], judge: Judge | None = None) -> None:
        self._finder = finder
        self._names = names
        self._judge = judge

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Places:
        """The gazetteer in memory; the first call in a process builds it (about two seconds)."""
        index = GazetteerIndex()
        return Places(CandidateFinder(index, NameFinder(index), Misspellings(index)), _names())

    def judged_by(self, judge: Judge) -> Places:
        """The same gazetteer, with another judge of whose place is meant than the rules alone."""
        return Places(self._finder, self._names, judge)

    def candidates(self, text: str) -> tuple[Message, list[Candidate]]:
        """The message as tokens and its place names, each with what the rules say of it."""
        return self._finder.find(text)

    def resolve(self, text: str) -> Resolution:
        """The person's own place in a message, and all places mentioned in it."""
        message, found = self._finder.find(text)
        if self._judge is not None and found:
            found = self._judge(message, found)
            found = [c for c in found if c.sure or c.claim.role == "own"]
        else:
            found = [c for c in found if c.sure]
        codes, ambiguous = settle(found)
        mentions = tuple(Mention(text[c.start : c.end], c.start, c.end, c.codes, c.claim.role) for c in found)
        if ambiguous:
            return Resolution(codes, True, mentions)
        return Resolution(_with_wholes(codes), False, mentions)

    def label(self, code: str, among: Sequence[str] = ()) -> str:
        """A name to show for a code, "Ohio, United States".

        With `among`, the candidates offered together, a name that two of them share is told
        apart: "Georgia, the US state", "Georgia, the country". An unknown code gives the code.
        """
        name = self._names.get(code, code)
        whole = code.split("-")[0]
        if any(other != code and self._names.get(other) == name for other in among):
            return f"{name}, the {whole} state" if "-" in code else f"{name}, the country"
        return f"{name}, {self._names.get(whole, whole)}" if "-" in code else name


def _names() -> dict[str, str]:
    territories = Locale("en").territories
    names = {country.alpha_2: str(territories.get(country.alpha_2)) for country in pycountry.countries}
    names["XK"] = "Kosovo"
    names |= {part.code: part.name for part in pycountry.subdivisions}
    return names


def _with_wholes(codes: tuple[str, ...]) -> tuple[str, ...]:
    if not codes:
        return ()
    code = codes[0]
    return (code, code.split("-")[0]) if "-" in code else (code,)
