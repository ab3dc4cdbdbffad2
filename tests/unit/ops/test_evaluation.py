"""The figures of the evaluation, its report, its gate and the reader of public benchmarks."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlu.evaluate import wilson
from bot.nlu.finetune_data import Example
from bot.ops import benchmark_nlu
from bot.ops.evaluation_data import Safety, Validation, near_duplicate_groups, nearest, read_validation
from bot.ops.evaluation_figures import (
    calibration,
    intent_section,
    macro_f1,
    needs_section,
    places_section,
    platforms_section,
    safety_section,
    set_f1,
)
from bot.ops.evaluation_gate import read_baseline, shortfalls, watched, write_baseline
from bot.ops.evaluation_report import report
from bot.ops.evaluation_texts import cell, interval, table

SAFETY = (
    Safety("i want to die", "self_harm_risk", False),
    Safety("there is only one way out", "self_harm_risk", True),
    Safety("he is at the door with a knife", "immediate_danger", False),
    Safety("he swore to finish what he began", "immediate_danger", True),
    Safety("im 15", "minor", False),
    Safety("mom picks me up from school", "minor", True),
    Safety("this homework is killing me", None, False),
    Safety("my students are 15", None, False),
)
HEARD = ("self_harm_risk", None, "immediate_danger", "self_harm_risk", "minor", "minor", None, "minor")


def share(entry: dict[str, Any]) -> tuple[int, int]:
    return entry["hits"], entry["total"]


def parsed(intent: str, confidence: float = 0.9, **more: Any) -> dict[str, Any]:
    return {"intent": intent, "confidence": confidence, "needs": [intent], "safety": None, "entities": [], **more}


@pytest.mark.parametrize(
    ("flag", "direct", "indirect", "both", "false"),
    [
        ("self_harm_risk", (1, 1), (0, 1), (1, 2), (0, 2)),
        ("immediate_danger", (1, 1), (0, 1), (1, 2), (0, 2)),
        ("minor", (1, 1), (1, 1), (2, 2), (1, 2)),
        ("any", (3, 3), (2, 3), (5, 6), (1, 2)),
    ],
)
def test_safety_by_words_and_by_flag(flag: str, direct: Any, indirect: Any, both: Any, false: Any) -> None:
    section = safety_section(SAFETY, HEARD)[flag]
    recall = section["recall"]
    assert [share(recall[way]) for way in ("direct", "indirect", "all")] == [direct, indirect, both]
    assert share(section["false_alarms"]) == false


def test_what_safety_missed_is_listed() -> None:
    section = safety_section(SAFETY, HEARD)
    assert (section["missed"], section["false"]) == (
        [
            {"text": "there is only one way out", "expected": "self_harm_risk", "found": None},
            {"text": "he swore to finish what he began", "expected": "immediate_danger", "found": "self_harm_risk"},
        ],
        [{"text": "my students are 15", "found": "minor"}],
    )


def test_intents_with_confusions_errors_and_likeness() -> None:
    wanted = ("greet", "greet", "deny", "affirm")
    lines = [{"text": f"line {number}", "intent": intent} for number, intent in enumerate(wanted)]
    lines[0]["text"] = "hello to all of you"
    got = [parsed("greet"), parsed("deny", 0.55), parsed("deny"), parsed("nlu_fallback", 0.8)]
    section = intent_section(lines, got, np.array([1.0, 0.2, 0.7, 1.0]))
    assert {
        "accuracy": share(section["accuracy"]),
        "unlike": share(section["unlike_training"]),
        "same": (section["same_words_in_training"], section["longer_of_these"]),
        "confusions": section["confusions"],
        "errors": [(e["text"], e["found"], e["confidence"]) for e in section["errors"]],
        "fallbacks": section["fallbacks"],
        "calibrated on": section["calibration"]["lines"],
    } == {
        "accuracy": (2, 4),
        "unlike": (1, 2),
        "same": (2, 1),
        "confusions": [
            {"expected": "affirm", "found": "nlu_fallback", "count": 1},
            {"expected": "greet", "found": "deny", "count": 1},
        ],
        "errors": [("line 3", "nlu_fallback", 0.8), ("line 1", "deny", 0.55)],
        "fallbacks": 1,
        "calibrated on": 3,
    }


def test_calibration_compares_confidence_with_truth() -> None:
    sure = [0.95, 0.95, 0.95, 0.95, 0.25, 0.25, 1.0]
    right = np.array([True, True, True, False, False, True, True])
    result = calibration(sure, right, np.array([True] * 6 + [False]))
    assert [(entry["confidence"], share(entry["right"])) for entry in result["bins"]] == [
        (0.25, (1, 2)),
        (0.95, (3, 4)),
    ]
    assert (result["expected_error"], result["lines"]) == (pytest.approx((2 * 0.25 + 4 * 0.2) / 6, abs=1e-4), 6)


def test_macro_f1_is_the_mean_over_expected_intents_and_has_bounds() -> None:
    # a: precision 1, recall 1/2; b: precision 2/3, recall 1; c was never expected.
    result = macro_f1(["a", "a", "b", "b"], ["a", "b", "b", "b"])
    assert result["value"] == pytest.approx((2 / 3 + 4 / 5) / 2, abs=1e-4)
    assert result["low"] < result["value"] < result["high"]
    assert macro_f1(["a", "b"], ["a", "c"])["value"] == 0.5


@pytest.mark.parametrize(
    ("expected", "found", "value"),
    [
        ([{"a", "b"}, {"c"}], [{"a"}, {"c", "d"}], 2 / 3),
        ([{"a"}], [set()], 0.0),
        ([set()], [set()], 1.0),
    ],
    ids=["one missed and one too many", "nothing found", "nothing to find"],
)
def test_set_f1(expected: list[set[str]], found: list[set[str]], value: float) -> None:
    assert set_f1(expected, found)["value"] == pytest.approx(value, abs=1e-4)


def test_places_need_codes_in_order_and_the_question_back() -> None:
    lines = [
        {"text": "ohio", "places": ["US-OH", "US"], "ambiguous": False},
        {"text": "georgia", "places": ["US-GA", "GE"], "ambiguous": True},
        {"text": "perth", "places": ["AU-WA", "GB-SCT"], "ambiguous": True},
        {"text": "he is in texas", "places": [], "ambiguous": False},
    ]
    got = [
        {"places": ["US", "US-OH"], "ambiguous": False},
        {"places": ["GE", "US-GA"], "ambiguous": True},
        {"places": ["AU-WA"], "ambiguous": False},
        {"places": [], "ambiguous": False},
    ]
    section = places_section(lines, got)
    assert (share(section["right"]), share(section["asked_back"])) == ((2, 4), (1, 2))
    assert [line["text"] for line in section["wrong"]] == ["ohio", "perth"]


@pytest.mark.parametrize(
    ("offered", "right"),
    [
        (["GB-ENG", "US-AL"], 1),
        (["US-AL", "GB-ENG", "ZA"], 1),
        (["GB-ENG", "GB"], 0),
        (["GB-ENG", "ZA"], 0),
    ],
    ids=["the countries are implied", "one more", "a country and its part", "one of them only"],
)
def test_of_an_ambiguous_name_two_places_must_be_offered(offered: list[str], right: int) -> None:
    line = {"text": "birmingham", "places": ["GB-ENG", "GB", "US-AL", "US"], "ambiguous": True}
    section = places_section([line], [{"places": offered, "ambiguous": True}])
    assert share(section["right"]) == (right, 1)


def test_platforms_leave_places_aside() -> None:
    lines = [{"platforms": ["instagram", "x"]}, {"platforms": []}]
    found = [
        parsed("a", entities=[{"entity": "platform", "value": "instagram"}, {"entity": "place", "value": "FR"}]),
        parsed("a", entities=[]),
    ]
    section = platforms_section(lines, found)
    assert (section["f1"]["value"], share(section["lines_right"])) == (pytest.approx(2 / 3, abs=1e-4), (1, 2))


def test_the_first_need_is_the_urgent_one() -> None:
    lines = [{"needs": ["report_threat", "ask_law"]}, {"needs": ["i_am_minor", "ask_law"]}, {"needs": ["greet"]}]
    found = [
        parsed("report_threat", needs=["report_threat", "ask_law"]),
        parsed("ask_law", needs=["ask_law", "i_am_minor"]),
        parsed("deny"),
    ]
    section = needs_section(lines, found)
    assert (share(section["urgent_first"]), share(section["urgent_found"])) == ((1, 3), (2, 3))


def test_likeness_is_the_share_of_words_in_common() -> None:
    found = nearest(["My ex posted it", "quite another thing", "I don't know"], ["my ex posted them", "i dont know"])
    assert found == pytest.approx([0.6, 0.0, 1.0])


def test_near_duplicates_are_one_group_through_each_other() -> None:
    texts = ["a b c d e f g h", "a b c d e f g i", "a b c d e f j i", "x y z"]
    groups = near_duplicate_groups(texts)
    assert (groups[0] == groups[1] == groups[2], groups[3] == groups[0]) == (True, False)


def figures() -> dict[str, Any]:
    lines = [{"text": f"line | {number}", "intent": "greet"} for number in range(10)]
    got = [parsed("greet")] * 9 + [parsed("deny")]
    kinds = {
        "safety": safety_section(SAFETY, HEARD),
        "places": places_section(
            [{"text": "perth", "places": ["AU-WA", "GB-SCT"], "ambiguous": True}], [{"places": [], "ambiguous": False}]
        ),
        "platforms": platforms_section([{"platforms": []}], [parsed("a")]),
        "needs": needs_section([{"needs": ["greet"]}], [parsed("greet")]),
    }
    areas = {"self_harm_risk": 0.9, "immediate_danger": 0.8, "minor": 0.75}
    kinds["intents"] = intent_section(lines, got, np.zeros(10))
    return {
        **kinds,
        "blind": {**kinds, "same_words_in_training": 2},
        "models": {
            "alone": {
                name: {"accuracy": 0.5, "macro_f1": 0.4, "auc": areas}
                for name in ("classifier", "tuned", "careful", "all")
            },
            "asked": {"intents": wilson(3, 10), "safety": wilson(2, 4)},
        },
        "speed": {"messages": 1, "median": 5.0, "p95": 9.0, "processor": 4.5},
        "about": {
            "day": "2026-01-01",
            "machine": "a machine",
            "data": "abc",
            "encoder": "def",
            "tuned": "ghi",
            "examples": 2,
            "blind": {"intents": 10, "safety": 4, "places": 1, "platforms": 1, "needs": 1},
        },
    }


def test_the_gate_lets_the_accepted_figures_pass(tmp_path: Path) -> None:
    write_baseline(figures(), tmp_path / "deep" / "baseline.json")
    baseline = read_baseline(tmp_path / "deep" / "baseline.json")
    assert (baseline, shortfalls(figures(), baseline)) == (watched(figures()), [])


@pytest.mark.parametrize("name", sorted(watched(figures())))
def test_the_gate_names_what_fell_below_its_interval(name: str) -> None:
    baseline = watched(copy.deepcopy(figures()))
    baseline[name] = {"share": 1.0, "low": 1.01}
    fallen = shortfalls(figures(), baseline)
    assert [line.split(":")[0] for line in fallen] == [name]


def test_the_gate_allows_a_fall_within_the_interval() -> None:
    baseline = watched(figures())
    baseline["accuracy"] = {**baseline["accuracy"], "share": 1.0, "low": 0.9}
    assert shortfalls(figures(), baseline) == []


def test_a_figure_that_is_no_longer_measured_falls_short() -> None:
    assert shortfalls(figures(), {"new": {"share": 0.9, "low": 0.8}}) == ["new: None is below 0.8 (accepted: 0.9)"]


def test_the_committed_baseline_watches_every_safety_recall() -> None:
    assert set(read_baseline()) == set(watched(figures()))


def validation() -> Validation:
    return Validation([{"text": "hi", "intent": "greet"}], SAFETY, [{}], [{}], [{}])


def test_the_report_says_what_was_missed_and_what_was_not_run() -> None:
    text = report(figures(), {}, validation(), [Example("hello", "greet"), Example("no", "deny")])
    sections = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert sections == [
        "What was measured, and on what",
        "Read these figures with care",
        "Against the aims",
        "Safety, on the blind lines",
        "Safety, on the validation lines",
        "Intents",
        "Confidence",
        "Places, platforms, several needs",
        "Cost",
        "Rasa's default pipeline",
        "Which classifier",
        "Three models",
        "Public benchmarks",
        "Confusions",
    ]
    assert text.count("Not run here") == 2
    assert "| CLINC150 (full, with out-of-scope) | not run here |" in text
    assert "| greet | deny | 0.90 | line \\| 9 |" in text
    assert "| ambiguous places asked back | all | 0.0 % (0.0–79.3) | 0.0 % (0.0–79.3) | **not met** |" in text
    assert "| places right | 95 % | 0.0 % (0.0–79.3) | 0.0 % (0.0–79.3) | **not met** |" in text
    assert "| F1, set of needs | 80 % | 100.0 % (100.0–100.0) | 100.0 % (100.0–100.0) | met |" in text


SAFETY_FLAGS = ("self_harm_risk", "immediate_danger", "minor")


def test_the_errors_on_the_blind_lines_are_not_told() -> None:
    from bot.ops.evaluation import _without_lines

    kept = _without_lines(safety_section(SAFETY, HEARD))
    assert sorted(kept) == ["any", *sorted(SAFETY_FLAGS)]


def test_the_report_shows_what_was_kept() -> None:
    half = {"hits": 1, "total": 2, "share": 0.5, "low": 0.1, "high": 0.9}
    kept = {
        "earlier": {"day": "1 May", **{flag: {"recall": half, "false_alarms": half} for flag in SAFETY_FLAGS}},
        "training": {"seconds": 301, "processor_seconds": 400, "machine": "two cores"},
        "rasa_default": {
            "epochs": 20,
            "examples": 2,
            "data": "old",
            "training_seconds": 700,
            "accuracy": half,
            "macro_f1": 0.4,
            "before_fallback": {"accuracy": half, "macro_f1": 0.45},
            "intents": {"greet": {"f1": 0.25}},
            "safety": {"recall": dict.fromkeys(("self_harm_risk", "immediate_danger", "minor", "any"), half),
                       "false_alarms": half},
        },
        "banking77": {"test_lines": 3080, "accuracy": half, "macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6},
                      "in_scope": half, "out_of_scope_recall": {"share": None}},
    }  # fmt: skip
    text = report(figures(), kept, validation(), [Example("hello", "greet"), Example("no", "deny")])
    expected = (
        "| training | 300 s | 301 s |  | **not met** |",
        "An earlier version, of 1 May",
        "| immediate danger | 1 of 2: 50.0 % (10.0–90.0) | 1 of 2: 50.0 % (10.0–90.0) |",
        "It was given 20 here",
        "an earlier state of the training data",
        "| accuracy | 90.0 % (59.6–98.2) | 50.0 % (10.0–90.0) | 50.0 % (10.0–90.0) |",
        "| greet | 10 | 100.0 % | 90.0 % | 94.7 % | 25.0 % |",
        "| Banking77 | 3080 | 50.0 % (10.0–90.0) | 50.0 % (40.0–60.0) | 50.0 % (10.0–90.0) | – |",
    )
    assert [part for part in expected if part not in text] == []


def test_a_table_cell_cannot_break_the_table() -> None:
    assert table(("a",), [(cell("x | y\n<b> *z* `q`"),)]) == "| a |\n| --- |\n| x \\| y &lt;b> \\*z\\* 'q' |\n"
    assert interval({"share": None}) == "–"


def test_the_pictures_are_drawn(tmp_path: Path) -> None:
    from bot.ops.evaluation_pictures import draw

    paths = draw(figures(), None, tmp_path / "new")
    assert [(path.name, path.read_bytes()[:4]) for path in paths] == [
        (name, b"\x89PNG") for name in ("calibration.png", "intents.png", "safety.png")
    ]


@pytest.mark.parametrize(("name", "least"), [("intents", 15 * 56), ("safety", 200)])
def test_the_validation_sets_are_large_enough(name: str, least: int) -> None:
    assert len(getattr(read_validation(), name)) >= least


def test_a_sample_keeps_the_share_of_each_intent_and_is_always_the_same() -> None:
    from bot.ops.evaluation_classifiers import _sample

    examples = [
        Example(f"{intent} {n}", intent) for intent, count in (("greet", 60), ("deny", 30)) for n in range(count)
    ]
    drawn = _sample(examples, 30)
    assert sorted(example.intent for example in drawn) == ["deny"] * 10 + ["greet"] * 20
    assert drawn == _sample(examples, 30)


def test_clinc150_is_read_with_out_of_scope(tmp_path: Path) -> None:
    path = tmp_path / "data_full.json"
    parts = {name: [[f"{name} text", "a"]] for name in ("train", "val", "test")}
    outside = {f"oos_{name}": [[f"{name} far", "oos"]] for name in ("train", "val", "test")}
    path.write_text(json.dumps({**parts, **outside}))
    assert benchmark_nlu.read_clinc150(path) == benchmark_nlu.PublicData(
        [Example("train text", "a")],
        [Example("val text", "a"), Example("val far", "oos")],
        [Example("test text", "a"), Example("test far", "oos")],
    )


def test_banking77_is_read(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text('text,category\n"one, two",card\n')
    (tmp_path / "test.csv").write_text("text,category\nthree,cash\n")
    assert benchmark_nlu.read_banking77(tmp_path) == benchmark_nlu.PublicData(
        [Example("one, two", "card")], [], [Example("three", "cash")]
    )


@pytest.mark.parametrize("name", ["clinc150", "banking77"])
def test_other_files_are_turned_down_in_one_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train.csv").write_text("a,b\n1,2\n")
    (tmp_path / "data.json").write_text("[]")
    path = tmp_path if name == "banking77" else tmp_path / "data.json"
    assert (benchmark_nlu.main([name, str(path)]), capsys.readouterr().err.count("\n")) == (1, 1)


def test_the_threshold_is_chosen_on_the_validation_lines() -> None:
    examples = [Example("in", "a"), Example("in", "b"), Example("out", "oos")]
    chances = np.array([[0.9, 0.1], [0.2, 0.8], [0.55, 0.45]])
    threshold = benchmark_nlu._threshold(examples, ["a", "b"], chances)
    assert (0.55 < threshold <= 0.8, benchmark_nlu._threshold(examples[:2], ["a", "b"], chances[:2])) == (True, 0.0)
