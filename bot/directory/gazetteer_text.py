"""Turn a message into folded word tokens that keep their place in the original text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_UNDECOMPOSED = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ə": "e", "ð": "d"}
_MASKED = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\w+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){1,4}[A-Za-z]?\b\.?")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[,;:!?()/.\n-]|[\U0001F1E6-\U0001F1FF]{2}")
WE_ARE = "weare"
"""The token of "we're", kept apart from "were"."""

_CONTRACTED = frozenset({"he", "she", "it", "that", "what", "where", "who", "there", "here", "let"})
_FLAG_A = 0x1F1E6
_ABBREVIATED = frozenset({"st", "ft", "mt", "co", "u", "s", "d", "n", "p"})


@dataclass(frozen=True)
class Token:
    """One word or mark: folded text and its character offsets in the message."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower-case without accents, character for character, so that offsets stay valid."""
    return "".join(_fold_character(character) for character in text)


def _fold_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in "’‘`´ʼ":
        return "'"
    if character in "–—‐‑":
        return "-"
    base = unicodedata.normalize("NFKD", character)[:1].lower()[:1] or character
    return _UNDECOMPOSED.get(base, base)


def tokens_of(text: str) -> list[Token]:
    """Tokens of a message; addresses, handles and hash tags are left out.

    Apostrophes vanish ("I'm" is "im"), a possessive ending is cut off ("England's" is
    "england"), hyphens inside a word and full stops of abbreviations separate words.
    """
    folded = _mask(fold(text))
    found: list[Token] = []
    for match in _TOKEN.finditer(folded):
        token = _token(folded, match, found)
        if token is not None:
            found.append(token)
    return found


def words_of(name: str) -> list[str]:
    """The folded words of a name, cut the same way as a message."""
    return [token.text for token in tokens_of(name)]


def _mask(folded: str) -> str:
    def hide(match: re.Match[str]) -> str:
        return match.group() if _DOTTED.fullmatch(match.group()) else " " * len(match.group())

    return _MASKED.sub(hide, folded)


def _token(folded: str, match: re.Match[str], found: list[Token]) -> Token | None:
    raw, start, end = match.group(), match.start(), match.end()
    if ord(raw[0]) >= _FLAG_A:
        return Token("flag" + "".join(chr(ord(letter) - _FLAG_A + ord("a")) for letter in raw), start, end)
    if raw == ".":
        previous = found[-1] if found else None
        inside = end < len(folded) and folded[end].isalnum()
        if previous and previous.end == start and (previous.text in _ABBREVIATED or inside):
            return None
        return Token(".", start, end)
    if raw == "-":
        before = folded[start - 1 : start]
        return None if before.isalnum() and folded[end : end + 1].isalnum() else Token(",", start, end)
    if raw.endswith("'s") and raw[:-2] not in _CONTRACTED:
        return Token(raw[:-2].replace("'", ""), start, end - 2)
    if raw == "we're":
        return Token(WE_ARE, start, end)
    return Token(raw.replace("'", ""), start, end)
