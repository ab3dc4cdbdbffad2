"""A template as JSON, for clients that fill it where the person is, so that nothing typed leaves the device."""

from __future__ import annotations

from typing import Any

from bot.directory.notices.model import CONTEXT, YES, Block, Conditions, Element, NoticeKind, Source
from bot.directory.notices.templates import shared


def to_json(kind: NoticeKind) -> dict[str, Any]:
    """Everything of a template: fields to ask for, paragraphs with placeholders, and what to say around it.

    `computed` names the placeholders that no field fills; `words` holds what stands in a gap.
    """
    words = shared(kind.language)["words"]
    return {
        "id": kind.id,
        "title": kind.title,
        "language": kind.language,
        "goes_to": kind.goes_to,
        "receiver": kind.receiver,
        "places": list(kind.places),
        "elsewhere": kind.elsewhere,
        "audience": {"adults": kind.adults, "minors": kind.minors},
        "explanation": kind.explanation,
        "elements": [_element(element) for element in kind.elements],
        "body": [_block(block) for block in kind.body],
        "warnings": [_block(block) for block in kind.warnings],
        "next_steps": [_block(block) for block in kind.next_steps],
        "clock": {
            "hours": kind.clock.hours,
            "months": kind.clock.months,
            "source": source_to_json(kind.clock.source),
        }
        if kind.clock
        else None,
        "refusals": [
            {"when": _conditions(refusal.when), "say": refusal.say, "instead": list(refusal.instead)}
            for refusal in kind.refusals
        ],
        "computed": list(CONTEXT),
        "consent": YES,
        "words": {"gap": words["gap"], "not_stated": words["not_stated"]},
    }


def source_to_json(source: Source) -> dict[str, Any]:
    """A source as it may be shown: the law, the host where it was read, whether and when."""
    return {
        "citation": source.citation,
        "host": source.host,
        "url": source.url,
        "confirmed": source.confirmed,
        "checked_on": source.checked_on.isoformat(),
    }


def _element(element: Element) -> dict[str, Any]:
    return {
        "id": element.id,
        "kind": element.kind,
        "label": element.label,
        "what": element.what,
        "required": element.required,
        "when": _conditions(element.when),
        "unless": _conditions(element.unless),
        "either": list(element.either),
        "options": [{"value": option.value, "say": option.say, "letter": option.letter} for option in element.options],
        "statement": element.statement,
        "source": source_to_json(element.source) if element.source else None,
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "text": block.text,
        "when": _conditions(block.when),
        "unless": _conditions(block.unless),
        "group": block.group,
    }


def _conditions(conditions: Conditions) -> dict[str, list[str]]:
    return {name: list(accepted) for name, accepted in conditions.items()}
