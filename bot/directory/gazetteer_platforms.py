"""What the words around a platform word say: is it a bare answer, and is the platform involved at all."""

from __future__ import annotations

import re

from bot.directory.gazetteer_files import word_set

_ON = word_set("platform on")
_APP = word_set("platform app")
_FILLERS = word_set("platform answer fillers")
_EXCLUDED = re.compile(
    r"\b(?:not|isnt|dont|doesnt|never|aint|no longer|without|havent|hasnt|didnt|wasnt|nothing|arent|"
    r"neither|nor|left)"
    r"(?: (?:on|in|use|used|using|have|has|got|get|even|a|an|any|it|them|posted|post|put|share|shared|had|"
    r"been|be|really|at|via|"
    r"from|through|is|was|the|with|to|go|anything|much)){0,4}$"
)
_CLAUSE_ENDS = frozenset(".;!?\n") | frozenset({"but"})
_LONGEST_EXCLUSION = 8
_LONGEST_ANSWER = 12


def cues_of(words: tuple[str, ...], first: int, last: int) -> frozenset[str]:
    """Where a word stands: "alone" as the whole answer, or only after "on"; else nothing."""
    found = set()
    before = words[first - 1] if first else ""
    after = words[last] if last < len(words) else ""
    if before in _ON and after not in _APP:
        found.add("on")
    elif len(words) <= _LONGEST_ANSWER and all(word in _FILLERS for word in words[:first] + words[last:]):
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
    start = first
    while start > max(first - _LONGEST_EXCLUSION, 0) and words[start - 1] not in _CLAUSE_ENDS:
        start -= 1
    return bool(_EXCLUDED.search(" ".join(words[start:first])))
