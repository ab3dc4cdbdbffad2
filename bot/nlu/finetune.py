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
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder import PACKAGE, WEIGHTS_SHA256, Encoder, EncoderError
from bot.nlu.finetune_data import (
    TEACHER,
    DataError,
    Example,
    FineTuning,
    Role,
    data_hash,
    held_out,
    read_examples,
    read_several,
)
from bot.nlu.finetune_export import export, export_in_four_bits, published_folder, published_weights
from bot.nlu.finetune_figures import labelled_lines, measure
from bot.nlu.finetune_teacher import NAME, SHA256, teacher_weights
from bot.nlu.intent_model import TrainingOptions, train
from bot.nlu.place_learn import place_roles, read_lines
from bot.nlu.text import excerpt
from bot.nlu.tuned import (
    CAREFUL,
    FILES,
    FOLDER,
    MODEL,
    PROVENANCE,
    TOKENIZER,
    TunedModel,
    damaged,
    save_answers,
    sha256,
)

if TYPE_CHECKING:
    from bot.nlu.finetune_model import Reader

Export = Callable[[dict[str, NDArray[Any]], Path], None]
ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "nlu"
VALIDATION = ROOT / "tests" / "model" / "validation" / "intents.jsonl"
FOLDS = 20
TEACHERS = 4
SMALLER = {"package": PACKAGE, "weights_sha256": WEIGHTS_SHA256}
LARGER = {"name": NAME, "weights_sha256": SHA256}
WITHOUT_TEACHER = f"Say with --teacher where the published files of {NAME} are; CONTRIBUTING.md tells how to get them."
WITHOUT_TORCH = "Fine-tuning needs torch; install it with `uv pip install torch==2.13.0`."


def checked_weights() -> dict[str, NDArray[Any]]:
    """Returns the published weights; raises EncoderError where they are not there or not the expected ones."""
    path = published_folder() / "model.safetensors"
    if sha256(path) != WEIGHTS_SHA256:
        raise EncoderError("The published weights differ from the expected file; reinstall the package.")
    return published_weights(path)


def taught(examples: Sequence[Example], options: FineTuning, folder: Path, teachers: Sequence[Reader] = ()) -> Reader:
    """Returns a larger encoder, trained on the examples and, where there are any, on its teachers' answers.

    `folder` holds its published weights. Raises EncoderError where torch is not installed, or the weights are
    not the expected ones.
    """
    try:
        from bot.nlu.finetune_torch import fine_tune
    except ImportError as error:
        raise EncoderError(WITHOUT_TORCH) from error
    return fine_tune(teacher_weights(folder), folder / TOKENIZER, examples, options, _progress(), teachers)


def tuned(
    examples: Sequence[Example], roles: Sequence[Role], options: FineTuning, teachers: Sequence[Reader]
) -> Reader:
    """Returns the smaller encoder, trained on the examples, the places and the teachers' answers."""
    from bot.nlu.finetune_torch import fine_tune

    weights, tokenizer = checked_weights(), published_folder() / TOKENIZER
    return fine_tune(weights, tokenizer, examples, options, _progress(), teachers, roles)


def exported(reader: Reader, labels: list[str], tokenizer: Path, write: Export, folder: Path) -> TunedModel:
    """Writes graph and tokeniser of a trained encoder into `folder` and returns the model read from there."""
    folder.mkdir(parents=True, exist_ok=True)
    write(reader.encoder.arrays(), folder / MODEL)
    shutil.copyfile(tokenizer, folder / TOKENIZER)
    return TunedModel(Encoder(folder / MODEL, folder / TOKENIZER), labels, reader.answers.arrays())


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


def provenance(base: dict[str, str], examples: Sequence[Example], options: FineTuning, folder: Path) -> dict[str, Any]:
    """Returns where the files in `folder` come from and how they were made, without figures."""
    return {
        "base": base,
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


def make(
    data: Path, target: Path, validation: Path, options: FineTuning, teacher: Path, teachers: int
) -> dict[str, Any]:
    """Makes both models, measures them, and puts their files into `target` and beside it. Returns all figures.

    First `teachers` larger models learn alone; the larger one that ships learns from all of them too, and the
    smaller one from that. With no teachers the larger one learns alone.
    """
    examples, several = read_examples(data), read_several(data)
    known, unknown = split(examples, options)
    sets = {"held_out": unknown} | ({"validation": labelled_lines(validation)} if validation.is_file() else {})
    known = [*known, *several]
    _say(f"learning from {len(known)} examples; {len(unknown)} are left out to measure on. First the teachers")
    large = [
        replace(TEACHER, seed=options.seed + n, threads=options.threads, device=options.device)
        for n in range(teachers + 1)
    ]
    wise = [taught(known, training, teacher) for training in large[:-1]]
    _say("now the larger model that ships")
    larger = taught(known, large[-1], teacher, wise)
    _say("now the smaller one")
    smaller = tuned(known, place_roles(read_lines(data.parent / "places")), options, [larger])
    _say("training the other classifier on the same examples, to measure both together")
    single = [example for example in known if not example.several]
    other = train([e.text for e in single], [e.intent for e in single], Encoder.load(), TrainingOptions())
    labels = sorted({example.intent for example in known})
    parts = (
        (target, smaller, published_folder() / TOKENIZER, export, SMALLER, options, 1),
        (
            target.with_name(CAREFUL.name),
            larger,
            teacher / TOKENIZER,
            export_in_four_bits,
            LARGER,
            large[-1],
            len(wise),
        ),
    )
    figures = {}
    for folder, reader, tokenizer, write, base, training, taught_by in parts:
        with tempfile.TemporaryDirectory() as name:
            made = Path(name)
            model = exported(reader, labels, tokenizer, write, made)
            measured = {kind: measure(model, other, lines) for kind, lines in sets.items()}
            save_answers(made, labels, model.arrays, measured["held_out"].temperature)
            about = provenance(base, [*examples, *several], training, made) | {"teachers": taught_by}
            about["figures"] = figures[folder.name] = {kind: asdict(found) for kind, found in measured.items()}
            (made / PROVENANCE).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
            folder.mkdir(parents=True, exist_ok=True)
            for file in (*FILES, PROVENANCE):
                shutil.copyfile(made / file, folder / file)
    return figures


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    defaults = FineTuning()
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.finetune", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the training data")
    parser.add_argument("--target", type=Path, default=FOLDER, help="folder for the encoder's files")
    parser.add_argument("--validation", type=Path, default=VALIDATION, help="labelled lines to measure on")
    parser.add_argument("--teacher", type=Path, help="folder of the published files of the larger encoder")
    parser.add_argument(
        "--teachers",
        type=int,
        default=TEACHERS,
        metavar="N",
        help="how many larger encoders teach the larger one that ships",
    )
    parser.add_argument("--device", default=defaults.device, help="where torch computes: cpu, or cuda for a GPU")
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
            examples = [*read_examples(given.data), *read_several(given.data)]
            folders = (given.target, given.target.with_name(CAREFUL.name))
            found = [line for folder in folders for line in problems(folder, examples)]
            for line in found:
                _say(line)
            return 1 if found else 0
        options = FineTuning(epochs=given.epochs, seed=given.seed, threads=given.threads, device=given.device)
        if given.teacher is None or not given.teacher.name:
            raise EncoderError(WITHOUT_TEACHER)
        if given.teachers < 0:
            raise EncoderError("There can be no fewer than 0 teachers.")
        figures = make(given.data, given.target, given.validation, options, given.teacher, given.teachers)
    except (DataError, EncoderError) as error:
        _say(str(error))
        return 1
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
