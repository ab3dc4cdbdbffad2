"""How many countries have which help of their own. The world's lists count for none of them."""

from __future__ import annotations

from bot.directory.codes import WORLD, chain, countries
from bot.directory.facts import Service
from bot.directory.lookup import Directory

# The countries whose states or parts have entries of their own.
WITH_PARTS = ("US", "CA", "AU", "GB")


def of_countries(directory: Directory) -> dict[str, int]:
    """Counts over the 249 countries and territories of ISO 3166-1.

    A country's own is what stands in its entry or in that of a jurisdiction it is part of, confirmed; of a
    union only what works in every member counts. `directory` of lines: a confirmed page that lists the lines
    of that country. Lines of a single source count, and are counted once more apart.
    """
    known = [code for code in countries() if directory.jurisdiction(code)]
    numbers = [code for code in known if directory.emergency(code)]
    lines = {code: _lines(directory, code, "crisis") for code in known}
    called = {code: [line for line in found if _answers(line)] for code, found in lines.items()}
    return {
        "countries": len(known),
        "countries_with_emergency_number": len(numbers),
        "countries_with_emergency_fallback": len(known) - len(numbers),
        "countries_with_emergency_hint": sum(
            directory.emergency_or_fallback(code).shown_hint is not None for code in known
        ),
        "countries_with_crisis_line_or_directory": sum(bool(found) for found in lines.values()),
        "countries_with_crisis_line": sum(bool(found) for found in called.values()),
        "countries_with_crisis_line_of_single_source_only": sum(
            bool(found) and all(line.single_source for line in found) for found in called.values()
        ),
        "countries_with_child_line": sum(bool(_lines(directory, code, "child")) for code in known),
        "countries_with_abuse_line": sum(
            bool(_lines(directory, code, "domestic_violence") or _lines(directory, code, "sexual_violence"))
            for code in known
        ),
        "countries_with_law": sum(_has_law(directory, code) for code in known),
        "countries_with_inherited_law_only": sum(
            bool(directory.laws(code)) and not _has_law(directory, code) for code in known
        ),
    }


def parts(directory: Directory) -> dict[str, int]:
    """How many states, provinces and parts have an entry, by country."""
    return {country: sum(code.startswith(f"{country}-") for code in directory.codes()) for country in WITH_PARTS}


def _has_law(directory: Directory, code: str) -> bool:
    """Whether the country has a law of its own here, or one of the part of a country that it is."""
    own = {step for step in chain(code) if step.partition("-")[0] == code or step.endswith(f"-{code}")}
    return any(law.jurisdiction in own for law in directory.laws(code))


def _lines(directory: Directory, code: str, purpose: str) -> list[Service]:
    """The confirmed services for a purpose that are the country's own or its sovereign's."""
    found = directory.services(code, purpose, limit=None)
    return [service for service in found if service.confirmed and service.jurisdiction != WORLD]


def _answers(service: Service) -> bool:
    return bool(service.shown_phone or service.shown_text or service.chat)
