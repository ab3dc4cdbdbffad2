"""The conversation at `/chat` by plain forms: the same content, no script, and no token in any address."""

from __future__ import annotations

import html
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from channel_server import FakeAgent, _free_port, domain, message, says
from rasa.core.tracker_store import FailSafeTrackerStore
from sanic import Sanic

from bot.channels.forms import forms
from bot.settings import Settings
from bot.storage.conversations import open_conversations
from bot.storage.tracker_store import ConversationStore

EXIT = "https://elsewhere.example/"
PRIVATE = "Robin <b>posted</b> it"
ASK = message("Is it safe to chat?", (("Yes", "/affirm"), ("No", "/deny")))
SAFETY = message("Call Example Line: https://line.example/now.", custom={"type": "safety", "items": []})
PLAN = message(
    "1. Save it. 2. Report it.",
    custom={"type": "plan", "items": [], "state": {"evidence": "done", "report": "started"}},
)
STEP = message("Write down the address.", custom={"type": "steps", "step": "accounts", "number": 2, "of": 6})


@dataclass
class Browser:
    """As much of a browser without JavaScript as a form needs."""

    client: httpx.AsyncClient
    agent: FakeAgent
    settings: Settings
    page: httpx.Response | None = None

    @property
    def html(self) -> str:
        """The page that is shown."""
        assert self.page is not None
        return self.page.text

    @property
    def words(self) -> str:
        """What can be read on it."""
        text = re.sub(r"<(style|title).*?</\1>|<[^>]+>", " ", self.html)
        return " ".join(html.unescape(text).split())

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the form to write in."""
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.html))

    async def post(self, action: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """Send a form as the browser does from its own page."""
        base = str(self.client.base_url).rstrip("/")
        sent = {"Origin": base, "Sec-Fetch-Site": "same-origin"} | headers
        self.page = await self.client.post(f"/chat/{action}", data=fields, headers=sent)
        return self.page

    async def say(self, **fields: str) -> httpx.Response:
        """Fill in and send the form to write in."""
        return await self.post("say", self.hidden() | fields)


@pytest_asyncio.fixture
async def browser(settings: Settings) -> AsyncIterator[Browser]:
    """A browser at a conversation that has begun with one question."""
    changed = replace(settings, exit_url=EXIT, max_characters=100)
    store = ConversationStore(domain(), conversations=open_conversations(changed.database_url, changed.secret))
    agent = FakeAgent(FailSafeTrackerStore(store), answer=says(ASK))
    Sanic.test_mode = True
    app = Sanic(f"forms_{time.monotonic_ns()}", configure_logging=False)
    app.ctx.agent = agent
    app.blueprint(forms(changed))
    port = _free_port()
    running = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await running.startup()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            made = Browser(client, agent, changed)
            await made.post("begin", {"language": "en"})
            yield made
    finally:
        running.close()
        await running.wait_closed()


async def test_the_front_page_opens_nothing_and_says_what_this_is(browser: Browser) -> None:
    seen = len(browser.agent.seen)
    browser.page = await browser.client.get("/chat")
    assert browser.page.status_code == 200
    assert "Steady is a bot." in browser.words and "This is not legal advice" not in browser.html
    assert 'action="/chat/begin"' in browser.html and "token" not in browser.html
    assert len(browser.agent.seen) == seen


async def test_the_opening_has_its_question_and_a_form_for_each_way_to_answer(browser: Browser) -> None:
    assert "Steady said: Is it safe to chat?" in browser.words
    payloads = re.findall(r'<button name="payload" value="([^"]*)" dir="auto">([^<]*)<', browser.html)
    assert payloads == [("/affirm", "Yes"), ("/deny", "No")]
    assert 'aria-label="Your steps"' in browser.html and "Proof: Open" in browser.words
    assert set(browser.hidden()) == {"token", "id"}


async def test_what_is_typed_is_answered_and_shown_as_text(browser: Browser) -> None:
    browser.agent.answer = says(message('Thank you.\n<img src=x onerror="x()"> javascript:alert(1)'))
    answer = await browser.say(text=PRIVATE)
    assert answer.status_code == 200
    assert browser.agent.seen[-1][0] == PRIVATE
    assert f"You said: {PRIVATE} Steady said: Thank you." in browser.words
    assert "<b>" not in browser.html and "<img" not in browser.html and 'href="javascript' not in browser.html
    assert browser.html.count('name="payload"') == 0


async def test_a_pressed_button_is_its_payload(browser: Browser) -> None:
    await browser.say(payload="/affirm")
    assert browser.agent.seen[-1][0] == "/affirm"
    assert "You said: Yes" in browser.words


async def test_help_stays_at_the_top_and_the_steps_show_how_far_it_is(browser: Browser) -> None:
    browser.agent.answer = says(SAFETY, PLAN, STEP)
    await browser.say(text="help")
    browser.agent.answer = says(ASK)
    await browser.say(text="more")
    head, log = browser.html.split('<ol class="messages">')
    assert "Help now" in head and '<a href="https://line.example/now" rel="noopener noreferrer"' in head
    assert re.findall(r"<li[^>]*>([^<]*)</li>", head) == [
        "Proof: Done", "Report: Started", "Accounts: Started", "Legal help: Open"
    ]  # fmt: skip
    assert 'class="started" aria-current=step>Accounts' in head
    assert "Secure your accounts · 2 of 6" in html.unescape(log)


async def test_a_form_that_is_sent_twice_counts_once(browser: Browser) -> None:
    fields = browser.hidden() | {"text": "once"}
    first = await browser.post("say", fields)
    second = await browser.post("say", fields)
    assert [seen[0] for seen in browser.agent.seen[1:]] == ["once"]
    without_ids = [re.sub(r'name="id" value="[^"]*"', "", page.text) for page in (first, second)]
    assert without_ids[0] == without_ids[1]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"text": "x" * 101}, 413, "That is more than I can read at once. Please send it in smaller parts."),
        ({"payload": "/not_offered"}, 400, "That choice is no longer open."),
    ],
    ids=["too long", "not offered"],
)
async def test_what_is_refused_says_so_and_loses_nothing(
    browser: Browser, fields: dict[str, str], status: int, said: str
) -> None:
    answer = await browser.say(**fields)
    assert answer.status_code == status
    assert said in browser.words and "Is it safe to chat?" in browser.words
    assert fields.get("text", "") in browser.html
    assert len(browser.agent.seen) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
    ],
    ids=str,
)
async def test_a_form_of_another_site_does_nothing(browser: Browser, headers: dict[str, str]) -> None:
    fields = browser.hidden() | {"text": "forged"}
    answer = await browser.post("say", fields, **headers)
    assert answer.status_code in (403, 415)
    assert len(browser.agent.seen) == 1


@pytest.mark.parametrize("action", ["say", "erase"])
async def test_without_a_good_token_there_is_no_conversation(browser: Browser, action: str) -> None:
    answer = await browser.post(action, {"token": "made up", "text": "hello"})
    assert answer.status_code == 401
    assert "This chat has ended" in browser.words and 'action="/chat/begin"' in browser.html


async def test_erasing_and_leaving_erase(browser: Browser) -> None:
    fields = browser.hidden()
    await browser.post("erase", fields)
    assert "Deleted." in browser.words
    assert (await browser.post("say", fields | {"text": "still there?"})).status_code == 401
    await browser.post("begin", {"language": "en"})
    fields = browser.hidden()
    left = await browser.post("leave", fields)
    assert (left.status_code, left.headers["location"]) == (303, EXIT)
    assert (await browser.post("say", fields | {"text": "still there?"})).status_code == 401


async def test_leaving_works_even_without_a_conversation(browser: Browser) -> None:
    left = await browser.post("leave", {"token": "made up"})
    assert (left.status_code, left.headers["location"]) == (303, EXIT)


@pytest.mark.parametrize(("reason", "status"), [("left", 303), ("deleted", 200)])
async def test_the_bots_own_goodbye_ends_it_here_too(browser: Browser, reason: str, status: int) -> None:
    fields = browser.hidden()
    browser.agent.answer = says(message("All gone.", custom={"type": "exit", "reason": reason, "url": None}))
    answer = await browser.say(text="bye")
    assert answer.status_code == status
    assert ("All gone." in answer.text) == (reason == "deleted")
    assert (await browser.post("say", fields | {"text": "still there?"})).status_code == 401


async def test_no_answer_may_be_kept_framed_or_told_and_no_address_names_anything(browser: Browser) -> None:
    answers = [await browser.client.get("/chat"), await browser.say(text=PRIVATE), await browser.say(text="x" * 101)]
    for answer in answers:
        found: dict[str, Any] = dict(answer.headers)
        assert found["cache-control"] == "no-store"
        assert found["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' https://elsewhere.example; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        assert "set-cookie" not in found and "<script" not in answer.text
        assert set(re.findall(r'action="([^"]*)"', answer.text)) <= {
            "/chat/begin", "/chat/say#now", "/chat/erase", "/chat/leave"
        }  # fmt: skip
        assert answer.url.query == b""
