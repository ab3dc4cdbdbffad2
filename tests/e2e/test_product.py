"""The page on the real product, as `steady up` starts it: opened, told, planned, left and erased."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.settings import ROOT

from .conftest import Site, Watch, watched
from .fake_channel import free_port

pytestmark = pytest.mark.model

START_SECONDS = 400
TOLD = "My ex posted private pictures of me on Instagram. I am 25 and live in Ohio."
ANSWER_MS = 20_000


@dataclass
class Chat:
    """A page on the product, with the token that it was given."""

    page: Page
    url: str
    tokens: list[str]

    def say(self, text: str) -> None:
        """Send a message and wait for its answer."""
        before = self.page.locator("#messages > .bot").count()
        self.page.locator("#input").fill(text)
        self.page.locator("#input").press("Enter")
        self._answered(before)

    def press(self, title: str) -> None:
        """Press the button with this title and wait for the answer."""
        before = self.page.locator("#messages > .bot").count()
        self.page.locator(".choices button:enabled").filter(has_text=title).first.click()
        self._answered(before)

    def kept(self, token: str) -> int:
        """The status with which the product answers for the conversation: 200 while it has something of it."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{self.url}webhooks/web/history", headers=headers, trust_env=False).status_code

    def _answered(self, before: int) -> None:
        self.page.wait_for_function(
            "before => document.querySelectorAll('#messages > .bot').length > before", arg=before, timeout=ANSWER_MS
        )


@pytest.fixture(scope="module")
def product(served: Site) -> Iterator[str]:
    """The address of the product's page."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"STEADY_ACTIONS_PORT": str(free_port()), "STEADY_EXIT_URL": served.exit_url}
        command = [str(Path(sys.executable).with_name("steady")), "up", "--port", str(port), "--data-dir", data]
        log = (Path(data) / "log").open("wb")
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        too_late = threading.Timer(START_SECONDS, process.terminate)
        too_late.start()
        assert process.stdout is not None
        ready = process.stdout.readline()
        too_late.cancel()
        try:
            assert ready == "ready\n", (Path(data) / "log").read_text()[-2000:]
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture
def chat(product: str, context: BrowserContext, watch: Watch) -> Chat:
    """The product's page, opened."""
    page, tokens = watched(context.new_page(), watch), list[str]()
    page.on("response", lambda answer: tokens.append(answer.json()["token"]) if "/session" in answer.url else None)
    page.goto(product)
    page.locator(".choices button").first.wait_for(timeout=ANSWER_MS)
    return Chat(page, product, tokens)


def test_the_opening_says_what_this_is_and_asks_about_safety(chat: Chat) -> None:
    said = chat.page.locator("#messages > .bot .line").all_inner_texts()
    assert said[0].startswith("This is Steady: a bot")
    assert said[-1] == "Is it safe for you to chat right now?"
    assert chat.page.locator(".choices button:enabled").all_inner_texts() == ["Yes", "No", "Not sure"]


def test_what_a_person_tells_leads_to_a_plan_and_into_its_first_step(chat: Chat, watch: Watch) -> None:
    chat.say(TOLD)
    assert "not your fault" in chat.page.locator("#messages").inner_text()
    for _ in range(6):
        if chat.page.locator(".plan").count():
            break
        chat.press("Skip")
    assert 4 <= chat.page.locator(".plan > li").count() <= 8
    expect(chat.page.locator("#print")).to_be_visible()
    chat.press("Yes, save proof")
    assert chat.page.locator(".progress p").last.inner_text().startswith("Save proof · 1 of ")
    assert watch.outside(chat.url) == []
    assert watch.complaints == []
    assert [url for url in watch.requests if "Instagram" in url or "Ohio" in url] == []


def test_a_word_about_dying_brings_help_that_stays_in_sight(chat: Chat) -> None:
    chat.say("I live in Ohio and I want to die")
    pin = chat.page.get_by_role("region", name="Help now")
    expect(pin.locator("a[href='tel:988']").first).to_be_in_viewport()
    chat.say("go on")
    expect(pin).to_be_visible()


def test_leaving_erases_the_conversation(chat: Chat, served: Site) -> None:
    chat.say(TOLD)
    assert chat.kept(chat.tokens[0]) == 200
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    chat.page.wait_for_url(served.exit_url)
    chat.page.wait_for_timeout(1000)
    assert chat.kept(chat.tokens[0]) == 401


def test_the_bot_understands_that_somebody_has_to_leave(chat: Chat, served: Site) -> None:
    chat.page.locator("#input").fill("quit, hide this now")
    chat.page.locator("#input").press("Enter", no_wait_after=True)
    chat.page.wait_for_url(served.exit_url, timeout=ANSWER_MS)
    assert chat.kept(chat.tokens[0]) == 401


def test_erasing_starts_a_conversation_that_knows_nothing(chat: Chat) -> None:
    chat.say(TOLD)
    chat.page.get_by_role("button", name="Erase this chat").click()
    chat.page.get_by_role("button", name="Yes, erase").click()
    chat.page.locator(".choices button:enabled").first.wait_for(timeout=ANSWER_MS)
    assert chat.page.locator("#messages > li").count() == 2
    assert [chat.kept(token) for token in chat.tokens] == [401, 200]
