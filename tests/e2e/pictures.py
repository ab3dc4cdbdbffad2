"""Pictures of the widget for the documentation: `PYTHONPATH=tests .venv/bin/python -m e2e.pictures`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from bot.nlg import wording
from bot.settings import ROOT, Settings

from .arabic import with_arabic
from .browser import chromium
from .conftest import send
from .fake_channel import FakeChannel, serving
from .widget.form_chat import CannedDialogues, form_chat
from .widget.hosts import hosts

FOLDER = ROOT / "docs" / "pictures"
DESKTOP, PHONE, NARROW, ZOOMED = (1280, 900), (390, 844), (320, 640), (320, 256)
TOLD = "Somebody I know put a picture of me on a site."
Then = Callable[[Page], object]


def picture(
    browser: Browser,
    url: str,
    name: str,
    size: tuple[int, int],
    says: list[str],
    then: Then | None = None,
    **look: str,
) -> Path:
    """One picture of what is on the screen after these messages."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=1.5, reduced_motion="reduce", **look
    )
    page = context.new_page()
    page.goto(url)
    if page.locator("#launcher").is_visible():
        page.locator("#launcher").click()
    page.locator(".choices button").first.wait_for()
    for text in says:
        send(page, text)
    if then:
        then(page)
    path = FOLDER / f"widget-{name}.png"
    page.screenshot(path=path)
    context.close()
    return path


def _log(page: Page) -> None:
    page.get_by_role("button", name="Open my log").last.click()
    page.get_by_label("Date and time").fill("2026-11-20T21:05")
    page.get_by_label("Address of the page").fill("https://pictures.example/77")
    page.get_by_label("Site or app").fill("Pictures")
    page.get_by_role("button", name="Add to my log").click()
    expect(page.locator(".rows > li")).to_have_count(1)


def _letter(page: Page) -> None:
    page.locator(".is-notice button").click()
    page.get_by_label("Are you the person shown").select_option("self")
    page.locator(".letter").scroll_into_view_if_needed()


def _menu(page: Page) -> None:
    page.locator("#more").click()


def _plain(page: Page) -> None:
    _menu(page)
    page.get_by_role("button", name="Larger text").click()
    page.get_by_role("button", name="Plain and roomy").click()
    page.get_by_role("button", name="Close").click()


def _forms(browser: Browser, url: str) -> Path:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=1.5, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{url}/chat")
    page.get_by_role("button", name="Start the chat").click()
    page.get_by_role("textbox").fill("plan")
    page.get_by_role("button", name="Send").click()
    path = FOLDER / "widget-no-javascript.png"
    page.screenshot(path=path)
    context.close()
    return path


def main() -> None:
    """Take them all, and print where they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = Settings(secret="a secret of the pictures")
    with (
        chromium() as browser,
        serving(FakeChannel().app(settings)) as english,
        serving(hosts(english)) as elsewhere,
        serving(form_chat(settings, CannedDialogues())) as plain,
        with_arabic(wording),
        serving(FakeChannel().app(Settings(secret="a secret", language="ar"))) as arabic,
    ):
        taken = [
            picture(browser, english, "desktop", DESKTOP, []),
            picture(browser, english, "desktop-plan", DESKTOP, [TOLD, "plan"]),
            picture(browser, f"{elsewhere}/host/corner", "corner", DESKTOP, [TOLD, "lines"]),
            picture(browser, f"{elsewhere}/host/corner", "corner-phone", PHONE, [TOLD, "steps"]),
            picture(browser, english, "phone", PHONE, []),
            picture(browser, english, "phone-steps", PHONE, ["plan", "steps"]),
            picture(browser, english, "phone-safety", PHONE, ["safety"]),
            picture(browser, english, "phone-log", PHONE, ["log"], _log),
            picture(browser, english, "phone-letter", PHONE, ["letters"], _letter),
            picture(browser, english, "phone-menu", PHONE, ["plan", "log"], _menu),
            picture(browser, english, "phone-plain", PHONE, ["plan"], _plain),
            picture(browser, english, "narrow", NARROW, ["lines"]),
            picture(browser, english, "zoomed", ZOOMED, ["steps"]),
            picture(browser, english, "dark", DESKTOP, [TOLD, "safety"], color_scheme="dark"),
            picture(browser, english, "phone-dark", PHONE, [TOLD, "plan"], color_scheme="dark"),
            picture(browser, arabic, "rtl", DESKTOP, ["arabic", "plan"]),
            _forms(browser, plain),
        ]
    sys.stdout.write("\n".join(str(path.relative_to(ROOT)) for path in taken) + "\n")


if __name__ == "__main__":
    main()
