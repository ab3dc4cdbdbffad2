"""The learned answer to "is it the app here?" and the lines that it is learned from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.directory.platform_learn import Line, cross_validate, fingerprint, learn, lines_of, measure, write
from bot.directory.platform_names import SEED, PlatformNames
from bot.directory.platform_sense import WEIGHTS, Sense


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return lines_of()


@pytest.fixture(scope="module")
def meanings(lines: list[Line]) -> Counter[tuple[str, bool]]:
    names = PlatformNames.load()
    read = ((each.alias, line) for line in lines for each in names.read(line.text)[1] if each.features)
    return Counter((alias.word, alias.value in line.platforms) for alias, line in read)


def test_the_stored_weights_belong_to_the_stored_lines(lines: list[Line]) -> None:
    assert Sense.load().data == fingerprint(lines)


def test_learning_again_gives_the_stored_weights(lines: list[Line], tmp_path: Path) -> None:
    write(learn(lines), tmp_path / "weights.json")
    stored, again = (
        json.loads(file.read_text(encoding="utf-8"))["weights"] for file in (WEIGHTS, tmp_path / "weights.json")
    )
    assert again == pytest.approx(stored, abs=0.02)


def test_the_fingerprint_sees_texts_and_platforms_but_not_the_order() -> None:
    one, other = Line("on snap", frozenset({"snapchat"})), Line("oh snap", frozenset())
    assert fingerprint([one, other]) == fingerprint([other, one])
    assert fingerprint([one]) != fingerprint([Line("on snap", frozenset())])
    assert fingerprint([one]) != fingerprint([Line("on snap now", frozenset({"snapchat"}))])


def test_there_are_enough_lines_in_both_meanings(lines: list[Line]) -> None:
    everyday = sum(not line.platforms for line in lines)
    assert len(lines) >= 900
    assert 0.4 <= everyday / len(lines) <= 0.6
    assert len({line.text.casefold() for line in lines}) == len(lines)


def test_the_lines_name_platforms_of_the_directory_or_hosts(lines: list[Line]) -> None:
    known = {file.stem for file in SEED.glob("*.yaml")}
    assert {value for line in lines for value in line.platforms if "." not in value} <= known


@pytest.mark.parametrize(
    "word",
    [
        "snap",
        "discord",
        "threads",
        "mega",
        "zoom",
        "bumble",
        "x",
        "signal",
        "line",
        "of",
        "ph",
        "telegram",
        "tinder",
        "mastodon",
        "twitch",
        "match",
        "kick",
        "face",
        "drive",
        "messenger",
        "steam",
        "hinge",
        "grinder",
        "teams",
        "outlook",
        "tumbler",
        "wa",
        "sc",
        "tt",
        "dc",
        "disc",
        "tele",
    ],
)
def test_each_word_is_written_in_both_meanings(meanings: Counter[tuple[str, bool]], word: str) -> None:
    assert min(meanings[word, True], meanings[word, False]) >= 3


def test_the_lines_are_read_as_they_were_meant(lines: list[Line]) -> None:
    assert measure(lines, PlatformNames.load()).f1 >= 0.96


def test_lines_not_learned_from_are_read_well_too(lines: list[Line]) -> None:
    assert cross_validate(lines).f1 >= 0.9
