"""For everybody (R56): axe on WCAG 2.2 AA in every look, the keyboard alone, small and zoomed windows, no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.nlg import wording
from bot.settings import Settings

from ..arabic import with_arabic
from ..conftest import Site, Watch, send, watched
from ..fake_channel import FakeChannel, serving

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "320 px": {"viewport": {"width": 320, "height": 640}},
    "320 px dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "400 % zoom": {"viewport": {"width": 320, "height": 256}},
    "forced colours": {"forced_colors": "active"},
    "right to left": {},
}


@pytest.fixture(scope="package")
def arabic() -> Iterator[str]:
    """The address of the page in a language that is written from right to left."""
    with with_arabic(wording):
        app = FakeChannel().app(Settings(secret="a secret of the tests", language="ar"))
    with serving(app) as url:
        yield f"{url}/"


@pytest.fixture(params=LOOKS, ids=str)
def looked_at(request: pytest.FixtureRequest, browser: Browser, site: Site, watch: Watch) -> Iterator[Page]:
    """The page, opened, in one look."""
    context = browser.new_context(reduced_motion="reduce", **LOOKS[request.param])
    page = watched(context.new_page(), watch)
    page.goto(request.getfixturevalue("arabic") if request.param == "right to left" else site.url)
    page.locator(".choices button").first.wait_for()
    yield page
    context.close()


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def test_axe_finds_nothing_in_any_look(looked_at: Page) -> None:
    assert _violations(looked_at) == []
    for text in ("plan", "resources", "steps", "safety"):
        send(looked_at, text)
    assert _violations(looked_at) == []
    looked_at.get_by_role("button").and_(looked_at.locator("#print")).click()
    assert _violations(looked_at) == []


def test_nothing_is_wider_than_the_window_or_too_small_to_press(looked_at: Page) -> None:
    for text in ("plan", "steps", "safety"):
        send(looked_at, text)
    assert looked_at.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = looked_at.locator("button:visible, textarea:visible, #exit, #pin a").evaluate_all(
        "all => all.map(e => [e.textContent, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"
    )
    assert small == []


def test_what_has_the_focus_is_never_covered(looked_at: Page) -> None:
    for text in ("plan", "resources", "safety"):
        send(looked_at, text)
    covered = []
    for _ in range(16):
        looked_at.keyboard.press("Shift+Tab")
        covered += looked_at.evaluate(
            """() => {
              const e = document.activeElement, box = e.getBoundingClientRect();
              if (e === document.body) return [];
              const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return hit && (e.contains(hit) || hit.contains(e)) ? [] : [e.textContent];
            }"""
        )
    assert covered == []


def test_the_whole_way_can_be_gone_with_the_keyboard(page: Page, site: Site) -> None:
    page.keyboard.press("Tab")
    expect(page.locator("#exit")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages > .bot")).to_have_count(3)
    expect(page.locator("#input")).to_be_focused()
    page.keyboard.type("plan")
    page.keyboard.press("Enter")
    expect(page.locator(".plan > li")).to_have_count(5)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="That is enough for now")).to_be_focused()
    page.locator("#input").focus()
    for name in ("Send", "Print or save my plan", "Erase this chat"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep the chat")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#messages > li")).to_have_count(2)
    assert site.channel.ended == [1]


def test_the_focus_can_be_seen(page: Page) -> None:
    page.keyboard.press("Tab")
    outline = page.locator("#exit").evaluate(
        "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
    )
    assert outline == ["solid", "3px"]


def test_opening_does_not_take_the_focus_or_scroll(page: Page) -> None:
    assert page.evaluate("[document.activeElement === document.body, scrollY]") == [True, 0]


def test_with_reduced_motion_nothing_moves(page: Page, site: Site) -> None:
    site.channel.delay_seconds = 1
    page.locator("#input").fill("hello")
    page.locator("#input").press("Enter")
    page.locator("#typing").wait_for()
    assert page.evaluate("document.getAnimations().length") == 0


def test_from_right_to_left_the_page_is_mirrored(browser: Browser, arabic: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(arabic)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    exit_box, main_box = page.locator("#exit").bounding_box(), page.locator("main").bounding_box()
    assert exit_box and main_box and exit_box["x"] < main_box["x"]
    context.close()


def test_on_a_touch_screen_a_button_does_not_call_up_the_keyboard(browser: Browser, site: Site) -> None:
    context = browser.new_context(**LOOKS["phone"])
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("button", name="Yes", exact=True).tap()
    expect(page.locator("#messages > .bot")).to_have_count(3)
    expect(page.locator("#log")).to_be_focused()
    context.close()


def test_without_javascript_it_says_so_and_shows_the_way_out(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)
    block = page.locator("noscript .notice")
    assert block.locator("p").all_inner_texts() == [
        "This chat needs JavaScript, and it is off in your browser. Please turn it on, or use another browser.",
        "Call the emergency number of the country you are in. In many countries 112 works from a mobile phone. "
        "Steady cannot send help to you.",
        "Leave this page",
    ]
    expect(page.locator("#chat")).to_be_hidden()
    page.locator("#exit").click()
    assert page.url == site.exit_url
    context.close()
