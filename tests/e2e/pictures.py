"""Pictures of the page for the documentation: `PYTHONPATH=tests .venv/bin/python -m e2e.pictures`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser

from bot.nlg import wording
from bot.settings import ROOT, Settings

from .arabic import with_arabic
from .browser import chromium
from .fake_channel import FakeChannel, serving

FOLDER = ROOT / "docs" / "pictures"
DESKTOP, PHONE, NARROW = (1280, 900), (390, 844), (320, 640)


def picture(browser: Browser, url: str, name: str, size: tuple[int, int], says: list[str], **look: str) -> Path:
    """One picture of what is on the screen after these messages."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=1.5, reduced_motion="reduce", **look
    )
    page = context.new_page()
    page.goto(url)
    page.locator(".choices button").first.wait_for()
    for text in says:
        before = page.locator("#messages > .bot").count()
        page.locator("#input").fill(text)
        page.locator("#input").press("Enter")
        page.wait_for_function("before => document.querySelectorAll('#messages > .bot').length > before", arg=before)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main() -> None:
    """Take them all, and print where they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    told = "Somebody I know put a picture of me on a site."
    settings = Settings(secret="a secret of the pictures")
    with (
        chromium() as browser,
        serving(FakeChannel().app(settings)) as english,
        with_arabic(wording),
        serving(FakeChannel().app(Settings(secret="a secret", language="ar"))) as arabic,
    ):
        taken = [
            picture(browser, english, "page-desktop", DESKTOP, []),
            picture(browser, english, "page-desktop-plan", DESKTOP, [told, "plan"]),
            picture(browser, english, "page-phone", PHONE, []),
            picture(browser, english, "page-phone-steps", PHONE, [told, "steps"]),
            picture(browser, english, "page-phone-safety", PHONE, ["safety"]),
            picture(browser, english, "page-narrow", NARROW, ["plan"]),
            picture(browser, english, "page-dark", DESKTOP, [told, "safety"], color_scheme="dark"),
            picture(browser, english, "page-phone-dark", PHONE, [told, "plan"], color_scheme="dark"),
            picture(browser, arabic, "page-rtl", DESKTOP, ["arabic", "plan"]),
        ]
    sys.stdout.write("\n".join(str(path.relative_to(ROOT)) for path in taken) + "\n")


if __name__ == "__main__":
    main()
