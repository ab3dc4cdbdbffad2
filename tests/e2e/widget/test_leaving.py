"""Leaving fast, and what the page never does: store, ask outside, or put words into addresses (R47, R48, R55)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, quote_plus

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.settings import Settings
from bot.widget.pages import pages

from ..conftest import PRIVATE, Site, Watch
from ..fake_channel import FakeChannel

Say = Callable[[str], None]


def _ended(page: Page, channel: FakeChannel) -> list[int]:
    for _ in range(50):
        if channel.ended:
            break
        page.wait_for_timeout(50)
    return channel.ended


@pytest.mark.parametrize("path", ["", "page/page.js", "page/page.css", "page/icon.svg", "favicon.ico", "page/none"])
def test_every_answer_is_closed_to_everything_but_our_own_host(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path, trust_env=False)
    assert answer.status_code == (404 if path == "page/none" else 200)
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


def test_the_page_holds_no_inline_script_or_style_and_no_outside_address(site: Site) -> None:
    html = httpx.get(site.url, trust_env=False).text
    assert html.count("<script") == html.count('<script type="module" src="/page/')
    assert "<style" not in html and " style=" not in html and " on" + "click" not in html
    assert "{{" not in html
    assert html.replace(site.exit_url, "").count("http") == 0


def test_an_exit_that_is_no_web_address_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="STEADY_EXIT_URL"):
        pages(Settings(exit_url="javascript:alert(1)"))


def test_a_whole_chat_stores_nothing_asks_nobody_else_and_leaks_no_words(
    page: Page, site: Site, watch: Watch, say: Say
) -> None:
    for text in (PRIVATE, "plan", "safety", "steps", "resources", "law", "log", "sheet", "markup"):
        say(text)
    stored = page.evaluate(
        "async () => ({local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,"
        " bases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,"
        " workers: (await navigator.serviceWorker.getRegistrations()).length, history: history.length})"
    )
    assert stored == {
        "local": 0, "session": 0, "cookie": "", "bases": 0, "caches": 0, "workers": 0, "history": stored["history"]
    }  # fmt: skip
    assert page.context.cookies() == []
    assert watch.outside(site.url) == []
    assert watch.complaints == []
    leaks = [PRIVATE, quote(PRIVATE), quote_plus(PRIVATE), "Robin", "token-"]
    urls = [page.url, *watch.requests, *site.channel.urls]
    assert [(leak, url) for leak in leaks for url in urls if leak in url] == []


def _click(page: Page) -> None:
    page.get_by_role("link", name="Leave this page").first.click(no_wait_after=True)


def _escape(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def _word(page: Page) -> None:
    page.locator("#input").fill("Exit.")
    page.locator("#input").press("Enter", no_wait_after=True)


def _goodbye(page: Page) -> None:
    page.locator("#input").fill("goodbye")
    page.locator("#input").press("Enter", no_wait_after=True)


def _escape_in_a_dialog(page: Page) -> None:
    page.get_by_role("button", name="Erase this chat").click()
    _escape(page)


WAYS = [
    pytest.param(_click, id="the link"),
    pytest.param(_escape, id="escape twice"),
    pytest.param(_escape_in_a_dialog, id="escape twice in a dialog"),
    pytest.param(_word, id="the word"),
    pytest.param(_goodbye, id="the bot's goodbye"),
]


@pytest.mark.parametrize("leave", WAYS)
def test_leaving_opens_the_neutral_site_erases_and_leaves_no_way_back(
    page: Page, site: Site, say: Say, leave: Callable[[Page], None]
) -> None:
    say(PRIVATE)
    leave(page)
    page.wait_for_url(site.exit_url)
    assert page.title() == "Weather"
    assert _ended(page, site.channel) == [1]
    page.go_back()
    assert page.url == "about:blank"
    assert page.locator("body").inner_text() == ""


def test_the_button_to_leave_waits_for_no_answer(page: Page, site: Site) -> None:
    page.get_by_role("button", name="No", exact=True).click()
    site.channel.delay_seconds = 30
    page.get_by_role("button", name="Leave now").click(no_wait_after=True)
    page.wait_for_url(site.exit_url)
    assert _ended(page, site.channel) == [1]
    assert [said["payload"] for said in site.channel.said] == ["/deny"]


def test_leaving_hides_the_page_before_the_other_site_answers(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    seen: list[str] = []
    page.on("console", lambda line: seen.append(line.text))
    page.evaluate(
        "() => new MutationObserver(() => console.info(document.documentElement.hidden, document.body.innerHTML))"
        ".observe(document.documentElement, {attributes: true, attributeFilter: ['hidden']})"
    )
    page.route(site.exit_url, lambda route: None)
    page.get_by_role("link", name="Leave this page").first.click(no_wait_after=True)
    assert _ended(page, site.channel) == [1]
    assert seen == ["true "]


def test_one_escape_only_says_how_to_leave(page: Page, site: Site) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("#exit-hint")).to_have_text("Press Esc once more to leave")
    page.wait_for_timeout(2200)
    expect(page.locator("#exit-hint")).to_have_text("or press Esc twice")
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert (page.url, site.channel.ended) == (site.url, [])


def test_going_elsewhere_erases_and_back_shows_nothing_of_it(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    page.goto(site.exit_url)
    assert _ended(page, site.channel) == [1]
    page.go_back()
    page.locator("#chat:not([hidden])").wait_for()
    assert "Robin" not in page.content()
    expect(page.locator("#messages > .own")).to_have_count(0)


def test_a_page_kept_by_the_browser_comes_back_empty(page: Page, say: Say) -> None:
    say("safety")
    page.locator("#input").fill(PRIVATE)
    page.evaluate(
        "() => { dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));"
        " dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})); }"
    )
    shown = "This chat has ended and nothing of it is kept. You can start a new one at any time."
    expect(page.locator("#ended-words")).to_have_text(shown)
    assert page.locator("#messages").inner_text() == ""
    assert page.locator("#input").input_value() == ""
    expect(page.locator("#pin")).to_be_hidden()


def test_a_reload_shows_a_fresh_chat(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    page.reload()
    expect(page.locator("#messages > li")).to_have_count(2)
    assert (_ended(page, site.channel), site.channel.opened) == ([1], 2)
