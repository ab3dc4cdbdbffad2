"""Checks of the data files beyond their schema: duplicates, age, sources, addresses, phone numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.directory import phones, schema_check, seed_files
from bot.directory.seed_files import SECTIONS, Row

# The keys of a report whose entries are faults; the others only tell a reviewer what to look at.
ERRORS = ("schema", "duplicates", "malformed_urls", "impossible_phones", "leaks", "unknown_references")


@dataclass(frozen=True)
class Entry:
    """One sourced part of a data file, with the name by which a report calls it."""

    label: str
    content: Row
    checked_on: date
    country: str | None = None


@dataclass
class Report:
    """What the checks found, by kind."""

    version: str
    entries: int = 0
    findings: dict[str, list[str]] = field(
        default_factory=lambda: {key: [] for key in (*ERRORS, "stale", "unconfirmed", "unsourced")}
    )

    @property
    def has_errors(self) -> bool:
        """Whether anything must be corrected."""
        return any(self.findings[key] for key in ERRORS)

    def to_json(self) -> dict[str, Any]:
        """The report with a count of everything it lists."""
        counts = {key: len(found) for key, found in self.findings.items()}
        return {"version": self.version, "entries": self.entries, "counts": counts, **self.findings}


def run(max_age_days: int, today: date, folder: Path = seed_files.SEED) -> Report:
    """Checks every data file. Stale is what was checked more than `max_age_days` before `today`."""
    report = Report(seed_files.version(folder))
    sound: list[tuple[str, Any]] = []
    for kind, path, content in seed_files.documents(folder):
        found = schema_check.faults(kind, path, content)
        report.findings["schema"] += found
        if not found:
            sound.append((kind, content))
    for kind, content in sound:
        for entry in _entries(kind, content):
            _look_at(entry, report, max_age_days, today)
    report.findings["duplicates"] += _duplicates(sound)
    if not report.findings["schema"]:
        report.findings["unknown_references"] += _unknown_references(folder)
    return report


def _entries(kind: str, content: Row) -> Iterator[Entry]:
    day = content["checked_on"]
    if kind == "jurisdiction":
        code = content["code"]
        country = None if code in ("EU", "ZZ") else code.partition("-")[0]
        if content["emergency"]:
            yield _entry(f"{code}:emergency", content["emergency"], day, country)
        for section, (_, middle) in SECTIONS.items():
            for item in content[section]:
                yield _entry(f"{code}:{middle}:{item['id']}", item, day, country)
    elif kind == "platform":
        name = content["id"]
        for part in ("report", "two_factor", "partners"):
            yield _entry(f"{name}:{part}", content[part], day)
        for number, tip in enumerate(content["evidence_tips"], 1):
            yield _entry(f"{name}:evidence_tip:{number}", tip, day)
        for number, form in enumerate(content["report"].get("other_forms", ()), 1):
            yield _entry(f"{name}:other_form:{number}", form, day)
    elif kind == "tool":
        yield _entry(f"tool:{content['id']}", content, day)
    else:
        for item in content["evidence"]:
            yield _entry(f"evidence:{item['id']}", item, day)


def _entry(label: str, content: Row, day: date, country: str | None = None) -> Entry:
    return Entry(label, content, content.get("checked_on", day), country)


def _look_at(entry: Entry, report: Report, max_age_days: int, today: date) -> None:
    findings, content = report.findings, entry.content
    report.entries += 1
    if (today - entry.checked_on).days > max_age_days:
        findings["stale"].append(f"{entry.label}: checked on {entry.checked_on.isoformat()}")
    if not content["confirmed"]:
        findings["unconfirmed"].append(entry.label)
    if not content["source"]:
        findings["unsourced"].append(entry.label)
    findings["malformed_urls"] += [f"{entry.label}: {url}" for url in _malformed(content)]
    findings["leaks"] += [f"{entry.label}: {where}" for where in _leaks(content)]
    numbers = [content[key] for key in ("phone", "text", "number") if isinstance(content.get(key), str)]
    findings["impossible_phones"] += [
        f"{entry.label}: {fault}" for number in numbers for fault in phones.faults(number, entry.country)
    ]


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
                yield from _repeated(
                    f"{content['code']}: entry in {section}", [_same(item) for item in items]
                )
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


def _unknown_references(folder: Path) -> Iterator[str]:
    """Translations of entries that do not exist, and codes in `only_in` and `not_in` that do not."""
    rows = seed_files.read(folder)
    known = {row.get("id", row.get("code")) for table in rows.values() for row in table}
    for row in rows["translation"]:
        if row["entry"] not in known:
            yield f"translations/{row['language']}: {row['entry']}"
    for row in rows["service"]:
        for code in (*row["only_in"], *row["not_in"]):
            if code not in known:
                yield f"{row['id']}: {code}"
