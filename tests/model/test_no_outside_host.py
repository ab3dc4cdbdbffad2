"""Rasa trains, starts and answers without looking up, or connecting to, any host but this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.model

PROJECT = {
    "config.yml": """
recipe: default.v1
assistant_id: test
language: en
pipeline: [{name: KeywordIntentClassifier}]
policies: [{name: RulePolicy}]
""",
    "domain.yml": """
version: "3.1"
intents: [greet]
responses: {utter_greet: [{text: Hello from the test.}]}
""",
    "data/all.yml": """
version: "3.1"
nlu: [{intent: greet, examples: "- hello there\\n"}]
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
""",
    "credentials.yml": "bot.channels.web.WebInput:\n",
    "endpoints.yml": "tracker_store: {type: bot.storage.tracker_store.ConversationStore}\n",
}

SCRIPT = """
import json, os, socket, sys, threading, time

OWN = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}
outside = []

def guarded(call, host_of):
    def guard(*arguments, **options):
        host = host_of(*arguments)
        host = host.decode() if isinstance(host, bytes) else host
        if host not in OWN:
            outside.append(host)
            raise OSError("no network in this test")
        return call(*arguments, **options)
    return guard

def address_of(connection, address):
    return address[0] if isinstance(address, tuple) else None

socket.getaddrinfo = guarded(socket.getaddrinfo, lambda host, *_: host)
socket.gethostbyname = guarded(socket.gethostbyname, lambda host: host)
socket.socket.connect = guarded(socket.socket.connect, address_of)
socket.socket.connect_ex = guarded(socket.socket.connect_ex, address_of)
for sharp in (lambda: socket.getaddrinfo("trap.example", 443), lambda: socket.socket().connect(("192.0.2.1", 1))):
    try:
        sharp()
    except OSError:
        pass

from bot.privacy import telemetry
telemetry.disable()
import httpx, rasa.telemetry
from rasa.core import run
from rasa.core.utils import AvailableEndpoints
from rasa.model_training import train

rasa.telemetry.initialize_telemetry()
rasa.telemetry.initialize_error_reporting()
model = train("domain.yml", "config.yml", ["data"], output="models").model
port = int(sys.argv[1])
said = []

def talk():
    try:
        converse()
    finally:
        print("RESULT " + json.dumps({"outside": outside, "said": said}), flush=True)
        os._exit(0)

def converse():
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}/webhooks/web", trust_env=False, timeout=30)
    for attempt in range(600):
        try:
            opened = client.post("/session").json()
            break
        except httpx.TransportError:
            time.sleep(0.1)
    token = {"Authorization": "Bearer " + opened["token"]}
    said.append(opened["messages"])
    said.append(client.post("/message", json={"text": "hello there"}, headers=token).json()["messages"])
    said.append(client.post("/end", headers=token).status_code)

threading.Thread(target=talk).start()
run.serve_application(
    model, credentials="credentials.yml", interface="127.0.0.1", port=port, enable_api=False,
    endpoints=AvailableEndpoints.read_endpoints("endpoints.yml"),
)
"""


def test_training_starting_and_answering_reach_no_outside_host(tmp_path: Path, unused_tcp_port: int) -> None:
    for name, content in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    root = Path(__file__).resolve().parents[2]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RASA_", "STEADY_"))}
    environment |= {"HOME": str(tmp_path), "STEADY_DATA_DIR": str(tmp_path / "var"), "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(unused_tcp_port)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert results, done.stderr[-3000:]
    result: dict[str, Any] = json.loads(results[0].removeprefix("RESULT "))
    hello = [{"text": "Hello from the test.", "buttons": [], "custom": None}]
    assert result == {"outside": ["trap.example", "192.0.2.1"], "said": [hello, hello, 204]}
