"""Starts the product's processes, waits until they answer, and stops them cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

import httpx

from bot.settings import ROOT, Settings

START_SECONDS = 180
STOP_SECONDS = 10


class NotStarted(RuntimeError):
    """A process did not come up. The message says which, and what to do."""


class Stack:
    """The bot and the actions as two processes of this one."""

    def __init__(self, settings: Settings, extra: dict[str, str] | None = None, log: Path | None = None) -> None:
        self.settings = settings
        self.environment = {**os.environ, **environment_of(settings), **(extra or {})}
        self.log = log
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where the bot answers."""
        return f"http://{self.settings.host}:{self.settings.port}"

    def start(self, name: str) -> None:
        """Start one of "actions" and "bot"."""
        command = [sys.executable, "-m", "bot.ops.process", name]
        output = self.log.open("ab") if self.log else sys.stderr
        self.processes[name] = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
        )

    def __enter__(self) -> Stack:
        self.start("actions")
        self.start("bot")
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when the bot says that model, database and actions answer. Raises NotStarted."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.raise_if_ended()
            if self.stopping.wait(0.2) or self.ready():
                return
        raise NotStarted(f"the product was not ready after {seconds:.0f} s; run `steady doctor`")

    def ready(self) -> bool:
        """Whether everything answers."""
        try:
            return httpx.get(f"{self.url}/webhooks/web/ready", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def raise_if_ended(self) -> None:
        """Raises NotStarted where a process has ended by itself."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise NotStarted(f"the {name} process ended with status {process.returncode}; run `steady doctor`")

    def stop(self) -> None:
        """Stop what runs: politely first."""
        for process in self.processes.values():
            if process.poll() is None:
                _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as environment of a child process."""
    values: dict[str, str] = {}
    for name, value in vars(settings).items():
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        if text:
            values[f"STEADY_{name.upper()}"] = text
    return values
