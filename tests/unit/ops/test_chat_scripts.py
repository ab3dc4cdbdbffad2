"""Scripts of conversations: read, refused with the place of the fault, and played by themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.ops import chat
from bot.ops.chat import ScriptError, read_scripts
from bot.settings import Settings


def test_scripts_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text("- id: one\n  turns: [hello, 17]\n- {id: two, turns: [], language: es}\n")
    assert read_scripts(path) == [
        {"id": "one", "turns": ["hello", 17]},
        {"id": "two", "turns": [], "language": "es"},
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "scripts.yaml: must be a list of scripts", id="empty"),
        pytest.param("id: one\nturns: []\n", "scripts.yaml: must be a list of scripts", id="one script, no list"),
        pytest.param("just words\n", "scripts.yaml: must be a list of scripts", id="words"),
        pytest.param("- turns: [a]\n", "scripts.yaml: script 1 needs an id and a list of turns", id="no id"),
        pytest.param(
            "- {id: a, turns: []}\n- {id: b}\n", "scripts.yaml: script 2 needs an id and a list of turns", id="no turns"
        ),
        pytest.param(
            "- {id: a, turns: hello}\n", "scripts.yaml: script 1 needs an id and a list of turns", id="turns are words"
        ),
        pytest.param("- a\n", "scripts.yaml: script 1 needs an id and a list of turns", id="a script of words"),
    ],
)
def test_a_fault_says_where_it_is(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text(content)
    with pytest.raises(ScriptError) as caught:
        read_scripts(path)
    assert str(caught.value) == said


def test_scripts_are_played_on_ports_and_data_of_their_own(tmp_path: Path) -> None:
    ours = Settings(database_url="sqlite:///of-the-product.db", secret="s" * 40)
    stack = chat.private_stack(ours, tmp_path)
    made = stack.settings
    assert made.database_url == f"sqlite:///{tmp_path / 'chat.db'}"
    assert made.data_dir == tmp_path
    assert len({made.port, made.actions_port, ours.port, ours.actions_port}) == 4
    assert min(made.rate_per_minute, made.rate_burst, made.address_rate_per_minute) >= 10_000
    assert stack.processes == {}


class Server:
    """A web channel that answers every message with its own words."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any], str | None]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/webhooks/web")
        body = json.loads(request.content or b"{}")
        self.calls.append((path, body, request.headers.get("Authorization")))
        if path == "/session":
            return httpx.Response(201, json={"token": "a-token", "messages": [{"text": "Hello."}]})
        if body.get("text") == "too much":
            return httpx.Response(413, json={"error": {"code": "too_long", "message": "Too long."}})
        button = {"title": "Yes", "payload": "/affirm"}
        return httpx.Response(200, json={"messages": [{"text": body.get("text"), "buttons": [button], "custom": None}]})


def test_a_script_is_played_turn_by_turn_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    player = chat.Player("http://bot.example", Settings(secret="s" * 40))
    player.client = httpx.Client(base_url="http://bot.example/webhooks/web", transport=httpx.MockTransport(server))
    monkeypatch.setattr(chat.Player, "_slots", lambda *_: {"place": "FR"})
    played = player.play({"id": "one", "turns": ["hi", 17, "too much"], "language": "en"})
    times = [turn.pop("ms") for turn in played["turns"]]
    assert all(time >= 0 for time in times)
    assert {name: value for name, value in played.items() if name != "opening"} == {
        "id": "one",
        "turns": [
            {"user": "hi", "bot": [{"text": "hi", "buttons": ["Yes"], "custom": None}]},
            {"user": 17, "bot": [{"text": "17", "buttons": ["Yes"], "custom": None}]},
            {
                "user": "too much",
                "bot": [
                    {
                        "text": None,
                        "buttons": [],
                        "custom": None,
                        "error": {"code": "too_long", "message": "Too long."},
                        "status": 413,
                    }
                ],
            },
        ],
        "slots": {"place": "FR"},
    }
    bearer = "Bearer a-token"
    assert server.calls == [
        ("/session", {"language": "en"}, None),
        ("/message", {"text": "hi"}, bearer),
        ("/message", {"text": "17"}, bearer),
        ("/message", {"text": "too much"}, bearer),
        ("/end", {}, bearer),
    ]
