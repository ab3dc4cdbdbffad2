"""What of a message reaches the bot."""

from __future__ import annotations

import base64
import random

import pytest

from bot.channels.screening import clean, holds_a_file, pressed

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
NOISE = base64.b64encode(random.Random(1).randbytes(900)).decode()
WRAPPED = "\n".join(NOISE[start : start + 76] for start in range(0, len(NOISE), 76))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("  my ex shared my photos  ", "my ex shared my photos", id="outer-space"),
        pytest.param('/choose{"who":"me"}', 'choose{"who":"me"}', id="a-payload"),
        pytest.param(" / // /restart", "restart", id="slashes-and-spaces"),
        pytest.param("///", "", id="slashes-only"),
        pytest.param("yes/no", "yes/no", id="slash-inside"),
        pytest.param("\x00/restart\x07", "restart", id="control-characters"),
        pytest.param("one\ntwo", "one\ntwo", id="lines"),
        pytest.param("a\ud800b", "a?b", id="half-a-character"),
    ],
)
def test_clean(typed: str, words: str) -> None:
    assert clean(typed) == words


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(PIXEL, id="smallest-picture"),
        pytest.param(f"this is the picture {PIXEL}", id="picture-after-words"),
        pytest.param(f"data:image/png;base64,{PIXEL}", id="data-url"),
        pytest.param("look DATA:text/html,<b>x</b>", id="data-url-of-text"),
        pytest.param(NOISE, id="one-long-run"),
        pytest.param(WRAPPED, id="lines-of-76"),
        pytest.param("see: " + NOISE[:180], id="shorter-run"),
    ],
)
def test_files_are_seen(typed: str) -> None:
    assert holds_a_file(typed)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("He posted it on https://example.net/" + "Ab1" * 90 + "?id=1", id="long-address"),
        pytest.param(
            "he wants 4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge",
            id="wallet",
        ),
        pytest.param("help " * 100, id="many-words"),
        pytest.param("a" * 500, id="one-key-held"),
        pytest.param("he has my data: my address and my school", id="the-word-data"),
        pytest.param("ich weiß nicht, ob das Bild schon im Netz ist " * 20, id="another-language"),
    ],
)
def test_words_are_no_files(typed: str) -> None:
    assert not holds_a_file(typed)


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        pytest.param("Yes, it is safe", "/yes", id="as-shown"),
        pytest.param("  yes, it IS safe. ", "/yes", id="case-space-full-stop"),
        pytest.param("not now!!", "/later", id="exclamation"),
        pytest.param("yes", None, id="a-part"),
        pytest.param("...", None, id="punctuation-only"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_typed_title_is_a_press(typed: str, payload: str | None) -> None:
    offers = [("Yes, it is safe", "/yes"), ("Not now", "/later"), ("?", "/help")]
    assert pressed(typed, offers) == payload
