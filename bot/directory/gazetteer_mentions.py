"""The place names of a message that are meant as places, with the claim each one makes."""

from __future__ import annotations

from dataclasses import replace

from bot.directory.gazetteer_fuzzy import Misspellings
from bot.directory.gazetteer_gate import alone, is_place, may_be_place
from bot.directory.gazetteer_index import Entry, GazetteerIndex
from bot.directory.gazetteer_joint import LINKS, joint_codes
from bot.directory.gazetteer_message import LONGEST_CLAUSE, Candidate, Message
from bot.directory.gazetteer_postcodes import postcodes
from bot.directory.gazetteer_roles import Claim, Surroundings, claim
from bot.directory.gazetteer_ruler import NameFinder, NameSpan
from bot.directory.gazetteer_text import tokens_of

_LONGEST_SPELLING = 3
_LONGEST_MESSAGE = 1_500


class CandidateFinder:
    """Finds names, joins neighbours, drops names that are no places here, and reads the claims."""

    def __init__(self, index: GazetteerIndex, names: NameFinder, misspellings: Misspellings) -> None:
        self._index = index
        self._names = names
        self._misspellings = misspellings

    def find(self, text: str) -> tuple[Message, list[Candidate]]:
        """The message as tokens, and its places in their order, each with its claim."""
        message = Message(text, tokens_of(text)[:_LONGEST_MESSAGE])
        if not message.tokens:
            return message, []
        spans = self._names.find(message.tokens)
        idioms = [span for span in spans if span.idiom]
        exact = [c for span in spans if not span.idiom for c in self._read(span, message)]
        spelt = self._misspelt(message, exact, idioms)
        respelt = {p for c in spelt for p in range(c.first, c.last)}
        exact = [c for c in exact if not respelt & set(range(c.first, c.last))]
        postal = list(postcodes(message, exact))
        numbers = {p for c in postal for p in range(c.first, c.last)}
        exact = [c for c in exact if not numbers & set(range(c.first, c.last))]
        joined = _join(message, sorted(exact + spelt, key=lambda c: c.first))
        joined = sorted(joined + postal, key=lambda c: c.first)
        covered = {p for c in joined for p in range(c.first, c.last)}
        weighed = [replace(c, sure=is_place(c, message, covered)) for c in joined]
        kept = [c for c in weighed if c.sure or may_be_place(c, message)]
        return message, _claims(message, [_qualified(c, message) for c in kept])

    def _read(self, span: NameSpan, message: Message) -> list[Candidate]:
        entry = self._index.entries.get(span.key)
        demonym = self._index.demonyms.get(span.key)
        codes = self._index.short_codes.get(span.key, [])
        start, end = message.tokens[span.first].start, message.tokens[span.last - 1].end
        readings: list[Entry] = [entry] if entry and not codes else []
        if demonym and not (entry and entry.kind != "city" and demonym != entry):
            readings = [demonym]
        readings += codes
        return [Candidate(span.first, span.last, start, end, reading, span.key) for reading in readings]

    def _misspelt(self, message: Message, exact: list[Candidate], idioms: list[NameSpan]) -> list[Candidate]:
        fixed = {p for span in idioms for p in range(span.first, span.last)}
        known = {p for c in exact for p in range(c.first, c.last)}
        found: list[Candidate] = []
        for position in range(len(message.tokens)):
            spelling = self._spelling(message, position, fixed, known)
            if spelling is not None:
                found.append(spelling)
                fixed |= set(range(spelling.first, spelling.last))
        return found

    def _spelling(self, message: Message, first: int, fixed: set[int], known: set[int]) -> Candidate | None:
        """A misspelt name from this position on; words that are known names must be spelt right in it."""
        slot = message.is_slot(first)
        for last in range(min(first + _LONGEST_SPELLING, len(message.tokens)), first, -1):
            covered = set(range(first, last))
            if covered & fixed or covered <= known or not (slot or message.only(covered | known)):
                continue
            written = message.words[first:last]
            name = self._misspellings.correct(" ".join(written))
            if name is not None and self._keeps_known(name, written, {p - first for p in covered & known}):
                tokens = message.tokens
                entry = self._index.entries[name]
                return Candidate(first, last, tokens[first].start, tokens[last - 1].end, entry, name)
        return None

    @staticmethod
    def _keeps_known(name: str, written: tuple[str, ...], known: set[int]) -> bool:
        words = name.split()
        return not known or (len(words) == len(written) and all(words[p] == written[p] for p in known))


