"""The evidence log: on the device only, measured, saved as a table or printed, gone when the person leaves."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from ..conftest import Site, Watch, watched
from .conftest import Say

SECRET = "https://pics.example/robin?id=77"


@pytest.fixture
def log(page: Page, say: Say) -> Locator:
    """The log, opened, where files are allowed."""
    say("log")
    page.get_by_role("button", name="Open my log").click()
    return page.get_by_role("dialog", name="My log")


def _add(log: Locator, **fields: str) -> None:
    labels = {"address": "Address of the page", "platform": "Site or app", "handle": "Account name",
              "when": "Date and time", "said": "What was said or written", "saw": "Who saw it"}  # fmt: skip
    for name, value in fields.items():
        log.get_by_label(labels[name]).fill(value)
    log.get_by_role("button", name="Add to my log").click()


def _saved(page: Page, log: Locator) -> str:
    log.get_by_role("button", name="Save as a table").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Go on").click()
    assert download.value.suggested_filename == "notes.csv"
    return Path(download.value.path()).read_bytes().decode()


def test_a_row_is_kept_shown_and_saved_with_its_time_zone(browser_page: Page, site: Site) -> None:
    page = browser_page
    page.locator("#input").fill("log")
    page.locator("#input").press("Enter")
    page.get_by_role("button", name="Open my log").click()
    log = page.get_by_role("dialog", name="My log")
    _add(log, address=SECRET, platform="Pics", handle="@robin", when="2026-07-01T21:05", said='He wrote "pay"\nor else',
         saw="My sister")  # fmt: skip
    content = _saved(page, log)
    assert content.startswith("\ufeff") and content.endswith("\r\n")
    assert list(csv.reader(io.StringIO(content.lstrip("\ufeff"), newline=""))) == [
        ["Address of the page", "Site or app", "Account name", "Date and time", "Time zone", "What was said or written",
         "Who saw it", "Files that you saved"],
        [SECRET, "Pics", "'@robin", "2026-07-01T21:05", "Europe/Berlin UTC+02:00", 'He wrote "pay"\nor else',
         "My sister", ""],
    ]  # fmt: skip


@pytest.fixture
def browser_page(context: BrowserContext, site: Site, watch: Watch) -> Page:
    """The page on a device whose clock is in Berlin."""
    made = (
        context.browser.new_context(timezone_id="Europe/Berlin", reduced_motion="reduce")
        if context.browser
        else context
    )
    page = watched(made.new_page(), watch)
    page.goto(site.url)
    page.locator(".choices button").first.wait_for()
    return page


@pytest.mark.parametrize("typed", ["=1+1", "+49 1", "-2", "@SUM(A1)", "\t=1", " =cmd|'/c calc'!A0", "＝1+1"], ids=repr)
def test_no_cell_is_a_formula(page: Page, log: Locator, typed: str) -> None:
    _add(log, address="x", said=typed)
    row = list(csv.reader(io.StringIO(_saved(page, log).lstrip("\ufeff"), newline="")))[1]
    assert row[5] == f"'{typed.strip()}"


def test_files_are_measured_here_and_sent_nowhere(page: Page, log: Locator, watch: Watch, tmp_path: Path) -> None:
    content = b"a picture of a screen" * 1000
    (tmp_path / "screen.png").write_bytes(content)
    before = len(watch.requests)
    log.get_by_label("Files that you saved").set_input_files(tmp_path / "screen.png")
    digest = hashlib.sha256(content).hexdigest()
    expect(log.locator(".hashes")).to_have_text(f"screen.png: SHA-256 {digest}")
    log.get_by_role("button", name="Add to my log").click()
    expect(log.locator(".rows")).to_contain_text(digest)
    assert watch.requests[before:] == []
    assert digest in _saved(page, log)


def test_where_somebody_may_be_under_18_there_are_no_files_and_it_says_why(page: Page, say: Say) -> None:
    say("log")
    say("log minor")
    page.get_by_role("button", name="Open my log").last.click()
    log = page.get_by_role("dialog", name="My log")
    assert log.locator("input[type=file]").count() == 0
    expect(log.locator(".notice")).to_have_text(
        "Files cannot be added here. If someone in an image may be under 18, it is safer not to save, copy or open "
        "it. Links, names and words are enough."
    )
    _add(log, address=SECRET)
    expect(log.locator(".rows > li")).to_have_count(1)


def test_a_row_can_be_taken_out_again_and_an_empty_one_is_not_added(page: Page, log: Locator) -> None:
    _add(log)
    expect(log.locator(".rows > li")).to_have_count(0)
    _add(log, address="one")
    _add(log, address="two")
    log.get_by_role("button", name="Remove").first.click()
    assert log.locator(".rows dd").first.inner_text() == "two"
    log.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Open my log").click()
    assert log.locator(".rows dd").first.inner_text() == "two"


def test_the_log_is_printed_alone(page: Page, log: Locator) -> None:
    page.evaluate("() => { window.print = () => { window.printed = document.title; }; }")
    _add(log, address=SECRET)
    log.get_by_role("button", name="Print").click()
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("window.printed") == "Notes"
    page.emulate_media(media="print")
    assert SECRET in page.locator(".sheet-page").inner_text()
    assert page.locator("body > *:visible").count() == 1


def test_nothing_of_the_log_is_in_any_request_and_leaving_wipes_it(
    page: Page, log: Locator, watch: Watch, site: Site
) -> None:
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.url + (request.post_data or "")))
    _add(log, address=SECRET, said="He wrote pay", saw="My sister")
    log.get_by_role("button", name="Close").click()
    page.locator("#input").fill("hello")
    page.locator("#input").press("Enter")
    expect(page.locator("#messages > .bot")).to_have_count(4)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url(site.exit_url)
    assert [text for text in ("robin", "pay", "sister") for body in bodies if text in body] == []
    assert watch.outside(site.url) == [site.exit_url]


def test_erasing_the_chat_empties_the_log(page: Page, log: Locator, say: Say) -> None:
    _add(log, address=SECRET)
    log.get_by_role("button", name="Close").click()
    page.locator("#more").click()
    page.get_by_role("button", name="Erase this chat").click()
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator("#messages > li")).to_have_count(2)
    say("log")
    page.get_by_role("button", name="Open my log").click()
    expect(page.locator(".rows > li")).to_have_count(0)


def test_a_wrong_clock_is_said_and_set_right(context: BrowserContext, site: Site, watch: Watch) -> None:
    page = watched(context.new_page(), watch)
    page.add_init_script("const real = Date.now; Date.now = () => real() - 90 * 60000")
    page.goto(site.url)
    page.locator(".choices button").first.wait_for()
    page.locator("#input").fill("log")
    page.locator("#input").press("Enter")
    page.get_by_role("button", name="Open my log").click()
    log = page.get_by_role("dialog", name="My log")
    expect(log.locator(".notice").first).to_have_text(
        "The clock of this device seems to be wrong by 90 minutes. The time below has been set right."
    )
    late = page.evaluate(
        "shown => Math.abs(new Date(shown) - new Date())", log.get_by_label("Date and time").input_value()
    )
    assert late < 120_000
