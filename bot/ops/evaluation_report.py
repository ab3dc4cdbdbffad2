"""Writes the figures as docs/evaluation.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.nlu.finetune_data import Example
from bot.ops.evaluation_data import NEAR, Validation
from bot.ops.evaluation_figures import ANY, FLAGS, SHORT
from bot.ops.evaluation_report_slow import benchmark_part, classifiers_part, default_part, variants_part
from bot.ops.evaluation_texts import FLAG_NAMES, cell, counted, interval, percent, table

AIMS = {
    "accuracy": 0.90,
    "macro": 0.88,
    "recall": 0.97,
    "false": 0.05,
    "places": 0.95,
    "platforms": 0.95,
    "needs": 0.80,
}
PARSE_MS, TRAINING_SECONDS = 8.0, 300

HOW = """# How well Steady understands

Written by `make evaluate`; do not edit by hand.

    make evaluate                                              # measures the trained model, about a minute
    .venv/bin/python -m bot.ops.evaluation --with-training     # and how long training takes
    .venv/bin/python -m bot.ops.evaluation --with-classifiers  # and the comparison of classifiers
    .venv/bin/python -m bot.ops.evaluation --with-variants     # and other encoders and training data
    .venv/bin/python -m bot.ops.evaluation --with-default      # and Rasa's default pipeline, which takes longest
    .venv/bin/python -m bot.ops.evaluation --accept            # hold later versions to the new figures

What takes long is kept in `docs/evaluation/*.json` and shown again until it is measured anew. The tests
(`tests/model/test_evaluation_gate.py`) fail where accuracy or a safety recall falls below the lower bound in
`docs/evaluation/baseline.json`. Intervals are 95 %: Wilson's for shares, bootstrap (2,000 draws of lines) for F1.
"""


def report(
    figures: dict[str, Any],
    kept: dict[str, dict[str, Any]],
    validation: Validation,
    examples: Sequence[Example],
) -> str:
    """Returns the whole report; what `kept` lacks is said not to have been run here."""
    parts = [
        HOW,
        _about(figures, validation, examples),
        _caution(figures, kept.get("classifiers"), kept.get("earlier")),
        _aims(figures, kept.get("training")),
        _safety(figures["safety"]),
        _intents(figures["intents"], kept.get("rasa_default")),
        _calibration(figures["intents"]["calibration"]),
        _others(figures),
        _cost(figures, kept.get("training")),
        default_part(figures, kept.get("rasa_default")),
        classifiers_part(kept.get("classifiers"), figures["about"]["data"]),
        variants_part(kept.get("variants"), figures["about"]["data"]),
        benchmark_part(kept),
        _confusions(figures["intents"]),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _about(figures: dict[str, Any], validation: Validation, examples: Sequence[Example]) -> str:
    about = figures["about"]
    sizes = Counter(example.intent for example in examples)
    flags = Counter(line.flag for line in validation.safety)
    least = min(Counter(line["intent"] for line in validation.intents).values())
    rows = [
        (
            "training",
            len(examples),
            f"{len(sizes)} intents, {min(sizes.values())} to {max(sizes.values())} examples each",
        ),
        ("validation: intents", len(validation.intents), f"at least {least} lines an intent"),
        (
            "validation: safety",
            len(validation.safety),
            f"{', '.join(f'{flags[flag]} {FLAG_NAMES[flag]}' for flag in FLAGS)} (half of each in indirect words), "
            f"{flags[None]} look-alikes that should raise nothing",
        ),
        ("validation: places", len(validation.places), "with ambiguous ones, other people's places and none"),
        ("validation: platforms", len(validation.platforms), "with words that only look like platforms"),
        ("validation: several needs", len(validation.needs), "two needs or more each"),
    ]
    return f"""## What was measured, and on what

Measured on {about["day"]} ({about["machine"]}); training data `{about["data"]}`, encoder `{about["encoder"]}`.

