"""The everyday company of ambiguous words: "let off steam", "line manager", "no signal"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bot.directory.gazetteer_files import rows, word_set

_APP = word_set("platform named")
_FILE = "platform_company.tsv"
_NEAR = 4
_WORD = "~"
_Phrase = tuple[tuple[str, ...], tuple[str, ...]]


def everyday_company(word: str, words: Sequence[str], first: int, last: int) -> Iterator[str]:
    """Says "company" where an everyday companion stands near words[first:last], "phrase" in an everyday phrase.

    A phrase that says nothing about what follows does not count before "account", "group" and the like.
    """
    near, phrases = _company_of(word)
    if not near.isdisjoint(words[max(first - _NEAR, 0) : first]) or not near.isdisjoint(words[last : last + _NEAR]):
        yield "company"
    named = last < len(words) and words[last] in _APP
    sizes = [
        len(left) + len(right)
        for left, right in phrases
        if (right or not named)
        and tuple(words[max(first - len(left), 0) : first]) == left
        and tuple(words[last : last + len(right)]) == right
    ]
    if sizes:
        yield "phrase"
    if max(sizes, default=0) > 1:
        yield "long phrase"


def _company_of(word: str) -> tuple[frozenset[str], tuple[_Phrase, ...]]:
    return _companies().get(word, (frozenset(), ()))


@cache
def _companies() -> dict[str, tuple[frozenset[str], tuple[_Phrase, ...]]]:
    near: dict[str, set[str]] = {}
    phrases: dict[str, set[_Phrase]] = {}
    for listed, kind, content in rows(_FILE):
        for key in listed.split(" | "):
            if kind == "near":
                near.setdefault(key, set()).update(content.split())
            else:
                phrases.setdefault(key, set()).update(_phrase(each, key) for each in content.split(", "))
    return {key: (frozenset(near.get(key, ())), tuple(sorted(phrases.get(key, ())))) for key in near | phrases}


def _phrase(written: str, word: str) -> _Phrase:
    left, _, right = written.partition(_WORD)
    return tuple(left.split()), tuple(right.replace(_WORD, word).split())
