"""Figures on understanding."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu.evaluate import evaluate, expected_safety, wilson


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(98, 100, 0.93, 0.9945), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
    ids=["98 of 100", "none", "all"],
)
def test_wilson_interval(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == {
        "hits": hits,
        "total": total,
        "share": hits / total,
        "low": low,
        "high": high,
    }


def test_nothing_counted_has_no_share() -> None:
    assert wilson(0, 0) == {"hits": 0, "total": 0, "share": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("line", "flag"),
    [
        ({"intent": "self_harm_risk"}, "self_harm_risk"),
        ({"intent": "i_am_minor"}, "minor"),
        ({"intent": "greet"}, None),
        ({"intent": "report_shared", "safety": "minor"}, "minor"),
        ({"intent": "i_am_minor", "safety": None}, None),
    ],
    ids=["self-harm", "minor", "none", "named", "named as none"],
)
def test_expected_safety(line: dict[str, Any], flag: str | None) -> None:
    assert expected_safety(line) == flag


def test_the_whole_report() -> None:
    wanted = [
        {"text": "a", "intent": "greet"},
        {"text": "b", "intent": "greet"},
        {"text": "c", "intent": "self_harm_risk"},
        {"text": "d", "intent": "goodbye", "needs": ["goodbye", "ask_law"]},
    ]
    got = [
        {"intent": "greet", "safety": None, "needs": ["greet"]},
        {"intent": "goodbye", "safety": "minor", "needs": ["goodbye"]},
        {"intent": "self_harm_risk", "safety": "self_harm_risk", "needs": ["self_harm_risk"]},
        {"intent": "goodbye", "safety": None, "needs": ["goodbye"]},
    ]
    assert evaluate(wanted, got) == {
        "lines": 4,
        "accuracy": wilson(3, 4),
        "macro_f1": 0.7778,
        "intents": {
            "goodbye": {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1},
            "greet": {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2},
            "self_harm_risk": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1},
        },
        "confusions": [{"expected": "greet", "found": "goodbye", "count": 1}],
        "safety": {
            "self_harm_risk": {"recall": wilson(1, 1), "false_alarm_rate": wilson(0, 3)},
            "immediate_danger": {"recall": wilson(0, 0), "false_alarm_rate": wilson(0, 4)},
            "minor": {"recall": wilson(0, 0), "false_alarm_rate": wilson(1, 4)},
            "crisis": {"recall": wilson(1, 1), "false_alarm_rate": wilson(0, 3)},
        },
        "needs": {"recall": wilson(1, 2)},
    }


@pytest.mark.parametrize("lines", [[], [{"text": "a"}]], ids=["no line", "no intent"])
def test_unlabelled_lines_are_refused(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="needs an `intent`"):
        evaluate(lines, [])
