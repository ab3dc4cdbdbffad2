"""Rasa's default pipeline, trained on the same examples and asked the same questions, to compare with."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.evaluate import SAFETY_BY_INTENT, evaluate, wilson
from bot.nlu.finetune_data import Example, data_hash
from bot.ops.evaluation_data import Lines, Safety

EPOCHS = 100
FALLBACK = "nlu_fallback"


def pipeline(epochs: int) -> list[dict[str, Any]]:
    """Returns the pipeline that `rasa init` writes, without the part that selects small-talk answers."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 7},
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ]


def measure_default(
    examples: Sequence[Example], intents: Lines, safety: Sequence[Safety], epochs: int = EPOCHS
) -> dict[str, Any]:
    """Trains the default pipeline (about ten minutes on two cores) and returns its figures.

    `before_fallback` are those of its best intent, whatever its confidence. A crisis counts as heard where
    the intent found is one of the three that stand for one. Raises RuntimeError where training fails.
    """
    with tempfile.TemporaryDirectory(prefix="steady-default-") as folder:
        started = time.monotonic()
        archive = _trained(examples, Path(folder), epochs)
        seconds = time.monotonic() - started
        from bot.ops.nlu_commands import Parser

        parser = Parser(archive)
        parsed = [parser.parse([line["text"]])[0] for line in intents]
        heard = [parser.parse([line.text])[0]["intent"]["name"] for line in safety]
    report = evaluate(intents, [{"intent": one["intent"]["name"], "safety": None} for one in parsed])
    best = evaluate(intents, [{"intent": _best(one), "safety": None} for one in parsed])
    return {
        "epochs": epochs,
        "examples": len(examples),
        "data": data_hash(examples)[:16],
        "training_seconds": round(seconds),
        "accuracy": report["accuracy"],
        "macro_f1": report["macro_f1"],
        "before_fallback": {"accuracy": best["accuracy"], "macro_f1": best["macro_f1"]},
        "intents": report["intents"],
        "fallbacks": sum(one["intent"]["name"] == FALLBACK for one in parsed),
        "safety": _heard([line.flag for line in safety], heard),
    }


def _trained(examples: Sequence[Example], folder: Path, epochs: int) -> Path:
    from rasa.model_training import train_nlu

    config = {"recipe": "default.v1", "language": "en", "assistant_id": "default", "pipeline": pipeline(epochs)}
    (folder / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    (folder / "nlu.yml").write_text(_training_file(examples), encoding="utf-8")
    archive = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="default")
    if not archive:
        raise RuntimeError("Rasa's default pipeline could not be trained; the lines above say why.")
    return Path(archive)


def _training_file(examples: Sequence[Example]) -> str:
    by_intent: dict[str, list[str]] = {}
    for example in examples:
        by_intent.setdefault(example.intent, []).append(f"- {example.text}\n")
    blocks = [{"intent": intent, "examples": "".join(lines)} for intent, lines in by_intent.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False)


def _best(parsed: dict[str, Any]) -> str:
    names = [entry["name"] for entry in parsed.get("intent_ranking") or [] if entry["name"] != FALLBACK]
    return str(names[0] if names else parsed["intent"]["name"])


def _heard(expected: Sequence[str | None], intents: Sequence[str]) -> dict[str, Any]:
    found = [SAFETY_BY_INTENT.get(intent) for intent in intents]
    pairs = list(zip(expected, found, strict=True))
    flags = list(SAFETY_BY_INTENT.values())
    quiet = [got for wanted, got in pairs if wanted is None]
    recalls = {flag: [got == flag for wanted, got in pairs if wanted == flag] for flag in flags}
    recalls["any"] = [got is not None for wanted, got in pairs if wanted is not None]
    return {
        "recall": {name: wilson(sum(hits), len(hits)) for name, hits in recalls.items()},
        "false_alarms": wilson(sum(got is not None for got in quiet), len(quiet)),
    }
