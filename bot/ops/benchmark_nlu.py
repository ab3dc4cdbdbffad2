"""The intent classifier on public data that somebody has at hand: CLINC150 (with out-of-scope) and Banking77.

    python -m bot.ops.benchmark_nlu clinc150 PATH/data_full.json
    python -m bot.ops.benchmark_nlu banking77 PATH      (a folder with train.csv and test.csv)

Nothing is downloaded. `--keep` puts the figures into docs/evaluation, for the next `make evaluate`.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder import Encoder
from bot.nlu.evaluate import wilson
from bot.nlu.finetune_data import Example
from bot.nlu.intent_model import TrainingOptions, train
from bot.ops.evaluation_figures import macro_f1
from bot.settings import ROOT

KEPT = ROOT / "docs" / "evaluation"
OUT_OF_SCOPE = "oos"
CANDIDATES = np.linspace(0.0, 0.95, 96)


@dataclass(frozen=True)
class PublicData:
    """A public data set: to learn from, to choose the threshold on, to be measured on."""

    train: list[Example]
    validation: list[Example]
    test: list[Example]


def read_clinc150(path: Path) -> PublicData:
    """Reads CLINC150's data_full.json; out-of-scope lines have the intent `oos` and are not trained on.

    Raises ValueError where the file is not of that form.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        parts = {name: [Example(text, intent) for text, intent in data[name]] for name in ("train", "val", "test")}
        outside = {name: [Example(text, OUT_OF_SCOPE) for text, _ in data[f"oos_{name}"]] for name in ("val", "test")}
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{path.name} is not CLINC150's data_full.json.") from None
    return PublicData(parts["train"], parts["val"] + outside["val"], parts["test"] + outside["test"])


def read_banking77(folder: Path) -> PublicData:
    """Reads Banking77's train.csv and test.csv (columns `text` and `category`); raises ValueError otherwise."""
    return PublicData(_table(folder / "train.csv"), [], _table(folder / "test.csv"))


def _table(path: Path) -> list[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"text", "category"} <= set(rows.fieldnames or ()):
            raise ValueError(f"{path.name} has no columns `text` and `category`.")
        return [Example(row["text"], row["category"]) for row in rows]


def measure(data: PublicData, encoder: Encoder) -> dict[str, Any]:
    """Trains the classifier as it is shipped and returns its figures on the test lines.

    Below a threshold that the validation lines choose, the answer is out-of-scope. Where there are such
    lines in the test, `in_scope` and `out_of_scope_recall` are reported apart, as usual for CLINC150.
    """
    started = time.monotonic()
    model = train([e.text for e in data.train], [e.intent for e in data.train], encoder, TrainingOptions())
    seconds = time.monotonic() - started
    threshold = _threshold(data.validation, model.labels, _chances(model, data.validation))
    found = _answers(model.labels, _chances(model, data.test), threshold)
    expected = [example.intent for example in data.test]
    right = [a == b for a, b in zip(expected, found, strict=True)]
    inside = [hit for hit, intent in zip(right, expected, strict=True) if intent != OUT_OF_SCOPE]
    outside = [hit for hit, intent in zip(right, expected, strict=True) if intent == OUT_OF_SCOPE]
    return {
        "training_lines": len(data.train),
        "test_lines": len(data.test),
        "intents": len(model.labels),
        "accuracy": wilson(sum(right), len(right)),
        "macro_f1": macro_f1(expected, found),
        "in_scope": wilson(sum(inside), len(inside)),
        "out_of_scope_recall": wilson(sum(outside), len(outside)),
        "threshold": threshold,
        "training_seconds": round(seconds),
    }


def _chances(model: Any, examples: Sequence[Example]) -> NDArray[Any]:
    return model.probabilities([example.text for example in examples])


def _answers(labels: Sequence[str], chances: NDArray[Any], threshold: float) -> list[str]:
    return [labels[row.argmax()] if row.max() >= threshold else OUT_OF_SCOPE for row in chances]


def _threshold(examples: Sequence[Example], labels: Sequence[str], chances: NDArray[Any]) -> float:
    """The threshold with the most right answers on lines that are not the test; 0 without out-of-scope lines."""
    expected = [example.intent for example in examples]
    if OUT_OF_SCOPE not in expected:
        return 0.0

    def hits(threshold: float) -> int:
        found = _answers(labels, chances, threshold)
        return sum(a == b for a, b in zip(expected, found, strict=True))

    return round(float(max(CANDIDATES, key=hits)), 2)


READERS = {"clinc150": read_clinc150, "banking77": read_banking77}


def main(arguments: list[str] | None = None) -> int:
    """Prints the figures as JSON; the status is 1, with one line that says why, where the data can not be read."""
    parser = argparse.ArgumentParser(prog="python -m bot.ops.benchmark_nlu", description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(READERS))
    parser.add_argument("path", type=Path, help="data_full.json, or the folder with train.csv and test.csv")
    parser.add_argument("--keep", action="store_true", help="for the table in docs/evaluation.md")
    chosen = parser.parse_args(arguments)
    try:
        data = READERS[chosen.name](chosen.path)
    except (OSError, ValueError) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    figures = json.dumps(measure(data, Encoder.load()), indent=1)
    if chosen.keep:
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{chosen.name}.json").write_text(figures + "\n", encoding="utf-8")
    print(figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
