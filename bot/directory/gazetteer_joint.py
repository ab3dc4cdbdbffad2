"""Neighbouring names read together: "london ontario", "Columbus, OH", "uk, near oxford"."""

from __future__ import annotations

from bot.directory.gazetteer_index import Entry

LINKS = frozenset({",", "in", "the", "near", "(", "/", "of"})
"""Words that may stand between two names that are read together."""


def within(code: str, whole: str) -> bool:
    """True where `code` is `whole` or a part of it."""
    return code == whole or code.startswith(whole + "-")


def narrowed(readings: tuple[str, ...], wholes: tuple[str, ...]) -> tuple[str, ...]:
    """The readings that lie within one of `wholes`, or the wholes that lie within a reading."""
    inside = [code for code in readings if any(within(code, whole) for whole in wholes)]
    if inside:
        return tuple(dict.fromkeys(inside))
    return tuple(dict.fromkeys(whole for whole in wholes if any(within(whole, code) for code in readings)))


def joint_codes(first: Entry, second: Entry) -> tuple[str, ...]:
    """What two neighbouring names mean together; empty where they do not fit.

    The smaller place may use its rarer readings, the larger one only its usual reading.
    """
    if first.kind == second.kind == "city":
        return ()
    if second.kind != "city":
        codes = narrowed(_all(first), second.codes)
        if codes:
            return _largest(first, codes)
    if first.kind != "city":
        codes = narrowed(_all(second), first.codes)
        if codes:
            return _largest(second, codes)
    return ()


def _all(entry: Entry) -> tuple[str, ...]:
    return tuple(code for code, _ in entry.readings)


def _largest(entry: Entry, codes: tuple[str, ...]) -> tuple[str, ...]:
    """One code where the rest are much smaller or its whole, as in "perth scotland"."""
    if len(codes) == 1:
        return codes
    usual = tuple(code for code in codes if code in entry.codes)
    if len(usual) == 1:
        return usual
    return usual or codes[:1]
