"""The widget on its own demo page and on pages of other origins."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from ..conftest import Site, Watch, watched
from ..fake_channel import serving
from .hosts import hosts

Visit = Callable[[str], Page]
Say = Callable[[str], None]


@pytest.fixture(scope="package")
def other_origin(served: Site) -> Iterator[str]:
    """The address of a server with pages that carry the widget of another server."""
    with serving(hosts(served.url.rstrip("/"))) as url:
        yield url


@pytest.fixture
def visit(context: BrowserContext, site: Site, other_origin: str, watch: Watch) -> Visit:
    """Open a page of another origin, such as `/strict` or `/host/corner`."""

    def opened(path: str) -> Page:
        page = watched(context.new_page(), watch)
        page.goto(other_origin + path)
        return page

    return opened


def press(page: Page, name: str) -> None:
    """Press what stands under More, and put the menu away where it is still there."""
    page.locator("#more").click()
    menu = page.get_by_role("dialog", name="More")
    menu.get_by_role("button", name=name).click()
    if menu.is_visible():
        menu.get_by_role("button", name="Close").click()
