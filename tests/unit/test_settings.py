"""Every setting is read once, typed, from the environment; faults name the variable and never its value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from bot.ops.stack import environment_of
from bot.settings import ROOT, Settings, SettingsError

SECRET = "s" * 40
OTHER: dict[str, Any] = {
    "data_dir": Path("/somewhere/else"),
    "database_url": "postgresql://db/steady",
    "model_dir": Path("/models"),
    "encoder": "trial/encoder.onnx",
    "secret": SECRET,
    "host": "0.0.0.0",
    "port": 8080,
    "actions_host": "10.0.0.2",
    "actions_port": 8081,
    "console_port": 8082,
    "allowed_origins": ("https://one.example", "https://two.example"),
    "session_idle_minutes": 10,
    "session_max_hours": 2,
    "rate_per_minute": 30,
    "rate_burst": 5,
    "address_rate_per_minute": 100,
    "message_timeout_seconds": 5,
    "max_characters": 500,
    "max_body_bytes": 4096,
    "language": "es",
    "exit_url": "https://weather.example/",
    "helpline_name": "A helpline",
    "helpline_contact": "0800 0",
    "helpline_hours": "9 to 5",
    "helpline_handover": "nothing",
}
DEFAULTS = {
    field.name: field.default for field in fields(Settings) if field.name not in ("data_dir", "database_url", "secret")
}


def written(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def test_the_cases_name_every_setting_with_another_value_than_its_default() -> None:
    assert set(OTHER) == {field.name for field in fields(Settings)}
    assert {name for name, value in DEFAULTS.items() if OTHER[name] == value} == set()


@pytest.mark.parametrize("name", OTHER)
def test_a_variable_sets_its_field_and_no_other(name: str, tmp_path: Path) -> None:
    base = {"STEADY_DATA_DIR": str(tmp_path), "STEADY_SECRET": "t" * 40, "STEADY_DATABASE_URL": "sqlite:///x.db"}
    before = Settings.from_environment(base)
    after = Settings.from_environment(base | {f"STEADY_{name.upper()}": written(OTHER[name])})
    assert getattr(after, name) == OTHER[name]
    assert {field.name for field in fields(Settings) if getattr(after, field.name) != getattr(before, field.name)} == {
        name
    }


def test_without_variables_the_defaults_hold(tmp_path: Path) -> None:
    made = Settings.from_environment({"STEADY_DATA_DIR": str(tmp_path)})
    assert {name: getattr(made, name) for name in DEFAULTS} == DEFAULTS
    assert made.database_url == f"sqlite:///{tmp_path / 'steady.db'}"
    assert (made.host, made.actions_host) == ("127.0.0.1", "127.0.0.1")
    assert Settings.data_dir == ROOT / "var"


def test_all_settings_travel_to_a_child_process_and_back() -> None:
    made = Settings(**OTHER)
    assert Settings.from_environment(environment_of(made)) == made


def test_the_defaults_travel_to_a_child_process_and_back(tmp_path: Path) -> None:
    made = Settings.from_environment({"STEADY_DATA_DIR": str(tmp_path)})
    assert Settings.from_environment(environment_of(made)) == made


NUMBERS = [field.name for field in fields(Settings) if isinstance(field.default, int)]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["many", "5.5", "1e3", "0x10"])
def test_a_number_that_is_none_names_the_variable_and_not_the_value(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({f"STEADY_{name.upper()}": value, "STEADY_SECRET": SECRET})
    assert str(caught.value) == f"STEADY_{name.upper()} must be a whole number"


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        pytest.param("", (), id="empty"),
        pytest.param("https://one.example", ("https://one.example",), id="one"),
        pytest.param(" https://a.example ,, https://b.example,", ("https://a.example", "https://b.example"), id="two"),
    ],
)
def test_origins_are_a_list_with_commas(text: str, origins: tuple[str, ...]) -> None:
    assert (
        Settings.from_environment({"STEADY_ALLOWED_ORIGINS": text, "STEADY_SECRET": SECRET}).allowed_origins == origins
    )


def test_an_empty_variable_counts_as_none() -> None:
    assert Settings.from_environment({"STEADY_PORT": "", "STEADY_SECRET": SECRET}).port == 5005


def test_a_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    made = Settings.from_environment({"STEADY_MODEL_DIR": "here", "STEADY_DATA_DIR": "~/data", "STEADY_SECRET": SECRET})
    assert (made.model_dir, made.data_dir) == (tmp_path / "here", tmp_path / "home" / "data")


def test_a_secret_is_made_once_for_this_machine_and_read_by_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = Settings.from_environment({"STEADY_DATA_DIR": str(folder)}).secret
    assert len(first) >= 48
    assert Settings.from_environment({"STEADY_DATA_DIR": str(folder)}).secret == first
    assert (folder / "secret").stat().st_mode & 0o777 == 0o600
    assert Settings.from_environment({"STEADY_DATA_DIR": str(tmp_path / "other")}).secret != first


def test_a_secret_of_the_environment_is_not_written_down(tmp_path: Path) -> None:
    made = Settings.from_environment({"STEADY_DATA_DIR": str(tmp_path / "new"), "STEADY_SECRET": SECRET})
    assert made.secret == SECRET
    assert not (tmp_path / "new").exists()


def test_two_processes_that_start_at_once_share_one_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_text
    missing = iter([FileNotFoundError])

    def too_early(path: Path, *arguments: Any, **options: Any) -> str:
        for error in missing:
            (tmp_path / "secret").write_text("of the other process")
            raise error
        return read(path, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", too_early)
    assert Settings.from_environment({"STEADY_DATA_DIR": str(tmp_path)}).secret == "of the other process"


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]
