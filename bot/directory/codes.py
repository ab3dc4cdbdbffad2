"""Jurisdiction codes: how they are written and from whom they inherit."""

from __future__ import annotations

import re
from functools import cache

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
_SAME = {"UK": "GB", "EL": "GR"}

# Territories of the United States that ISO 3166 lists as parts of the country too. Those with a file of
# their own as a part keep it: PR and GU inherit from it.
_SAME_PARTS = {"US-VI": "VI", "US-AS": "AS", "US-MP": "MP", "US-UM": "UM"}

# Territories with a code of their own and the jurisdiction from whose law something holds there. What is
# inherited stands in each territory's file (`inherits`). Left out on purpose are territories with penal law
# of their own (Greenland, the Faroe Islands, the Crown dependencies, the Dutch Caribbean ...).
TERRITORIES = {
    "PR": "US-PR",
    "GU": "US-GU",
    "VI": "US",
    "AS": "US",
    "MP": "US",
    "UM": "US",
    "GP": "FR",
    "MQ": "FR",
    "GF": "FR",
    "RE": "FR",
    "YT": "FR",
    "MF": "FR",
    "BL": "FR",
    "PM": "FR",
    "AX": "FI",
    "SJ": "NO",
    "BV": "NO",
    "CC": "AU",
    "CX": "AU",
    "NF": "AU",
    "HM": "AU",
}

# European territories to which the law of the Union does not apply although it applies to their sovereign
# (Treaty on the Functioning of the European Union, Annex II).
_OUTSIDE_UNION = frozenset(["BL", "PM"])

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def normalise(code: str) -> str:
    """The code as the directory writes it ("us-tx" -> "US-TX", "UK" -> "GB"); "" if it is no code."""
    upper = code.strip().upper().replace("_", "-")
    country, _, part = upper.partition("-")
    if not part:
        upper = _SAME.get(upper, upper)
    elif country in _SAME:
        upper = f"{_SAME[country]}-{part}"
    upper = _SAME_PARTS.get(upper, upper)
    return upper if _CODE.fullmatch(upper) else ""


def parent(code: str) -> str | None:
    """The jurisdiction from which this one inherits directly; None for the world."""
    if code == WORLD:
        return None
    if code in TERRITORIES:
        return TERRITORIES[code]
    country, _, part = code.partition("-")
    if part:
        return country
    return EUROPEAN_UNION if country in EU_MEMBERS else WORLD


def chain(code: str) -> list[str]:
    """The jurisdiction and those from which it inherits, nearest first, the world last.

    "US-TX" -> ["US-TX", "US", "ZZ"]; "FR" -> ["FR", "EU", "ZZ"]; "PR" -> ["PR", "US-PR", "US", "ZZ"];
    anything that is no code -> ["ZZ"].
    """
    first = normalise(code) or WORLD
    step: str | None = first
    steps: list[str] = []
    while step is not None:
        if step != EUROPEAN_UNION or first not in _OUTSIDE_UNION:
            steps.append(step)
        step = parent(step)
    return steps


@cache
def countries() -> tuple[str, ...]:
    """The 249 codes of ISO 3166-1, in alphabetical order."""
    import pycountry

    return tuple(sorted(country.alpha_2 for country in pycountry.countries))
