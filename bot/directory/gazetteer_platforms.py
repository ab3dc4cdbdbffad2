"""What the words around a platform word say: does it mean the app, and is it involved at all."""

from __future__ import annotations

import re

from bot.directory.gazetteer_files import word_set

ALWAYS = frozenset({"always"})
"""Cues of a word that always means the platform."""

_ON = word_set("platform on")
_MY = word_set("platform my")
_UPPER_AFTER = _MY | {"on", "an", "the", "from", "via", "of", "own", "private"}
_APP = word_set("platform app")
_LINKS = frozenset({"and", ",", "or", "/", "also", "then", "plus", "n"})
_FILLERS = word_set("platform answer fillers")
_EXCLUDED = re.compile(
    r"\b(?:not|isnt|dont|doesnt|never|aint|no longer|without|havent|hasnt|didnt|wasnt|nothing|arent|"
    r"neither|nor|left)"
    r"(?: (?:on|in|use|used|using|have|has|got|get|even|a|an|any|it|them|posted|post|put|share|shared|had|"
    r"been|be|really|at|via|"
    r"from|through|is|was|the|with|to|go|anything|much)){0,4}$"
)
_CLAUSE_ENDS = frozenset(".;!?\n") | frozenset({"but"})


def cues_of(words: tuple[str, ...], first: int, last: int, listed: set[int], written: str) -> frozenset[str]:
    """The cues around words[first:last] that speak for the app.

    `listed` holds token positions of platforms that are sure already; `written` is the word as it
    stands in the message.
    """
    before = words[first - 1] if first else ""
    after = words[last] if last < len(words) else ""
    found = set(ALWAYS)
    if before in _ON:
        found.add("on")
    if before in _MY:
        found.add("my")
    if after in _APP:
        found.add("app")
    if _beside(words, first, last, listed):
        found.add("list")
    if written.isupper() and before in _UPPER_AFTER and not all(word.isupper() for word in words):
        found.add("upper")
    if all(word in _FILLERS for word in words[:first] + words[last:]):
        found.add("alone")
    return frozenset(found)


def is_excluded(words: tuple[str, ...], first: int, excluded_until: int) -> bool:
    """True where the person says that this platform is not involved, also as the next in such a list."""
    if excluded_until >= 0 and words[excluded_until:first] in (
        ("or",),
        ("nor",),
        ("and",),
        (",", "or"),
        (",", "and"),
    ):
        return True
    start = max((p + 1 for p in range(first) if words[p] in _CLAUSE_ENDS), default=0)
    return bool(_EXCLUDED.search(" ".join(words[start:first])))


def _beside(words: tuple[str, ...], first: int, last: int, listed: set[int]) -> bool:
    """True next to another platform: "insta and snap", "snap, insta"."""
    left = first - 1
    while left >= 0 and words[left] in _LINKS | {"on"}:
        left -= 1
    right = last
    while right < len(words) and words[right] in _LINKS:
        right += 1
    return (left in listed and left < first - 1) or (right in listed and right > last)
