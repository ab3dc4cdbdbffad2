"""What the web channel refuses, and how."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest
from channel_server import Server, says
from sanic import Sanic, response

from bot.channels.errors import STATUS, Refused

pytestmark = pytest.mark.asyncio

SAFE_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
JSON = {"Content-Type": "application/json"}


def code_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.json()["error"].keys() == {"code", "message"}
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("request_parts", "refusal"),
    [
        pytest.param({"content": b"{", "headers": JSON}, (400, "malformed"), id="broken-json"),
        pytest.param({"content": b"\xff\xfe", "headers": JSON}, (400, "malformed"), id="no-text"),
        pytest.param({"content": b"[" * 9000, "headers": JSON}, (400, "malformed"), id="too-deep"),
        pytest.param({"json": ["text"]}, (400, "malformed"), id="no-object"),
        pytest.param({"json": {}}, (400, "malformed"), id="nothing"),
        pytest.param({"json": {"text": 5}}, (400, "malformed"), id="a-number"),
        pytest.param({"json": {"text": "a", "payload": "/b"}}, (400, "malformed"), id="text-and-payload"),
        pytest.param({"json": {"text": " \n\t "}}, (400, "malformed"), id="blank"),
        pytest.param({"json": {"text": ""}}, (400, "malformed"), id="empty"),
        pytest.param({"json": {"text": "/"}}, (400, "malformed"), id="a-slash"),
        pytest.param({"json": {"text": "a", "id": 1}}, (400, "malformed"), id="id-no-text"),
        pytest.param({"json": {"text": "a" * 2001}}, (413, "too_long"), id="2001-characters"),
        pytest.param({"json": {"text": "a", "x": "b" * 16384}}, (413, "too_long"), id="over-16-KB"),
        pytest.param({"content": b"hello"}, (415, "not_json"), id="no-type"),
        pytest.param({"data": {"text": "a"}}, (415, "not_json"), id="a-form"),
        pytest.param({"files": {"file": b"\x89PNG"}}, (415, "not_json"), id="an-attachment"),
    ],
)
async def test_messages_that_are_refused(
    server: Server, request_parts: dict[str, Any], refusal: tuple[int, str]
) -> None:
    headers = await server.opened()
    request_parts = {**request_parts, "headers": {**request_parts.get("headers", {}), **headers}}
    assert code_of(await server.client.post("/message", **request_parts)) == refusal
    assert len(server.agent.seen) == 1


async def test_a_body_of_unknown_length_is_read_no_further_than_allowed(server: Server) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 1024

    headers = {**JSON, **await server.opened()}
    answer = await server.client.post("/message", content=endless(), headers=headers)
    assert code_of(answer) == (413, "too_long")


async def test_2000_characters_are_answered(server: Server) -> None:
    assert (await server.say(await server.opened(), "a" * 2000)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"Authorization": "Bearer"}, id="empty"),
        pytest.param({"Authorization": "Bearer abc.def.ghi"}, id="nonsense"),
        pytest.param({"Authorization": "Basic YTpi"}, id="another-scheme"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/message"), ("GET", "/history"), ("POST", "/end")])
async def test_no_good_token(server: Server, method: str, path: str, headers: dict[str, str]) -> None:
    body = {"json": {"text": "a"}} if method == "POST" else {}
    answer = await server.client.request(method, path, headers=headers, **body)
    assert code_of(answer) == (401, "no_conversation")


@pytest.mark.parametrize(
    ("origin", "status", "readable_by"),
    [
        pytest.param(None, 201, None, id="no-page"),
        pytest.param("https://help.example", 201, "https://help.example", id="allowed"),
        pytest.param("https://HELP.example", 201, "https://HELP.example", id="allowed-other-case"),
        pytest.param("own", 201, None, id="our-own-page"),
        pytest.param("https://help.example.evil.example", 403, None, id="foreign"),
        pytest.param("http://help.example", 403, None, id="allowed-without-tls"),
        pytest.param("null", 403, None, id="null"),
    ],
)
async def test_origins(server: Server, origin: str | None, status: int, readable_by: str | None) -> None:
    if origin == "own":
        origin = f"http://{server.client.base_url.netloc.decode()}"
    headers = {} if origin is None else {"Origin": origin}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    preflight = await server.client.options("/session", headers={**headers, **asked})
    answer = await server.client.post("/session", json={}, headers=headers)
    assert (preflight.status_code, answer.status_code) == (204 if status == 201 else 403, status)
    for answered in (preflight, answer):
        assert answered.headers.get("access-control-allow-origin") == readable_by
        assert "access-control-allow-credentials" not in answered.headers
    if readable_by:
        assert preflight.headers["access-control-allow-headers"] == "Authorization, Content-Type"


async def test_every_answer_is_protected(server: Server) -> None:
    headers = await server.opened()
    for answer in (
        await server.client.post("/session", json={}),
        await server.say(headers, "a"),
        await server.client.get("/history", headers=headers),
        await server.client.get("/history"),
        await server.client.get("/ready"),
        await server.client.post("/session", headers={"Origin": "https://evil.example"}),
        await server.client.post("/end", headers=headers),
    ):
        assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS


async def test_too_many_messages_in_one_conversation(serving: Any) -> None:
    async for server in serving(rate_burst=2, rate_per_minute=6):
        headers, other = await server.opened(), await server.opened()
        answers = [await server.say(headers, "a") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert code_of(answers[2]) == (429, "too_many")
        assert 1 <= int(answers[2].headers["retry-after"]) <= 10
        assert (await server.say(other, "a")).status_code == 200


async def test_too_many_requests_of_one_address_but_ending_is_always_possible(serving: Any) -> None:
    async for server in serving(address_rate_per_minute=2):
        headers = await server.opened()
        assert (await server.say(headers, "a")).status_code == 200
        refused = await server.client.post("/session")
        assert code_of(refused) == (429, "too_many")
        assert int(refused.headers["retry-after"]) > 1
        assert (await server.client.post("/end", headers=headers)).status_code == 204


async def test_without_a_model(server: Server) -> None:
    headers = await server.opened()
    server.agent.ready = False
    assert code_of(await server.client.post("/session")) == (503, "model")
    assert code_of(await server.say(headers, "a")) == (503, "model")
    assert code_of(await server.client.get("/ready")) == (503, "model")


async def test_without_a_database_nothing_is_confirmed_and_all_goes_on_when_it_is_back(
    server: Server,
) -> None:
    headers = await server.opened()
    data, elsewhere = server.settings.data_dir, server.settings.data_dir.with_name("elsewhere")
    data.rename(elsewhere)
    refusals = [
        code_of(await server.say(headers, "a")),
        code_of(await server.client.get("/history", headers=headers)),
        code_of(await server.client.post("/session")),
        code_of(await server.client.get("/ready")),
    ]
    assert refusals == [(503, "database")] * 4
    elsewhere.rename(data)
    assert (await server.say(headers, "b")).status_code == 200


async def test_database_lost_while_the_bot_answers(server: Server) -> None:
    headers = await server.opened()

    async def loses_the_database(_: Any) -> None:
        for path in server.settings.data_dir.glob("steady.db*"):
            path.unlink()

    server.agent.answer = loses_the_database
    assert code_of(await server.say(headers, "a")) == (503, "database")


async def test_ready_only_when_the_actions_answer(server: Server) -> None:
    assert code_of(await server.client.get("/ready")) == (503, "actions")
    actions = Sanic("actions_of_a_test", configure_logging=False)
    actions.add_route(lambda _: response.json({"status": "ok"}), "/health")
    running = await actions.create_server(
        host="127.0.0.1", port=server.settings.actions_port, return_asyncio_server=True, access_log=False
    )
    await running.startup()
    answer = await server.client.get("/ready")
    running.close()
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_an_unforeseen_failure_says_nothing_of_itself(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("secret words")

    headers = await server.opened()
    monkeypatch.setattr("bot.channels.http.bearer", fails)
    answer = await server.say(headers, "a")
    assert code_of(answer) == (503, "unavailable")
    assert "secret words" not in answer.text


@pytest.mark.parametrize("code", sorted(STATUS))
async def test_each_refusal_has_a_sentence(code: str) -> None:
    assert Refused(code).body("en")["error"]["message"].endswith(".")


CANARY = "the canary sang at midnight"


async def test_nothing_a_person_wrote_is_logged(
    server: Server, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = await server.opened()

    async def fails_with_words(said: Any) -> None:
        try:
            raise ConnectionError(f"500, body='{said.text}'")
        except ConnectionError:
            logging.getLogger("rasa.core.processor").exception(f"failed on {said.text}")
            logging.getLogger("rasa.utils.endpoints").error("body %s", said.text)
        raise RuntimeError(said.text)

    with caplog.at_level(logging.DEBUG):
        server.agent.answer = fails_with_words
        assert (await server.say(headers, CANARY)).status_code == 200
        server.agent.answer = says({"text": "fine"})
        await server.say(headers, CANARY)
        await server.client.post("/message", content=CANARY.encode(), headers={**headers, **JSON})
        await server.client.post("/message", json={"payload": CANARY}, headers=headers)
        await server.client.get(f"/history?text={CANARY}", headers=headers)
    written = capfd.readouterr()
    recorded = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    for output in (caplog.text, recorded, written.out, written.err):
        assert CANARY not in output
    assert "RuntimeError" in caplog.text
    for path in server.settings.data_dir.glob("steady.db*"):
        assert CANARY.encode() not in path.read_bytes()
