"""Filling a template: paragraphs with placeholders become the text of a letter."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from babel.dates import format_date

from bot.directory.notices.fields import blocked, day, given, holds, links
from bot.directory.notices.model import CONTEXT, Block, Element, NoticeKind

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def placeholders(text: str) -> list[str]:
    """The names that stand in braces."""
    return _PLACEHOLDER.findall(text)


def filled(
    blocks: Iterable[Block],
    kind: NoticeKind,
    values: Mapping[str, str],
    context: Mapping[str, str],
    lacking: Collection[str],
    words: Mapping[str, str],
) -> list[str]:
    """The paragraphs that stand in this letter, filled; neighbours of one group are one paragraph.

    A paragraph falls away where its conditions do not hold or something optional in it was not given. What is
    `lacking` leaves a gap that can be seen, so that no letter looks complete which is not. What was typed is
    never read again for placeholders.
    """
    known = {**context, **values}
    paragraphs: list[str] = []
    group = ""
    for block in blocks:
        if not holds(block.when, known) or blocked(block.unless, known):
            continue
        parts = {
            name: context.get(name, "") if name in CONTEXT else _part(kind.element(name), values, lacking, words)
            for name in placeholders(block.text)
        }
        if not all(parts.values()):
            continue
        text = _put(block.text, parts)
        if group and block.group == group:
            paragraphs[-1] += f"\n{text}"
        else:
            paragraphs.append(text)
        group = block.group
    return paragraphs


def unused(kind: NoticeKind, values: Mapping[str, str], text: str, words: Mapping[str, str]) -> list[Element]:
    """The elements that were given and have no place in the letter, because another answer rules them out."""
    written = {
        name: _written(element, value, words) for name, value in values.items() if (element := kind.element(name))
    }
    return [element for element in kind.elements if written.get(element.id, "") not in text]


def written_date(value: date, language: str) -> str:
    """A date as a letter has it: 25 November 2026."""
    return format_date(value, "d MMMM y", locale=language)


def _put(text: str, parts: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: parts[match.group(1)], text)


def _part(
    element: Element | None, values: Mapping[str, str], lacking: Collection[str], words: Mapping[str, str]
) -> str:
    if element is None:
        return ""
    value = values.get(element.id, "")
    text = _written(element, value, words) if value else ""
    if element.id not in lacking:
        return text
    gap = words["not_stated" if element.kind == "consent" else "gap"].replace("{label}", element.label)
    return f"{text}\n{gap}" if text else gap


def _written(element: Element, value: str, words: Mapping[str, str]) -> str:
    """How the letter has a value; what cannot be read as its kind stays as it was typed, choices apart."""
    if element.kind == "consent":
        return element.statement if given(element, {element.id: value}) else ""
    if element.kind == "choice":
        option = element.option(value)
        return option.letter if option else ""
    if element.kind == "url_list":
        return "\n".join(f"  {number}. {link}" for number, link in enumerate(links(value), start=1))
    found = day(value) if element.kind == "date" else None
    return written_date(found, words["language"]) if found else value
