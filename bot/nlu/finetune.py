"""Fine-tunes the sentence encoder on the training data: `python -m bot.nlu.finetune`, or `make encoder`.

It needs the dependency group `encoder` (torch), which nothing else needs: running, training and testing
use the files that this writes into `bot/nlu/encoder_files`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder import PACKAGE, WEIGHTS_SHA256, Encoder, EncoderError
from bot.nlu.finetune_data import DataError, Example, FineTuning, data_hash, held_out, read_examples
from bot.nlu.finetune_export import export, published_folder, published_weights
from bot.nlu.finetune_figures import labelled_lines, measure
from bot.nlu.intent_model import TrainingOptions, train
from bot.nlu.text import excerpt
from bot.nlu.tuned import FILES, FOLDER, MODEL, PROVENANCE, TOKENIZER, TunedModel, damaged, save_answers, sha256

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "nlu"
VALIDATION = ROOT / "tests" / "model" / "validation" / "intents.jsonl"
FOLDS = 20
WITHOUT_TORCH = "Fine-tuning needs torch; install it with `uv pip install torch==2.13.0`."


def checked_weights() -> dict[str, NDArray[Any]]:
    """Returns the published weights; raises EncoderError where they are not there or not the expected ones."""
    path = published_folder() / "model.safetensors"
    if sha256(path) != WEIGHTS_SHA256:
        raise EncoderError("The published weights differ from the expected file; reinstall the package.")
    return published_weights(path)


def tuned_model(examples: Sequence[Example], options: FineTuning, folder: Path) -> TunedModel:
    """Trains on the examples, writes the files into `folder` and returns the model read from there.

    Raises EncoderError where torch is not installed, or the published weights are not the expected ones.
    """
    try:
        from bot.nlu.finetune_torch import fine_tune
    except ImportError as error:
        raise EncoderError(WITHOUT_TORCH) from error
    tokenizer = published_folder() / TOKENIZER
    weights, answers = fine_tune(checked_weights(), tokenizer, examples, options, _progress())
    labels = sorted({example.intent for example in examples})
    return TunedModel(exported(weights, folder), labels, answers)


def exported(weights: dict[str, NDArray[Any]], folder: Path) -> Encoder:
    """Writes graph and tokeniser of the weights into `folder` and returns the encoder read from there."""
    folder.mkdir(parents=True, exist_ok=True)
    export(weights, folder / MODEL)
    shutil.copyfile(published_folder() / TOKENIZER, folder / TOKENIZER)
    return Encoder(folder / MODEL, folder / TOKENIZER)


def _progress() -> Callable[[int, int, float], None]:
    """Writes a line to stderr every fiftieth step: how far it is, the mean loss, the seconds left."""
    losses: list[float] = []
    begun = time.monotonic()

    def watch(step: int, steps: int, loss: float) -> None:
        losses.append(loss)
        if step % 50 and step != steps:
            return
        left = (time.monotonic() - begun) / step * (steps - step)
        _say(f"step {step} of {steps}, loss {np.mean(losses[-50:]):.3f}, {left:.0f} s left")

    return watch


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def split(examples: Sequence[Example], options: FineTuning) -> tuple[list[Example], list[Example]]:
    """Returns the examples to learn from, and about one in twenty to measure on; near-duplicates stay together."""
    vectors = Encoder.load().encode([excerpt(example.text) for example in examples])
    out = held_out(vectors, [example.intent for example in examples], FOLDS, options.seed)
    known = [example for example, is_out in zip(examples, out, strict=True) if not is_out]
    return known, [example for example, is_out in zip(examples, out, strict=True) if is_out]


def provenance(examples: Sequence[Example], options: FineTuning, folder: Path) -> dict[str, Any]:
    """Returns where the files in `folder` come from and how they were made, without figures."""
    return {
        "base": {"package": PACKAGE, "weights_sha256": WEIGHTS_SHA256},
        "data": {"examples": len(examples), "sha256": data_hash(examples)},
        "training": asdict(options),
        "software": {name: version(name) for name in ("torch", "onnx", "onnxruntime", "numpy")},
        "made_on": datetime.now(UTC).date().isoformat(),
        "files": {name: {"sha256": sha256(folder / name)} for name in FILES},
    }


def problems(folder: Path, examples: Sequence[Example]) -> list[str]:
    """Returns what is wrong with the encoder's files, in sentences for the operator; [] where all is well."""
    if bad := damaged(folder):
        return [f"{name} is not the file that was made; restore it or run `make encoder`." for name in bad]
    about = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    if about["data"]["sha256"] != data_hash(examples):
        return ["The training data have changed since the encoder was made; `make encoder` renews it."]
    return []


def make(data: Path, target: Path, validation: Path, options: FineTuning) -> dict[str, Any]:
    """Makes the model, measures it, and puts its files into `target`. Returns the provenance."""
    examples = read_examples(data)
    known, unknown = split(examples, options)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _say(f"learning from {len(known)} examples; {len(unknown)} are left out to measure on")
        tuned = tuned_model(known, options, folder)
        _say("training the other classifier on the same examples, to measure both together")
        other = train([e.text for e in known], [e.intent for e in known], Encoder.load(), TrainingOptions())
        figures = measure(tuned, other, unknown)
        save_answers(folder, tuned.labels, tuned.arrays, figures.temperature)
        about = provenance(examples, options, folder)
        about["figures"] = {"held_out": asdict(figures)}
        if validation.is_file():
            about["figures"]["validation"] = asdict(measure(tuned, other, labelled_lines(validation)))
        text = json.dumps(about, indent=1) + "\n"
        (folder / PROVENANCE).write_text(text, encoding="utf-8")
        target.mkdir(parents=True, exist_ok=True)
        for file in (*FILES, PROVENANCE):
            shutil.copyfile(folder / file, target / file)
    return about


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    defaults = FineTuning()
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.finetune", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the training data")
    parser.add_argument("--target", type=Path, default=FOLDER, help="folder for the encoder's files")
    parser.add_argument("--validation", type=Path, default=VALIDATION, help="labelled lines to measure on")
    parser.add_argument("--epochs", type=float, default=defaults.epochs)
    for name in ("seed", "threads"):
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name))
    parser.add_argument("--check", action="store_true", help="only compare the files with their provenance")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line; returns 0, or 1 where something is wrong, which stderr tells."""
    given = _arguments(words)
    try:
        if given.check:
            found = problems(given.target, read_examples(given.data))
            for line in found:
                _say(line)
            return 1 if found else 0
        options = replace(FineTuning(), epochs=given.epochs, seed=given.seed, threads=given.threads)
        about = make(given.data, given.target, given.validation, options)
    except (DataError, EncoderError) as error:
        _say(str(error))
        return 1
    sys.stdout.write(json.dumps(about["figures"], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
