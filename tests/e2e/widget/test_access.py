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
from .conftest import Say, press

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


@pytest.fixture(scope="module")
def arabic() -> Iterator[str]:
    """The address of the page in a language that is written from right to left."""
    with with_arabic(wording), serving(FakeChannel().app(Settings(secret="a secret", language="ar"))) as url:
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


def test_axe_finds_nothing_in_any_state_of_any_look(looked_at: Page) -> None:
    found = {"opening": _violations(looked_at)}
    for text in ("plan", "lines", "steps", "law", "log", "letters", "safety"):
        send(looked_at, text)
    found["conversation"] = _violations(looked_at)
    for name, opened in (
        ("device", "#print"),
        ("log", "text=Open my log"),
        ("erase", "#erase"),
        ("letter", "text=Write"),
    ):
        looked_at.locator("#more").click()
        found["menu"] = _violations(looked_at)
        looked_at.locator(f"dialog >> {opened}").last.click()
        found[name] = _violations(looked_at)
        looked_at.keyboard.press("Escape")
        looked_at.wait_for_timeout(2100)
    assert found == dict.fromkeys(found, [])


@pytest.mark.parametrize("switch", ["Larger text", "Plain and roomy"])
def test_axe_finds_nothing_with_the_switches_on(page: Page, switch: str) -> None:
    press(page, switch)
    for text in ("plan", "steps", "safety"):
        send(page, text)
    assert _violations(page) == []


def test_nothing_is_wider_than_the_window_or_too_small_to_press(looked_at: Page) -> None:
    for text in ("plan", "steps", "safety"):
        send(looked_at, text)
    wide = looked_at.locator("*:visible").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []
    small = looked_at.locator("button:visible, textarea:visible, .exit:visible, #pin a").evaluate_all(
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
              const root = document.querySelector('steady-chat').shadowRoot, e = root.activeElement;
              if (!e) return [];
              const box = e.getClientRects()[0];
              const hit = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return hit && (e.contains(hit) || hit.contains(e)) ? [] : [e.textContent];
            }"""
        )
    assert covered == []


def test_the_whole_way_can_be_gone_with_the_keyboard(page: Page, site: Site) -> None:
    page.keyboard.press("Tab")
    expect(page.locator("[data-steady-exit]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#head .exit")).to_be_focused()
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
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#more")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    menu = page.get_by_role("dialog", name="More")
    for name in ("Print or save my plan", "Larger text", "Plain and roomy", "Keep this chat", "Erase this chat"):
        page.keyboard.press("Tab")
        expect(menu.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep the chat")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#messages > li")).to_have_count(2)
    assert site.channel.ended == [1]


def test_the_log_can_be_filled_with_the_keyboard(page: Page, say: Say) -> None:
    say("log")
    page.locator(".is-evidence_log button").focus()
    page.keyboard.press("Enter")
    log = page.get_by_role("dialog", name="My log")
    expect(log.get_by_role("heading", name="My log")).to_be_focused()
    page.keyboard.press("Tab")
    expect(log.get_by_role("link", name="Leave this page")).to_be_focused()
    page.keyboard.press("Tab")
    expect(log.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("https://a.example/1")
    page.keyboard.press("Enter")
    expect(page.locator(".rows > li")).to_have_count(1)
    expect(log.get_by_label("Address of the page")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".is-evidence_log button")).to_be_focused()


def test_the_letter_can_be_written_with_the_keyboard(page: Page, say: Say) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    say("letters")
    page.locator(".is-notice button").focus()
    page.keyboard.press("Enter")
    letter = page.get_by_role("dialog", name="Your letter")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(letter.get_by_label("Are you the person shown")).to_be_focused()
    page.keyboard.type("I am the")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("https://a.example/1")
    for _ in range(24):
        if letter.get_by_role("button", name="Copy").evaluate("e => e.getRootNode().activeElement === e"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "I am the person shown in the image." in copied and "1. https://a.example/1" in copied


def test_the_focus_can_be_seen(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.locator("#head .exit").evaluate(
        "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
    )
    assert outline == ["solid", "3px"]


def test_the_switches_change_how_it_reads(page: Page, say: Say) -> None:
    say("plan")
    said, size = page.locator(".bot .line").last, "e => parseFloat(getComputedStyle(e).fontSize)"
    before = said.evaluate(size)
    press(page, "Larger text")
    assert said.evaluate(size) == pytest.approx(before * 1.4 / 1.0625, rel=0.01)
    press(page, "Plain and roomy")
    look = said.evaluate("e => [getComputedStyle(e).letterSpacing, getComputedStyle(e).wordSpacing].map(parseFloat)")
    assert look[0] > 1 and look[1] > 2.5
    assert page.locator(".why:visible").count() == 0
    sentences = page.locator("#messages > .bot").first.locator(".sentence")
    assert [text.strip() for text in sentences.all_inner_texts()] == [
        "This is Steady: a bot, not a person, a lawyer or an emergency service.",
        "What you write here is erased when the chat ends.",
        "To leave fast, type exit.",
    ]
    assert sentences.evaluate_all("all => new Set(all.map(e => e.getBoundingClientRect().top)).size") == 3
    press(page, "Plain and roomy")
    assert page.locator(".why:visible").count() == 5


def test_simpler_words_can_be_asked_for(page: Page, site: Site) -> None:
    press(page, "Plain and roomy")
    page.get_by_role("button", name="Say that in simpler words").click()
    expect(page.locator("#messages > .bot")).to_have_count(3)
    assert [said["text"] for said in site.channel.said] == ["can you use simpler words"]


VOICES = """
const said = [];
window.said = said;
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => [{lang: 'en-US', localService: false, name: 'far'}, ...(%s)],
  speak: (u) => said.push([u.voice.name, u.text]), cancel: () => said.push('cancel'), addEventListener() {}}});
"""


def test_answers_are_read_aloud_by_a_voice_of_the_device(page: Page) -> None:
    page.add_init_script(VOICES % "[{lang: 'en-GB', localService: true, name: 'near'}]")
    page.reload()
    page.locator(".choices button").first.wait_for()
    press(page, "Read aloud")
    send(page, "hello")
    assert page.evaluate("said.filter(e => e !== 'cancel')") == [
        ["near", "Thank you for telling me that. It is not your fault."]
    ]
    press(page, "Read aloud")
    send(page, "hello")
    assert page.evaluate("said.filter(e => e !== 'cancel').length") == 1


def test_a_voice_that_sends_the_text_away_is_not_offered(page: Page) -> None:
    page.add_init_script(VOICES % "[]")
    page.reload()
    page.locator(".choices button").first.wait_for()
    page.locator("#more").click()
    expect(page.get_by_role("button", name="Read aloud")).to_be_hidden()


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
    exit_box, main_box = page.locator("#head .exit").bounding_box(), page.locator("#title").bounding_box()
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


def test_without_javascript_it_leads_to_the_plain_chat_and_shows_the_way_out(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)
    shown = page.locator("steady-chat")
    assert shown.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))") == ["/chat", site.exit_url]
    shown.get_by_role("link", name="Leave this page").click()
    assert page.url == site.exit_url
    context.close()
