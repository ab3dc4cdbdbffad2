"""Leaving fast, and what the page never does: store, ask outside, or put words into addresses (R47, R48, R55)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import Page, expect

from ..conftest import PRIVATE, Site, Watch
from ..fake_channel import FakeChannel
from .conftest import press

Say = Callable[[str], None]


def _ended(page: Page, channel: FakeChannel) -> list[int]:
    for _ in range(50):
        if channel.ended:
            break
        page.wait_for_timeout(50)
    return channel.ended


def test_a_whole_chat_stores_nothing_asks_nobody_else_and_leaks_no_words(
    page: Page, site: Site, watch: Watch, say: Say
) -> None:
    for text in (PRIVATE, "plan", "safety", "steps", "resources", "law", "lines", "log", "letters", "sheet", "markup"):
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
    page.locator("#head .exit").click(no_wait_after=True)


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
    press(page, "Erase this chat")
    _escape(page)


def _shift(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


def _link_of_the_page(page: Page) -> None:
    page.locator("[data-steady-exit]").click(no_wait_after=True)


WAYS = [
    pytest.param(_click, id="the link"),
    pytest.param(_link_of_the_page, id="a marked link of the page"),
    pytest.param(_escape, id="escape twice"),
    pytest.param(_shift, id="shift three times"),
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
        """() => new MutationObserver(() => console.info(getComputedStyle(document.documentElement).display,
             document.querySelector('steady-chat').shadowRoot.textContent))
           .observe(document.documentElement, {attributes: true})"""
    )
    page.route(site.exit_url, lambda route: None)
    page.locator("#head .exit").click(no_wait_after=True)
    assert _ended(page, site.channel) == [1]
    assert seen == ["none "]


def test_one_escape_or_two_shifts_only_say_how_to_leave(page: Page, site: Site) -> None:
    hint = page.locator("#hint")
    page.keyboard.press("Escape")
    expect(hint).to_have_text("Press Esc once more to leave")
    expect(page.locator("[aria-live=polite]").filter(has_text="Press Esc once more to leave")).to_have_count(1)
    page.wait_for_timeout(2200)
    expect(hint).to_have_text("or press Esc twice, or Shift three times")
    page.keyboard.press("Escape")
    page.wait_for_timeout(2200)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page.locator("[aria-live=polite]").filter(has_text="Press Shift once more to leave")).to_have_count(1)
    assert (page.url, site.channel.ended) == (site.url, [])


def test_writing_in_capitals_is_not_leaving(page: Page, site: Site) -> None:
    for letter in "HELP":
        page.locator("#input").press(f"Shift+{letter}")
    expect(page.locator("#input")).to_have_value("HELP")
    assert (page.url, site.channel.ended) == (site.url, [])


def test_going_elsewhere_erases_and_back_shows_nothing_of_it(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    page.goto(site.exit_url)
    assert _ended(page, site.channel) == [1]
    page.go_back()
    page.locator(".choices button").first.wait_for()
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


def test_a_chat_that_may_be_kept_comes_back_after_a_reload(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    press(page, "Keep this chat if the page reloads")
    assert page.evaluate("Object.values(sessionStorage)") == site.channel.tokens
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    expect(page.locator(".own .line")).to_have_text([PRIVATE])
    say("plan")
    assert [said["conversation"] for said in site.channel.said] == [1, 1]
    assert (site.channel.opened, site.channel.ended) == (1, [])
    _click(page)
    page.wait_for_url(site.exit_url)
    assert _ended(page, site.channel) == [1]
    page.goto(site.url)
    page.locator(".choices button").first.wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    assert "Robin" not in page.content()


def test_a_chat_is_no_longer_kept_when_the_person_takes_that_back(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    press(page, "Keep this chat if the page reloads")
    press(page, "Keep this chat if the page reloads")
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(page.locator("#messages > li")).to_have_count(2)
    assert _ended(page, site.channel) == [1]


def test_a_kept_chat_that_the_server_no_longer_has_starts_anew(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    press(page, "Keep this chat if the page reloads")
    site.channel.ended.append(1)
    page.reload()
    expect(page.locator("#messages > li")).to_have_count(2)
    assert (site.channel.opened, page.evaluate("sessionStorage.length")) == (2, 0)


def test_where_storage_is_forbidden_the_chat_works_and_says_that_it_cannot_be_kept(
    page: Page, site: Site, watch: Watch
) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    page.reload()
    expect(page.locator("#messages > li")).to_have_count(2)
    press(page, "Keep this chat if the page reloads")
    said = "This browser does not let the page keep the chat."
    expect(page.locator("[aria-live=polite]").filter(has_text=said)).to_have_count(1)
    page.locator("#more").click()
    expect(page.get_by_role("button", name="Keep this chat")).to_have_attribute("aria-pressed", "false")
    assert watch.complaints == []


def test_two_tabs_are_two_conversations(page: Page, site: Site, say: Say) -> None:
    say("first tab")
    second = page.context.new_page()
    second.goto(site.url)
    second.locator(".choices button").first.wait_for()
    second.locator("#input").fill("second tab")
    second.locator("#input").press("Enter")
    expect(second.locator("#messages > .bot")).to_have_count(3)
    assert [(said["conversation"], said["text"]) for said in site.channel.said] == [(1, "first tab"), (2, "second tab")]
    second.close(run_before_unload=True)
    expect(page.locator(".own .line")).to_have_text(["first tab"])
