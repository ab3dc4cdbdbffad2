"""What the guide says, read as a whole: short, plain, without blame or promises, and within rule R02."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
import textstat
import yaml

from bot.nlg.wording import RESPONSES
from bot.plan.cards import STEPS, cards
from bot.plan.known import AFRAID, FLAGS, GOAL, SITUATIONS, WHO, Known

MAX_WORDS = 50
MAX_SENTENCES = 3
MAX_GRADE = 8.0
MAX_MEAN_GRADE = 6.0
SHORTEST_GRADED = 8  # words; a Flesch-Kincaid grade of less text says nothing

BANNED = yaml.safe_load(Path(__file__).with_name("banned.yml").read_text(encoding="utf-8"))
NEGATION = re.compile(
    r"\b(not|never|no|nobody|nor|without|cannot|don.t|doesn.t|instead of|rather than|a crime|illegal)\b",
    re.IGNORECASE,
)
# Words in a key that say: only, or also, read by or about somebody under 18.
MINOR_KEY = re.compile(r"(^|_)(minor|under_?18|child|carer|parent|teacher|school|written|age_unknown)(_|$)")


@cache
def _responses(language: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((RESPONSES / language).glob("*.yml")):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {})
    return found


def _texts() -> list[Any]:
    return [
        pytest.param(key, " ".join(str(variant["text"]).split()), id=f"{key}-{number}")
        for key, variants in _responses("en").items()
        for number, variant in enumerate(variants)
        if variant.get("text")
    ]


def _plain(text: str) -> str:
    """The text as it is read aloud: a short word for each placeholder, no addresses, no list marks."""
    return re.sub(r"https?://\S+|www\.\S+|[*_#>]|^[-•] ", " ", re.sub(r"\{\w+\}", "Web", text))


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])[\"')]*\s+", _plain(text).strip()) if re.search(r"\w", part)]


def _grade(text: str) -> float | None:
    plain = _plain(text)
    return textstat.flesch_kincaid_grade(plain) if len(plain.split()) >= SHORTEST_GRADED else None


def _unnegated(pattern: str, text: str) -> list[str]:
    """The sentences in which the pattern stands with no negation, and no word of crime, before it."""
    return [
        sentence
        for sentence in _sentences(text)
        for match in re.finditer(pattern, sentence, re.IGNORECASE)
        if not NEGATION.search(sentence[: match.start()])
    ]


@pytest.mark.parametrize("path", sorted(RESPONSES.glob("*/*.yml")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_file_holds_responses_in_the_format_of_rasa(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(content) <= {"version", "responses"}
    for key, variants in content["responses"].items():
        assert key.startswith("utter_"), key
        assert variants and all(variant.get("text") or variant.get("custom") for variant in variants), key
        for button in (button for variant in variants for button in variant.get("buttons", [])):
            assert set(button) == {"title", "payload"}, key


def test_no_key_is_written_twice() -> None:
    keys = [
        line.strip().rstrip(":")
        for path in (RESPONSES / "en").glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"  utter_\w+:", line)
    ]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", sorted(path.name for path in RESPONSES.iterdir() if path.is_dir()))
def test_every_language_says_the_same_things(language: str) -> None:
    english, other = _responses("en"), _responses(language)
    assert set(other) == set(english)
    for key in english:
        placeholders = [
            {name for variant in responses[key] for name in re.findall(r"\{(\w+)\}", str(variant.get("text", "")))}
            for responses in (english, other)
        ]
        assert placeholders[0] == placeholders[1], key


@pytest.mark.parametrize(("key", "text"), _texts())
def test_a_message_is_short_and_plain_and_asks_one_thing(key: str, text: str) -> None:
    grade = _grade(text)
    found = {
        "words": max(len(_plain(text).split()) - MAX_WORDS, 0),
        "sentences": max(len(_sentences(text)) - MAX_SENTENCES, 0),
        "questions": max(text.count("?") - 1, 0),
        "grade": grade is not None and grade > MAX_GRADE,
    }
    assert not any(found.values()), f"{key}: over the limit {found}, grade {grade}"


def test_the_mean_grade_is_that_of_a_child_of_twelve() -> None:
    grades = [grade for _, text in (param.values for param in _texts()) if (grade := _grade(text)) is not None]
    assert mean(grades) <= MAX_MEAN_GRADE


@pytest.mark.parametrize(("key", "text"), _texts())
def test_a_message_says_nothing_that_is_banned(key: str, text: str) -> None:
    found = {name for name, pattern in BANNED["never"].items() if re.search(pattern, text, re.IGNORECASE)}
    found |= {name for name, pattern in BANNED["only_negated"].items() if _unnegated(pattern, text)}
    assert not found, key


@cache
def _minor_keys() -> frozenset[str]:
    """Every key that a case treated as under 18 can reach: each who, situation, offender and flag."""
    platforms = (
        "instagram",
        "whatsapp",
        "x",
        "pornhub",
        "google_search",
        "apple_icloud",
        "example.net",
        "not_online",
    )
    flag_sets = [frozenset[str](), *(frozenset({flag}) for flag in FLAGS), frozenset(FLAGS)]
    told = [(who, age) for who in (None, *WHO) for age in ("minor", None)] + [("child_in_care", "adult")]
    keys: set[str] = set()
    for (who, age), situation, offender, number in product(
        told, (None, *SITUATIONS), (None, "partner", "stranger"), range(len(flag_sets))
    ):
        known = Known(
            who=who,
            age=age,
            situations=frozenset({situation}) if situation else None,
            offender=offender,
            flags=flag_sets[number],
            platforms=platforms if offender or number % 2 else None,
            place=("US-TX", "GB-SCT", None)[number % 3],
            goal=GOAL[number % len(GOAL)],
            afraid=AFRAID[number % len(AFRAID)],
        )
        assert known.treat_as_minor
        keys |= {key for step in STEPS for card in cards(step, known) for key in card.keys}
    return frozenset(f"utter_card_{key}{more}" for key in keys for more in ("", "_more"))


def _read_by_minors() -> list[Any]:
    reached = _minor_keys() | {key for key in _responses("en") if MINOR_KEY.search(key)}
    return [param for param in _texts() if param.values[0] in reached]


@pytest.mark.parametrize(("key", "text"), _read_by_minors())
def test_no_path_of_a_minor_advises_to_copy_or_show_the_image(key: str, text: str) -> None:
    """Rule R02: no picture of the screen, copy, print or passing on, unless the sentence says not to."""
    found = {name: _unnegated(pattern, text) for name, pattern in BANNED["minor_only_negated"].items()}
    assert not {name: sentences for name, sentences in found.items() if sentences}, key


@pytest.mark.parametrize(
    ("sentence", "caught"),
    [
        pytest.param("Take a screenshot of the page.", True, id="screenshot"),
        pytest.param("Save the image in a safe place.", True, id="save"),
        pytest.param("Print the page and bring it to the police.", True, id="print"),
        pytest.param("Send the picture to a friend you trust.", True, id="send"),
        pytest.param("Show it to your teacher.", True, id="show"),
        pytest.param("Forward that video to the hotline.", True, id="forward"),
        pytest.param("Do not look. Then copy it to a stick.", True, id="a negation in another sentence"),
        pytest.param("Please do not copy, send or show the image.", False, id="all negated"),
        pytest.param("Write down the account name and the link.", False, id="words in writing"),
        pytest.param("Take It Down makes a fingerprint on the device.", False, id="a fingerprint is no print"),
    ],
)
def test_the_reading_for_rule_r02_catches_advice_and_lets_warnings_pass(sentence: str, caught: bool) -> None:
    assert any(_unnegated(pattern, sentence) for pattern in BANNED["minor_only_negated"].values()) is caught


@pytest.mark.parametrize(
    ("sentence", "caught"),
    [
        pytest.param("It will be removed.", True, id="a promise"),
        pytest.param("Delete your account now.", True, id="delete the account"),
        pytest.param("Just pay them.", True, id="pay"),
        pytest.param("Write to the person who did it.", True, id="contact"),
        pytest.param("He may stop.", True, id="a gender"),
        pytest.param("Stop!", True, id="an exclamation mark"),
        pytest.param("Call 0800 123 456.", True, id="a number from nowhere"),
        pytest.param("Do not delete your accounts. It may be removed.", False, id="careful words"),
    ],
)
def test_the_list_of_banned_words_bites(sentence: str, caught: bool) -> None:
    never = [pattern for pattern in BANNED["never"].values() if re.search(pattern, sentence, re.IGNORECASE)]
    advice = [pattern for pattern in BANNED["only_negated"].values() if _unnegated(pattern, sentence)]
    assert bool(never or advice) is caught
