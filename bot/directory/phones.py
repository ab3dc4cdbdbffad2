"""Whether a phone number can be right at all."""

from __future__ import annotations

import re

import phonenumbers

# Service numbers of up to six digits follow no plan that is published everywhere, so they pass.
_SHORT = 6

# ITU-T E.164: at most 15 digits.
_LONGEST = 15

_NUMBER = re.compile(r"\+?\d[\d .\-/]*")


def faults(text: str, country: str | None) -> list[str]:
    """What is wrong with the numbers in a text such as "116 006 (from abroad +48 222 309 900)"
    or "19 / 190".

    `country` is an ISO 3166-1 code, None where the number belongs to no country. A text without digits has
    no fault; letters spelled on the keypad are not looked at.
    """
    numbers = [match.group(0).strip(" .-/") for part in text.split(" / ") for match in _NUMBER.finditer(part)]
    return [fault for number in numbers if (fault := _fault(number, country))]


def _fault(number: str, country: str | None) -> str | None:
    digits = re.sub(r"\D", "", number)
    if len(digits) <= _SHORT:
        return None
    if len(digits) > _LONGEST:
        return f"{number}: longer than any phone number"
    if country is None and not number.startswith("+"):
        return None
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return f"{number}: not a phone number"
    if phonenumbers.is_possible_number(parsed) or phonenumbers.is_possible_short_number(parsed):
        return None
    return f"{number}: no number of this length in {country or 'that country'}"
