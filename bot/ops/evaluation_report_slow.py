"""The parts of the report whose figures are kept from an earlier run."""

from __future__ import annotations

from typing import Any

from bot.ops.evaluation_figures import ANY, FLAGS
from bot.ops.evaluation_models import ALL, CLASSIFIER, LARGER, TUNED
from bot.ops.evaluation_texts import FLAG_NAMES, counted, interval, percent, table

NOT_RUN = "Not run here"
MODEL_NAMES = {
    CLASSIFIER: "classifier of `make train`, on the published encoder",
    TUNED: "encoder tuned by `make encoder`, with its own answers",
    LARGER: "larger encoder that taught it, asked about every line",
    ALL: "all as shipped: the larger one only where the others doubt",
}
BENCHMARKS = {"clinc150": "CLINC150 (full, with out-of-scope)", "banking77": "Banking77"}


def _same_data(kept: dict[str, Any], data: str) -> str:
    return "the same training data" if kept["data"] == data else "an earlier state of the training data"


def default_part(figures: dict[str, Any], kept: dict[str, Any] | None) -> str:
    """Returns the comparison with Rasa's default pipeline."""
    title = "## Rasa's default pipeline\n\n"
    if kept is None:
        return f"{title}{NOT_RUN} (`--with-default`).\n"
    intents, safety = figures["intents"], figures["safety"]
    before = kept["before_fallback"]
    counts = [*(kept["safety"]["recall"][flag] for flag in FLAGS), kept["safety"]["false_alarms"]]
    crises = sum(entry["total"] for entry in counts)
    rows = [
        ("accuracy", interval(intents["accuracy"]), interval(kept["accuracy"]), interval(before["accuracy"])),
        ("macro-F1", interval(intents["macro_f1"]), percent(kept["macro_f1"]), percent(before["macro_f1"])),
    ]
    for flag in (*FLAGS, ANY):
        heard = interval(kept["safety"]["recall"][flag])
        rows.append((f"recall, {FLAG_NAMES[flag]}", interval(safety[flag]["recall"]["all"]), heard, ""))
    false = interval(kept["safety"]["false_alarms"])
    rows.append(("false alarms, any of the three", interval(safety[ANY]["false_alarms"]), false, ""))
    fewer = ""
    if kept["epochs"] < 100:
        fewer = (
            f"\nIts default is 100 epochs. It was given {kept['epochs']} here, because more took too long on the\n"
            f"machine that was at hand ({kept['training_seconds']} s, at low priority beside other work). With 100 it\n"
            "may do better.\n"
        )
    return f"""{title}WhitespaceTokenizer, RegexFeaturizer, LexicalSyntacticFeaturizer, CountVectorsFeaturizer
(words, and `char_wb` 1 to 4), DIETClassifier, EntitySynonymMapper, FallbackClassifier (0.3): trained on
{kept["examples"]} examples ({_same_data(kept, figures["about"]["data"])}) and measured on the same intent lines, and
on the {crises} lines on safety that there were then. For safety, the intents `self_harm_risk`, `immediate_danger` and
`i_am_minor` count as the flags. Its F1 of each intent is in the table of intents above.
{fewer}
{table(("", "Steady", "default", "default, best intent even below the fallback"), rows)}"""


def classifiers_part(kept: dict[str, Any] | None, data: str) -> str:
    """Returns the comparison of classifiers on the same features."""
    title = "## Which classifier\n\n"
    if kept is None:
        return f"{title}{NOT_RUN} (`--with-classifiers`).\n"
    rows = [
        (
            name,
            percent(entry["accuracy"]),
            " / ".join(f"{100 * share:.1f}" for share in entry["accuracy_by_fold"]),
            percent(entry["macro_f1"]),
            f"{entry['log_loss']:.3f}",
            f"{entry['calibration_error']:.3f}",
            ", ".join(f"{value:g}" for value in entry["chosen"]),
            f"{entry['fit_seconds']:.0f} s",
        )
        for name, entry in kept["classifiers"].items()
    ]
    head = ("classifier", "accuracy", "by fold", "macro-F1", "log loss", "calibration error", "chosen", "last fit")
    folds = f"{kept['outer_folds']} outer and {kept['inner_folds']} inner folds"
    return f"""{title}Nested cross-validation on {kept["examples"]} training examples, drawn from
{kept["drawn_from"]} ({_same_data(kept, data)}), {folds}; examples that share
more than 70 % of their words stay in one fold ({kept["groups"]} groups). All see the same features: the encoder's
layers, reduced to 256 components, and word and character n-grams. The kernel is Gaussian on the former and linear on
the latter; the other two are linear on both. "Chosen" is the ridge or C that the inner folds chose in each outer
fold. Accuracy is lower than on the validation lines: the data are fewer, and many training lines were written to look
like another intent.

{table(head, rows)}
DIET on the same features was left out: one training of it takes longer than all of these folds together.
"""


def models_part(figures: dict[str, Any]) -> str:
    """Returns what each of the three models does alone."""
    rows = [
        (
            MODEL_NAMES[name],
            percent(entry["accuracy"]),
            percent(entry["macro_f1"]),
            " / ".join(f"{entry['auc'][flag]:.3f}" for flag in FLAGS),
        )
        for name, entry in figures["alone"].items()
    ]
    asked = figures["asked"]
    return f"""## Three models

On the validation lines, without word rules, clauses and fallback. AUC is that of the chance of each crisis
(self-harm, danger, minor) against the lines that should raise nothing. The larger encoder is asked on
{counted(asked["intents"])} of the intent lines and on {counted(asked["safety"])} of those on safety, which were written
to be doubtful. The files of both encoders and how they were made: `bot/nlu/encoder_files`, `bot/nlu/careful_files`,
`make encoder`.

{table(("", "accuracy", "macro-F1", "AUC"), rows)}"""


def benchmark_part(kept: dict[str, dict[str, Any]]) -> str:
    """Returns the table of public benchmarks."""
    rows = []
    for name, title in BENCHMARKS.items():
        if name not in kept:
            rows.append((title, NOT_RUN.lower(), "", "", "", ""))
            continue
        entry = kept[name]
        scope = [interval(entry[key]) for key in ("in_scope", "out_of_scope_recall")]
        rows.append((title, entry["test_lines"], interval(entry["accuracy"]), interval(entry["macro_f1"]), *scope))
    head = ("", "test lines", "accuracy", "macro-F1", "accuracy in scope", "recall out of scope")
    return f"""## Public benchmarks

The same features and the classifier of `make train`, with the same settings, on public data.
The data are not part of this project and nothing is downloaded; who has them runs

    .venv/bin/python -m bot.ops.benchmark_nlu clinc150 PATH/data_full.json --keep
    .venv/bin/python -m bot.ops.benchmark_nlu banking77 PATH --keep

{table(head, rows)}
For CLINC150 the answer is out-of-scope below a threshold that its validation lines choose.
"""
