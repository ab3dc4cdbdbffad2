"""The place a person lives in, as far as they have said it, as ISO 3166 codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pycountry
from babel import Locale

from bot.directory.gazetteer_fuzzy import Misspellings
from bot.directory.gazetteer_index import GazetteerIndex
from bot.directory.gazetteer_joint import narrowed, within
from bot.directory.gazetteer_mentions import CandidateFinder
from bot.directory.gazetteer_message import Candidate
from bot.directory.gazetteer_roles import CORRECTED, Role
from bot.directory.gazetteer_ruler import NameFinder


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


class Places:
    """Reads places out of messages. Build it with `load`, which shares one instance per process."""

    def __init__(self, index: GazetteerIndex) -> None:
        self._candidates = CandidateFinder(index, NameFinder(index), Misspellings(index))
        self._names = {country.alpha_2: _country_name(country.alpha_2) for country in pycountry.countries}
        self._names["XK"] = "Kosovo"
        for part in pycountry.subdivisions:
            self._names[part.code] = part.name

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Places:
        """The gazetteer in memory; the first call in a process builds it (about two seconds)."""
        return Places(GazetteerIndex())

    def resolve(self, text: str) -> Resolution:
        """The person's own place in a message, and all places mentioned in it."""
        found = self._candidates.find(text)
        codes, ambiguous = _settle(found)
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


def _country_name(code: str) -> str:
    return str(Locale("en").territories.get(code, code))


def _with_wholes(codes: tuple[str, ...]) -> tuple[str, ...]:
    if not codes:
        return ()
    code = codes[0]
    return (code, code.split("-")[0]) if "-" in code else (code,)


def _settle(found: Sequence[Candidate]) -> tuple[tuple[str, ...], bool]:
    """The codes of the firmest claim, narrowed by what else was said; True: several remain."""
    own = [candidate for candidate in found if candidate.claim.role == "own"]
    if not own:
        return (), False
    rejected = {code for candidate in found if candidate.claim.role == "rejected" for code in candidate.codes}
    firmest = max(candidate.claim.rank for candidate in own)
    chosen = [candidate for candidate in own if candidate.claim.rank == firmest]
    codes = _combined(_leading(chosen), chosen, own)
    remaining = tuple(code for code in codes if not _denied(code, rejected)) or codes
    return remaining, len(remaining) > 1


def _leading(chosen: Sequence[Candidate]) -> Candidate:
    """The last correction; else the first place, but a country rather than a town that is not in it."""
    if chosen[0].claim.rank >= CORRECTED:
        return chosen[-1]
    first = chosen[0]
    larger = [candidate for candidate in chosen if candidate.entry.kind in {"country", "part"}]
    if first.entry.kind == "city" and larger and not narrowed(first.codes, larger[0].codes):
        return larger[0]
    return first


def _combined(first: Candidate, chosen: Sequence[Candidate], own: Sequence[Candidate]) -> tuple[str, ...]:
    codes = first.codes
    for other in [*chosen, *own]:
        if other is first:
            continue
        if fitting := narrowed(codes, other.codes):
            codes = fitting
        elif other in chosen and other.offered_with is first:
            codes = tuple(dict.fromkeys(codes + other.codes))
    return codes


def _denied(code: str, rejected: set[str]) -> bool:
    return any(within(code, other) for other in rejected if len(rejected) <= 3)
