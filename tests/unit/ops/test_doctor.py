"""Every fault of the configuration is found, and each says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.directory import Directory
from bot.ops import doctor
from bot.settings import Settings

CHECKS = [
    "python", "secret", "telemetry", "workers", "database", "directory", "model", "encoder", "origins", "helpline",
]  # fmt: skip


class SomeDirectory:
    def codes(self) -> list[str]:
        return ["US", "FR"]


@pytest.fixture
def well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A configuration without faults."""
    monkeypatch.setattr(Directory, "open", lambda _: SomeDirectory())
    monkeypatch.setattr(doctor, "is_current", lambda _: True)
    monkeypatch.setattr(doctor.sys, "version_info", (3, 11, 9))
    monkeypatch.delenv("SANIC_WORKERS", raising=False)
    (tmp_path / "steady.tar.gz").touch()
    yield Settings(
        data_dir=tmp_path, model_dir=tmp_path, secret="s" * 40, database_url=f"sqlite:///{tmp_path / 'a.db'}"
    )


def findings(settings: Settings) -> dict[str, dict[str, Any]]:
    return {finding["check"]: finding for finding in doctor.examine(settings)}


def test_where_all_is_well_nothing_is_to_do(well: Settings) -> None:
    assert [(each["check"], each["ok"], each["do"]) for each in doctor.examine(well)] == [
        (check, True, "") for check in CHECKS
    ]


def test_what_is_well_is_said(well: Settings) -> None:
    said = {check: finding["what"] for check, finding in findings(replace(well, helpline_contact="0800 0")).items()}
    assert said == {
        "python": "3.11.9", "secret": "set", "telemetry": "off", "workers": "1 worker, locks in its memory",
        "database": "sqlite answers", "directory": "2 jurisdictions", "model": "current", "encoder": "as shipped",
        "origins": "0 besides our own pages", "helpline": "named",
    }  # fmt: skip


def faults(settings: Settings) -> dict[str, str]:
    """The checks that found a fault, with what to do; everything else is well."""
    found = findings(settings)
    assert list(found) == CHECKS
    assert all(bool(finding["do"]) is not finding["ok"] for finding in found.values())
    return {check: finding["do"] for check, finding in found.items() if not finding["ok"]}


@pytest.mark.parametrize(
    ("change", "check", "do"),
    [
        pytest.param({"secret": "short"}, "secret", "set STEADY_SECRET", id="a short secret"),
        pytest.param(
            {"database_url": "sqlite:////no/such/folder/a.db"}, "database", "correct STEADY_DATABASE_URL",
            id="a database that does not answer",
        ),
        pytest.param({"encoder": "no/such/file.onnx"}, "encoder", "correct STEADY_ENCODER", id="an encoder of no file"),
        pytest.param(
            {"allowed_origins": ("http://shop.example",)}, "origins", "https://host", id="an origin without https"
        ),
        pytest.param({"model_dir": Path("/no/such/folder")}, "model", "make train", id="no model"),
    ],
)  # fmt: skip
def test_a_fault_of_the_settings(change: dict[str, Any], check: str, do: str, well: Settings) -> None:
    found = faults(replace(well, **change))
    assert list(found) == [check]
    assert do in found[check]


def test_a_model_of_another_version(well: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "is_current", lambda _: False)
    assert faults(well) == {"model": "run `make train`"}


def test_another_python(well: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "version_info", (3, 12, 1))
    assert faults(well) == {"python": "run `make setup`: Python 3.11 is needed"}


def test_several_workers(well: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANIC_WORKERS", "4")
    found = faults(well)
    assert list(found) == ["workers"]
    assert "SANIC_WORKERS must be 1" in found["workers"]


def test_a_secret_that_others_can_read(well: Settings) -> None:
    path = well.data_dir / "secret"
    path.touch(mode=0o644)
    path.chmod(0o644)
    assert faults(well) == {"secret": f"run `chmod 600 {path}`"}
    path.chmod(0o600)
    assert faults(well) == {}


def test_an_empty_directory(well: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SomeDirectory, "codes", lambda _: [])
    assert faults(well) == {"directory": "run `steady directory check`"}


def test_weights_that_are_not_installed(well: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _: None)
    assert faults(well) == {"encoder": "run `make setup`"}


def test_telemetry_is_switched_off_whatever_the_environment_says(
    well: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    monkeypatch.setenv("SENTRY_DSN", "https://example.org/1")
    assert faults(well) == {}
    assert doctor.os.environ["RASA_TELEMETRY_ENABLED"] == "true"


def test_a_check_that_breaks_is_a_finding_without_the_words_of_the_error(
    well: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("a password")

    monkeypatch.setattr(Directory, "open", broken)
    found = findings(well)["directory"]
    assert found == {
        "check": "directory",
        "ok": False,
        "what": "could not be checked (RuntimeError)",
        "do": "look at the log of the command that failed",
    }
