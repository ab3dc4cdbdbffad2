"""What the server sends for the page and the widget: closed to others, small, and as it was built."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re

import httpx
import pytest
from playwright.sync_api import Page

from bot.nlg.wording import RESPONSES
from bot.settings import Settings
from bot.widget.pages import DIST, pages
from bot.widget.texts import WORDS, config

from ..conftest import Site

MOST_BYTES = 16 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


@pytest.mark.parametrize("path", ["", "page/page.css", "page/icon.svg", "favicon.ico", "page/none"])
def test_what_is_only_ours_is_closed_to_everything_but_our_own_host(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, trust_env=False)
    assert answer.status_code == (404 if path == "page/none" else 200)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["", "embed", "page/page.css", "widget.js", "widget.css", "widget/en"])
def test_nothing_is_cached_sniffed_or_told_to_others(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["widget.js", "widget.css", "widget/en"])
def test_other_pages_may_load_the_widget(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, trust_env=False)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_page_holds_no_inline_script_or_style_and_no_outside_address(site: Site) -> None:
    html = httpx.get(site.url, trust_env=False).text
    assert html.count("<script") == html.count('<script type="module" src="/widget.js"></script>') == 1
    assert "<style" not in html and " style=" not in html and " on" + "click" not in html
    assert "{{" not in html
    assert html.replace(site.exit_url, "").count("http") == 0


def test_an_exit_that_is_no_web_address_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="STEADY_EXIT_URL"):
        pages(Settings(exit_url="javascript:alert(1)"))


def test_the_frame_may_stand_only_in_allowed_pages(site: Site) -> None:
    ours = httpx.get(f"{site.url}embed", trust_env=False).headers["content-security-policy"]
    assert "frame-ancestors 'self' http://127.0.0.1:*;" in ours


def test_the_served_script_is_the_one_that_was_built_and_matches_its_hash(site: Site) -> None:
    integrity = json.loads((DIST / "integrity.json").read_text())
    for name in ("widget.js", "widget.css"):
        served = httpx.get(site.url + name, trust_env=False).content
        assert served == (DIST / name).read_bytes()
        assert integrity[name] == "sha384-" + base64.b64encode(hashlib.sha384(served).digest()).decode()


def test_all_script_and_style_of_the_page_is_small(page: Page) -> None:
    """The widget's style sheet is inside its script; the page adds its own."""
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(e => e.name).filter(name => /[.](js|css)$/.test(name))"
    )
    sizes = {name.rsplit("/", 1)[1]: len(gzip.compress(httpx.get(name, trust_env=False).content, 9)) for name in loaded}
    assert set(sizes) == {"widget.js", "page.css"}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_scripts_are_sent_packed(site: Site) -> None:
    answer = httpx.get(f"{site.url}widget.js", trust_env=False, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) <= MOST_BYTES


@pytest.mark.parametrize(
    ("wanted", "language"), [("en", "en"), ("en-GB", "en"), ("xx", "en"), ("../etc", "en")], ids=str
)
def test_words_come_in_the_nearest_language(wanted: str, language: str) -> None:
    found = config(Settings(secret="x", exit_url="https://elsewhere.example/"), wanted)
    assert (found["language"], found["direction"], found["limit"], found["exit"]) == (
        language, "ltr", 2000, "https://elsewhere.example/"
    )  # fmt: skip
    assert all(found["words"].values())
    assert [name for name, text in found["words"].items() if "{minutes}" in text] == ["clock_wrong"]


def test_every_word_of_the_widget_is_sent() -> None:
    text = (RESPONSES / "en" / "widget.yml").read_text(encoding="utf-8")
    assert re.findall(r"^  utter_widget_(\w+):", text, re.MULTILINE) == sorted_as_written(text)


def sorted_as_written(text: str) -> list[str]:
    """The words that are sent, in the order of the file."""
    return sorted(WORDS, key=lambda name: text.find(f"  utter_widget_{name}:"))
