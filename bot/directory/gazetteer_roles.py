"""Whose place is it: the words around a mention decide its role and how firmly it is claimed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.directory.gazetteer_files import word_set
from bot.directory.gazetteer_text import WE_ARE

Role = Literal["own", "rejected", "other"]

CORRECTED, RESIDENT, STATED, HINTED, ORIGIN = 5, 4, 3, 2, 1
"""How firmly a place is claimed: the firmest claim of a message wins."""

PREPOSITIONS = word_set("place prepositions")
_SENTENCE_ENDS = frozenset(".;!?\n(")
_CLAUSE_ENDS = _SENTENCE_ENDS | word_set("clause starts")
_FIRST = word_set("first person")
_THIRD = word_set("other people")
_THINGS = word_set("other things")
_HOME = word_set("own surroundings")
_FAMILY = word_set("family")
_LEGAL = word_set("law and help")
_NEGATED = re.compile(
    r"\b(?:not|isnt|arent|aint|dont|doesnt|didnt|never|wasnt|neither|nor|no longer|instead of|rather than)"
    r"(?: (?:in|from|the|a|an|live|living|based|stay|to|at|near|mean|say|any|more|anymore|here|actually|like|"
    r"talking|about|of|i|im|my|even|state|country|city|really|currently|am|said)){0,4}$"
)
_OUTSIDE = re.compile(r"\b(?:outside|out)(?: of)?(?: the)?$")
_WRONG_AFTER = re.compile(
    r"^(?:(?:is|was|thats|that is|its) )?(?:wrong|incorrect|not right|a mistake|a typo)\b|^\? (?:no|nope|"
    r"not)\b"
)
_SAID = re.compile(r"\b(?:said|say|wrote|typed|put|picked|chose|selected|have)(?: (?:in|from|the))*$")
_MEANT_AFTER = re.compile(r"\b(?:meant|mean|should be|its actually|actually)\b")
_CORRECTION = re.compile(
    r"\b(?:meant|mean|no|nope|actually|correction|rather)(?: (?:,|sorry|meant|mean|it|its|is|i|im|in|the|"
    r"to|say|said|from|was|"
    r"live|am|oops|wrong))*$|\bi said(?: (?:in|the))*$"
)
_RESIDENT = re.compile(
    r"\b(?:live|lives|living|livin|liv|reside|residing|resident|based|located|stay|staying|stuck|here|"
    r"home|study|studying|"
    r"student|vivo|vivimos|habite|wohne|moro|settled|moved|relocated|work|working|currently|now|"
    r"rn)(?: (?:over|down|up|out|back|right|"
    r"now|alone|here|just))?"
    r"(?: (?:in|to|at|near|around|outside|on|of|en|a|em))?(?: of)?"
    r"(?: the)?(?: (?:city|town|state|country|middle|north|south|east|west|outskirts|suburbs|republic)"
    r"(?: of)?)?$"
)
_COMES_FROM = re.compile(r"\b(?:im|i am|am|come|comes|hes|shes|were|is|are) (?:\w+ )?from(?: the)?$|^from$")
_WHERE_I_LIVE = re.compile(r"\bwhere (?:i|we) (?:live|am|are)\b")
_IN_UNKNOWN_TOWN = re.compile(
    r"\b(?:im|i am|am|weare|we are|live|living|based|stay|staying) (?:in|from|near|at) [a-z]{4,}(?: ,)?$"
)
_MOVED_TO = re.compile(r"\bmoved (?:here )?from (?:\w+ ){1,4}to(?: the)?$")
_PRESENT = re.compile(
    r"\b(?:im|i am|iam|i m|am|i be|weare|we are|ive been|we re)(?: (?:not a robot|\w+)){0,2}"
    r" (?:in|at|near|around|outside|on|inside)(?: the)?(?: (?:city|state|country|north|south|east|west)"
    r"(?: of)?)?$"
)
_HERE_IS = re.compile(
    r"\b(?:my|our) (?:\w+ )?(?:town|city|country|state|place|location|home|area|county|province)(?: (?:is|to|"
    r":|in|=))?(?: in)?(?: the)?$"
)
_LABELLED = re.compile(
    r"\b(?:zip|zip code|zipcode|postcode|post code|postal code|country|location|state|city|place|where|"
    r"place is)(?: (?:is|:|\?|i live))*$"
)
_PAST = re.compile(
    r"\b(?:used to|lived|grew up|raised|born|holidays?|hols|vacation|honeymoon|trip|visit|visited|"
    r"visiting|travell?ed|travell?ing|"
    r"travel|went|go|going|gone|fly|flying|flew|been to|studied|worked|worked|stayed|left|moving|met|"
    r"deported|"
    r"(?:was|were|been) (?:\w+ ){0,3}?(?:in|at|to|near)|when i was|back when)\b"
    r"(?: (?:live|living|stay|be|study|work|here|over|back|away|last|year|in|to|at|from|on|near|the|a|my|"
    r"our|for|with|him|her))*$"
)
_WAS = re.compile(r"\b(?:used to|had been|moving|was(?: an?(?: \w+){1,2})?)(?: \w+){0,2} ?(?:in|at|near|to)?(?: the)?$")
_BORN_AND_RAISED = re.compile(r"\bborn and (?:raised|bred) in(?: the)?$")
_CAME_FROM = re.compile(
    r"\b(?:moved|came|emigrated|fled|flew|arrived|immigrated|back|relocated)(?: (?:here|over|away|to \w+|"
    r"in \d+))* from(?: the)?$"
)
_PERSONAL = re.compile(
    r"(?:^|\b)(?:im|i am|iam|i m|am|we are|weare|as|being)(?: (?:a|an|the|proud|born|also|actually|just|"
    r"only|half|young|"
    r"originally|\d+|year|years|yo|yr|old|\d+yo|\d+f|\d+m|f|m|female|male|gay|married|single|muslim|black))*$"
)
_WITH_FAMILY = re.compile(r"\b(?:i|im|we|weare) (?:\w+ ){0,3}with (?:\w+ ){0,2}$|\bfrom an? (?:\w+ ){0,2}$")
_THEY_GO = re.compile(r"\b(?:he|she|they|hes|shes|theyre)\b(?: \w+){0,3}$")
_ABOUT_OTHER_LAW = re.compile(r"\b(?:was|got|went|been|his|her|their)\b")
_OWN_AFTER = re.compile(
    r"^(?:law|laws|police|cops|court|courts|legal|hotline|helpline|lawyers?|based|here|resident|citizen|"
    r"time)\b"
)
_FROM_HERE = re.compile(r"^(?:based|here|resident|citizen|born and)\b")
_ASKED = re.compile(r"\b(?:what about|how about|for|do|does|under|of)(?: the)?$")


@dataclass(frozen=True)
class Surroundings:
    """A mention's context: folded words to its left within the clause, to its right, and its kind.

    alone: nothing but the place and filler words in the message or in this part of it.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    kind: str
    alone: bool


