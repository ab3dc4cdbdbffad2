"""Letters: filled in the browser by the same rules as on the server, and what is typed stays there."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.directory.notices.fields import cleaned, lacking
from bot.directory.notices.letter import filled
from bot.directory.notices.templates import kind, shared

from ..conftest import Site, Watch
from .conftest import Say

FIELDS = {
    "acting": "self",
    "urls": "https://pics.example/1\nhttps://pics.example/2",
    "no_consent_reason": "private",
    "good_faith": "yes",
    "name": "Sam {gap}",
    "email": "sam@post.example",
    "signature": "Sam",
}


@pytest.fixture
def sheet(page: Page, say: Say) -> Locator:
    """The letters, opened."""
    say("letters")
    page.locator(".is-notice").get_by_role("button", name="Write the letter").click()
    return page.get_by_role("dialog", name="Your letter")


def _fill(sheet: Locator, fields: dict[str, str]) -> None:
    template = kind("us-take-it-down")
    for name, value in fields.items():
        element = template.element(name)
        assert element is not None
        field = sheet.get_by_label(element.what)
        if element.kind == "choice":
            field.select_option(value)
        elif element.kind == "consent":
            field.set_checked(value == "yes")
        else:
            field.fill(value)


def _of_the_server(fields: dict[str, str]) -> tuple[str, list[str]]:
    template = kind("us-take-it-down")
    values = cleaned(template, fields)
    gaps = lacking(template, values)
    words = {**shared("en")["words"], "language": "en"}
    today = f"{date.today():%-d %B %Y}"
    context = {"today": today, "recipient": "Example Site", "send_to": "", "send_known": "no"}
    paragraphs = filled(template.body, template, values, context, {gap.id for gap in gaps}, words)
    return "\n\n".join(paragraphs), [gap.label for gap in gaps]


CASES = [
    pytest.param({}, id="nothing yet"),
    pytest.param({"acting": "self", "urls": "pics.example/1"}, id="begun"),
    pytest.param(FIELDS, id="complete"),
    pytest.param(FIELDS | {"acting": "authorised"}, id="an answer that asks for more"),
    pytest.param(FIELDS | {"urls": "no link here"}, id="a link that is none"),
    pytest.param(FIELDS | {"no_consent_reason": "other", "more": "They took it."}, id="own words"),
    pytest.param(FIELDS | {"good_faith": "no"}, id="a statement not made"),
]


@pytest.mark.parametrize("fields", CASES)
def test_the_letter_and_what_it_lacks_are_those_of_the_server(sheet: Locator, fields: dict[str, str]) -> None:
    _fill(sheet, fields)
    letter, gaps = _of_the_server(fields)
    assert sheet.locator("#gaps > li").all_inner_texts() == gaps
    assert sheet.locator(".letter").text_content() == letter


def test_fields_that_do_not_apply_are_not_shown(sheet: Locator) -> None:
    why = kind("us-take-it-down").element("authority")
    assert why is not None
    expect(sheet.get_by_label(why.what)).to_be_hidden()
    _fill(sheet, {"acting": "authorised"})
    expect(sheet.get_by_label(why.what)).to_be_visible()


def test_what_was_typed_goes_along_to_another_letter_but_no_statement_does(sheet: Locator) -> None:
    _fill(sheet, FIELDS)
    sheet.get_by_label("Which letter").select_option("1")
    assert sheet.get_by_label("Your name, as the receiver should know it.").input_value() == FIELDS["name"]
    assert sheet.locator("input:checked").count() == 0


def test_the_letter_can_be_copied(page: Page, sheet: Locator) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _fill(sheet, FIELDS)
    sheet.get_by_role("button", name="Copy").click()
    expect(page.locator("[aria-live=polite]").filter(has_text="Copied.")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == _of_the_server(FIELDS)[0]


def test_the_letter_can_be_saved_after_the_word_on_the_device(page: Page, sheet: Locator) -> None:
    _fill(sheet, FIELDS)
    sheet.get_by_role("button", name="Save as text").click()
    page.get_by_role("button", name="Not now").click()
    assert sheet.get_by_label("Your name, as the receiver should know it.").input_value() == FIELDS["name"]
    sheet.get_by_role("button", name="Save as text").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Go on").click()
    assert download.value.suggested_filename == "notes.txt"
    assert Path(download.value.path()).read_text() == _of_the_server(FIELDS)[0]


def test_the_letter_is_printed_alone(page: Page, sheet: Locator) -> None:
    page.evaluate("() => { window.print = () => { window.printed = document.title; }; }")
    _fill(sheet, FIELDS)
    sheet.get_by_role("button", name="Print or save as PDF").click()
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("window.printed") == "Notes"
    page.emulate_media(media="print")
    assert page.locator("body > *:visible").count() == 1
    assert page.locator(".sheet-page .letter").text_content() == _of_the_server(FIELDS)[0]


def test_the_reminder_is_due_when_the_law_says_and_its_title_gives_nothing_away(page: Page, sheet: Locator) -> None:
    sheet.get_by_role("button", name="Save a reminder").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Go on").click()
    assert download.value.suggested_filename == "reminder.ics"
    content = Path(download.value.path()).read_bytes().decode()
    lines = dict(line.split(":", 1) for line in content.split("\r\n") if line)
    hours = (_stamp(lines["DTSTART"]) - _stamp(lines["DTSTAMP"])).total_seconds() / 3600
    assert hours == pytest.approx(48, abs=0.01)
    assert (lines["SUMMARY"], lines["DESCRIPTION"], lines["ACTION"]) == ("Reminder", "Reminder", "DISPLAY")
    assert re.search(r"steady|image|notice|remov|takedown|helpline", content, re.IGNORECASE) is None
    assert content.endswith("END:VCALENDAR\r\n") and re.search(r"(?<!\r)\n", content) is None


def _stamp(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ")


def test_what_is_typed_is_in_no_request(page: Page, sheet: Locator, watch: Watch, site: Site) -> None:
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.url + (request.post_data or "")))
    _fill(sheet, FIELDS)
    sheet.get_by_role("button", name="Close").click()
    page.locator("#input").fill("hello")
    page.locator("#input").press("Enter")
    expect(page.locator("#messages > .bot")).to_have_count(4)
    page.goto(site.exit_url)
    assert [typed for typed in ("pics.example", "post.example", "Sam") for body in bodies if typed in body] == []
    assert watch.complaints == []
