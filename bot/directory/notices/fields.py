"""What the person typed: brought to one form, checked, and never kept or quoted in an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from bot.directory.notices.errors import UnknownField
from bot.directory.notices.model import YES, Conditions, Element, NoticeKind

Typed = Mapping[str, str | Sequence[str]]

# Control characters could move the cursor of a terminal or hide text; line breaks and tabs stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cleaned(kind: NoticeKind, typed: Typed) -> dict[str, str]:
    """The fields by element id, without empty ones; lists become lines.

    Raises UnknownField where the letter has no such field, so that nothing typed is lost in silence.
    """
    values: dict[str, str] = {}
    for name, value in typed.items():
        element = kind.element(name)
        if element is None:
            raise UnknownField(f"The letter {kind.id} has these fields only: {names(kind.elements)}.")
        text = value if isinstance(value, str) else "\n".join(value)
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if text:
            values[element.id] = f"{values[element.id]}\n{text}" if element.id in values else text
    return values


def names(elements: Iterable[Element]) -> str:
    """The ids of elements, for a message."""
    return ", ".join(element.id for element in elements)


def holds(conditions: Conditions, values: Mapping[str, str]) -> bool:
    """Whether every condition is met."""
    return all(values.get(name, "") in accepted for name, accepted in conditions.items())


def blocked(conditions: Conditions, values: Mapping[str, str]) -> bool:
    """Whether any condition is met."""
    return any(values.get(name, "") in accepted for name, accepted in conditions.items())


def lacking(kind: NoticeKind, values: Mapping[str, str]) -> list[Element]:
    """The required elements that the fields do not give, in the order of the template."""
    return [element for element in kind.elements if _asked(element, values) and not _given(kind, element, values)]


def given(element: Element, values: Mapping[str, str]) -> bool:
    """Whether the field of this element holds what its kind asks for."""
    value = values.get(element.id, "")
    if element.kind == "consent":
        return value == YES
    if element.kind == "choice":
        return element.option(value) is not None
    if element.kind == "date":
        return day(value) is not None
    if element.kind == "url_list":
        return any(is_link(link) for link in links(value))
    return bool(re.search(r"\w", value))


def day(value: str) -> date | None:
    """A date written as 2026-11-25, None where it is no such date."""
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        return None


def links(value: str) -> list[str]:
    """The links of a list, one a line or divided by blanks."""
    return value.split()


def is_link(link: str) -> bool:
    """Whether this can be a web address: a scheme or a host name with a dot."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        return bool(re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", parts.hostname or "")) and parts.scheme in ("http", "https")
    except ValueError:
        return False


def is_front_page(link: str) -> bool:
    """Whether a link names a site and no page of it."""
    parts = urlsplit(link if "://" in link else f"https://{link}")
    return not parts.path.strip("/") and not parts.query and not parts.fragment


def _asked(element: Element, values: Mapping[str, str]) -> bool:
    return element.required and holds(element.when, values) and not blocked(element.unless, values)


def _given(kind: NoticeKind, element: Element, values: Mapping[str, str]) -> bool:
    others = (kind.element(name) for name in element.either)
    return given(element, values) or any(other is not None and given(other, values) for other in others)
