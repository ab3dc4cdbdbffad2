"""What `steady directory show|check` answer; `stats` is in `directory_stats`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from bot.directory import PURPOSES, Directory, database
from bot.directory import check as checks
from bot.directory.codes import WORLD, normalise
from bot.directory.entries import MAX_AGE_DAYS
from bot.directory.seed_files import SEED
from bot.ops.directory_stats import stats

__all__ = ["UnknownJurisdiction", "check", "show", "stats"]


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
    emergency = directory.emergency_or_fallback(wanted)
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
        "emergency": emergency.to_json(),
        "services": {purpose: found for purpose, found in services.items() if found},
        "report_to": _views(directory.report_to(wanted)),
        "laws": _views(directory.laws(wanted)),
        "court_orders": _views(directory.orders(wanted)),
        "legal_help": _views(directory.legal_help(wanted)),
    }


def check(
    max_age_days: int = MAX_AGE_DAYS, today: date | None = None, database_url: str | None = None
) -> tuple[dict[str, Any], bool]:
    """The report of the data files and whether it holds an error.

    Errors are faults of schema, duplicates, malformed addresses, impossible phone numbers, unconfirmed
    numbers in shown words, and references to nothing. Listed for reviewers are stale entries (those with a
    telephone number after 90 days, rule R57), conflicting, unconfirmed and unsourced ones, and, with a
    `database_url`, what staff verified and the data files have overtaken.
    """
    verified = database.verified(database_url) if database_url else ()
    report = checks.run(max_age_days, today or date.today(), verified=verified)
    return report.to_json(), report.has_errors


def _views(facts: Iterable[Any]) -> list[dict[str, Any]]:
    return [fact.to_json() for fact in facts]
