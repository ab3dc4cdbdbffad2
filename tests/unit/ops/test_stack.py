"""The product's processes: started with the settings, waited for, and stopped cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.ops import stack
from bot.ops.stack import NotStarted, Stack, environment_of
from bot.settings import Settings

SETTINGS = Settings(
    secret="s" * 40, database_url="sqlite:///x.db", allowed_origins=("https://a.example", "https://b.example")
)


def test_a_setting_without_a_value_is_not_passed_on() -> None:
    made = environment_of(SETTINGS)
    assert made["STEADY_ALLOWED_ORIGINS"] == "https://a.example,https://b.example"
    assert made["STEADY_PORT"] == "5005"
    assert {"STEADY_ENCODER", "STEADY_HELPLINE_NAME"} & made.keys() == set()
    assert all(name.startswith("STEADY_") and value for name, value in made.items())


class Child:
    """A process that ends when it is told to."""

    def __init__(self, status: int | None = None, stubborn: bool = False) -> None:
        self.returncode, self.stubborn, self.pid = status, stubborn, 4_000_000
        self.signals: list[int] = []

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.stubborn and signal.SIGKILL not in self.signals:
            raise subprocess.TimeoutExpired("child", timeout or 0)
        self.returncode = 0 if self.returncode is None else self.returncode
        return self.returncode


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "_signal", lambda child, number: child.signals.append(number))


def standing(**children: Any) -> Stack:
    made = Stack(SETTINGS)
    made.processes = dict(children)
    return made


@pytest.mark.parametrize(
    ("child", "sent"),
    [
        pytest.param(Child(), [signal.SIGTERM], id="politely"),
        pytest.param(Child(stubborn=True), [signal.SIGTERM, signal.SIGKILL], id="firmly where that does not help"),
        pytest.param(Child(status=1), [], id="not where it has ended"),
    ],
)
def test_stopping(child: Child, sent: list[int], signals: None) -> None:
    standing(bot=child).stop()
    assert child.signals == sent


def test_a_process_that_ended_by_itself_is_named() -> None:
    with pytest.raises(NotStarted, match="the bot process ended with status 3; run `steady doctor`"):
        standing(actions=Child(), bot=Child(status=3)).wait_until_ready()


def test_a_product_that_is_never_ready_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stack, "ready", lambda _: False)
    with pytest.raises(NotStarted, match="not ready after 0 s; run `steady doctor`"):
        standing().wait_until_ready(seconds=0.3)


def test_waiting_ends_when_it_is_ready_or_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(Stack, "ready", lambda _: next(answers))
    standing().wait_until_ready()
    stopped = standing()
    stopped.stopping.set()
    stopped.wait_until_ready()


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False), (404, False), (None, False)])
def test_ready_is_what_the_channel_says(status: int | None, ready: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def get(url: str, **_: Any) -> httpx.Response:
        asked.append(url)
        if status is None:
            raise httpx.ConnectError("no")
        return httpx.Response(status)

    monkeypatch.setattr(stack.httpx, "get", get)
    assert standing().ready() is ready
    assert asked == ["http://127.0.0.1:5005/webhooks/web/ready"]


def test_what_has_started_is_stopped_when_the_rest_fails(monkeypatch: pytest.MonkeyPatch, signals: None) -> None:
    child = Child()

    def start(self: Stack, name: str) -> None:
        self.processes[name] = child if name == "actions" else Child(status=1)  # type: ignore[assignment]

    monkeypatch.setattr(Stack, "start", start)
    with pytest.raises(NotStarted, match="the bot process"), Stack(SETTINGS):
        raise AssertionError("never reached")
    assert child.signals == [signal.SIGTERM]


def test_a_real_child_gets_the_settings_and_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def child(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        assert command[1:] == ["-m", "bot.ops.process", "actions"]
        script = "import os, sys, time; print(os.environ['STEADY_PORT'], flush=True); time.sleep(60)"
        return real([sys.executable, "-c", script], **options)

    monkeypatch.setattr(stack.subprocess, "Popen", child)
    made = Stack(SETTINGS, log=tmp_path / "log.txt")
    made.start("actions")
    deadline = time.monotonic() + 10
    while not (tmp_path / "log.txt").read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    made.stop()
    assert (tmp_path / "log.txt").read_text() == "5005\n"
    assert made.processes["actions"].poll() == -signal.SIGTERM
