"""`steady nlu parse` and `steady nlu evaluate`: understanding without a server, on the trained model."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from bot.nlu import evaluate as figures

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

MODELS = Path(__file__).resolve().parents[2] / "models"
BATCH = 64
LANGUAGE = "en"
SHOWN_ENTITIES = ("platform", "place")


class NoModelError(RuntimeError):
    """There is no trained model to parse with."""


def latest_model(models: Path = MODELS) -> Path:
    """Returns the newest trained model; raises NoModelError where there is none."""
    archives = sorted(models.glob("*.tar.gz"), key=lambda path: (path.stat().st_mtime, path.name))
    if not archives:
        raise NoModelError(f"No trained model in {models}; run `make train`.")
    return archives[-1]


class Parser:
    """The understanding part of a trained model, in this process; reads batches of texts."""

    def __init__(self, archive: Path) -> None:
        from rasa.engine.graph import ExecutionContext
        from rasa.engine.runner.dask import DaskGraphRunner
        from rasa.engine.storage.local_model_storage import LocalModelStorage

        self._folder = tempfile.TemporaryDirectory(prefix="steady-model-")
        storage, about = LocalModelStorage.from_model_archive(Path(self._folder.name), archive)
        if about.nlu_target is None:
            raise NoModelError(f"{archive.name} was trained without understanding; run `make train`.")
        self._target = about.nlu_target
        schema = about.predict_schema.minimal_graph_schema([self._target])
        context = ExecutionContext(graph_schema=schema, model_id=about.model_id)
        self._runner = DaskGraphRunner.create(schema, storage, context)

    def parse(self, texts: list[str]) -> list[dict[str, Any]]:
        """Returns for each text the properties that a conversation gets to see."""
        from rasa.core.channels.channel import UserMessage
        from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER

        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text) for text in texts], PLACEHOLDER_TRACKER: None}
        results = self._runner.run(inputs=inputs, targets=[self._target])
        return [message.as_dict(only_output_properties=True) for message in results[self._target]]


@lru_cache(maxsize=1)
def _parser(archive: Path, _changed: float) -> Parser:
    return Parser(archive)


def _line(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    intent = parsed.get("intent") or {}
    entities = [
        {name: entity[name] for name in ("entity", "value", "start", "end")}
        for entity in parsed.get("entities") or []
        if entity.get("entity") in SHOWN_ENTITIES
    ]
    name = intent.get("name")
    return {
        "text": text,
        "intent": name,
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "needs": parsed.get("needs") or ([name] if name else []),
        "safety": parsed.get("safety"),
        "entities": entities,
        "language": LANGUAGE,
    }


def parse_lines(lines: Iterable[dict[str, Any]], model: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yields one result for each line that has a `text`, in the order of the lines.

    Raises NoModelError where nothing is trained and ValueError for a line without text.
    """
    archive = model or latest_model()
    parser = _parser(archive, archive.stat().st_mtime)
    source = iter(lines)
    while batch := list(islice(source, BATCH)):
        texts = []
        for line in batch:
            if not isinstance(line, dict) or not isinstance(line.get("text"), str):
                raise ValueError("Every line must be an object with a `text`.")
            texts.append(line["text"])
        for text, parsed in zip(texts, parser.parse(texts), strict=True):
            yield _line(text, parsed)


def evaluate(lines: Iterable[dict[str, Any]], model: Path | None = None) -> dict[str, Any]:
    """Returns the figures of `bot.nlu.evaluate` for labelled lines; raises as `parse_lines` does."""
    labelled = list(lines)
    return figures.evaluate(labelled, list(parse_lines(labelled, model)))
