"""The widget on the real product, as `steady up` starts it: opened, told, planned, left and erased."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.ops.stack import Stack

from ..conftest import Watch, watched
from .conftest import press

pytestmark = pytest.mark.model

TOLD = "My ex posted private pictures of me on Instagram. I am 25 and live in Ohio."
ANSWER_MS = 20_000


@dataclass
class Chat:
    """The product's page, with the tokens that it was given and the exit's address."""

    page: Page
    url: str
    exit_url: str
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

    def plan(self) -> None:
        """Tell what happened and skip what is still asked, until the plan is there."""
        self.say(TOLD)
        for _ in range(8):
            if self.page.locator(".plan").count():
                return
            self.press("Skip")

    def kept(self, token: str) -> int:
        """The status with which the product answers for the conversation: 200 while it has something of it."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{self.url}webhooks/web/history", headers=headers, trust_env=False).status_code

    def _answered(self, before: int) -> None:
        expect(self.page.locator("#messages > .bot")).not_to_have_count(before, timeout=ANSWER_MS)


@pytest.fixture
def chat(product: Stack, context: BrowserContext, watch: Watch) -> Chat:
    """The product's page, opened; the exit's site is answered here, so that nothing goes outside."""
    page, tokens = watched(context.new_page(), watch), list[str]()
    exit_url = product.settings.exit_url
    page.route(f"{exit_url}**", lambda route: route.fulfill(body="<title>Elsewhere</title>", content_type="text/html"))
    page.on("response", lambda answer: tokens.append(answer.json()["token"]) if "/session" in answer.url else None)
    page.goto(f"{product.url}/")
    page.locator(".choices button").first.wait_for(timeout=ANSWER_MS)
    return Chat(page, f"{product.url}/", exit_url, tokens)


def test_the_opening_says_what_this_is_and_asks_about_safety(chat: Chat) -> None:
    said = chat.page.locator("#messages > .bot .line").all_inner_texts()
    assert said[0].startswith("This is Steady: a bot")
    assert said[-1] == "Is it safe for you to chat right now?"
    assert chat.page.locator(".choices button:enabled").all_inner_texts() == ["Yes", "No", "Not sure"]


def test_what_a_person_tells_leads_to_a_plan_and_into_its_first_step(chat: Chat, watch: Watch) -> None:
    chat.plan()
    assert "not your fault" in chat.page.locator("#messages").inner_text()
    assert 4 <= chat.page.locator(".plan > li").count() <= 8
    chat.press("Yes, save proof")
    assert chat.page.locator(".progress p").last.inner_text().startswith("Save proof · 1 of ")
    assert chat.page.locator("#steps [aria-current=step]").inner_text().startswith("Proof")
    assert watch.outside(chat.url) == []
    assert watch.complaints == []
    assert [url for url in watch.requests if "Instagram" in url or "Ohio" in url] == []


def test_the_products_own_lines_and_laws_are_drawn_with_every_address_of_their_text(chat: Chat) -> None:
    chat.say("I live in Ohio")
    for question in ("which laws are there in Ohio", "who can I call to talk to somebody", "how do I find a lawyer"):
        chat.say(question)
    answers = httpx.get(
        f"{chat.url}webhooks/web/history", headers={"Authorization": f"Bearer {chat.tokens[0]}"}, trust_env=False
    ).json()["history"]
    text = " ".join(message["text"] for turn in answers if turn["role"] == "bot" for message in turn["messages"])
    said = {part.rstrip(".,;:)") for part in text.split() if part.startswith("http")}
    shown = chat.page.locator("#messages a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert {address.rstrip("/") for address in said} <= {address.rstrip("/") for address in shown}


def test_a_word_about_dying_brings_help_that_stays_in_sight(chat: Chat) -> None:
    chat.say("I live in Ohio and I want to die")
    pin = chat.page.get_by_role("region", name="Help now")
    expect(pin.locator("a[href='tel:988']").first).to_be_in_viewport()
    chat.say("go on")
    expect(pin).to_be_visible()


def test_leaving_erases_the_conversation(chat: Chat) -> None:
    chat.say(TOLD)
    assert chat.kept(chat.tokens[0]) == 200
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    chat.page.wait_for_url(chat.exit_url)
    chat.page.wait_for_timeout(1000)
    assert chat.kept(chat.tokens[0]) == 401


def test_a_chat_that_may_be_kept_comes_back_after_a_reload(chat: Chat) -> None:
    chat.say(TOLD)
    press(chat.page, "Keep this chat if the page reloads")
    before = chat.page.locator("#messages .line").all_inner_texts()
    chat.page.reload()
    expect(chat.page.locator(".own .line")).to_have_text([TOLD], timeout=ANSWER_MS)
    assert chat.page.locator("#messages .line").all_inner_texts() == before
    assert len(chat.tokens) == 1


def test_the_bot_understands_that_somebody_has_to_leave(chat: Chat) -> None:
    chat.page.locator("#input").fill("quit, hide this now")
    chat.page.locator("#input").press("Enter", no_wait_after=True)
    chat.page.wait_for_url(chat.exit_url, timeout=ANSWER_MS)
    assert chat.kept(chat.tokens[0]) == 401


def test_erasing_starts_a_conversation_that_knows_nothing(chat: Chat) -> None:
    chat.say(TOLD)
    chat.page.locator("#more").click()
    chat.page.get_by_role("button", name="Erase this chat").click()
    chat.page.get_by_role("button", name="Yes, erase").click()
    chat.page.locator(".choices button:enabled").first.wait_for(timeout=ANSWER_MS)
    assert chat.page.locator("#messages > li").count() == 2
    assert [chat.kept(token) for token in chat.tokens] == [401, 200]
