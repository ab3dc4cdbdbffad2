"""Writing a letter from a template, the fields and the directory. Pure: the same input gives the same letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.directory import Directory
from bot.directory.codes import WORLD
from bot.directory.notices import fields as typed_fields
from bot.directory.notices import receivers
from bot.directory.notices.deadlines import due
from bot.directory.notices.errors import NotForThisPlace, NoticeRefused, UnknownKind
from bot.directory.notices.fields import Typed, cleaned, holds, lacking
from bot.directory.notices.letter import filled, unused, written_date
from bot.directory.notices.model import Block, Clock, Element, NoticeKind, Source
from bot.directory.notices.templates import DEFAULT_LANGUAGE, kind, kinds, shared


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter: its text, what it still lacks, what to know before sending it, what comes next, where the rules
    were read, and until when the receiver has time (None where the law names no time)."""

    kind: str
    text: str = field(repr=False)
    missing: tuple[Element, ...]
    warnings: tuple[str, ...]
    next_steps: tuple[str, ...]
    sources: tuple[Source, ...]
    due: date | None

    @property
    def complete(self) -> bool:
        """Whether every required element is there."""
        return not self.missing


def missing(kind_id: str, fields: Typed, language: str = DEFAULT_LANGUAGE) -> list[Element]:
    """The required elements of this kind that the fields lack. Raises UnknownKind, UnknownField."""
    found = kind(kind_id, language)
    return lacking(found, cleaned(found, fields))


def draft(
    kind_id: str,
    place: str | None,
    platform: str | None,
    fields: Typed,
    directory: Directory,
    today: date,
    language: str = DEFAULT_LANGUAGE,
) -> Draft:
    """The letter of this kind for this place and platform (an id of the directory or a host name).

    What is missing leaves visible gaps and is listed. Raises UnknownKind, UnknownPlace, UnknownPlatform,
    UnknownField, NotForThisPlace, and NoticeRefused where the letter would be untrue (rule R41).
    """
    template = kind(kind_id, language)
    values = cleaned(template, fields)
    code = receivers.place_code(place, directory)
    _check_place(template, code, directory)
    _check_refusals(template, values)
    words = {**shared(language)["words"], "language": language}
    gaps = lacking(template, values)
    context = _context(template, code, platform, values, directory, today, words)
    names = {element.id for element in gaps}

    def texts(blocks: tuple[Block, ...]) -> list[str]:
        return filled(blocks, template, values, context, names, words)

    text = "\n\n".join(texts(template.body)) + "\n"
    remarks = _remarks(template, values, context, shared(language)["remarks"])
    if unused(template, values, text, words):
        remarks.append(shared(language)["remarks"]["left_out"])
    return Draft(
        kind=template.id,
        text=text,
        missing=tuple(gaps),
        warnings=(*texts(template.warnings), *remarks),
        next_steps=tuple(texts(template.next_steps)),
        sources=tuple(dict.fromkeys(_sources(template))),
        due=due(template.clock, today) if template.clock else None,
    )


def _check_place(template: NoticeKind, code: str, directory: Directory) -> None:
    if code == WORLD or template.elsewhere or template.applies(directory.chain(code)):
        return
    here = ", ".join(other.id for other in kinds(template.language) if other.applies(directory.chain(code)))
    raise NotForThisPlace(f"The law behind this letter does not apply in this place. Letters for it: {here}.")


def _check_refusals(template: NoticeKind, values: Mapping[str, str]) -> None:
    for refusal in template.refusals:
        if holds(refusal.when, values):
            raise NoticeRefused(refusal.say, refusal.instead)


def _context(
    template: NoticeKind,
    code: str,
    platform: str | None,
    values: Mapping[str, str],
    directory: Directory,
    today: date,
    words: Mapping[str, str],
) -> dict[str, str]:
    """The placeholders that the letter fills by itself; those with nothing to say are empty."""
    found, name = receivers.platform_of(platform, directory)
    first = _first(values, template.language)
    child = values.get("under_18") in ("yes", "not_sure")
    minor = values.get("under_18") != "no"
    regulator = receivers.authority(code, (first or template).regulator_words, minor, directory)
    places = receivers.addresses(found, template.route, child)
    to_platform = name if template.to_platform else ""
    fake = values.get("no_consent_reason") == "fake"
    context = {
        "today": written_date(today, template.language),
        "recipient": to_platform or template.receiver,
        "platform": name,
        "place": receivers.place_name(code, directory),
        "data_law": "yes" if receivers.has_erasure_right(directory.chain(code)) else "no",
        "local_law": receivers.local_law(code, fake, directory),
        "log_columns": "\n".join(f"{column}: " for column in receivers.log_columns(directory)),
        "send_to": ", ".join(places[:3]),
        "send_known": "yes" if places else "no",
        "regulator": receivers.reached(regulator) if regulator else "",
        "regulator_known": ("yes" if regulator.confirmed else "no") if regulator else "",
        "police": receivers.police(code, minor, directory),
        "elsewhere": "no" if template.applies(directory.chain(code)) else "yes",
    }
    if template.clock:
        context["limit"] = _limit(template.clock, words)
        context["due"] = written_date(due(template.clock, today), template.language)
    return {**context, **_first_context(first, values, today, words)}


def _first(values: Mapping[str, str], language: str) -> NoticeKind | None:
    """The letter that a follow-up comes after."""
    try:
        return kind(values["first_notice"], language) if "first_notice" in values else None
    except UnknownKind:
        return None


def _first_context(
    first: NoticeKind | None, values: Mapping[str, str], today: date, words: Mapping[str, str]
) -> dict[str, Any]:
    """The first letter's time limit; `overdue` is "yes" only after its last day has passed (rule R41)."""
    sent = typed_fields.day(values.get("sent_on", ""))
    if first is None or first.clock is None or sent is None:
        return {"overdue": ""}
    end = due(first.clock, sent)
    return {
        "first_law": first.clock.source.citation,
        "first_limit": _limit(first.clock, words),
        "first_due": written_date(end, first.language),
        "overdue": "yes" if today > end else "no",
    }


def _limit(clock: Clock, words: Mapping[str, str]) -> str:
    amount, unit = (clock.hours, "hour") if clock.hours else (clock.months or 0, "month")
    return f"{amount} {words[unit if amount == 1 else unit + 's']}"


def _remarks(
    template: NoticeKind, values: Mapping[str, str], context: Mapping[str, str], remarks: Mapping[str, str]
) -> list[str]:
    """Warnings that no template needs to name: links that lead nowhere, a law of elsewhere, one not read."""
    links = [
        link
        for element in template.elements
        if element.kind == "url_list"
        for link in typed_fields.links(values.get(element.id, ""))
    ]
    found = []
    if any(not typed_fields.is_link(link) for link in links):
        found.append(remarks["no_link"])
    if any(typed_fields.is_link(link) and typed_fields.is_front_page(link) for link in links):
        found.append(remarks["front_page"])
    if context["elsewhere"] == "yes":
        found.append(remarks["elsewhere"])
    if any(not source.confirmed for source in _sources(template)):
        found.append(remarks["unconfirmed"])
    return found


def _sources(template: NoticeKind) -> list[Source]:
    own = [element.source for element in template.elements if element.source]
    return [*([template.clock.source] if template.clock else []), *own, *template.sources]
