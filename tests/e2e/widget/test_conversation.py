"""What a person does on the page and what it shows: every kind of message, typed and pressed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ..canned import OPENING, PLAN
from ..conftest import PRIVATE, Site, Watch
from .conftest import press

Say = Callable[[str], None]


def _lines(page: Page, selector: str) -> list[str]:
    return page.locator(f"{selector} .line").all_inner_texts()


def test_the_opening_is_shown_with_its_buttons(page: Page, site: Site) -> None:
    assert _lines(page, "#messages > .bot") == [message["text"] for message in OPENING]
    assert page.locator(".choices button").all_inner_texts() == ["Yes", "No", "Not sure"]
    assert page.title() == "Steady"
    assert site.channel.said == []


def test_a_typed_message_is_sent_once_with_an_id_and_the_focus_stays(page: Page, site: Site, say: Say) -> None:
    say(PRIVATE)
    assert [(said["text"], len(said["id"])) for said in site.channel.said] == [(PRIVATE, 32)]
    assert _lines(page, ".own") == [PRIVATE]
    assert _lines(page, "#messages > .bot")[-1] == "Thank you for telling me that. It is not your fault."
    expect(page.locator("#input")).to_be_focused()
    expect(page.locator("#input")).to_have_value("")


def test_shift_and_enter_starts_a_new_line(page: Page, site: Site) -> None:
    page.locator("#input").press_sequentially("one")
    page.locator("#input").press("Shift+Enter")
    page.locator("#input").press_sequentially("two")
    page.locator("#input").press("Enter")
    expect(page.locator(".own .line")).to_have_text(["one", "two"])
    expect(page.locator("#messages > .bot")).to_have_count(3)
    assert site.channel.said[0]["text"] == "one\ntwo"


def test_a_pressed_button_sends_its_payload_and_all_buttons_retire(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator("#messages > .bot")).to_have_count(3)
    assert [(said["payload"], "text" in said) for said in site.channel.said] == [("/affirm", False)]
    assert _lines(page, ".own") == ["Yes"]
    assert page.locator(".choices button:disabled").all_inner_texts() == ["Yes", "No", "Not sure"]
    expect(page.locator("#input")).to_be_focused()


def test_typing_instead_retires_the_buttons_too(page: Page, say: Say) -> None:
    say("I would rather tell you")
    expect(page.locator(".choices button:enabled")).to_have_count(0)


def test_messages_sent_in_a_row_are_answered_in_their_order(page: Page, site: Site) -> None:
    site.channel.delay_seconds = 0.2
    for text in ("first", "law", "third"):
        page.locator("#input").fill(text)
        page.locator("#input").press("Enter")
    expect(page.locator("#messages > .bot")).to_have_count(5)
    assert [said["text"] for said in site.channel.said] == ["first", "law", "third"]


def test_the_plan_is_a_list_with_the_state_of_its_steps(page: Page, say: Say) -> None:
    say("plan")
    items = PLAN["custom"]["items"]
    assert page.locator(".plan .what").all_inner_texts() == [item["what"] for item in items]
    assert page.locator(".plan .why").all_inner_texts() == [item["why"] for item in items]
    assert page.locator(".plan > li").nth(0).locator(".state").inner_text() == "Done"
    assert page.locator(".plan > li").nth(3).locator(".state").count() == 0
    assert page.locator("#steps > li").all_text_contents() == [
        "Proof: Done ", "Report: Started ", "Accounts: Open ", "Legal help: Open "
    ]  # fmt: skip
    assert _lines(page, ".is-plan") == [PLAN["text"].split("\n")[0]]


def test_a_step_says_how_far_it_is(page: Page, say: Say) -> None:
    say("steps")
    assert page.locator(".progress p").inner_text() == "Save proof · 2 of 6"
    assert page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [2, 6]


def test_help_stays_in_sight_until_it_is_put_away(page: Page, say: Say) -> None:
    say("safety")
    pin = page.get_by_role("region", name="Help now")
    links = pin.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == ["tel:112", "tel:5550100", "sms:55501", "https://chat.example/now", "https://line.example/"]
    for text in ("one", "two", "three", "plan"):
        say(text)
    expect(pin.locator("a").first).to_be_in_viewport()
    pin.get_by_role("button", name="Put away").click()
    expect(pin).to_be_hidden()
    expect(page.locator("#input")).to_be_focused()


@pytest.mark.parametrize(
    ("said", "links"),
    [
        pytest.param("resources", ["https://stopncii.example/start?from=a"], id="address without its full stop"),
        pytest.param(
            "lines",
            [
                "tel:5550100",
                "sms:55501",
                "https://chat.example/now",
                "https://line.example/",
                "https://rights.example/help",
            ],
            id="ways to reach a service, without a script",
        ),  # fmt: skip
        pytest.param("safety", ["tel:5550100", "https://line.example/", "tel:112"], id="numbers that were given"),
        pytest.param("law", ["https://law.example/5"], id="where the law can be read"),
    ],
)
def test_links_in_texts_are_only_web_addresses_and_given_numbers(
    page: Page, say: Say, said: str, links: list[str]
) -> None:
    say(said)
    found = page.locator("#messages a").evaluate_all(
        "all => all.map(a => ({href: a.getAttribute('href'), target: a.target, rel: a.rel, ref: a.referrerPolicy}))"
    )
    assert found == [
        {"href": link, "target": "", "rel": "", "ref": ""}
        if not link.startswith("https:")
        else {"href": link, "target": "_blank", "rel": "noopener noreferrer", "ref": "no-referrer"}
        for link in links
    ]


def test_services_are_cards_with_hours_source_and_date(page: Page, say: Say) -> None:
    say("lines")
    assert _lines(page, ".is-resources") == ["These lines can help:"]
    cards = page.locator(".is-resources .services > li").all_text_contents()
    assert [" ".join(card.split()) for card in cards] == [
        "Example LifelineCall: 555-0100Text: HOME to 55501Chat (opens in a new tab) Website (opens in a new tab) "
        "day and nightCalls are recorded.From line.example, checked November 2026",
        "Rights NowWebsite (opens in a new tab) From rights.example, checked November 2026",
    ]


def test_a_kind_that_is_not_known_or_is_broken_is_shown_as_its_text(page: Page, watch: Watch, say: Say) -> None:
    for text in ("unknown", "broken"):
        say(text)
    assert _lines(page, "#messages > .bot")[-2:] == ["Something new.", "A plan without items."]
    assert page.locator("#messages > .bot").last.get_by_role("button", name="Go on").is_enabled()
    assert watch.complaints == []


def test_markup_in_an_answer_is_text(page: Page, watch: Watch, say: Say) -> None:
    say("markup")
    shown = '<img src=x onerror="alert(1)"><script>document.title="taken"</script>'
    assert _lines(page, "#messages > .bot")[-1] == shown
    assert page.locator("#messages img, #messages script").count() == 0
    assert (page.title(), watch.complaints) == ("Steady", [])


def test_line_breaks_and_the_direction_of_each_line_are_kept(page: Page, say: Say) -> None:
    say("arabic")
    line = page.locator("#messages > .bot").last.locator(".line")
    assert line.evaluate_all("all => all.map(p => getComputedStyle(p).direction)") == ["rtl", "ltr"]


def test_the_rest_of_a_long_message_is_counted_and_too_much_is_not_sent(page: Page, site: Site) -> None:
    box, count = page.locator("#input"), page.locator("#count")
    box.fill("x" * 1700)
    expect(count).to_have_text("")
    box.fill("😀" * 1990)
    expect(count).to_have_text("10 characters left")
    box.fill("x" * 2003)
    expect(count).to_have_text("3 characters too many. Please send it in smaller parts.")
    box.press("Enter")
    expect(box).to_have_value("x" * 2003)
    expect(box).to_have_attribute("aria-invalid", "true")
    assert site.channel.said == []


def test_typing_is_shown_only_while_an_answer_is_awaited(page: Page, site: Site) -> None:
    site.channel.delay_seconds = 1
    page.locator("#input").fill("hello")
    page.locator("#input").press("Enter")
    expect(page.locator("#typing")).to_be_visible()
    assert page.locator("#typing").inner_text() == "Steady is writing"
    expect(page.locator("#messages > .bot")).to_have_count(3)
    expect(page.locator("#typing")).to_be_hidden()


def test_delete_shows_the_last_words_and_nothing_else(page: Page, site: Site, say: Say) -> None:
    say("plan")
    page.locator("#input").fill("delete")
    page.locator("#input").press("Enter")
    expect(page.locator("#ended-words")).to_have_text(
        "Deleted. Nothing of this chat is kept here. You can close this page now."
    )
    assert page.locator("#messages").inner_text() == ""
    expect(page.locator("#composer")).to_be_hidden()
    expect(page.get_by_role("button", name="Start a new chat")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages > .bot")).to_have_count(2)
    assert (site.channel.opened, site.channel.ended) == (2, [1])


def test_erase_asks_once_erases_and_starts_fresh(page: Page, site: Site, say: Say) -> None:
    say("safety")
    press(page, "Erase this chat")
    page.get_by_role("button", name="Keep the chat").click()
    page.get_by_role("dialog", name="More").get_by_role("button", name="Close").click()
    assert site.channel.ended == []
    press(page, "Erase this chat")
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator("#messages > li")).to_have_count(2)
    expect(page.locator("#pin")).to_be_hidden()
    assert (site.channel.ended, site.channel.opened) == ([1], 2)
    expect(page.locator("#input")).to_be_focused()


def test_an_answer_that_comes_after_erasing_is_not_shown(page: Page, site: Site) -> None:
    site.channel.delay_seconds = 1
    page.locator("#input").fill("plan")
    page.locator("#input").press("Enter")
    press(page, "Erase this chat")
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator("#messages > li")).to_have_count(2)
    page.wait_for_timeout(1500)
    assert page.locator("#messages > li").count() == 2
    expect(page.locator("#print")).to_be_hidden()


def test_the_plan_is_printed_alone_after_a_word_on_who_sees_it(page: Page, say: Say) -> None:
    page.evaluate("() => { window.print = () => { window.printed = document.title; }; }")
    say("plan")
    say("safety")
    page.locator(".is-plan").get_by_role("button", name="Print or save my plan").click()
    dialog = page.get_by_role("dialog", name="Who else uses this device?")
    expect(dialog).to_be_visible()
    assert page.evaluate("window.printed === undefined")
    dialog.get_by_role("button", name="Go on").click()
    assert page.evaluate("window.printed") == "Notes"
    page.emulate_media(media="print")
    sheet = page.locator(".sheet-page")
    assert sheet.locator(".what").all_inner_texts() == [item["what"] for item in PLAN["custom"]["items"]]
    assert "555-0100" in sheet.inner_text()
    assert page.locator("body > *:visible").count() == 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert (page.title(), sheet.count()) == ("Steady", 0)


def test_the_plan_is_in_reach_under_more_as_soon_as_there_is_one(page: Page, say: Say) -> None:
    page.locator("#more").click()
    expect(page.locator("#print")).to_be_hidden()
    page.get_by_role("button", name="Close").click()
    say("plan")
    page.locator("#more").click()
    expect(page.locator("#print")).to_be_visible()


def test_screen_readers_hear_each_answer_once(page: Page, say: Say) -> None:
    def heard() -> list[str]:
        return [text for text in page.locator("[aria-live=polite]").all_text_contents() if text]

    say("law")
    first = heard()
    say("law")
    assert heard() == first
    assert len(first) == 1 and first[0].startswith("Steady said: Laws in Examplestan:")
    assert page.locator("[role=log]").get_attribute("aria-live") == "off"


def test_a_step_whose_last_card_was_answered_counts_as_done(page: Page, say: Say) -> None:
    def states() -> list[str]:
        return page.locator("#steps > li").all_text_contents()

    say("last card")
    assert states() == ["Proof: Open ", "Report: Started ", "Accounts: Open ", "Legal help: Open "]
    expect(page.locator("#steps [aria-current=step]")).to_have_text("Report: Started")
    say("steps")
    assert states() == ["Proof: Started ", "Report: Done ", "Accounts: Open ", "Legal help: Open "]
