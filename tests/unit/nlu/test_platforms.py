"""Platforms and websites in messages as people write them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.directory.gazetteer_entities import platform_entities
from bot.directory.gazetteer_files import rows
from bot.directory.platform_names import SEED, PlatformMention, PlatformNames, entries
from bot.directory.platform_sense import Sense

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


FORMS = {
    "nicknames": ("the bird app and my finsta, then facey", ["x", "instagram", "facebook"]),
    "plural": ("we traded instas and two subreddits have it", ["instagram", "reddit"]),
    "held letters": ("instaaaa", ["instagram"]),
    "digits for letters": ("k1k and t3legram", ["kik", "telegram"]),
    "letters swapped": ("dsicord server, isntagram story", ["discord", "instagram"]),
    "spaced subreddit": ("in r/ something", ["reddit"]),
    "subreddit": ("r/exampleplace and u/example_user", ["reddit"]),
    "subdomain and path": ("old.reddit.com/r/example", ["reddit"]),
    "spoken subdomain": ("old dot reddit dot com", ["reddit"]),
    "made harmless": ("pornhub[.]com", ["pornhub"]),
    "mistyped ending": ("facebook.con", ["facebook"]),
    "no space after the stop": ("he was on snapchat.he sent it", ["snapchat"]),
    "file name": ("snapchat.mp4", []),
    "mail address": ("me@facebook.com", []),
    "hyphen with an app's word": ("an insta-story", ["instagram"]),
    "hyphen with another word": ("it was insta-panic", []),
    "capitals": ("my OF and PH", ["onlyfans", "pornhub"]),
    "all in capitals": ("ONE OF MY FRIENDS", []),
    "list by days": ("snap on friday, insta on sunday", ["snapchat", "instagram"]),
    "ruled out list": ("not on tiktok or snap", []),
}


@pytest.mark.parametrize(("text", "values"), FORMS.values(), ids=FORMS)
def test_forms(names: PlatformNames, text: str, values: list[str]) -> None:
    assert [mention.value for mention in names.find(text)] == values


BOTH = {
    "telegram": ("they sell it on telegram", "granny kept the telegram about the war"),
    "tinder": ("my face on tinder", "dry tinder for the fire"),
    "twitch": ("a clip of my twitch stream", "my eye has a twitch"),
    "mastodon": ("our mastodon server", "woolly mastodon in the museum"),
    "messenger": ("he wrote on messenger", "don't shoot the messenger"),
    "mega": ("a mega folder with all of us", "I'm mega scared"),
    "bumble": ("my bumble profile", "a bumble bee"),
    "hinge": ("on hinge he lied", "the door hinge squeaks"),
    "zoom": ("recorded our zoom call", "zoom in on the corner"),
    "steam": ("my steam account", "she let off steam"),
    "microsoft": ("shared in our teams channel", "two football teams"),
    "line": ("a LINE group in Tokyo", "my line manager knows"),
    "google_drive_photos": ("uploaded to his google drive", "a long drive home"),
    "kik": ("on kick messenger", "he tried to kick the door"),
}


@pytest.mark.parametrize(("value", "app", "everyday"), [(key, *both) for key, both in BOTH.items()], ids=BOTH)
def test_a_word_is_the_app_only_where_it_is_meant(names: PlatformNames, value: str, app: str, everyday: str) -> None:
    assert [[mention.value for mention in names.find(text)] for text in (app, everyday)] == [[value], []]


def test_a_doubtful_sentence_is_asked_back() -> None:
    unsure = PlatformNames(entries(), Sense({"bias": 0.1}))
    assert [(m.value, m.ambiguous) for m in unsure.find("telling them telegram things")] == [("telegram", True)]


@pytest.mark.parametrize(
    "text", ["OF " * 700, "on x and line, " * 130, "a-" * 1000, "a." * 1000, "r / " * 500, "whatsaap " * 200]
)
def test_long_messages_are_read_quickly(names: PlatformNames, text: str) -> None:
    started = time.perf_counter()
    names.find(text)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("text", ["", " ", "...", "http://", "a.b", "x" * 2000, "on " * 600, "www."])
def test_odd_messages_are_total(names: PlatformNames, text: str) -> None:
    assert names.find(text) == []
