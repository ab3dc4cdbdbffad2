"""What the guide says, by language: keys, variants, placeholders, buttons, and English where a word is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.nlg import wording
from bot.nlg.wording import UnknownWording, Wording, fill, languages

ENGLISH = {
    "utter_hello": [{"text": "Hello {name}."}, {"text": "  Hello again.\n"}],
    "utter_choice": [{"text": "Which?", "buttons": [{"title": "A", "payload": "/a"}]}],
    "utter_only_english": [{"text": "Only here."}],
    "utter_empty": [{}],
}
SPANISH = {"utter_hello": [{"text": "Hola {name}."}]}


@pytest.fixture(autouse=True)
def two_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for language, responses in (("en", ENGLISH), ("es", SPANISH)):
        folder = tmp_path / language
        folder.mkdir()
        (folder / "one.yml").write_text(yaml.safe_dump({"responses": responses}), encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "note.txt").write_text("no language")
    monkeypatch.setattr(wording, "RESPONSES", tmp_path)
    wording._load.cache_clear()
    yield tmp_path
    wording._load.cache_clear()


def test_languages_with_wording_english_first(two_languages: Path) -> None:
    (two_languages / "ar").mkdir()
    (two_languages / "ar" / "one.yml").write_text("responses: {}\n")
    assert languages() == ["en", "ar", "es"]


@pytest.mark.parametrize(
    ("language", "used"),
    [("en", "en"), ("es", "es"), ("xx", "en"), (None, "en"), ("", "en")],
    ids=["english", "spanish", "a language without wording", "none", "empty"],
)
def test_the_language_that_is_used(language: str | None, used: str) -> None:
    assert Wording(language).language == used


@pytest.mark.parametrize(
    ("language", "turn", "text"),
    [
        pytest.param("en", 0, "Hello Ann.", id="first variant"),
        pytest.param("en", 1, "Hello again.", id="second variant, without its white space"),
        pytest.param("en", 2, "Hello Ann.", id="round and round"),
        pytest.param("es", 5, "Hola Ann.", id="one variant only"),
    ],
)
def test_variants(language: str, turn: int, text: str) -> None:
    assert Wording(language).text("utter_hello", turn, name="Ann") == text


def test_english_stands_in_for_a_missing_key() -> None:
    spanish = Wording("es")
    assert spanish.has("utter_only_english")
    assert spanish.text("utter_only_english") == "Only here."
    assert spanish.buttons("utter_choice") == [{"title": "A", "payload": "/a"}]


def test_an_unknown_key() -> None:
    assert not Wording().has("utter_nothing")
    with pytest.raises(UnknownWording, match="utter_nothing"):
        Wording().text("utter_nothing")


def test_a_placeholder_without_a_value() -> None:
    with pytest.raises(KeyError, match="name"):
        Wording().text("utter_hello")


def test_buttons_are_given_out_as_copies() -> None:
    Wording().buttons("utter_choice")[0]["title"] = "changed"
    assert Wording().buttons("utter_choice") == [{"title": "A", "payload": "/a"}]
    assert Wording().buttons("utter_hello", 1) == []


def test_a_response_without_text_is_empty() -> None:
    assert Wording().text("utter_empty") == ""


def test_a_key_that_stands_twice_is_refused(two_languages: Path) -> None:
    (two_languages / "en" / "two.yml").write_text(yaml.safe_dump({"responses": SPANISH}))
    with pytest.raises(ValueError, match="utter_hello stands twice in data/responses/en"):
        Wording().text("utter_hello", name="Ann")


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        pytest.param("{a} and {b}", {"a": 1, "b": "two"}, "1 and two", id="two"),
        pytest.param("{a}", {"a": "{b}", "b": "no"}, "{b}", id="a value is not filled again"),
        pytest.param("{} and {a b}", {}, "{} and {a b}", id="braces that are no placeholder"),
        pytest.param("none", {"a": 1}, "none", id="none"),
    ],
)
def test_fill(template: str, values: dict[str, object], text: str) -> None:
    assert fill(template, values) == text
