"""`steady notice`: a letter as text, what it still lacks, and the kinds that there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from bot.directory import Directory
from bot.directory.notices import Draft, Element, draft, kinds
from bot.directory.notices.views import source_to_json

Fields = Mapping[str, str | Sequence[str]]


@cache
def _directory() -> Directory:
    return Directory.from_seed()


def list_kinds() -> list[dict[str, Any]]:
    """Every kind with its title, where it applies and the fields that it takes."""
    return [
        {
            "kind": kind.id,
            "title": kind.title,
            "goes_to": kind.goes_to,
            "places": list(kind.places),
            "minors": kind.minors,
            "fields": [
                {
                    "name": element.id,
                    "what": element.what,
                    "kind": element.kind,
                    "required": element.required,
                    "values": ["yes"] if element.kind == "consent" else [option.value for option in element.options],
                    "source": source_to_json(element.source) if element.source else None,
                }
                for element in kind.elements
            ],
        }
        for kind in kinds()
    ]


def print_notice(
    kind: str,
    place: str | None,
    platform: str | None,
    fields: Fields,
    directory: Directory | None = None,
    today: date | None = None,
) -> tuple[str, list[str]]:
    """The letter, and one line for each required element that it lacks (then the exit status is 3).

    Raises the errors of `bot.directory.notices.draft`; none of their messages repeats a field.
    """
    found = _draft(kind, place, platform, fields, directory, today)
    return found.text, [_line(element) for element in found.missing]


def advise(
    kind: str,
    place: str | None,
    platform: str | None,
    fields: Fields,
    directory: Directory | None = None,
    today: date | None = None,
) -> list[str]:
    """What to know before sending the letter, and what comes next: lines for stderr."""
    found = _draft(kind, place, platform, fields, directory, today)
    return [*found.warnings, *found.next_steps]


def _draft(
    kind: str, place: str | None, platform: str | None, fields: Fields, directory: Directory | None, today: date | None
) -> Draft:
    return draft(kind, place, platform, fields, directory or _directory(), today or date.today())


def _line(element: Element) -> str:
    """The field's name, what it is, and the law that asks for it."""
    law = f" ({element.source.citation})" if element.source else ""
    choices = f" One of: {', '.join(option.value for option in element.options)}." if element.options else ""
    wanted = " Write: yes." if element.kind == "consent" else ""
    return f"{element.id}: {element.label}{law}.{choices}{wanted}"
