"""Turns rows, from the database or straight from the data files, into the directory's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from bot.directory.emergency import Emergency
from bot.directory.facts import Jurisdiction, Service
from bot.directory.opening import from_json
from bot.directory.platform_facts import (
    EvidencePractice,
    EvidenceTip,
    OtherForm,
    Partners,
    Platform,
    PlatformReport,
    Tool,
    TwoFactor,
)

T = TypeVar("T")

# The fields that are words for a person, and so can be translated.
TRANSLATABLE = frozenset(
    (
        *("name", "notes", "note", "hours", "citation"),
        *("what_it_does", "who_can_use", "needs", "cannot", "cost", "cost_note", "age", "region", "contact"),
        *("topic", "advice", "columns_note"),
    )
)

EMERGENCY_WORDS = ("note", "text")

_NONE: Mapping[tuple[str, str], str] = MappingProxyType({})


def value(kind: type[T], row: Mapping[str, Any], **changed: Any) -> T:
    """The row as a value of this class. Keys that the class does not have are left out, lists become
    tuples, an empty key takes the class's own default."""
    given = {**row, **changed}
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _frozen(item) for name, item in given.items() if name in names and item is not None})


def jurisdiction(row: Mapping[str, Any]) -> Jurisdiction:
    """A row of the jurisdiction table as a value."""
    return Jurisdiction(**{field.name: _frozen(row[field.name]) for field in fields(Jurisdiction)})


def service(row: Mapping[str, Any]) -> Service:
    """A row of the service table as a value."""
    return value(Service, row, opening=from_json(row["opening"]))


def emergency(row: Mapping[str, Any], texts: Mapping[tuple[str, str], str] = _NONE) -> Emergency | None:
    """What a row of the jurisdiction table says of the emergency number, None where it says nothing.

    `texts` are translations; those of "FR:emergency" take the place of the words in the row.
    """
    given = row["emergency"]
    if not given:
        return None
    entry = f"{row['code']}:emergency"
    words = {name: text for name in EMERGENCY_WORDS if (text := texts.get((entry, name)))}
    return value(Emergency, {**given, **words}, jurisdiction=row["code"], checked_on=_day(given, row["checked_on"]))


def platform(row: Mapping[str, Any]) -> Platform:
    """A row of the platform table as a value."""
    day = row["checked_on"]
    report = row["report"]
    forms = tuple(
        value(OtherForm, form, purpose=form["for"], checked_on=_day(form, day))
        for form in report.get("other_forms", ())
    )
    tips = tuple(value(EvidenceTip, tip, checked_on=_day(tip, day)) for tip in row["evidence_tips"])
    regional = MappingProxyType(dict(report.get("regional", {})))
    partners = row["partners"]
    return value(
        Platform,
        row,
        report=_sourced(PlatformReport, report, day, other_forms=forms, regional=regional),
        two_factor=_sourced(TwoFactor, row["two_factor"], day),
        evidence_tips=tips,
        partners=_sourced(
            Partners,
            partners,
            day,
            stopncii=_known(partners["stopncii"]),
            take_it_down=_known(partners["take_it_down"]),
        ),
    )


def tool(row: Mapping[str, Any]) -> Tool:
    """A row of the tool table as a value."""
    return value(Tool, row, details=MappingProxyType(dict(row["details"])))


def practice(row: Mapping[str, Any]) -> EvidencePractice:
    """A row of the evidence_practice table as a value."""
    return value(EvidencePractice, row)


def translated(rows: Iterable[Mapping[str, Any]], key: str, texts: Mapping[tuple[str, str], str]) -> list[Any]:
    """The rows with the words replaced that stand in another language; numbers and addresses never are."""
    if not texts:
        return list(rows)
    return [
        {field: texts.get((row[key], field), item) if field in TRANSLATABLE else item for field, item in row.items()}
        for row in rows
    ]


def _sourced(kind: type[T], given: Mapping[str, Any], day: date, **changed: Any) -> T:
    sources = tuple(given.get("source") or ())
    first = sources[0] if sources else ""
    return value(kind, given, source=first, sources=sources, checked_on=_day(given, day), **changed)


def _day(given: Mapping[str, Any], day: date) -> date:
    own = given.get("checked_on")
    return date.fromisoformat(own) if isinstance(own, str) else own or day


def _known(answer: bool | str) -> bool | None:
    return answer if isinstance(answer, bool) else None


def _frozen(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) else item
