"""The templates: one YAML file a kind, with shared elements, checked against a schema when read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from bot.directory.notices.errors import UnknownKind
from bot.directory.notices.model import (
    Block,
    Clock,
    Conditions,
    Element,
    NoticeKind,
    Option,
    Refusal,
    Source,
)

TEMPLATES = Path(__file__).resolve().parent / "templates"
DEFAULT_LANGUAGE = "en"
SHARED = "shared.yml"
_SCHEMA = Path(__file__).resolve().parent / "schema.json"


class TemplateError(ValueError):
    """A template breaks its schema. The message names the file, the place in it, and the fault."""


@cache
def _kinds(language: str) -> dict[str, NoticeKind]:
    folder = TEMPLATES / (language if (TEMPLATES / language).is_dir() else DEFAULT_LANGUAGE)
    library = shared(folder.name)
    validator = Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")), format_checker=FormatChecker())
    found: dict[str, NoticeKind] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name == SHARED:
            continue
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
        for fault in validator.iter_errors(json.loads(json.dumps(row, default=str))):
            place = "/".join(map(str, fault.absolute_path)) or "the whole file"
            raise TemplateError(f"{path.name}: {place}: {fault.message[:200]}")
        if row["id"] != path.stem:
            raise TemplateError(f"{path.name}: the file is named {path.stem}, its entry {row['id']}")
        found[path.stem] = _kind(row, library, folder.name)
    return found


@cache
def shared(language: str = DEFAULT_LANGUAGE) -> dict[str, Any]:
    """What templates have in common: elements, warnings, steps and words, by name."""
    return yaml.safe_load((TEMPLATES / language / SHARED).read_text(encoding="utf-8"))


def kinds(language: str = DEFAULT_LANGUAGE) -> list[NoticeKind]:
    """Every kind of letter, by id. Raises TemplateError where a template breaks its schema."""
    return list(_kinds(language).values())


def kind(kind_id: str, language: str = DEFAULT_LANGUAGE) -> NoticeKind:
    """The kind with this id. Raises UnknownKind with the ids that there are."""
    found = _kinds(language).get(kind_id)
    if found is None:
        raise UnknownKind(f"There is no such letter. There are: {', '.join(_kinds(language))}.")
    return found


def _kind(row: Mapping[str, Any], library: Mapping[str, Any], language: str) -> NoticeKind:
    sources = {name: _source(source) for name, source in row.get("sources", {}).items()}
    clock = row.get("clock")
    return NoticeKind(
        id=row["id"],
        title=row["title"],
        goes_to=row["goes_to"],
        receiver=row["receiver"],
        to_platform=row.get("to_platform", True),
        route=row.get("route", "intimate"),
        places=tuple(row["places"]),
        elsewhere=row.get("elsewhere", False),
        adults=row["audience"]["adults"],
        minors=row["audience"]["minors"],
        explanation=_line(row["explanation"]),
        why={name: _line(text) for name, text in row["why"].items()},
        elements=tuple(_element(entry, library["elements"], sources) for entry in row["elements"]),
        body=tuple(_block(block) for block in row["body"]),
        warnings=tuple(_block(_named(entry, library["warnings"])) for entry in row.get("warnings", ())),
        next_steps=tuple(_block(_named(entry, library["steps"])) for entry in row.get("next", ())),
        clock=Clock(clock.get("hours"), clock.get("months"), sources[clock["law"]]) if clock else None,
        refusals=tuple(
            Refusal(_conditions(entry["when"]), _line(entry["say"]), tuple(entry.get("instead", ())))
            for entry in row.get("refuses", ())
        ),
        regulator_words=tuple(row.get("regulator_words", ())),
        sources=tuple(sources.values()),
        language=language,
    )


def _source(row: Mapping[str, Any]) -> Source:
    return Source(row["citation"], row.get("url") or "", row["confirmed"], _date(row["checked_on"]))


def _element(entry: Mapping[str, Any], library: Mapping[str, Any], sources: Mapping[str, Source]) -> Element:
    row = {**library.get(entry["id"], {}), **entry}
    source = sources[row["law"]] if row.get("law") else None
    if source is not None:
        confirmed = row.get("confirmed", source.confirmed)
        source = Source(source.citation + row.get("at", ""), source.url, confirmed, source.checked_on)
    return Element(
        id=row["id"],
        kind=row["kind"],
        label=row["label"],
        what=_line(row["what"]),
        required=row.get("required", True),
        source=source,
        when=_conditions(row.get("when")),
        unless=_conditions(row.get("unless")),
        either=tuple(row.get("either", ())),
        options=tuple(
            Option(value, _line(option["say"]), _line(option.get("letter", "")))
            for value, option in row.get("options", {}).items()
        ),
        statement=_line(row.get("statement", "")),
        aliases=tuple(row.get("aliases", ())),
    )


def _named(entry: Any, library: Mapping[str, Any]) -> Any:
    return library[entry["use"]] if isinstance(entry, dict) and "use" in entry else entry


def _block(entry: Any) -> Block:
    row: Mapping[str, Any] = {"text": entry} if isinstance(entry, str) else entry
    return Block(
        _paragraph(row["text"]), _conditions(row.get("when")), _conditions(row.get("unless")), row.get("group", "")
    )


def _conditions(row: Mapping[str, list[str]] | None) -> Conditions:
    return {name: tuple(accepted) for name, accepted in (row or {}).items()}


def _line(text: str) -> str:
    return " ".join(text.split())


def _paragraph(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
