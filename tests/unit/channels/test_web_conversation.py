"""A conversation over HTTP: opened, said, shown again, ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channel_server import Server, message, says
from rasa.core.channels.channel import UserMessage

from bot.channels import emergency

pytestmark = pytest.mark.asyncio

NO_FILES = (
    "I cannot take pictures or files, and I have not kept this one. You never need to show an image to get "
    "help here. You can tell me in words what happened."
)
CANNOT_ANSWER_ANYWHERE = (
    "I cannot answer just now. If you are in danger, call your local emergency number. You can send your "
    "message again in a minute."
)


async def test_opening_is_asked_for_and_is_not_shown_as_the_persons_words(server: Server) -> None:
    server.agent.answer = says({"text": "I am a bot."}, {"text": "Is it safe?", "buttons": [YES]})
    opened = await server.client.post("/session", json={"language": "en"})
    expected = [message("I am a bot."), message("Is it safe?", (("Yes", "/yes"),))]
    assert opened.status_code == 201
    assert opened.json() | {"token": "any"} == {"token": "any", "expires_in": 1800, "messages": expected}
    assert server.agent.seen == [("/greet", {"language": "en", "opening": True})]
    history = await server.client.get("/history", headers={"Authorization": f"Bearer {opened.json()['token']}"})
    assert history.json() == {"history": [{"role": "bot", "messages": expected}]}


YES = {"title": "Yes", "payload": "/yes"}


@pytest.mark.parametrize("language", ["xx", "../../data", ""], ids=["unknown", "a-path", "empty"])
async def test_a_language_without_wording_is_answered_in_the_default(server: Server, language: str) -> None:
    await server.client.post("/session", json={"language": language})
    assert server.agent.seen[0][1]["language"] == "en"


async def test_session_needs_no_body(server: Server) -> None:
    assert (await server.client.post("/session")).status_code == 201


async def test_what_was_said_is_shown_again(server: Server) -> None:
    headers = await server.opened()
    server.agent.answer = says({"text": "one", "custom": {"type": "plan", "items": []}}, {"text": "two"})
    answer = await server.say(headers, "he shared it")
    messages = [message("one", custom={"type": "plan", "items": []}), message("two")]
    assert answer.json() == {"messages": messages}
    history = (await server.client.get("/history", headers=headers)).json()["history"]
    assert history[1:] == [
        {"role": "user", "messages": [message("he shared it")]},
        {"role": "bot", "messages": messages},
    ]


async def test_conversations_do_not_see_each_other(server: Server) -> None:
    first, second = await server.opened(), await server.opened()
    await server.say(first, "only mine")
    assert "only mine" not in (await server.client.get("/history", headers=second)).text


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        pytest.param({"text": '/choose{"who":"me"}'}, 'choose{"who":"me"}', id="typed-payload-is-text"),
        pytest.param({"text": "yes."}, "/yes", id="typed-title-is-a-press"),
        pytest.param({"payload": "/yes"}, "/yes", id="press"),
        pytest.param({"payload": "/go"}, "/go", id="press-inside-structured-content"),
    ],
)
async def test_what_the_bot_gets(server: Server, sent: dict[str, str], seen: str) -> None:
    custom = {"type": "plan", "items": [{"title": "Go", "payload": "/go"}]}
    server.agent.answer = says({"text": "safe?", "buttons": [YES], "custom": custom})
    headers = await server.opened()
    assert (await server.client.post("/message", json=sent, headers=headers)).status_code == 200
    assert server.agent.seen[-1][0] == seen


async def test_a_press_is_shown_again_by_its_title(server: Server) -> None:
    server.agent.answer = says({"text": "safe?", "buttons": [YES]})
    headers = await server.opened()
    await server.client.post("/message", json={"payload": "/yes"}, headers=headers)
    history = (await server.client.get("/history", headers=headers)).json()["history"]
    assert history[1] == {"role": "user", "messages": [message("Yes")]}


async def test_only_offered_payloads_are_taken(server: Server) -> None:
    server.agent.answer = says({"text": "safe?", "buttons": [YES]})
    headers = await server.opened()
    server.agent.answer = None
    await server.say(headers, "something else")
    other = await server.client.post("/message", json={"payload": '/set{"admin":1}'}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (400, "payload_not_offered")
    typed_late = await server.say(headers, "Yes")
    assert typed_late.json() == {"messages": [message("heard Yes")]}
    pressed_late = await server.client.post("/message", json={"payload": "/yes"}, headers=headers)
    assert pressed_late.json() == {"messages": [message("heard /yes")]}


async def test_the_same_id_gets_the_same_answer_and_changes_nothing(server: Server) -> None:
    headers = await server.opened()
    first = await server.say(headers, "once", id="m1")
    again = await server.say(headers, "another text", id="m1")
    assert again.json() == first.json() == {"messages": [message("heard once")]}
    assert [text for text, _ in server.agent.seen] == ["/greet", "once"]
    assert len((await server.client.get("/history", headers=headers)).json()["history"]) == 3
    other = await server.opened()
    assert (await server.say(other, "theirs", id="m1")).json() == {"messages": [message("heard theirs")]}


async def test_one_id_sent_twice_at_once_is_handled_once(server: Server) -> None:
    headers = await server.opened()
    server.agent.answer = slowly
    answers = await asyncio.gather(*(server.say(headers, "now", id="m1") for _ in range(4)))
    assert [answer.json() for answer in answers] == [{"messages": [message("heard now")]}] * 4
    assert len(server.agent.seen) == 2


async def slowly(said: UserMessage) -> None:
    await asyncio.sleep(0.05)
    await said.output_channel.send_response(said.sender_id, {"text": f"heard {said.text}"})


async def test_messages_of_one_conversation_are_answered_one_after_the_other(server: Server) -> None:
    headers = await server.opened()
    under_way = 0

    async def alone(said: UserMessage) -> None:
        nonlocal under_way
        under_way += 1
        assert under_way == 1
        await slowly(said)
        under_way -= 1

    server.agent.answer = alone
    texts = [f"number {number}" for number in range(6)]
    sent = []
    for text in texts:
        sent.append(asyncio.create_task(server.say(headers, text)))
        await asyncio.sleep(0.005)
    answers = await asyncio.gather(*sent)
    assert [answer.json()["messages"][0]["text"] for answer in answers] == [f"heard {text}" for text in texts]
    assert [text for text, _ in server.agent.seen[1:]] == texts


async def test_a_broken_connection_does_not_lose_the_turn(server: Server) -> None:
    headers = await server.opened()
    server.agent.answer = slowly
    with pytest.raises(Exception, match=""):
        await server.client.post("/message", json={"text": "x", "id": "m"}, headers=headers, timeout=0.02)
    again = await server.say(headers, "x", id="m")
    assert again.json() == {"messages": [message("heard x")]}
    assert len(server.agent.seen) == 2


async def test_a_picture_is_refused_kindly_and_not_kept(server: Server) -> None:
    headers = await server.opened()
    answer = await server.say(headers, "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg")
    assert (answer.status_code, answer.json()) == (200, {"messages": [message(NO_FILES)]})
    assert len(server.agent.seen) == 1
    history = (await server.client.get("/history", headers=headers)).json()["history"]
    assert history[1:] == [{"role": "bot", "messages": [message(NO_FILES)]}]


async def nothing(_: UserMessage) -> None:
    return None


async def raises(said: UserMessage) -> None:
    await said.output_channel.send_response(said.sender_id, {"text": "half an answer"})
    raise RuntimeError(f"failed on {said.text}")


async def never_ends(_: UserMessage) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize("answer", [nothing, raises, never_ends])
@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(None, CANNOT_ANSWER_ANYWHERE, id="no-place"),
        pytest.param("FR", CANNOT_ANSWER_ANYWHERE.replace("your local emergency number", "112"), id="FR"),
        pytest.param("broken", CANNOT_ANSWER_ANYWHERE, id="directory-fails"),
    ],
)
async def test_there_is_always_an_answer(
    serving: Any, monkeypatch: pytest.MonkeyPatch, answer: Any, place: str | None, expected: str
) -> None:
    numbers = {"": None, "FR": "112"}
    monkeypatch.setattr(emergency, "_number", numbers.__getitem__)
    async for server in serving(message_timeout_seconds=1):
        server.agent.place = place
        headers = await server.opened()
        server.agent.answer = answer
        answered = await server.say(headers, "hello?")
        assert (answered.status_code, answered.json()) == (200, {"messages": [message(expected)]})
        server.agent.answer = None
        assert (await server.say(headers, "again")).json() == {"messages": [message("heard again")]}


async def test_end_erases_everything(server: Server) -> None:
    headers = await server.opened()
    await server.say(headers, "hello")
    assert (await server.client.post("/end", headers=headers)).status_code == 204
    assert server.store.conversations.keys() == []
    for answer in (await server.say(headers, "x"), await server.client.get("/history", headers=headers)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_conversation")
    assert (await server.client.post("/end", headers=headers)).status_code == 204


async def test_a_beacon_ends_with_the_token_in_the_body(server: Server) -> None:
    headers = await server.opened()
    token = headers["Authorization"].removeprefix("Bearer ")
    ended = await server.client.post(
        "/end", content=f'{{"token": "{token}"}}', headers={"Content-Type": "text/plain;charset=UTF-8"}
    )
    assert ended.status_code == 204
    assert (await server.say(headers, "x")).status_code == 401


async def test_end_while_an_answer_is_under_way_leaves_nothing(server: Server) -> None:
    headers = await server.opened()
    server.agent.answer = slowly
    answer = asyncio.create_task(server.say(headers, "hello"))
    await asyncio.sleep(0.02)
    assert (await server.client.post("/end", headers=headers)).status_code == 204
    assert (await answer).status_code == 401
    assert server.store.conversations.keys() == []


async def test_leaving_in_the_chat_erases_after_the_answer(server: Server) -> None:
    headers = await server.opened()
    server.agent.answer = says({"text": "Bye.", "custom": {"type": "exit"}})
    answer = await server.say(headers, "someone is coming")
    assert answer.json() == {"messages": [message("Bye.", custom={"type": "exit"})]}
    assert server.store.conversations.keys() == []
    assert (await server.say(headers, "x")).status_code == 401


async def test_a_conversation_ends_when_nobody_goes_on(serving: Any) -> None:
    async for server in serving(session_idle_minutes=0):
        headers = await server.opened()
        assert (await server.say(headers, "x")).status_code == 401
        assert server.store.conversations.keys() == []