{table(("data", "lines", ""), rows)}
All texts are synthetic: made up for this project by several hands of the team. Nobody's real messages are in them.
The validation lines were written by somebody who had not seen the training data. Each line was labelled by one
annotator, its writer, so there is no figure on how far two people would agree.
"""


def _caution(figures: dict[str, Any], classifiers: dict[str, Any] | None, earlier: dict[str, Any] | None) -> str:
    intents = figures["intents"]
    same = intents["same_words_in_training"]
    cross = ""
    if classifiers:
        share = next(iter(classifiers["classifiers"].values()))["accuracy"]
        cross = (
            f" In cross-validation over the training data, where many lines were written to be confused, the shipped\n"
            f"  classifier gets {percent(share)} (below). The truth for other people's messages may lie between."
        )
    return f"""## Read these figures with care

- The validation lines are kept apart from the training data. But the figures on them were used to choose thresholds
  and the encoder, and the errors on them were read: some word rules and contrasting examples answer to such errors.
  So the figures below flatter, those on safety most of all. Only lines that nobody here has seen can tell by how
  much.{_before(earlier)}
- Two hands often write the same short line ("go back"): {same} of the {intents["lines"]} intent lines have exactly the
  words of some training line, {intents["longer_of_these"]} of them with more than {SHORT} words. On the lines that
  share at most {100 * NEAR:.0f} % of their words with any training line, accuracy is
  {counted(intents["unlike_training"])}.
- The lines sound like the team that wrote them.{cross}
- All is in English.
"""


def _before(earlier: dict[str, Any] | None) -> str:
    """What these lines said before the last round of rules that answer to errors on them."""
    if not earlier:
        return ""
    recalls = "; ".join(f"{FLAG_NAMES[flag]} {counted(earlier[f'{flag}, all'])}" for flag in FLAGS)
    return f"""
  Before the last round of such rules, recall was:
  {recalls}."""


def _met(met: bool) -> str:
    return "met" if met else "**not met**"


def _aims(figures: dict[str, Any], training: dict[str, Any] | None) -> str:
    intents, safety, needs = figures["intents"], figures["safety"], figures["needs"]
    right, asked = figures["places"]["right"], figures["places"]["asked_back"]
    rows = [
        ("accuracy, intents", "90 %", interval(intents["accuracy"]), intents["accuracy"]["share"] >= AIMS["accuracy"]),
        ("macro-F1, intents", "88 %", interval(intents["macro_f1"]), intents["macro_f1"]["value"] >= AIMS["macro"]),
    ]
    for flag in FLAGS:
        recall, false = safety[flag]["recall"]["all"], safety[flag]["false_alarms"]
        rows.append((f"recall, {FLAG_NAMES[flag]}", "97 %", interval(recall), recall["share"] >= AIMS["recall"]))
        rows.append((f"false alarms, {FLAG_NAMES[flag]}", "5 %", interval(false), false["share"] <= AIMS["false"]))
    rows += [
        ("places right", "95 %", interval(right), right["share"] >= AIMS["places"]),
        ("ambiguous places asked back", "all", interval(asked), asked["share"] == 1.0),
        (
            "F1, platforms",
            "95 %",
            interval(figures["platforms"]["f1"]),
            _value(figures["platforms"]) >= AIMS["platforms"],
        ),
        ("F1, set of needs", "80 %", interval(needs["f1"]), _value(needs) >= AIMS["needs"]),
        ("most urgent need found", "all", interval(needs["urgent_found"]), needs["urgent_found"]["share"] == 1.0),
        ("parsing, median", "8 ms", f"{figures['speed']['median']} ms", figures["speed"]["median"] <= PARSE_MS),
    ]
    if training:
        rows.append(("training", "300 s", f"{training['seconds']} s", training["seconds"] < TRAINING_SECONDS))
    cells = [(name, aim, found, _met(met)) for name, aim, found, met in rows]
    return f"## Against the aims\n\n{table(('', 'aim', 'measured', ''), cells)}"


def _value(section: dict[str, Any]) -> float:
    return float(section["f1"]["value"])


def _safety(figures: dict[str, Any]) -> str:
    rows = [
        (
            FLAG_NAMES[flag],
            *(counted(figures[flag]["recall"][way]) for way in ("direct", "indirect", "all")),
            counted(figures[flag]["false_alarms"]),
        )
        for flag in (*FLAGS, ANY)
    ]
    missed = [(cell(e["text"]), e["expected"], e["found"] or "nothing") for e in figures["missed"]]
    false = [(cell(e["text"]), e["found"]) for e in figures["false"]]
    return f"""## Safety

