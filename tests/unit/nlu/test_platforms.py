"""Platforms and websites in messages as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.directory.gazetteer_entities import platform_entities
from bot.directory.gazetteer_files import rows
from bot.directory.platform_names import SEED, PlatformMention, PlatformNames

CASES = Path(__file__).with_name("platform_cases.tsv")


def _cases() -> list[tuple[str, list[str], bool]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    rows_read = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(text, values.split(), asked == "ask") for _, text, values, asked in rows_read]


@pytest.fixture(scope="module")
def names() -> PlatformNames:
    return PlatformNames.load()


@pytest.mark.parametrize(("text", "values", "asked"), _cases(), ids=[case[0] for case in _cases()])
def test_platforms(names: PlatformNames, text: str, values: list[str], asked: bool) -> None:
    assert [(mention.value, mention.ambiguous) for mention in names.find(text)] == [(v, asked) for v in values]


def test_there_are_enough_sentences() -> None:
    cases = _cases()
    assert len(cases) >= 220
    assert sum(not values for _, values, _ in cases) >= 75


def test_mentions_keep_words_and_offsets(names: PlatformNames) -> None:
    assert names.find("On FB, and at https://www.Shame-Site.example:8080/me?x=1") == [
        PlatformMention("FB", 3, 5, "facebook"),
        PlatformMention("https://www.Shame-Site.example:8080/me?x=1", 14, 56, "shame-site.example"),
    ]


def test_entities_say_where_to_ask(names: PlatformNames) -> None:
    shared = {"extractor": "PlatformExtractor", "confidence_entity": 1.0}
    assert platform_entities(names.find("on insta, he sent it on line")) == [
        {"entity": "platform", "value": "instagram", "start": 3, "end": 8, **shared},
        {"entity": "platform", "value": "line", "start": 24, "end": 28, **shared, "ambiguous": True},
    ]


def test_every_alias_and_address_points_to_a_platform_of_the_directory() -> None:
    known = {file.stem for file in SEED.glob("*.yaml")}
    values = {row[1] for name in ("platform_aliases.tsv", "platform_domains.tsv") for row in rows(name)}
    assert {value for value in values if "." not in value} <= known


def test_each_platform_is_found_by_its_name(names: PlatformNames) -> None:
    unnamed = {"cloudflare_site", "generic_host"}
    found = {
        file.stem: {mention.value for mention in names.find(f"on {file.stem.replace('_', ' ')}")}
        for file in SEED.glob("*.yaml")
        if file.stem not in unnamed
    }
    assert {stem: values for stem, values in found.items() if stem not in values} == {}


@pytest.mark.parametrize("text", ["", " ", "...", "http://", "a.b", "x" * 2000, "on " * 600, "www."])
def test_odd_messages_are_total(names: PlatformNames, text: str) -> None:
    assert names.find(text) == []
