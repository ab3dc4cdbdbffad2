"""Fine-tunes the sentence encoder on the training data: `python -m bot.nlu.finetune`, or `make encoder`.

It needs the dependency group `encoder` (torch), which nothing else needs: running, training and testing
use the files that this writes into `bot/nlu/encoder_files`.
"""

from __future__ import annotations

import argparse
import hashlib
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
from bot.nlu.text import excerpt

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "nlu"
VALIDATION = ROOT / "tests" / "model" / "validation" / "intents.jsonl"
TARGET = Path(__file__).resolve().parent / "encoder_files"
MODEL, TOKENIZER, PROVENANCE = "encoder.onnx", "tokenizer.json", "provenance.json"
FOLDS = 5
WITHOUT_TORCH = "Fine-tuning needs torch; install it with `uv sync --group encoder`."


def checked_weights() -> dict[str, NDArray[Any]]:
    """Returns the published weights; raises EncoderError where they are not there or not the expected ones."""
    path = published_folder() / "model.safetensors"
    if _sha256(path) != WEIGHTS_SHA256:
        raise EncoderError("The published weights differ from the expected file; reinstall the package.")
    return published_weights(path)


def tuned_encoder(examples: Sequence[Example], options: FineTuning, folder: Path) -> Encoder:
    """Trains on the examples, writes the encoder's files into `folder` and returns it.

    Raises EncoderError where torch is not installed, or the published weights are not the expected ones.
    """
    try:
        from bot.nlu.finetune_torch import fine_tune
    except ImportError as error:
        raise EncoderError(WITHOUT_TORCH) from error
    tokenizer = published_folder() / TOKENIZER
    weights = fine_tune(checked_weights(), tokenizer, examples, options, _progress(options.steps))
    return exported(weights, folder)


def exported(weights: dict[str, NDArray[Any]], folder: Path) -> Encoder:
    """Writes graph and tokeniser of the weights into `folder` and returns the encoder read from there."""
    folder.mkdir(parents=True, exist_ok=True)
    export(weights, folder / MODEL)
    shutil.copyfile(published_folder() / TOKENIZER, folder / TOKENIZER)
    return Encoder(folder / MODEL, folder / TOKENIZER)


def _progress(steps: int) -> Callable[[int, float, Any], None]:
    """Writes a line to stderr every tenth step: how far it is, the mean loss, the seconds left."""
    losses: list[float] = []
    begun = time.monotonic()

    def watch(step: int, loss: float, _: Any) -> None:
        losses.append(loss)
        if step % 10 and step != steps:
            return
        left = (time.monotonic() - begun) / step * (steps - step)
        _say(f"step {step} of {steps}, loss {np.mean(losses[-10:]):.3f}, {left:.0f} s left")

    return watch


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def held_out_figures(examples: Sequence[Example], published: Encoder, options: FineTuning) -> dict[str, Any]:
    """Returns figures on about a fifth of the examples from an encoder and a classifier without that fifth.

    Cross-validation with an encoder that saw all examples would be too good, so this trains a second one.
    """
    vectors = published.encode([excerpt(example.text) for example in examples])
    out = held_out(vectors, [example.intent for example in examples], FOLDS, options.seed)
    known = [example for example, is_out in zip(examples, out, strict=True) if not is_out]
    unknown = [example for example, is_out in zip(examples, out, strict=True) if is_out]
    with tempfile.TemporaryDirectory() as folder:
        tuned = tuned_encoder(known, options, Path(folder))
        return compared(published, tuned, known, unknown)


def compared(
    published: Encoder, tuned: Encoder, known: Sequence[Example], unknown: Sequence[Example]
) -> dict[str, Any]:
    """Returns the figures on `unknown` of a classifier trained on `known`, with either encoder."""
    encoders = {"published": published, "tuned": tuned}
    return {name: asdict(measure(encoder, known, unknown)) for name, encoder in encoders.items()}


def provenance(examples: Sequence[Example], options: FineTuning, folder: Path) -> dict[str, Any]:
    """Returns where the files in `folder` come from and how they were made, without figures."""
    return {
        "base": {"package": PACKAGE, "weights_sha256": WEIGHTS_SHA256},
        "data": {"examples": len(examples), "sha256": data_hash(examples)},
        "training": asdict(options),
        "software": {name: version(name) for name in ("torch", "onnx", "onnxruntime", "numpy")},
        "made_on": datetime.now(UTC).date().isoformat(),
        "files": {name: {"sha256": _sha256(folder / name)} for name in (MODEL, TOKENIZER)},
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def problems(folder: Path, examples: Sequence[Example]) -> list[str]:
    """Returns what is wrong with the encoder's files, in sentences for the operator; [] where all is well."""
    try:
        about = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        found = [
            f"{name} is not the file that was made; restore it or run `make encoder`."
            for name, entry in about["files"].items()
            if _sha256(folder / name) != entry["sha256"]
        ]
    except (OSError, ValueError, KeyError):
        return ["The encoder's files are not complete; run `make encoder`."]
    if about["data"]["sha256"] != data_hash(examples):
        found.append("The training data have changed since the encoder was made; `make encoder` renews it.")
    return found


def make(data: Path, target: Path, validation: Path, options: FineTuning, with_held_out: bool) -> dict[str, Any]:
    """Makes the encoder, measures it, and puts its files into `target`. Returns the provenance."""
    examples = read_examples(data)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _say(f"learning from {len(examples)} examples")
        encoder = tuned_encoder(examples, options, folder)
        published = exported(checked_weights(), folder / "published")
        about = provenance(examples, options, folder)
        about["figures"] = {}
        if validation.is_file():
            _say("measuring on the validation lines")
            about["figures"]["validation"] = compared(published, encoder, examples, labelled_lines(validation))
        if with_held_out:
            _say("measuring on held-out examples with a second encoder that has not seen them")
            about["figures"]["held_out"] = held_out_figures(examples, published, options)
            about["confidence_ratio"] = about["figures"]["held_out"]["tuned"]["confidence_ratio"]
        text = json.dumps(about, indent=1) + "\n"
        (folder / PROVENANCE).write_text(text, encoding="utf-8")
        target.mkdir(parents=True, exist_ok=True)
        for file in (MODEL, TOKENIZER, PROVENANCE):
            shutil.copyfile(folder / file, target / file)
    return about


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    defaults = FineTuning()
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.finetune", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the training data")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder for the encoder's files")
    parser.add_argument("--validation", type=Path, default=VALIDATION, help="labelled lines to measure on")
    for name in ("steps", "seed", "threads"):
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name))
    parser.add_argument("--without-held-out", action="store_true", help="half the time, and no confidence ratio")
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
        options = replace(FineTuning(), steps=given.steps, seed=given.seed, threads=given.threads)
        about = make(given.data, given.target, given.validation, options, not given.without_held_out)
    except (DataError, EncoderError) as error:
        _say(str(error))
        return 1
    sys.stdout.write(json.dumps(about["figures"], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
