"""`make evaluate`: measures the trained model on the validation lines and writes docs/evaluation.md.

    python -m bot.ops.evaluation [--accept] [--with-default] [--with-classifiers [--sample N]]
                                 [--with-training]

What takes long is measured only where it is asked for; the figures of the last time are kept in
docs/evaluation and shown again.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.nlu.encoder import Encoder
from bot.nlu.finetune_data import Example, data_hash
from bot.nlu.tuned import TunedModel
from bot.ops.evaluation_data import SETS, Validation, nearest, read_blind, read_validation, training_examples
from bot.ops.evaluation_default import EPOCHS, measure_default
from bot.ops.evaluation_figures import (
    SAME,
    intent_section,
    needs_section,
    places_section,
    platforms_section,
    safety_section,
)
from bot.ops.evaluation_gate import BASELINE, write_baseline
from bot.ops.evaluation_models import measure_models
from bot.ops.evaluation_speed import machine, parsing_milliseconds, training_seconds
from bot.ops.nlu_commands import Parser, latest_model, parse_lines
from bot.ops.places_command import resolve_lines
from bot.settings import ROOT, settings

REPORT = ROOT / "docs" / "evaluation.md"
FOLDER = ROOT / "docs" / "evaluation"
TIMED_MESSAGES = 300
KEPT = ("rasa_default", "classifiers", "training", "earlier", "clinc150", "banking77")


def understanding(validation: Validation, examples: Sequence[Example], blind: Validation) -> dict[str, Any]:
    """Returns the figures on intents and safety, which the gate watches; raises NoModelError without a model."""
    known = [example.text for example in examples]
    twins = nearest([line.text for line in blind.safety], known) > SAME
    return {
        "intents": _intents(validation, known),
        "safety": _safety(validation),
        "blind": {
            "intents": _without_lines(_intents(blind, known)),
            "safety": _without_lines(_safety(blind)),
            "same_words_in_training": int(twins.sum()),
        },
    }


def _intents(validation: Validation, known: Sequence[str]) -> dict[str, Any]:
    likeness = nearest([line["text"] for line in validation.intents], known)
    return intent_section(validation.intents, list(parse_lines(validation.intents)), likeness)


def _safety(validation: Validation) -> dict[str, Any]:
    parsed = parse_lines({"text": line.text} for line in validation.safety)
    return safety_section(validation.safety, [line["safety"] for line in parsed])


def _entities_and_needs(validation: Validation) -> dict[str, Any]:
    places = resolve_lines(json.dumps({"text": line["text"]}) for line in validation.places)
    return {
        "places": places_section(validation.places, list(places)),
        "platforms": platforms_section(validation.platforms, list(parse_lines(validation.platforms))),
        "needs": needs_section(validation.needs, list(parse_lines(validation.needs))),
    }


def _without_lines(section: dict[str, Any]) -> dict[str, Any]:
    """Leaves out the lists of errors: whoever reads them can no longer be surprised by the set."""
    return {name: value for name, value in section.items() if not isinstance(value, list)}


def measured(validation: Validation, examples: Sequence[Example], blind: Validation) -> dict[str, Any]:
    """Returns every figure that is measured on each run; raises NoModelError without a model."""
    texts = [line["text"] for line in validation.intents]
    parse = Parser(latest_model()).parse
    figures = understanding(validation, examples, blind)
    figures["blind"] |= {name: _without_lines(part) for name, part in _entities_and_needs(blind).items()}
    return {
        **figures,
        **_entities_and_needs(validation),
        "models": measure_models(latest_model(), validation),
        "speed": parsing_milliseconds(parse, texts[:: max(1, len(texts) // TIMED_MESSAGES)][:TIMED_MESSAGES]),
        "about": {
            "day": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
            "machine": machine(),
            "data": data_hash(examples)[:16],
            "encoder": Encoder.load().fingerprint,
            "tuned": TunedModel.load().fingerprint,
            "examples": len(examples),
            "blind": {name: len(getattr(blind, name)) for name in SETS},
        },
    }


def kept(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Returns the figures of earlier runs that are kept, by name; those never measured are not there."""
    paths = {name: folder / f"{name}.json" for name in KEPT}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in paths.items() if path.is_file()}


def _keep(name: str, figures: dict[str, Any]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _slow_parts(chosen: argparse.Namespace, validation: Validation, examples: Sequence[Example]) -> None:
    """Measures what was asked for, and keeps it."""
    from bot.ops.evaluation_classifiers import compare

    parts: dict[str, tuple[bool, Callable[[], dict[str, Any]]]] = {
        "training": (chosen.with_training, lambda: training_seconds(settings)),
        "classifiers": (chosen.with_classifiers, lambda: compare(examples, Encoder.load(), chosen.sample)),
        "rasa_default": (
            chosen.with_default,
            lambda: measure_default(examples, validation.intents, validation.safety, chosen.epochs),
        ),
    }
    for name, (asked, measure) in parts.items():
        if asked:
            print(f"Measuring {name} ...", file=sys.stderr, flush=True)
            _keep(name, measure())


def main(arguments: list[str] | None = None) -> int:
    """Writes the report, its pictures and, with --accept, the baseline."""
    from bot.ops.evaluation_pictures import draw
    from bot.ops.evaluation_report import report

    chosen = _parser().parse_args(arguments)
    validation, examples, blind = read_validation(), training_examples(), read_blind()
    _slow_parts(chosen, validation, examples)
    print("Measuring the trained model ...", file=sys.stderr, flush=True)
    figures = measured(validation, examples, blind)
    if chosen.accept or not BASELINE.exists():
        write_baseline(figures)
    earlier = kept()
    draw(figures, earlier.get("rasa_default"), FOLDER)
    REPORT.write_text(report(figures, earlier, validation, examples), encoding="utf-8")
    print(f"Written: {REPORT.relative_to(ROOT)} and {FOLDER.relative_to(ROOT)}/", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.ops.evaluation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="hold later versions to these figures")
    parser.add_argument("--with-default", action="store_true", help="train Rasa's default pipeline again")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"of the default pipeline ({EPOCHS})")
    parser.add_argument("--with-classifiers", action="store_true", help="compare classifiers by cross-validation")
    parser.add_argument("--sample", type=int, default=0, help="how many examples to compare the classifiers on (all)")
    parser.add_argument("--with-training", action="store_true", help="measure how long training takes")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