def _join(message: Message, candidates: list[Candidate]) -> list[Candidate]:
    """Reads neighbouring names as one place wherever they fit."""
    joined: list[Candidate] = []
    for candidate in candidates:
        pair = _pair(message, joined, candidate)
        if pair is None:
            joined.append(candidate)
        else:
            first, both = pair
            joined = [c for c in joined if c.last <= first.first]
            joined.append(both)
    paired = {p for c in joined if c.joined for p in range(c.first, c.last)}
    return [c for c in joined if c.joined or not paired & set(range(c.first, c.last))]


def _pair(message: Message, earlier: list[Candidate], second: Candidate) -> tuple[Candidate, Candidate] | None:
    for first in reversed(earlier[-3:]):
        gap = message.words[first.last : second.first]
        if second.first < first.last or len(gap) > 2 or not set(gap) <= LINKS:
            continue
        if not _joinable(first, second, gap, message):
            continue
        codes = joint_codes(first.entry, second.entry)
        if codes:
            readings = tuple((code, 1) for code in codes)
            kind = first.entry.kind if "-" not in codes[0] else "part"
            entry = Entry(codes, readings, kind)
            both = Candidate(first.first, second.last, first.start, second.end, entry, first.key, joined=True)
            return first, both
    return None


def _joinable(first: Candidate, second: Candidate, gap: tuple[str, ...], message: Message) -> bool:
    """Keeps everyday words from joining ("me in texas", "portland or i think")."""
    if "demonym" in (first.entry.kind, second.entry.kind):
        return False
    if first.entry.kind == "code" and (first.entry.rule not in {"always", "context"} or gap == ()):
        return first.entry.rule == "always" or message.upper(first)
    if first.entry.rule == "never" and (set(gap) - {","} or not (message.capital(first) or gap == (",",))):
        return False
    if second.entry.rule == "never" or (second.entry.rule in {"word", "person"} and set(gap) - {","}):
        return False
    if second.entry.rule in {"upper", "joint"}:
        ends = second.last >= len(message.words) or not message.words[second.last].isalnum()
        return set(gap) <= {","} and (message.upper(second) or ends)
    return True


def _qualified(candidate: Candidate, message: Message) -> Candidate:
    """Narrows "georgia the country" and "the state of washington"."""
    if len(candidate.codes) < 2:
        return candidate
    following = message.words[candidate.last : candidate.last + 5]
    after = [word for word in following if word not in {"the", ",", "(", "us"}][:1]
    ahead = message.words[max(0, candidate.first - 2) : candidate.first]
    if after == ["country"] or ahead[-1:] == ("country",) or ahead == ("country", "of"):
        codes = tuple(code for code in candidate.codes if "-" not in code)
    elif after in (["state"], ["province"]) or ahead[-1:] == ("state",) or ahead == ("state", "of"):
        codes = tuple(code for code in candidate.codes if "-" in code and code != "US-DC")
    else:
        return candidate
    return replace(candidate, entry=replace(candidate.entry, codes=codes or candidate.codes))


def _claims(message: Message, candidates: list[Candidate]) -> list[Candidate]:
    claimed: list[Candidate] = []
    covered = {p for c in candidates if c.sure for p in range(c.first, c.last)}
    for candidate in candidates:
        around = Surroundings(
            left=message.clause(candidate.first),
            right=message.words[candidate.last : candidate.last + LONGEST_CLAUSE],
            kind=candidate.entry.kind,
            alone=alone(message, candidate, covered),
        )
        result, previous = claim(around), claimed[-1] if claimed else None
        gap = message.words[previous.last : candidate.first] if previous else ()
        if previous and gap in (("or",), ("nor",)) and previous.claim.role == "rejected":
            result = Claim("rejected")
        offered = previous if previous and gap in (("or",), ("/",)) else None
        claimed.append(replace(candidate, claim=result, offered_with=offered, decides=_decides(candidate, message)))
    return claimed


def _decides(candidate: Candidate, message: Message) -> bool:
    """True for "the Scottish one" and "the one in Scotland", unless that one is ruled out."""
    ahead = message.words[max(0, candidate.first - 5) : candidate.first]
    following = message.words[candidate.last : candidate.last + 1]
    named = following == ("one",) or "one in" in " ".join(word for word in ahead if word != "the")
    return named and "not" not in ahead and "isnt" not in ahead
