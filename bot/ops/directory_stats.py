"""What `steady directory stats` answers: how much the directory covers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from bot.directory import PURPOSES, Directory, coverage
from bot.directory.codes import WORLD
from bot.directory.entries import entries
from bot.directory.seed_files import Row, Rows, read, version

FACTS = ("law", "service", "report_route", "legal_help", "court_order")
ACTS = ("sharing", "threat", "synthetic", "recording", "platform_takedown")


def stats(today: date | None = None) -> dict[str, Any]:
    """How much the directory covers. The world's entries are counted apart, in `worldwide_entries`.

    `jurisdictions` are all entries but the world's, `jurisdictions_with_law` those with a law of their own;
    `countries` and what follows it count over ISO 3166-1 (see `coverage.of_countries`).
    """
    rows = read()
    directory = Directory(rows)
    own = {table: [row for row in rows[table] if row["jurisdiction"] != WORLD] for table in FACTS}
    codes = [code for code in directory.codes() if code != WORLD]
    return {
        "version": version(),
        "jurisdictions": len(codes),
        "jurisdictions_with_law": len({row["jurisdiction"] for row in own["law"]}),
        **coverage.of_countries(directory),
        "parts": coverage.parts(directory),
        **_of_facts(own),
        "platforms": len(rows["platform"]),
        "tools": len(rows["tool"]),
        "evidence_practices": len(rows["evidence_practice"]),
        "worldwide_entries": sum(row["jurisdiction"] == WORLD for table in FACTS for row in rows[table]),
        **_of_lookups(directory, codes),
        **_freshness(rows, today or date.today()),
        "languages": ["en", *sorted({row["language"] for row in rows["translation"]})],
    }


def _of_facts(own: Rows) -> dict[str, Any]:
    phoned = [row for table in ("service", "report_route", "legal_help") for row in own[table] if row["phone"]]
    purposes = Counter(purpose for row in own["service"] for purpose in row["purposes"])
    return {
        "laws": len(own["law"]),
        "laws_by_kind": _sorted(Counter(row["kind"] for row in own["law"])),
        "laws_by_act": _sorted(Counter(act for row in own["law"] for act in row["covers"])),
        "services": len(own["service"]),
        "services_by_purpose": {purpose: purposes[purpose] for purpose in PURPOSES},
        "services_with_opening_times": sum(row["opening"] is not None for row in own["service"]),
        "report_routes": len(own["report_route"]),
        "legal_help": len(own["legal_help"]),
        "court_orders": len(own["court_order"]),
        "phones": len(phoned),
        "confirmed_phones": sum(_is_confirmed(row) for row in phoned),
        "single_source_phones": sum(_is_confirmed(row) and row["independent_sources"] == 1 for row in phoned),
        "confirmed_facts": sum(row["confirmed"] for table in FACTS for row in own[table]),
        "facts": sum(len(own[table]) for table in FACTS),
    }


def _of_lookups(directory: Directory, codes: list[str]) -> dict[str, Any]:
    return {
        "jurisdictions_with_emergency_number": sum(directory.emergency(code) is not None for code in codes),
        "jurisdictions_with": {
            purpose: sum(_has_line(directory, code, purpose) for code in codes) for purpose in PURPOSES
        },
        "jurisdictions_with_law_on": {act: sum(bool(directory.laws(code, act)) for code in codes) for act in ACTS},
        "platforms_with_intimate_image_form": sum(bool(platform.report.ncii_url) for platform in directory.platforms()),
    }


def _freshness(rows: Rows, today: date) -> dict[str, Any]:
    found = list(entries(rows))
    return {
        "oldest_check": min(entry.checked_on for entry in found).isoformat(),
        "newest_check": max(entry.checked_on for entry in found).isoformat(),
        "stale": sum(entry.is_stale(today) for entry in found),
        "conflicting": sum(entry.conflict is not None for entry in found),
    }


def _is_confirmed(row: Row) -> bool:
    return row["confirmed"] and "phone" not in row["unconfirmed_fields"]


def _has_line(directory: Directory, code: str, purpose: str) -> bool:
    """Whether the jurisdiction has such a service of its own or of its country, not only the world's list."""
    return any(service.jurisdiction != WORLD for service in directory.services(code, purpose, limit=None))


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
