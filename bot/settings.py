"""Every setting of the product, read once from the environment.

Nothing else in the code reads the environment: what an operator can change is what stands here.
A variable is the field's name in capitals behind `STEADY_`, for example `STEADY_DATABASE_URL`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A variable has a value that cannot be used. The message names the variable, never its value."""


@dataclass(frozen=True)
class Settings:
    """What the product was started with. Times carry their unit in the name."""

    data_dir: Path = ROOT / "var"
    database_url: str = ""
    model_dir: Path = ROOT / "models"
    encoder: str = ""
    secret: str = ""
    host: str = "127.0.0.1"
    port: int = 5005
    actions_host: str = "127.0.0.1"
    actions_port: int = 5055
    console_port: int = 8000
    allowed_origins: tuple[str, ...] = ()
    session_idle_minutes: int = 30
    session_max_hours: int = 12
    rate_per_minute: int = 60
    rate_burst: int = 20
    address_rate_per_minute: int = 240
    message_timeout_seconds: int = 15
    max_characters: int = 2000
    max_body_bytes: int = 16384
    language: str = "en"
    exit_url: str = "https://www.wikipedia.org/"
    helpline_name: str = ""
    helpline_contact: str = ""
    helpline_hours: str = ""
    helpline_handover: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from `STEADY_*` variables. Raises SettingsError for a value of the wrong kind."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = f"STEADY_{field.name.upper()}"
            if environment.get(name, "") != "":
                values[field.name] = _typed(name, environment[name], field.default)
        values.setdefault("data_dir", cls.data_dir)
        if "database_url" not in values:
            values["database_url"] = f"sqlite:///{values['data_dir'] / 'steady.db'}"
        if "secret" not in values:
            values["secret"] = _local_secret(values["data_dir"])
        return cls(**values)


def _typed(name: str, value: str, default: Any) -> Any:
    if isinstance(default, int):
        try:
            return int(value)
        except ValueError as error:
            raise SettingsError(f"{name} must be a whole number") from error
    if isinstance(default, Path):
        return Path(value).expanduser().resolve()
    if isinstance(default, tuple):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _local_secret(data_dir: Path) -> str:
    """The secret of this machine, made on first use, so that a trial run needs no configuration."""
    path = data_dir / "secret"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        value = secrets.token_urlsafe(48)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(value)
        return value


settings = Settings.from_environment()
