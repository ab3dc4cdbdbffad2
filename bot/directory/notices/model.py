"""What a letter is made of, as immutable values read from its template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

# Field name -> the values with which something holds. A value from outside the fields is named in CONTEXT.
Conditions = Mapping[str, tuple[str, ...]]

ELEMENT_KINDS = ("text", "url_list", "date", "choice", "consent", "signature")
YES = "yes"  # the only value that is a consent: no statement is made for a person who did not say it

# Placeholders that a letter fills by itself: from the directory, the date and the first letter's time limit.
CONTEXT = (
    "today", "recipient", "platform", "place", "data_law", "local_law", "log_columns", "send_to", "send_known",
    "limit", "due", "regulator", "regulator_known", "police", "first_law", "first_limit", "first_due", "overdue",
    "elsewhere",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was read. `confirmed` is False where the wording is known but was not read in a source."""

    citation: str
    url: str
    confirmed: bool
    checked_on: date

    @property
    def host(self) -> str:
        """The host of the page, for showing; "" where there is none."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: what it is called, and the sentence that it puts into the letter."""

    value: str
    say: str
    letter: str


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a letter holds.

    `what` asks the person for it in plain words, `label` names it. It is asked for while every condition in
    `when` holds and none in `unless`; an element named in `either` does instead. `statement` is what the letter
    says after the person's explicit yes. `source` is None where no law or rule asks for it.
    """

    id: str
    kind: str
    label: str
    what: str
    required: bool
    source: Source | None
    when: Conditions
    unless: Conditions
    either: tuple[str, ...]
    options: tuple[Option, ...]
    statement: str
    aliases: tuple[str, ...]

    def option(self, value: str) -> Option | None:
        """The option with this value, None where there is none."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a letter, or a sentence of advice; it stands there while its conditions hold.

    Neighbours of the same `group` stand line below line, without an empty line between them.
    """

    text: str
    when: Conditions
    unless: Conditions
    group: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time that the law gives the receiver, in hours or in months, and where that was read."""

    hours: int | None
    months: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Refusal:
    """Answers with which the letter is not written (rule R41), what is said then, and which kinds may fit."""

    when: Conditions
    say: str
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of letter. `places` are codes where its law applies ("ZZ": everywhere); `elsewhere` says whether
    it may be tried outside them."""

    id: str
    title: str
    goes_to: str
    receiver: str
    to_platform: bool
    route: str
    places: tuple[str, ...]
    elsewhere: bool
    adults: bool
    minors: bool
    explanation: str
    why: Mapping[str, str]
    elements: tuple[Element, ...]
    body: tuple[Block, ...]
    warnings: tuple[Block, ...]
    next_steps: tuple[Block, ...]
    clock: Clock | None
    refusals: tuple[Refusal, ...]
    regulator_words: tuple[str, ...]
    sources: tuple[Source, ...]
    language: str

    def element(self, name: str) -> Element | None:
        """The element with this id or other name, None where there is none."""
        return next((element for element in self.elements if name == element.id or name in element.aliases), None)

    def applies(self, chain: list[str]) -> bool:
        """Whether its law applies in the place with this chain of jurisdictions."""
        return not set(self.places).isdisjoint(chain)
