"""Fields that complete a letter of each kind."""

from __future__ import annotations

from datetime import date

from bot.directory.notices import NoticeKind, kind
from bot.directory.notices.fields import holds

DAY = date(2026, 11, 25)

# Answers other than the first option, where the first would refuse the letter or leave something out.
CHOICES = {
    "under_18": "no",
    "no_consent_reason": "other",
    "who_took_it": "represented",
    "acting": "authorised",
    "happened": "both",
    "addressee": "regulator",
    "first_notice": "gdpr-erasure",
}


def complete_fields(kind_id: str, **answers: str) -> dict[str, str]:
    """Every field of this kind that its other answers leave room for, with a value of its own."""
    template = kind(kind_id)
    fields: dict[str, str] = {}
    for element in template.elements:
        if element.kind == "choice":
            wanted = answers.get(element.id, CHOICES.get(element.id, ""))
            fields[element.id] = wanted if element.option(wanted) else element.options[0].value
    for element in template.elements:
        if element.id not in fields and holds(element.when, fields) and not _blocked(template, element.id, fields):
            fields[element.id] = answers.get(element.id, _value(element.kind, element.id))
    return fields


def _blocked(template: NoticeKind, name: str, fields: dict[str, str]) -> bool:
    element = template.element(name)
    assert element
    blocking = {field: accepted for field, accepted in element.unless.items() if fields.get(field) in accepted}
    return bool(blocking) and not element.required


def _value(kind_of_field: str, name: str) -> str:
    return {
        "url_list": f"https://example.net/{name}/1\nhttps://example.net/{name}/2",
        "date": "2026-11-02",
        "consent": "yes",
        "signature": "Signed Sam Example",
    }.get(kind_of_field, f"Words for {name}")