@dataclass(frozen=True)
class Claim:
    """The role of a mention and, for an own place, how firmly it is claimed and how likely it is theirs.

    reason: which rule spoke, for the classifier; "" where none did.
    """

    role: Role
    rank: int = 0
    probability: float = 1.0
    reason: str = ""


def clause_before(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words since the last sentence or clause boundary."""
    for position in range(len(words) - 1, -1, -1):
        if words[position] in _CLAUSE_ENDS:
            words = words[position + 1 :]
            break
    return tuple(WE_ARE if _starts_we_are(words, position) else word for position, word in enumerate(words))


def _starts_we_are(words: tuple[str, ...], position: int) -> bool:
    """True for "were" that must be "we're": nobody is named before it."""
    return words[position] == "were" and (position == 0 or words[position - 1] in {"and", ","})


def claim(around: Surroundings) -> Claim:
    """Decides whether a place is the person's own, rejected by them, or somebody else's."""
    left, right = " ".join(around.left), " ".join(around.right[:8])
    subject = _subject(around.left)
    if _WHERE_I_LIVE.search(right):
        return _own(RESIDENT, "where I live")
    if subject != "third" and _rejected(left, right):
        return Claim("rejected", reason="rejected")
    if around.kind == "demonym":
        return _claim_of_demonym(left, right, subject, around.alone)
    if around.right[:1] and around.right[0] in _THINGS:
        return _other("thing")
    if subject == "third":
        return _own(HINTED, "from here") if _FROM_HERE.match(right) and not left else _other("third")
    if _CAME_FROM.search(left):
        return _other("came from")
    if _MOVED_TO.search(left) or _HERE_IS.search(left) or (_RESIDENT.search(left) and not _past_residence(left)):
        return _own(CORRECTED if _CORRECTION.search(left) else RESIDENT, "resident")
    if _BORN_AND_RAISED.search(left):
        return _own(ORIGIN, "born and raised")
    if _PAST.search(left):
        return _other("past")
    if around.kind != "city" and _IN_UNKNOWN_TOWN.search(left):
        return _own(STATED, "in a town")
    return _claim_without_verb(left, right, subject, around)


def _own(rank: int, reason: str) -> Claim:
    return Claim("own", rank, reason=reason)


def _other(reason: str) -> Claim:
    return Claim("other", reason=reason)


def is_residence(left: tuple[str, ...]) -> bool:
    """True where the words before say that somebody lives, is or comes from there."""
    text = " ".join(left)
    return any(pattern.search(text) for pattern in (_RESIDENT, _PRESENT, _COMES_FROM))


def _claim_without_verb(left: str, right: str, subject: str, around: Surroundings) -> Claim:
    words = left.split()
    last = [word for word in words if word not in {"the", "of"}][-1:]
    placed = bool(last) and last[0] in PREPOSITIONS
    if _CORRECTION.search(left):
        return _own(CORRECTED, "correction")
    if _PRESENT.search(left):
        return _own(RESIDENT if "from" not in last else STATED, "present")
    if around.alone:
        return _own(STATED, "alone")
    if subject == "legal":
        return _own(HINTED, "law here") if placed else _other("law")
    if placed:
        stated = last == ["from"] or subject in {"first", "home"} or len(words) <= 2
        rank = STATED if (stated and subject != "first") or last == ["from"] else HINTED
        return _own(rank, f"placed {subject}")
    if _LABELLED.search(left) or _FROM_HERE.match(right):
        return _own(STATED, "labelled")
    if _OWN_AFTER.match(right) or (_ASKED.search(left) and subject == "none" and around.kind != "city"):
        return _own(HINTED, "asked")
    return _other(f"nothing {subject}")


def _claim_of_demonym(left: str, right: str, subject: str, alone: bool) -> Claim:
    if alone or (not left and _FROM_HERE.match(right)):
        return _own(STATED, "alone")
    if _PERSONAL.search(left):
        return _own(ORIGIN, "personal")
    if subject != "third" and re.match(r"(?:law|laws|police|courts?|cops|lawyers?)\b", right):
        return _own(ORIGIN, "law here")
    return _other(f"nothing {subject}")


def _rejected(left: str, right: str) -> bool:
    if _NEGATED.search(left) or _WRONG_AFTER.search(right):
        return True
    return bool(_SAID.search(left) and re.search(r"\bbut\b.*", right) and _MEANT_AFTER.search(right))


def _past_residence(left: str) -> bool:
    return bool(_WAS.search(left)) and " been living" not in left


def _subject(left: tuple[str, ...]) -> str:
    """Who the words before the mention are about: first, home, legal, third or none."""
    for position in range(len(left) - 1, -1, -1):
        word, before = left[position], left[position - 1] if position else ""
        if word in _FIRST:
            return "first"
        if word in _HOME:
            return "third" if before in {"his", "her", "their", "s"} or _goes_elsewhere(left[:position]) else "home"
        if word in _LEGAL and not _ABOUT_OTHER_LAW.search(" ".join(left[:position])):
            return "legal"
        if word in _FAMILY:
            return "home" if _WITH_FAMILY.search(" ".join((*left[:position], ""))) else "third"
        if word in _THIRD and left[max(0, position - 3) : position] == ("me", "and", "my"):
            return "first"
        if word in _THIRD or word in _THINGS:
            return "third"
    return "third" if "lives" in left else "none"


def _goes_elsewhere(words: tuple[str, ...]) -> bool:
    return bool(_THEY_GO.search(" ".join(words))) and words[-1:] != ("my",)
