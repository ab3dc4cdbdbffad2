"""What is said around the letters is plain; neither that nor a letter holds what the guide never says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import mean

import pytest
import textstat
import yaml

from bot.directory.notices import NoticeKind, kinds
from bot.directory.notices.letter import placeholders
from bot.directory.notices.model import CONTEXT
from bot.directory.notices.templates import shared

MAX_GRADE, MAX_MEAN_GRADE, MAX_WORDS, MAX_SENTENCES = 8.0, 6.0, 50, 3
SHORTEST_GRADED = 8  # words; a Flesch-Kincaid grade of less text says nothing
LONGEST_BUTTON = 42
BANNED = yaml.safe_load((Path(__file__).parents[1] / "banned.yml").read_text(encoding="utf-8"))
NEGATION = re.compile(r"\b(not|never|no|nobody|nor|without|cannot|only if)\b", re.IGNORECASE)


def _around(kind: NoticeKind) -> list[str]:
    """Every sentence for the person."""
    asked = [text for element in kind.elements for text in (element.what, *(option.say for option in element.options))]
    advice = [block.text for block in (*kind.warnings, *kind.next_steps)]
    return [kind.explanation, *kind.why.values(), *asked, *advice, *(refusal.say for refusal in kind.refusals)]


def _letter(kind: NoticeKind) -> list[str]:
    """Every sentence that can stand in the letter."""
    said = [text for e in kind.elements for text in (e.label, e.statement, *(option.letter for option in e.options))]
    return [*(block.text for block in kind.body), *filter(None, said)]


BY_KIND = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.id)


def _everything(kind: NoticeKind) -> list[str]:
    return [kind.title, kind.goes_to, kind.receiver, *_around(kind), *_letter(kind)]


def _plain(text: str) -> str:
    return re.sub(r"\{\w+\}", "Web", text)


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!:;])\s+", _plain(text)) if re.search(r"\w", part)]


def _hard_to_read(text: str) -> list[str]:
    plain = _plain(text)
    words = len(plain.split())
    faults = {
        "too long": words > MAX_WORDS or len(re.findall(r"[.?!](?:\s|$)", plain)) > MAX_SENTENCES,
        "several questions": plain.count("?") > 1,
        "hard words": words >= SHORTEST_GRADED and textstat.flesch_kincaid_grade(plain) > MAX_GRADE,
    }
    return [name for name, found in faults.items() if found]


def _faults(texts: Iterable[str], check: Callable[[str], list[str]]) -> dict[str, list[str]]:
    return {text: found for text in texts if (found := check(text))}


def _never(text: str) -> list[str]:
    return [name for name, pattern in BANNED["never"].items() if re.search(pattern, _plain(text), re.IGNORECASE)]


@BY_KIND
def test_a_person_can_read_it(kind: NoticeKind) -> None:
    assert _faults(_around(kind), _hard_to_read) == {}


def test_it_is_plain_on_the_whole() -> None:
    plain = [_plain(text) for kind in kinds() for text in _around(kind) if len(text.split()) >= SHORTEST_GRADED]
    assert mean(textstat.flesch_kincaid_grade(text) for text in plain) <= MAX_MEAN_GRADE


@BY_KIND
def test_nothing_says_what_the_guide_never_says(kind: NoticeKind) -> None:
    assert _faults(_everything(kind), _never) == {}


@BY_KIND
def test_nothing_advises_what_does_harm(kind: NoticeKind) -> None:
    assert _faults(_everything(kind), lambda text: _unnegated(BANNED["only_negated"], text)) == {}


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.minors], ids=lambda kind: kind.id)
def test_nothing_a_young_person_reads_or_sends_copies_or_shows_the_image(kind: NoticeKind) -> None:
    """Rule R02."""
    assert _faults(_everything(kind), lambda text: _unnegated(BANNED["minor_only_negated"], text)) == {}


def test_remarks_are_plain_and_harmless() -> None:
    remarks = shared()["remarks"].values()
    for check in (_hard_to_read, _never, lambda text: _unnegated(BANNED["minor_only_negated"], text)):
        assert _faults(remarks, check) == {}


def _unnegated(patterns: dict[str, str], text: str) -> list[str]:
    return [
        name
        for name, pattern in patterns.items()
        for sentence in _sentences(text)
        for match in re.finditer(pattern, sentence, re.IGNORECASE)
        if not NEGATION.search(sentence[: match.start()])
    ]


@BY_KIND
def test_answers_fit_on_a_button(kind: NoticeKind) -> None:
    says = [option.say for element in kind.elements for option in element.options]
    assert [say for say in says if len(say) > LONGEST_BUTTON] == []


@BY_KIND
def test_placeholders_and_conditions_name_what_there_is(kind: NoticeKind) -> None:
    known = {*CONTEXT, *(element.id for element in kind.elements)}
    blocks = (*kind.body, *kind.warnings, *kind.next_steps)
    used = {name for block in blocks for name in (*placeholders(block.text), *block.when, *block.unless)}
    used |= {name for element in kind.elements for name in (*element.when, *element.unless, *element.either)}
    used |= {name for refusal in kind.refusals for name in refusal.when}
    assert used - known == set()
    in_body = {name for block in kind.body for name in placeholders(block.text)}
    decides = {name for block in blocks for name in block.when}
    assert {element.id for element in kind.elements} - in_body - decides == set()


@BY_KIND
def test_consents_and_choices_are_whole(kind: NoticeKind) -> None:
    for element in kind.elements:
        assert bool(element.statement) is (element.kind == "consent"), element.id
        assert bool(element.options) is (element.kind == "choice"), element.id
