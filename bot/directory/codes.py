"""Jurisdiction codes: how they are written and from whom they inherit."""

from __future__ import annotations

import re

WORLD = "ZZ"
EUROPEAN_UNION = "EU"

# The 27 members (Treaty on European Union, Article 52, after the United Kingdom left).
EU_MEMBERS = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)

# Other writings of codes that the directory holds under one name.
_SAME = {"UK": "GB", "EL": "GR", "PR": "US-PR", "GU": "US-GU"}

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def normalise(code: str) -> str:
    """The code as the directory writes it ("us-tx" -> "US-TX", "UK" -> "GB"); "" if it is no code."""
    upper = code.strip().upper().replace("_", "-")
    country, _, part = upper.partition("-")
    if not part:
        upper = _SAME.get(upper, upper)
    elif country in ("UK", "EL"):
        upper = f"{_SAME[country]}-{part}"
    return upper if _CODE.fullmatch(upper) else ""


def parent(code: str) -> str | None:
    """The jurisdiction from which this one inherits directly; None for the world."""
    if code == WORLD:
        return None
    country, _, part = code.partition("-")
    if part:
        return country
    return EUROPEAN_UNION if country in EU_MEMBERS else WORLD


def chain(code: str) -> list[str]:
    """The jurisdiction and those from which it inherits, nearest first, the world last.

    "US-TX" -> ["US-TX", "US", "ZZ"]; "FR" -> ["FR", "EU", "ZZ"]; anything that is no code -> ["ZZ"].
    """
    step: str | None = normalise(code) or WORLD
    steps: list[str] = []
    while step is not None:
        steps.append(step)
        step = parent(step)
    return steps
