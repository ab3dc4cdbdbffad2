"""A fresh machine is set up once; nothing is installed where nothing changed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.ops import bootstrap


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project folder with nothing installed."""
    for name in bootstrap.INPUTS:
        (tmp_path / name).write_text(f"{name} 3.11\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / ".installed")
    monkeypatch.setenv("VIRTUAL_ENV", "the one before")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.fixture
def commands(machine: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would be run; making the environment leaves its folder."""
    ran: list[list[str]] = []

    def run(command: Any, **_: Any) -> subprocess.CompletedProcess[str]:
        ran.append([str(part) for part in command])
        if "venv" in ran[-1]:
            (machine / ".venv" / "bin").mkdir(parents=True)
            (machine / ".venv" / "bin" / "python").touch()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: str(machine / ".python-version"))
    return ran


SYNC = ["pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "requirements.lock"]
OURS = ["pip", "install", "--quiet", "--no-deps", "--editable", "."]


def test_everything_is_set_up_on_a_fresh_machine(machine: Path, commands: list[list[str]]) -> None:
    bootstrap.main()
    uv = str(machine / ".python-version")
    made = [uv, "venv", "--quiet", "--python", ".python-version 3.11", str(machine / ".venv")]
    assert commands == [made, [uv, *SYNC], [uv, *OURS]]
    assert bootstrap.STAMP.read_text() == bootstrap.fingerprint()


def test_a_second_time_installs_nothing(machine: Path, commands: list[list[str]]) -> None:
    bootstrap.main()
    commands.clear()
    bootstrap.main()
    assert commands == []


@pytest.mark.parametrize("name", bootstrap.INPUTS)
def test_a_change_is_installed_without_making_the_environment_anew(
    name: str, machine: Path, commands: list[list[str]]
) -> None:
    bootstrap.main()
    commands.clear()
    before = bootstrap.fingerprint()
    (machine / name).write_text("changed\n")
    assert bootstrap.fingerprint() != before
    bootstrap.main()
    assert [command[1:] for command in commands] == [SYNC, OURS]


def test_an_installation_that_breaks_is_tried_again(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: Any, check: bool, **_: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(bootstrap.subprocess, "run", fail)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: str(machine / ".python-version"))
    with pytest.raises(subprocess.CalledProcessError):
        bootstrap.main()
    assert not bootstrap.STAMP.exists()


@pytest.mark.parametrize(
    ("working", "expected"),
    [
        pytest.param("pip", "pip --version, pip install --target", id="with pip"),
        pytest.param("venv", "pip --version, venv, pip install", id="without pip, with venv"),
        pytest.param("", "pip --version, venv", id="with neither"),
    ],
)
def test_uv_is_installed_beside_the_project(
    working: str, expected: str, machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    uv = machine / ".tools" / "bin" / "uv"
    ran: list[str] = []

    def works(*command: str) -> bool:
        kind = "venv" if "venv" in command else "pip --version" if "--version" in command else "pip install"
        ran.append(kind + (" --target" if "--target" in command else ""))
        if kind == "pip install":
            uv.parent.mkdir(parents=True, exist_ok=True)
            uv.touch()
        return {"pip install": True, "pip --version": working == "pip", "venv": working == "venv"}[kind]

    monkeypatch.setattr(bootstrap, "_works", works)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    if working:
        assert bootstrap.find_uv() == str(uv)
    else:
        with pytest.raises(SystemExit, match="python3-venv"):
            bootstrap.find_uv()
    assert ", ".join(ran) == expected
    assert capsys.readouterr().out == ""


def test_uv_that_is_there_is_used(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = machine / ".tools" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.touch()
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    assert bootstrap.find_uv() == str(uv)
