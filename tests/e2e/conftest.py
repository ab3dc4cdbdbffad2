"""The page in a real browser: on a fake channel, with a watch on everything that it must not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.settings import Settings

from .browser import CHROMIUM, chromium
from .fake_channel import FakeChannel, neutral_site, serving

PRIVATE = "my ex Robin put it on a site"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives the browser."""
    for item in items:
        if item.path.is_relative_to(__file__.rsplit("/", 1)[0]):
            item.add_marker(pytest.mark.e2e)
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason=f"{CHROMIUM} does not exist: apt-get install chromium"))


@dataclass
class Site:
    """The served page: its address, the exit's address, and the channel behind it."""

    url: str
    exit_url: str
    channel: FakeChannel


@dataclass
class Watch:
    """What the browser asked for and complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def outside(self, url: str) -> list[str]:
        """The requests to any other origin than that of the page."""
        return [asked for asked in self.requests if urlsplit(asked).netloc != urlsplit(url).netloc]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests here, closed before other tests start their event loops."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def served() -> Iterator[Site]:
    """Our blueprint and the fake channel on one origin, the exit's site on another."""
    channel = FakeChannel()
    with serving(neutral_site()) as exit_url:
        settings = Settings(
            secret="a secret of the tests", exit_url=f"{exit_url}/", allowed_origins=("http://127.0.0.1:*",)
        )
        with serving(channel.app(settings)) as url:
            yield Site(f"{url}/", f"{exit_url}/", channel)


@pytest.fixture
def site(served: Site) -> Site:
    """The site with a channel that remembers nothing yet."""
    served.channel.reset()
    return served


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile."""
    made = browser.new_context(locale="en-US", reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def watch() -> Watch:
    """Filled by the page of the same test."""
    return Watch()


@pytest.fixture
def page(context: BrowserContext, site: Site, watch: Watch) -> Page:
    """The page, opened, with the opening messages on it."""
    page = watched(context.new_page(), watch)
    page.goto(site.url)
    page.locator(".choices button").first.wait_for()
    return page


def watched(page: Page, watch: Watch) -> Page:
    """The page with everything noted that it asks for or that is complained of."""
    page.set_default_timeout(10_000)
    page.on("request", lambda request: watch.requests.append(request.url))
    page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    page.on("console", lambda line: watch.complaints.append(line.text) if line.type == "error" else None)
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => console.error('CSP ' + event.violatedDirective))"
    )
    return page


def send(page: Page, text: str) -> None:
    """Type a message, send it with Enter, and wait until it is answered."""
    answers = page.locator("#messages > .bot")
    before = answers.count()
    page.locator("#input").fill(text)
    page.locator("#input").press("Enter")
    expect(answers).not_to_have_count(before)


@pytest.fixture
def say(page: Page) -> Callable[[str], None]:
    """Type a message, send it with Enter, and wait until it is answered."""

    def type_and_send(text: str) -> None:
        send(page, text)

    return type_and_send
