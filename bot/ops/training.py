"""The trained model: made when something that it depends on has changed, and only then."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bot.privacy import logging as discreet_logging
from bot.privacy import telemetry
from bot.settings import ROOT, Settings

NAME = "steady"
SOURCES = (
    "config.yml",
    "domain.yml",
    "requirements.lock",
    "data/nlu",
    "data/stories",
    "bot/nlu",
    "bot/directory/gazetteer",
)
CODE = (".py", ".yml", ".yaml", ".lock", ".tsv", ".json", ".onnx")


def model_path(settings: Settings) -> Path:
    """Where the trained model lies."""
    return settings.model_dir / f"{NAME}.tar.gz"


def fingerprint() -> str:
    """The state of everything that the model is made from."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in CODE)
        elif path.exists():
            yield path


def is_current(settings: Settings) -> bool:
    """Whether the model was trained by this version, from these data."""
    stamp = settings.model_dir / f"{NAME}.stamp"
    return model_path(settings).exists() and stamp.exists() and stamp.read_text().strip() == fingerprint()


def train(settings: Settings, force: bool = False) -> bool:
    """Train the model where it is missing or old; True when it was trained. Raises RuntimeError."""
    if not force and is_current(settings):
        return False
    print("Training the model ...", file=sys.stderr, flush=True)
    started = time.monotonic()
    state = fingerprint()
    telemetry.disable()
    discreet_logging.install()
    from rasa.model_training import train as rasa_train

    result = rasa_train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(ROOT / "data" / "nlu"), str(ROOT / "data" / "stories")],
        output=str(settings.model_dir),
        fixed_model_name=NAME,
        force_training=True,
        core_additional_arguments={"augmentation_factor": 0},
    )
    if result.code != 0 or not model_path(settings).exists():
        raise RuntimeError("training ended without a model; the lines above say why")
    (settings.model_dir / f"{NAME}.stamp").write_text(state)
    print(f"Trained in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return True
