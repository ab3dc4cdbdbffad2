"""Checks of the data files beyond their schema: duplicates, age, sources, addresses, phone numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.directory import overrides, phones, references, schema_check, seed_files
from bot.directory.entries import MAX_AGE_DAYS_NUMBERS, NUMBER_FIELDS, Entry, by_label, entries
from bot.directory.overrides import Override
from bot.directory.seed_files import SECTIONS, Row, Rows

# The keys of a report whose entries are faults; the others only tell a reviewer what to look at.
ERRORS = ("schema", "duplicates", "malformed_urls", "impossible_phones", "leaks", "unknown_references")

# What a reviewer should look at. `overruled`: the data files say something newer than what staff verified.
REVIEW = ("stale", "conflicting", "unconfirmed", "unsourced", "overruled")


@dataclass
class Report:
    """What the checks found, by kind."""

    version: str
    entries: int = 0
    findings: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in (*ERRORS, *REVIEW)})

    @property
    def has_errors(self) -> bool:
        """Whether anything must be corrected."""
        return any(self.findings[key] for key in ERRORS)

    def to_json(self) -> dict[str, Any]:
        """The report with a count of everything it lists."""
        counts = {key: len(found) for key, found in self.findings.items()}
        return {"version": self.version, "entries": self.entries, "counts": counts, **self.findings}


def run(
    max_age_days: int,
    today: date,
    folder: Path = seed_files.SEED,
    numbers_max_age_days: int = MAX_AGE_DAYS_NUMBERS,
    verified: Sequence[Override] = (),
) -> Report:
    """Checks every data file, with what staff verified laid over it.

    Stale is what was checked more than `max_age_days` before `today`, for entries with a telephone number
    `numbers_max_age_days` where that is less.
    """
    report = Report(seed_files.version(folder))
    sound: list[tuple[str, Any]] = []
    for kind, path, content in seed_files.documents(folder):
        found = schema_check.faults(kind, path, content)
        report.findings["schema"] += found
        if not found:
            sound.append((kind, content))
    rows = seed_files.rows_of(sound)
    shown = overrides.applied(rows, verified)
    for entry in entries(shown):
        _look_at(entry, report)
        if entry.is_stale(today, max_age_days, numbers_max_age_days):
            report.findings["stale"].append(f"{entry.label}: checked on {entry.checked_on.isoformat()}")
    report.findings["conflicting"] += _contradictions(shown)
    report.findings["overruled"] += _overruled(rows, verified)
    report.findings["duplicates"] += _duplicates(sound)
    if not report.findings["schema"]:
        report.findings["unknown_references"] += references.unknown(seed_files.read(folder))
    return report


def _look_at(entry: Entry, report: Report) -> None:
    findings, content = report.findings, entry.content
    report.entries += 1
    if entry.conflict:
        findings["conflicting"].append(f"{entry.label}: {entry.conflict}")
    # That no emergency number is known is an answer, not a fact that could be confirmed.
    is_fact = content.get("number", "") is not None
    if is_fact and not content["confirmed"]:
        findings["unconfirmed"].append(entry.label)
    if is_fact and not content["source"]:
        findings["unsourced"].append(entry.label)
    findings["malformed_urls"] += [f"{entry.label}: {url}" for url in _malformed(content)]
    findings["leaks"] += [f"{entry.label}: {where}" for where in _leaks(content)]
    numbers = [content[key] for key in (*NUMBER_FIELDS, "text") if isinstance(content.get(key), str)]
    findings["impossible_phones"] += [
        f"{entry.label}: {fault}" for number in numbers for fault in phones.faults(number, entry.country)
    ]


def _contradictions(rows: Rows) -> Iterator[str]:
    """Numbers that one entry of a jurisdiction holds as confirmed and another, for the same, as not."""
    seen: dict[tuple[str, str], list[Row]] = {}
    for row in rows["service"]:
        digits = re.sub(r"\D", "", row["phone"] or "")
        if digits:
            seen.setdefault((row["jurisdiction"], digits), []).append(row)
    for (_, _), same in seen.items():
        sure = [row["id"] for row in same if row["confirmed"] and "phone" not in row["unconfirmed_fields"]]
        others = [row["id"] for row in same if row["id"] not in sure]
        if sure and others:
            yield f"{others[0]}: the number is confirmed in {sure[0]}"


def _overruled(rows: Rows, verified: Sequence[Override]) -> Iterator[str]:
    present = by_label(rows)
    for override in verified:
        entry = present.get(override.entry)
        day = override.checked_on.isoformat()
        if entry is None:
            yield f"{override.entry}: verified on {day}, no longer in the data files"
        elif entry.checked_on > override.checked_on:
            yield f"{override.entry}: verified on {day}, the data files are of {entry.checked_on.isoformat()}"


def _malformed(content: Row) -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, str) and (key == "url" or key.endswith("_url")) and not well_formed(value):
            yield value


def well_formed(url: str) -> bool:
    """Whether this is a web address with a host that could exist."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    labels = host.split(".")
    return (
        parts.scheme in ("http", "https")
        and len(labels) > 1
        and all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", label) for label in labels)
        and re.fullmatch(r"[a-z][a-z0-9-]+", labels[-1]) is not None
        and not re.search(r"[\s<>\"]", url)
    )


def _leaks(content: Row) -> Iterator[str]:
    """Where a number that is not confirmed stands in words that are shown all the same."""
    if content["confirmed"] and "phone" not in content.get("unconfirmed_fields", ()):
        return
    for number in re.findall(r"\d[\d -]*\d", content.get("phone") or ""):
        spaced = r"[ -]?".join(re.sub(r"\D", "", number))
        for key in ("name", "note", "hours"):
            shown = content.get(key) or ""
            # Emergency numbers are confirmed entries of their own.
            if number not in ("110", "112", "911", "999") and re.search(rf"(?<!\d){spaced}(?!\d)", shown):
                yield f"the unconfirmed number stands in its {key}"


def _duplicates(documents: list[tuple[str, Any]]) -> Iterator[str]:
    for kind, content in documents:
        if kind == "jurisdiction":
            for section in SECTIONS:
                items = content[section]
                yield from _repeated(f"{content['code']}: id in {section}", [item["id"] for item in items])
                yield from _repeated(f"{content['code']}: entry in {section}", [_same(item) for item in items])
        elif kind == "evidence":
            yield from _repeated("evidence: id", [item["id"] for item in content["evidence"]])
    platforms = [content for kind, content in documents if kind == "platform"]
    yield from _repeated("platforms: domain", [name for item in platforms for name in item["domains"]])
    yield from _repeated("platforms: alias", [alias for item in platforms for alias in _clear_names(item)])


def _clear_names(platform: Row) -> set[str]:
    """The names of a platform that mean nothing else."""
    unclear = {alias.casefold() for alias in platform["ambiguous_aliases"]}
    return {alias.casefold() for alias in (*platform["aliases"], platform["name"])} - unclear


def _same(item: Row) -> str:
    return " / ".join(str(item[key]) for key in ("name", "citation", "phone", "url") if item.get(key))


def _repeated(what: str, values: list[str]) -> Iterator[str]:
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{what}: {value}, {times} times"
