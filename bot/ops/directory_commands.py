"""What `steady directory show|stats|check` answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from bot.directory import PURPOSES, Directory
from bot.directory import check as checks
from bot.directory.codes import WORLD, normalise
from bot.directory.seed_files import SEED, read, version


class UnknownJurisdiction(LookupError):
    """The directory has no jurisdiction with this code, nor one from which it would inherit."""


@cache
def _directory(language: str) -> Directory:
    return Directory.from_seed(SEED, language)


def show(code: str, language: str = "en", directory: Directory | None = None) -> dict[str, Any]:
    """One jurisdiction as people get it, with what it inherits and without contacts nobody confirmed.

    Raises UnknownJurisdiction where the directory knows neither the code nor the country in it.
    """
    directory = directory or _directory(language)
    wanted = normalise(code)
    if not wanted or not directory.name(wanted):
        raise UnknownJurisdiction(
            "There is no such jurisdiction in the directory. Give a code such as US-TX, GB-SCT or FR."
        )
    steps = directory.chain(wanted)
    nearest = next(found for step in steps if (found := directory.jurisdiction(step)))
    emergency = directory.emergency(wanted)
    services = {purpose: _views(directory.services(wanted, purpose, limit=None)) for purpose in PURPOSES}
    return {
        "code": wanted,
        "name": directory.name(wanted),
        "chain": steps,
        "languages": list(nearest.languages),
        "age_of_majority_for_images": nearest.age_of_majority_for_images,
        "checked_on": nearest.checked_on.isoformat(),
        "notes": [
            {"code": step, "text": found.notes}
            for step in steps
            if step != WORLD and (found := directory.jurisdiction(step))
        ],
        "emergency": emergency.to_json() if emergency else None,
        "services": {purpose: found for purpose, found in services.items() if found},
        "report_to": _views(directory.report_to(wanted)),
        "laws": _views(directory.laws(wanted)),
        "court_orders": _views(directory.orders(wanted)),
        "legal_help": _views(directory.legal_help(wanted)),
    }


def stats() -> dict[str, Any]:
    """How much the directory covers. The world's entries are counted apart, in `worldwide_entries`."""
    rows = read()
    directory = _directory("en")
    tables = ("law", "service", "report_route", "legal_help", "court_order")
    everywhere = [row for table in tables for row in rows[table] if row["jurisdiction"] == WORLD]
    rows |= {table: [row for row in rows[table] if row["jurisdiction"] != WORLD] for table in tables}
    codes = [code for code in directory.codes() if code != WORLD]
    phoned = [row for table in ("service", "report_route", "legal_help") for row in rows[table] if row["phone"]]
    confirmed = [row for row in phoned if row["confirmed"] and "phone" not in row["unconfirmed_fields"]]
    purposes = Counter(purpose for row in rows["service"] for purpose in row["purposes"])
    return {
        "version": version(),
        "jurisdictions": len(codes),
        "platforms": len(rows["platform"]),
        "tools": len(rows["tool"]),
        "evidence_practices": len(rows["evidence_practice"]),
        "laws": len(rows["law"]),
        "laws_by_kind": _sorted(Counter(row["kind"] for row in rows["law"])),
        "laws_by_act": _sorted(Counter(act for row in rows["law"] for act in row["covers"])),
        "services": len(rows["service"]),
        "services_by_purpose": {purpose: purposes[purpose] for purpose in PURPOSES},
        "report_routes": len(rows["report_route"]),
        "legal_help": len(rows["legal_help"]),
        "court_orders": len(rows["court_order"]),
        "phones": len(phoned),
        "confirmed_phones": len(confirmed),
        "confirmed_facts": sum(row["confirmed"] for table in tables for row in rows[table]),
        "facts": sum(len(rows[table]) for table in tables),
        "worldwide_entries": len(everywhere),
        "jurisdictions_with_emergency_number": sum(directory.emergency(code) is not None for code in codes),
        "jurisdictions_with": {
            purpose: sum(_has_line(directory, code, purpose) for code in codes) for purpose in PURPOSES
        },
        "jurisdictions_with_law_on": {
            act: sum(bool(directory.laws(code, act)) for code in codes)
            for act in ("sharing", "threat", "synthetic", "recording", "platform_takedown")
        },
        "platforms_with_intimate_image_form": sum(bool(platform.report.ncii_url) for platform in directory.platforms()),
        "languages": ["en", *sorted({row["language"] for row in rows["translation"]})],
    }


def check(max_age_days: int = 180, today: date | None = None) -> tuple[dict[str, Any], bool]:
    """The report of the data files and whether it holds an error.

    Errors are faults of schema, duplicates, malformed addresses, impossible phone numbers, unconfirmed
    numbers in shown words, and references to nothing. Stale, unconfirmed and unsourced entries are listed
    for reviewers.
    """
    report = checks.run(max_age_days, today or date.today())
    return report.to_json(), report.has_errors


def _has_line(directory: Directory, code: str, purpose: str) -> bool:
    """Whether the jurisdiction has such a service of its own or of its country, not only the world's list."""
    return any(service.jurisdiction != WORLD for service in directory.services(code, purpose, limit=None))


def _views(facts: Iterable[Any]) -> list[dict[str, Any]]:
    return [fact.to_json() for fact in facts]


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
