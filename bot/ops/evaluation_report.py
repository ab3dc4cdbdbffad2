"""Writes the figures as docs/evaluation.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.nlu.finetune_data import Example
from bot.ops.evaluation_data import NEAR, Validation
from bot.ops.evaluation_figures import ANY, FLAGS, SHORT
from bot.ops.evaluation_report_slow import benchmark_part, classifiers_part, default_part, models_part
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
        _caution(figures, kept.get("classifiers")),
        _aims(figures, kept.get("training")),
        _blind(figures["blind"], kept.get("earlier")),
        _safety(figures["safety"]),
        _intents(figures["intents"], kept.get("rasa_default")),
        _calibration(figures["intents"]["calibration"]),
        _others(figures),
        _cost(figures, kept.get("training")),
        default_part(figures, kept.get("rasa_default")),
        classifiers_part(kept.get("classifiers"), figures["about"]["data"]),
        models_part(figures["models"]),
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
        *((f"blind: {name}", lines, "by other hands; see below") for name, lines in about["blind"].items()),
    ]
    return f"""## What was measured, and on what

Measured on {about["day"]} ({about["machine"]}); training data `{about["data"]}`, encoder `{about["encoder"]}`, tuned
encoder `{about["tuned"]}`.

{table(("data", "lines", ""), rows)}
All texts are synthetic: made up for this project by several hands of the team. Nobody's real messages are in them.
The validation lines were written by somebody who had not seen the training data. Each line was labelled by one
annotator, its writer, so there is no figure on how far two people would agree.
"""


def _caution(figures: dict[str, Any], classifiers: dict[str, Any] | None) -> str:
    intents = figures["intents"]
    same = intents["same_words_in_training"]
    cross = ""
    if classifiers:
        share = next(iter(classifiers["classifiers"].values()))["accuracy"]
        cross = (
            f" In cross-validation over the training data, where many lines were written to be confused, a\n"
            f"  classifier like the shipped one gets {percent(share)} (below). The truth for what others write may\n"
            "  lie between."
        )
    return f"""## Read these figures with care

- The validation lines are kept apart from the training data. But the figures on them were used to choose thresholds
  and features, and the errors on them were read: word rules and training lines answer to the kinds of errors on
  them. So they flatter.
- The blind lines were written by hands that saw neither training data nor validation lines, and that knew of the
  crises only their one-line definitions. Nothing was chosen on them, and nobody has looked at single errors on them:
  only their totals were ever seen. {figures["blind"]["same_words_in_training"]} of the
  {figures["about"]["blind"]["safety"]} on safety happen to have exactly the words of a training line.
- Lines that were blind until their errors were read have become validation lines, with new blind ones in their stead.
- Two hands often write the same short line ("go back"): {same} of the {intents["lines"]} intent lines have exactly the
  words of some training line, {intents["longer_of_these"]} of them with more than {SHORT} words. On the lines that
  share at most {100 * NEAR:.0f} % of their words with any training line, accuracy is
  {counted(intents["unlike_training"])}.
- The lines sound like the team that wrote them.{cross}
- All is in English.
"""


def _met(met: bool) -> str:
    return "met" if met else "**not met**"


def _aims(figures: dict[str, Any], training: dict[str, Any] | None) -> str:
    """The blind set decides whether an aim is met."""
    both, speed = (figures, figures["blind"]), figures["speed"]["median"]
    rows = []
    for flag in FLAGS:
        recall = [part["safety"][flag]["recall"]["all"] for part in both]
        false = [part["safety"][flag]["false_alarms"] for part in both]
        rows.append(_aim(f"recall, {FLAG_NAMES[flag]}", "97 %", recall, recall[-1]["share"] >= AIMS["recall"]))
        rows.append(_aim(f"false alarms, {FLAG_NAMES[flag]}", "5 %", false, false[-1]["share"] <= AIMS["false"]))
    shares = {
        ("accuracy, intents", "90 %", AIMS["accuracy"]): ("intents", "accuracy"),
        ("macro-F1, intents", "88 %", AIMS["macro"]): ("intents", "macro_f1"),
        ("places right", "95 %", AIMS["places"]): ("places", "right"),
        ("ambiguous places asked back", "all", 1.0): ("places", "asked_back"),
        ("F1, platforms", "95 %", AIMS["platforms"]): ("platforms", "f1"),
        ("F1, set of needs", "80 %", AIMS["needs"]): ("needs", "f1"),
        ("most urgent need found", "all", 1.0): ("needs", "urgent_found"),
    }
    for (name, aim, least), (section, entry) in shares.items():
        found = [part[section][entry] for part in both]
        rows.append(_aim(name, aim, found, found[-1].get("share", found[-1].get("value")) >= least))
    rows.append(("parsing, median", "8 ms", f"{speed} ms", "", _met(speed <= PARSE_MS)))
    if training:
        seconds = training["seconds"]
        rows.append(("training", "300 s", f"{seconds} s", "", _met(seconds < TRAINING_SECONDS)))
    return f"## Against the aims\n\n{table(('', 'aim', 'validation', 'blind', ''), rows)}"


def _aim(name: str, aim: str, found: list[dict[str, Any]], met: bool) -> tuple[str, str, str, str, str]:
    validation, blind = (interval(entry) for entry in found)
    return (name, aim, validation, blind, _met(met))


def _blind(figures: dict[str, Any], earlier: dict[str, Any] | None) -> str:
    """The blind lines by class and way, and what an earlier version of the guide made of them."""
    rows = []
    for flag in (*FLAGS, ANY):
        entry = figures["safety"][flag]
        ways = [counted(entry["recall"][way]) for way in ("direct", "indirect", "all")]
        rows.append((FLAG_NAMES[flag], *ways, counted(entry["false_alarms"])))
    before = ""
    if earlier:
        cells = [
            (FLAG_NAMES[flag], counted(earlier[flag]["recall"]), counted(earlier[flag]["false_alarms"]))
            for flag in FLAGS
        ]
        before = f"""
An earlier version, of {earlier["day"]}, on the same lines:

{table(("", "recall, both", "false alarms"), cells)}"""
    return f"""## Safety, on the blind lines

{table(("", "recall, direct words", "recall, indirect words", "recall, both", "false alarms"), rows)}{before}"""


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
    return f"""## Safety, on the validation lines

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

- Places: right {counted(places["right"])}. A line counts as right where all codes and whether to ask back are right;
  of several places that a name may mean, at least two must be offered.
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
