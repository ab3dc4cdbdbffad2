"""Whether a name is meant as a place at all, or as a person, an everyday word or a language."""

from __future__ import annotations

from bot.directory.gazetteer_files import word_set
from bot.directory.gazetteer_index import PARTED
from bot.directory.gazetteer_message import FILLERS, Candidate, Message
from bot.directory.gazetteer_roles import PREPOSITIONS, is_residence

_SURE_BEFORE = (PREPOSITIONS - {"from"}) | {"meant", "mean", "said"}
_NAMING = frozenset(
    {"im", "am", "name", "is", "called", "named", "its", "hi", "hello", "hey", "thanks", "sorry", "please"}
)
_INTRODUCING = frozenset({"im", "am", "name", "called", "named", "hi", "hello", "hey"})
_LANGUAGE = frozenset({"speak", "speaks", "speaking", "spoke", "translate", "translated", "translation", "learn"})
_LEADING_TO = frozenset({"to", "of", "at"})
_NEAR = 4
_OPENINGS = word_set("after an opening place")
ENGLISH_SPEAKING = PARTED | {"IE", "NZ"}
_WELL_KNOWN = 100_000
_LONG_NAME = 6
_ALONE_IN_PART = frozenset({"", "always", "context"})
_SEGMENT_ENDS = frozenset(".!?\n;,:") | {"but"}


def is_place(candidate: Candidate, message: Message, covered: set[int]) -> bool:
    """True where the name stands as a place would, covered being the positions of all names."""
    rule, before = candidate.entry.rule, message.before(candidate)
    if _is_language(candidate, message):
        return False
    if candidate.joined or (rule in {"", "always"} and candidate.entry.kind != "code"):
        return True
    left = message.clause(candidate.first)
    by_itself = alone(message, candidate, covered)
    if candidate.entry.kind == "code":
        return _is_code(candidate, message, before, left, by_itself)
    if rule == "small":
        return by_itself or before in PREPOSITIONS or is_residence(left) or _is_named(candidate, message)
    if rule == "person":
        if before in _NAMING:
            return False
        placed = before in _SURE_BEFORE or (before == "from" and len(left) <= 2)
        return by_itself or placed or is_residence(left)
    if rule == "word":
        placed = before in PREPOSITIONS or before in _LEADING_TO
        return placed and (is_residence(left) or (message.capital(candidate) and before in PREPOSITIONS))
    return False


def _is_named(candidate: Candidate, message: Message) -> bool:
    """True for a capital letter within a sentence, or before a mark at the start of one."""
    if not message.capital(candidate) or len(candidate.key) < _LONG_NAME:
        return False
    opens = candidate.first == 0 or message.words[candidate.first - 1] in _SEGMENT_ENDS
    closes = candidate.last >= len(message.words) or message.words[candidate.last] in _SEGMENT_ENDS
    return closes or not opens


def may_be_place(candidate: Candidate, message: Message) -> bool:
    """True where the name is kept for its surroundings to decide."""
    if _is_language(candidate, message):
        return False
    if candidate.entry.rule == "word":
        opens = candidate.first == 0 or message.words[candidate.first - 1] in _SEGMENT_ENDS
        followed = message.words[candidate.last : candidate.last + 1]
        return message.capital(candidate) and (not opens or followed == (",",))
    if candidate.entry.rule == "small":
        return message.capital(candidate)
    following = message.words[candidate.last : candidate.last + 1]
    introduced = message.before(candidate) in _INTRODUCING or following == ("from",)
    return candidate.entry.rule == "person" and not introduced


def _is_language(candidate: Candidate, message: Message) -> bool:
    """True for "I speak English and Spanish"."""
    ahead = message.words[max(0, candidate.first - _NEAR) : candidate.first]
    spoken = not _LANGUAGE.isdisjoint(ahead) or ahead[-1:] in (("in",), ("into",))
    return candidate.entry.kind == "demonym" and spoken


def _is_code(candidate: Candidate, message: Message, before: str, left: tuple[str, ...], alone: bool) -> bool:
    rule, upper = candidate.entry.rule, message.upper(candidate)
    placed = before in PREPOSITIONS or is_residence(left)
    if rule == "always":
        return True
    if candidate.key == "us":
        article = candidate.first > 0 and message.words[candidate.first - 1] == "the"
        return article or (upper and (placed or alone)) or (before == "in" and is_residence(left))
    if rule == "context":
        return (upper and candidate.key != "la") or placed or (alone and candidate.key != "la")
    return rule == "upper" and upper and placed


def alone(message: Message, candidate: Candidate, covered: set[int]) -> bool:
    """True where the message, or its part between commas, holds nothing but places and fillers."""
    if message.only(covered):
        repeated = candidate.entry.kind == "code" and message.words.count(candidate.key) > 1
        return not repeated and not _is_little_known(candidate)
    if candidate.entry.rule not in _ALONE_IN_PART or candidate.entry.kind == "demonym" or _is_little_known(candidate):
        return False
    if candidate.entry.kind == "code" and not (candidate.first == 0 or message.upper(candidate)):
        return False
    certain = candidate.joined or candidate.entry.kind != "city"
    if candidate.first == 0 and certain and message.words[candidate.last] in _OPENINGS:
        return True
    first, last = candidate.first, candidate.last
    while first > 0 and message.words[first - 1] not in _SEGMENT_ENDS:
        first -= 1
    while last < len(message.words) and message.words[last] not in _SEGMENT_ENDS:
        last += 1
    segment = range(first, last)
    return all(p in covered or message.words[p] in FILLERS for p in segment)


def _is_little_known(candidate: Candidate) -> bool:
    """True for a small town abroad: as a bare word it is more likely a greeting in some language."""
    if candidate.joined or candidate.entry.kind != "city":
        return False
    home = {code.split("-")[0] for code in candidate.codes} & ENGLISH_SPEAKING
    return not home and candidate.entry.weight < _WELL_KNOWN