A line counts for its class only where it got just that flag; in the last row whichever of the three it got. False
alarms are counted on the look-alikes.

{table(("", "recall, direct words", "recall, indirect words", "recall, both", "false alarms"), rows)}
![Recall of each safety class](evaluation/safety.png)

Missed, or heard as another class:

{table(("text", "expected", "found"), missed)}
False alarms:

{table(("text", "found"), false)}"""


def _intents(figures: dict[str, Any], default: dict[str, Any] | None) -> str:
    other = default["intents"] if default else {}
    rows = [
        (name, entry["support"], percent(entry["precision"]), percent(entry["recall"]), percent(entry["f1"]))
        + ((percent(other.get(name, {}).get("f1")),) if default else ())
        for name, entry in figures["intents"].items()
        if entry["support"]
    ]
    head = ("intent", "lines", "precision", "recall", "F1", *(("F1, Rasa's default",) if default else ()))
    return f"""## Intents

Accuracy {counted(figures["accuracy"])}; macro-F1 {interval(figures["macro_f1"])}. These are the answers of the whole
pipeline, safety screen and fallback included; {figures["fallbacks"]} lines got the fallback, which counts as wrong.

{table(head, rows)}
![F1 of each intent](evaluation/intents.png)
"""


def _calibration(figures: dict[str, Any]) -> str:
    rows = [(f"{entry['confidence']:.2f}", counted(entry["right"])) for entry in figures["bins"]]
    return f"""## Confidence

Expected calibration error {figures["expected_error"]:.3f} on {figures["lines"]} lines (without fallbacks). What the
safety screen raises by a word rule has a confidence of 0.9 at least.

![Reliability of the confidence](evaluation/calibration.png)

{table(("mean confidence", "right"), rows)}"""


def _others(figures: dict[str, Any]) -> str:
    places, platforms, needs = figures["places"], figures["platforms"], figures["needs"]
    wrong = [
        (cell(e["text"]), ", ".join(e["expected"]) or "none", ", ".join(e["found"]) or "none") for e in places["wrong"]
    ]
    return f"""## Places, platforms, several needs

- Places: right {counted(places["right"])}. A line counts as right where all codes and whether to ask back are right.
  Ambiguous ones asked back: {counted(places["asked_back"])}.
- Platforms: F1 {interval(platforms["f1"])}; lines wholly right {counted(platforms["lines_right"])}.
- Needs: F1 of the set {interval(needs["f1"])}. The most urgent need is the intent: {counted(needs["urgent_first"])}.
  It is among the needs found: {counted(needs["urgent_found"])}.

{table(("place that went wrong", "expected", "found"), wrong)}"""


def _cost(figures: dict[str, Any], training: dict[str, Any] | None) -> str:
    speed = figures["speed"]
    trained = "not measured here (`--with-training`)"
    if training:
        trained = (
            f"{training['seconds']} s, {training['processor_seconds']} s of processor time ({training['machine']})"
        )
    return f"""## Cost

- Parsing one message on one thread, {speed["messages"]} validation lines: median {speed["median"]} ms,
  95th percentile {speed["p95"]} ms; processor time {speed["processor"]} ms (median).
- Training the whole model: {trained}.
"""


def _confusions(figures: dict[str, Any]) -> str:
    pairs = [(entry["expected"], entry["found"], entry["count"]) for entry in figures["confusions"]]
    errors = [(e["expected"], e["found"], f"{e['confidence']:.2f}", cell(e["text"])) for e in figures["errors"]]
    return f"""## Confusions

The {len(pairs)} most frequent:

{table(("expected", "found", "lines"), pairs)}
The {len(errors)} errors with the highest confidence (the texts are made up):

{table(("expected", "found", "confidence", "text"), errors)}"""
