"""The widget on other people's pages: strict policies, hostile styles, frames, frameworks, and no server at all."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ..conftest import PRIVATE, Site, Watch, send, watched
from .conftest import Visit
from .test_access import RULES

TALK = ("plan", "lines", "steps", "law", "log", "letters", "safety", "markup")


def _open(page: Page) -> None:
    page.get_by_role("button", name="Chat with Steady").click()
    page.locator(".choices button").first.wait_for()


def _origins(watch: Watch) -> set[str]:
    return {"/".join(url.split("/")[:3]) for url in watch.requests if not url.startswith(("data:", "blob:"))}


def test_a_whole_chat_under_the_strictest_policy(visit: Visit, site: Site, watch: Watch, other_origin: str) -> None:
    page = visit("/strict")
    _open(page)
    for text in TALK:
        send(page, text)
    page.locator("#more").click()
    page.get_by_role("button", name="Close", exact=True).last.click()
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.locator(".is-plan").get_by_role("button", name="Print or save my plan").click()
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("window.printed") is True
    assert [line for line in watch.complaints if "favicon" not in line] == []
    assert _origins(watch) - {other_origin} == {site.url.rstrip("/")}
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_nothing_is_asked_of_the_channel_before_the_chat_is_opened(visit: Visit, site: Site) -> None:
    page = visit("/host/corner")
    page.get_by_role("button", name="Chat with Steady").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert (site.channel.opened, page.url.endswith("/host/corner")) == (0, True)


def test_on_a_wide_screen_the_chat_stands_beside_the_page(visit: Visit) -> None:
    page = visit("/host/corner")
    _open(page)
    panel = page.get_by_role("dialog", name="Chat with Steady, a bot")
    box, window = panel.bounding_box(), page.viewport_size
    assert box and window
    assert box["x"] > window["width"] / 2 and box["y"] >= 0 and box["y"] + box["height"] <= window["height"]
    page.get_by_role("link", name="A link of the page").click()
    expect(panel).to_be_visible()


def test_on_a_narrow_screen_the_chat_takes_it_whole_and_holds_the_focus(browser: Browser, visit: Visit) -> None:
    page = visit("/host/corner")
    page.set_viewport_size({"width": 320, "height": 640})
    _open(page)
    panel = page.get_by_role("dialog", name="Chat with Steady, a bot")
    assert panel.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
    assert panel.evaluate("e => e.matches(':modal')")
    for _ in range(14):
        page.keyboard.press("Tab")
        assert page.evaluate("['BODY', 'STEADY-CHAT'].includes(document.activeElement.tagName)")
    expect(page.locator("#head .exit")).to_be_in_viewport()


def test_closing_goes_back_to_the_launcher_and_the_chat_goes_on_where_it_was(visit: Visit, site: Site) -> None:
    page = visit("/host/corner")
    launcher = page.get_by_role("button", name="Chat with Steady")
    launcher.focus()
    page.keyboard.press("Enter")
    page.locator(".choices button").first.wait_for()
    send(page, PRIVATE)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(launcher).to_be_focused()
    expect(page.locator("#corner .exit")).to_be_visible()
    launcher.click()
    expect(page.locator(".own .line")).to_have_text([PRIVATE])
    assert site.channel.opened == 1


@pytest.mark.parametrize("width", [1280, 320])
def test_one_escape_hides_the_chat_and_says_how_to_leave(visit: Visit, site: Site, width: int) -> None:
    page = visit("/host/corner")
    page.set_viewport_size({"width": width, "height": 700})
    _open(page)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("[aria-live=polite]").filter(has_text="Press Esc once more to leave")).to_have_count(1)
    page.keyboard.press("Escape")
    page.wait_for_url(site.exit_url)


def test_styles_of_the_page_do_not_reach_the_chat(visit: Visit) -> None:
    pages = [visit("/host/corner"), visit("/host/hostile")]
    looks: list[Any] = []
    for page in pages:
        page.locator("#launcher").click()
        page.locator(".choices button").first.wait_for()
        send(page, "plan")
        looks.append(
            page.locator("#panel, .message, .exit, #input, .choices button, .what").evaluate_all(
                """all => all.map(e => {
                  const s = getComputedStyle(e), b = e.getBoundingClientRect();
                  return [s.color, s.backgroundColor, s.fontFamily, s.fontSize, s.letterSpacing, s.textTransform,
                          s.visibility, s.opacity, Math.round(b.width), Math.round(b.height)].join();
                })"""
            )
        )
    assert looks[0] == looks[1]


def test_attributes_and_colours_are_those_of_the_page(visit: Visit, site: Site, other_origin: str) -> None:
    page = visit("/host/attributes")
    launcher = page.get_by_role("button", name="Talk to us")
    box = launcher.bounding_box()
    assert box and box["x"] < 100
    assert launcher.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(90, 20, 120)"
    launcher.click()
    expect(page.locator("#opening")).to_have_text("Our helpers read along in office hours.")
    assert page.locator("#head .exit").get_attribute("href") == f"{site.url}elsewhere"


def test_an_exit_with_a_bad_scheme_is_replaced_by_the_servers(visit: Visit, site: Site) -> None:
    page = visit("/host/bad exit")
    _open(page)
    assert page.locator("#head .exit").get_attribute("href") == site.exit_url


def test_without_a_server_it_says_so_with_a_way_to_help(visit: Visit) -> None:
    page = visit("/host/no server")
    page.get_by_role("button", name="Chat").click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("If you are in danger, call your local emergency number.")
    expect(page.get_by_role("link", name="Other ways")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_enabled()


def test_in_a_frame_of_its_own_origin_leaving_takes_the_whole_page_away(visit: Visit, site: Site) -> None:
    page = visit("/host/frame")
    frame = page.frame_locator("iframe")
    frame.locator(".choices button").first.wait_for()
    frame.locator("#input").fill(PRIVATE)
    frame.locator("#input").press("Enter")
    expect(frame.locator("#messages > .bot")).to_have_count(3)
    frame.locator("#head .exit").click(no_wait_after=True)
    page.wait_for_url(site.exit_url)
    page.wait_for_timeout(300)
    assert site.channel.ended == [1]


def test_a_framework_may_move_the_element_and_taking_it_away_ends_the_chat(visit: Visit, site: Site) -> None:
    page = visit("/host/corner")
    _open(page)
    send(page, PRIVATE)
    page.evaluate("document.querySelector('main').append(document.querySelector('steady-chat'))")
    page.wait_for_timeout(100)
    expect(page.locator(".own .line")).to_have_text([PRIVATE])
    assert site.channel.ended == []
    page.evaluate("() => { window.taken = document.querySelector('steady-chat'); taken.remove(); }")
    page.wait_for_timeout(300)
    assert site.channel.ended == [1]
    assert page.evaluate("taken.shadowRoot.textContent.includes('Robin')") is False
    page.evaluate("document.body.append(taken)")
    _open(page)
    expect(page.locator("#messages > li")).to_have_count(2)
    assert site.channel.opened == 2


@pytest.mark.parametrize(
    "look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 640}}, {"forced_colors": "active"}],
    ids=["light", "dark", "320 px", "forced colours"],
)  # fmt: skip
def test_axe_finds_nothing_in_the_corner(
    browser: Browser, site: Site, other_origin: str, watch: Watch, look: dict[str, Any]
) -> None:
    context = browser.new_context(reduced_motion="reduce", **look)
    page = watched(context.new_page(), watch)
    page.goto(f"{other_origin}/host/corner")
    found = {}
    page.get_by_role("button", name="Chat with Steady").wait_for()
    for state in ("closed", "open", "in conversation", "put away"):
        if state == "open":
            _open(page)
        if state == "in conversation":
            for text in ("plan", "lines", "safety"):
                send(page, text)
        if state == "put away":
            page.get_by_role("button", name="Close", exact=True).click()
        response = Axe().run(page, options=RULES).response
        found[state] = [one["id"] for one in response["violations"] if "region" not in one["id"]]
    context.close()
    assert found == dict.fromkeys(found, [])
