"""The plain chat in a browser without JavaScript: gone through by keyboard, left, and checked by axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, expect

from bot.nlg import wording
from bot.settings import Settings

from ..arabic import with_arabic
from ..conftest import PRIVATE, Site, Watch, watched
from ..fake_channel import serving
from .form_chat import CannedDialogues, form_chat
from .test_access import RULES

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "320 px": {"viewport": {"width": 320, "height": 640}},
    "400 % zoom": {"viewport": {"width": 320, "height": 256}},
    "forced colours": {"forced_colors": "active"},
    "right to left": {"locale": "ar"},
}


@pytest.fixture(scope="module")
def dialogues() -> CannedDialogues:
    """The conversations of the plain chat."""
    return CannedDialogues()


@pytest.fixture(scope="module")
def plain_url(dialogues: CannedDialogues, served: Site) -> Iterator[str]:
    """The address of the plain chat, which speaks Arabic to browsers that ask for it."""
    settings = Settings(secret="a secret of the tests", exit_url=served.exit_url)
    with with_arabic(wording), serving(form_chat(settings, dialogues)) as url:
        yield url


@pytest.fixture
def plain(browser: Browser, plain_url: str, watch: Watch) -> Iterator[Page]:
    """The plain chat, begun, in a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    page = watched(context.new_page(), watch)
    page.goto(f"{plain_url}/chat")
    page.get_by_role("button", name="Start the chat").click()
    page.locator("#now").wait_for()
    yield page
    context.close()


def _send(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.locator("form[action='/chat/say#now'] > button.first").click()


def test_a_conversation_by_keyboard_alone(plain: Page, watch: Watch, plain_url: str) -> None:
    for _ in range(2):
        plain.keyboard.press("Tab")
    expect(plain.get_by_role("button", name="Yes")).to_be_focused()
    plain.keyboard.press("Enter")
    expect(plain.locator("#now")).to_contain_text("Good. You can write what happened in your own words at any time.")
    plain.get_by_role("textbox").focus()
    plain.keyboard.type("plan")
    plain.keyboard.press("Tab")
    plain.keyboard.press("Enter")
    expect(plain.locator("#now")).to_contain_text("Save the page, its address and the account name.")
    assert plain.url == f"{plain_url}/chat/say#now"
    assert watch.outside(plain_url) == []
    assert [url for url in watch.requests if "token" in url or "?" in url] == []


def test_the_newest_answer_is_in_sight(plain: Page) -> None:
    for text in ("plan", "lines", "law"):
        _send(plain, text)
    expect(plain.locator("#now")).to_be_in_viewport()


def test_the_way_out_erases_and_back_shows_nothing(plain: Page, dialogues: CannedDialogues, served: Site) -> None:
    _send(plain, PRIVATE)
    before = len(dialogues.turns)
    plain.get_by_role("button", name="Leave this page").click()
    plain.wait_for_url(served.exit_url)
    assert len(dialogues.turns) == before - 1
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser would have to send the form again
        plain.go_back()
    expect(plain.locator("body")).not_to_contain_text("Robin")


def test_there_is_a_way_out_that_needs_no_server(plain: Page, served: Site) -> None:
    plain.get_by_role("link", name="Leave without erasing").click()
    plain.wait_for_url(served.exit_url)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(browser: Browser, plain_url: str, look: str) -> None:
    context = browser.new_context(reduced_motion="reduce", **LOOKS[look])
    page = context.new_page()
    page.set_extra_http_headers({"Accept-Language": "ar" if look == "right to left" else "en"})
    page.goto(f"{plain_url}/chat")
    found = {"front": Axe().run(page, options=RULES).response["violations"]}
    page.locator("main button").first.click()
    for text in ("plan", "steps", "safety"):
        _send(page, text)
    found["conversation"] = Axe().run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    direction = page.evaluate("document.documentElement.dir")
    context.close()
    assert {state: [one["id"] for one in all_] for state, all_ in found.items()} == {"front": [], "conversation": []}
    assert (wide, direction) == (False, "rtl" if look == "right to left" else "ltr")
