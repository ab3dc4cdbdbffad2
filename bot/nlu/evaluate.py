"""Figures on understanding: accuracy, F1, precision and recall by intent, safety recall and false alarms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

SAFETY_BY_INTENT = {
    "self_harm_risk": "self_harm_risk",
    "immediate_danger": "immediate_danger",
    "i_am_minor": "minor",
}
CONFIDENCE = 1.96


def wilson(hits: int, total: int) -> dict[str, float | int | None]:
    """Returns a share with its 95 % interval (Wilson 1927); the share is None where nothing was counted."""
    if total == 0:
        return {"hits": 0, "total": 0, "share": None, "low": None, "high": None}
    share = hits / total
    square = CONFIDENCE**2
    centre = (share + square / (2 * total)) / (1 + square / total)
    spread = CONFIDENCE * math.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    low = 0.0 if hits == 0 else max(0.0, centre - spread)
    high = 1.0 if hits == total else min(1.0, centre + spread)
    return {
        "hits": hits,
        "total": total,
        "share": round(share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def intent_figures(expected: Sequence[str], found: Sequence[str]) -> dict[str, dict[str, float | int]]:
    """Returns precision, recall, F1 and support of every intent that was expected or found."""
    figures: dict[str, dict[str, float | int]] = {}
    pairs = list(zip(expected, found, strict=True))
    for intent in sorted({*expected, *found}):
        correct = sum(1 for wanted, got in pairs if wanted == got == intent)
        precision = _ratio(correct, sum(1 for _, got in pairs if got == intent))
        support = sum(1 for wanted, _ in pairs if wanted == intent)
        recall = _ratio(correct, support)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        figures[intent] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1, 4),
            "support": support,
        }
    return figures


def safety_figures(expected: Sequence[str | None], found: Sequence[str | None]) -> dict[str, Any]:
    """Returns recall and false-alarm rate for each flag, and for crisis (self-harm or danger, as either)."""
    pairs = list(zip(expected, found, strict=True))
    groups = {flag: {flag} for flag in SAFETY_BY_INTENT.values()}
    groups["crisis"] = {"self_harm_risk", "immediate_danger"}
    figures = {}
    for name, flags in groups.items():
        positive = [got for wanted, got in pairs if wanted in flags]
        negative = [got for wanted, got in pairs if wanted not in flags]
        figures[name] = {
            "recall": wilson(sum(got in flags for got in positive), len(positive)),
            "false_alarm_rate": wilson(sum(got in flags for got in negative), len(negative)),
        }
    return figures


def expected_safety(line: dict[str, Any]) -> str | None:
    """Returns the flag that a labelled line should get: its own `safety`, else what its intent implies."""
    if "safety" in line:
        return None if line["safety"] is None else str(line["safety"])
    return SAFETY_BY_INTENT.get(str(line["intent"]))


def evaluate(lines: Iterable[dict[str, Any]], parsed: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Compares labelled lines with what was parsed; macro-F1 is over the intents that were expected.

    Where lines name their `needs`, the share of them that was found is reported as well.
    Raises ValueError where there is no line, or a line has no intent.
    """
    wanted = list(lines)
    got = list(parsed)
    if not wanted or any("intent" not in line for line in wanted):
        raise ValueError("Every line to evaluate needs an `intent`, and there must be one line at least.")
    expected = [str(line["intent"]) for line in wanted]
    found = [str(line["intent"]) for line in got]
    figures = intent_figures(expected, found)
    supported = [entry["f1"] for entry in figures.values() if entry["support"]]
    confusions = Counter((a, b) for a, b in zip(expected, found, strict=True) if a != b)
    report: dict[str, Any] = {
        "lines": len(wanted),
        "accuracy": wilson(sum(a == b for a, b in zip(expected, found, strict=True)), len(wanted)),
        "macro_f1": round(sum(supported) / len(supported), 4),
        "intents": figures,
        "confusions": [
            {"expected": pair[0], "found": pair[1], "count": count}
            for pair, count in sorted(confusions.items(), key=lambda item: (-item[1], item[0]))
        ],
        "safety": safety_figures([expected_safety(line) for line in wanted], [line["safety"] for line in got]),
    }
    labelled = [(line["needs"], result["needs"]) for line, result in zip(wanted, got, strict=True) if "needs" in line]
    if labelled:
        present = sum(need in have for needs, have in labelled for need in needs)
        report["needs"] = {"recall": wilson(present, sum(len(needs) for needs, _ in labelled))}
    return report
