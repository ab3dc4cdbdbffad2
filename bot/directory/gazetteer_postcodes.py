"""Postal codes in a message, with the state, province or nation that they lie in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.directory.gazetteer_files import rows
from bot.directory.gazetteer_index import Entry
from bot.directory.gazetteer_message import Candidate, Message

POSTCODE = "postcode"
"""The key of every such candidate."""

_SAID = re.compile(r"\b(?:zip|zipcode|post ?code|postal ?code|postcodes|pincode)\b")
_ZIP_SAID = re.compile(r"\bzip\b|\bzipcode\b|\bpostal code\b")
_WRITTEN = {
    "us": re.compile(r"(?<![\d#+.,-])(\d{3})\d{2}(?:-\d{4})?(?![\d,.-]?\d)"),
    "au": re.compile(r"(?<![\d#+.,-])(\d{4})(?![\d,.-]?\d)"),
    "ca": re.compile(r"\b([ABCEGHJ-NPRSTVXY])\d[ABCEGHJ-NPRSTV-Z](?:[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d))?\b", re.I),
    "gb": re.compile(r"\b([A-Z]{1,2})\d[A-Z\d]?(?:[ -]?(\d[ABD-HJLNP-UW-Z]{2}))?\b", re.I),
    "gb area": re.compile(r"\b([A-Z]{2})\b"),
}
_FAR = 40
_NEAR_A_NAME = 3


def postcodes(message: Message, named: list[Candidate]) -> Iterator[Candidate]:
    """The postal codes of a message; a bare number counts only where it is said to be one.

    named: the places found beside them, as "Austin 78704" needs no such word.
    """
    if not any(character.isdigit() for character in message.text) and not _SAID.search(message.text.lower()):
        return
    taken: set[int] = set()
    for kind in ("gb", "ca", "us", "au", "gb area"):
        for match in _WRITTEN[kind].finditer(message.text):
            codes = _codes(kind.split()[0], match.group(1).upper())
            if codes and match.start() not in taken and _is_meant(kind, match, message, named):
                candidate = _candidate(message, match, codes)
                if candidate is not None:
                    taken |= set(range(match.start(), match.end()))
                    yield candidate


def _is_meant(kind: str, match: re.Match[str], message: Message, named: list[Candidate]) -> bool:
    around = message.text[max(0, match.start() - _FAR) : match.end() + _FAR].lower()
    if kind == "us":
        return bool(_ZIP_SAID.search(around)) or _beside(match, named, "US")
    if kind == "au":
        return bool(_SAID.search(around)) and not _ZIP_SAID.search(around)
    if kind == "gb area":
        return bool(_SAID.search(around))
    if match.group(2) or _SAID.search(around):
        return True
    country = kind.upper()
    if not match.group().isupper() or message.shouted:
        return _beside(match, named, country)
    if kind == "ca":
        return _beside(match, named, country)
    return _beside(match, named, country) or (len(match.group(1)) == 2 and _stands_alone(match, message))


def _stands_alone(match: re.Match[str], message: Message) -> bool:
    """True where a mark, a place word or nothing stands before, and a mark or nothing after."""
    before = message.text[: match.start()].rstrip().lower()
    after = message.text[match.end() :].lstrip()
    opened = not before or before[-1] in ",.;:(" or before.rsplit(" ", 1)[-1] in {"in", "near", "from", "its"}
    return opened and (not after or after[0] in ",.;:)!?" or after.lower().startswith(("here", "area")))


def _beside(match: re.Match[str], named: list[Candidate], country: str) -> bool:
    """True where a place of that country is named right before or after."""
    return any(
        min(abs(match.start() - place.end), abs(place.start - match.end())) <= _NEAR_A_NAME
        and any(code.split("-")[0] == country for code, _ in place.entry.readings)
        for place in named
    )


def _candidate(message: Message, match: re.Match[str], codes: tuple[str, ...]) -> Candidate | None:
    inside = [
        position
        for position, token in enumerate(message.tokens)
        if token.start < match.end() and token.end > match.start()
    ]
    if not inside:
        return None
    entry = Entry(codes, tuple((code, 1) for code in codes), "code", "always")
    return Candidate(inside[0], inside[-1] + 1, match.start(), match.end(), entry, POSTCODE)


def _codes(kind: str, start: str) -> tuple[str, ...]:
    exact, ranges = _table(kind)
    if start in exact:
        return exact[start]
    return next((codes for first, last, codes in ranges if first <= start <= last), ())


@cache
def _table(kind: str) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str, tuple[str, ...]]]]:
    exact: dict[str, tuple[str, ...]] = {}
    ranges = []
    for row_kind, starts, codes in rows("postcodes.tsv"):
        if row_kind == kind and "-" in starts:
            first, last = starts.split("-")
            ranges.append((first, last, tuple(codes.split())))
        elif row_kind == kind:
            exact |= dict.fromkeys(starts.split(), tuple(codes.split()))
    return exact, ranges
