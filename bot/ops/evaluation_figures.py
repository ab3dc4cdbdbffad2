"""Figures of the evaluation: answers to the validation lines beside what was expected, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.evaluate import SAFETY_BY_INTENT, evaluate, wilson
from bot.nlu.labels import FALLBACK
from bot.ops.evaluation_data import NEAR, Lines, Safety

FLAGS = tuple(SAFETY_BY_INTENT.values())
ANY = "any"
BINS = 10
SAME = 0.999
SHORT = 4
RESAMPLES = 2000
SEED = 7
CONFUSIONS = 20
ERRORS = 50


def bootstrap(size: int, figure: Callable[[NDArray[Any]], float]) -> dict[str, float]:
    """Returns a figure over `size` lines with its 95 % interval: 2,000 draws of lines with replacement."""
    chance = np.random.default_rng(SEED)
    drawn = [figure(chance.integers(0, size, size)) for _ in range(RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"value": round(figure(np.arange(size)), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def macro_f1(expected: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    """Returns the mean F1 of the intents that were expected, with its bootstrap interval."""
    names = sorted({*expected, *found})
    number = {name: place for place, name in enumerate(names)}
    wanted = np.array([number[name] for name in expected])
    got = np.array([number[name] for name in found])

    def figure(drawn: NDArray[Any]) -> float:
        a, b = wanted[drawn], got[drawn]
        support = np.bincount(a, minlength=len(names))
        both = support + np.bincount(b, minlength=len(names))
        hits = np.bincount(a[a == b], minlength=len(names))
        return float((2 * hits[support > 0] / both[support > 0]).mean())

    return bootstrap(len(wanted), figure)


def set_f1(expected: Sequence[set[str]], found: Sequence[set[str]]) -> dict[str, float]:
    """Returns the F1 of all labels of all lines together (micro), with its bootstrap interval."""
    counts = np.array([(len(a & b), len(a) + len(b)) for a, b in zip(expected, found, strict=True)])

    def figure(drawn: NDArray[Any]) -> float:
        hits, both = counts[drawn].sum(axis=0)
        return float(2 * hits / both) if both else 1.0

    return bootstrap(len(counts), figure)


def intent_section(lines: Lines, parsed: Lines, likeness: NDArray[Any]) -> dict[str, Any]:
    """Returns all about intents; `likeness` is how much of each line some training example says as well."""
    report = evaluate(lines, parsed)
    expected, found = [line["intent"] for line in lines], [line["intent"] for line in parsed]
    right = np.array([a == b for a, b in zip(expected, found, strict=True)])
    unlike, same = likeness <= NEAR, likeness > SAME
    wrong = [
        {
            "text": line["text"],
            "expected": line["intent"],
            "found": got["intent"],
            "confidence": round(got["confidence"], 2),
        }
        for line, got in zip(lines, parsed, strict=True)
        if line["intent"] != got["intent"]
    ]
    return {
        "lines": report["lines"],
        "accuracy": report["accuracy"],
        "macro_f1": macro_f1(expected, found),
        "unlike_training": wilson(int(right[unlike].sum()), int(unlike.sum())),
        "same_words_in_training": int(same.sum()),
        "longer_of_these": sum(
            len(line["text"].split()) > SHORT for line, twin in zip(lines, same, strict=True) if twin
        ),
        "intents": report["intents"],
        "confusions": report["confusions"][:CONFUSIONS],
        "errors": sorted(wrong, key=lambda error: (-error["confidence"], error["expected"], error["text"]))[:ERRORS],
        "fallbacks": found.count(FALLBACK),
        "calibration": calibration([line["confidence"] for line in parsed], right, np.array(found) != FALLBACK),
    }


def calibration(confidence: Iterable[float], right: NDArray[Any], counted: NDArray[Any]) -> dict[str, Any]:
    """Returns, by tenths of confidence, how often an answer was right, and the expected calibration error.

    Only lines that `counted` marks take part: the confidence of a fallback is that of not knowing.
    """
    sure, hits = np.array(list(confidence))[counted], right[counted]
    tenth = np.minimum((sure * BINS).astype(int), BINS - 1)
    bins: list[dict[str, Any]] = [
        {
            "confidence": round(float(sure[tenth == number].mean()), 4),
            "right": wilson(int(hits[tenth == number].sum()), int((tenth == number).sum())),
        }
        for number in range(BINS)
        if (tenth == number).any()
    ]
    gaps = [entry["right"]["total"] * abs(entry["confidence"] - entry["right"]["share"]) for entry in bins]
    return {"bins": bins, "expected_error": round(sum(gaps) / max(1, len(sure)), 4), "lines": len(sure)}


def safety_section(lines: Sequence[Safety], found: Sequence[str | None]) -> dict[str, Any]:
    """Returns for each flag recall (all, direct, indirect) and false alarms on lines that should raise none.

    `any` counts a line as heard whichever of the three flags it got.
    """
    pairs = list(zip(lines, found, strict=True))
    quiet = [got for line, got in pairs if line.flag is None]
    section: dict[str, Any] = {}
    for name in (*FLAGS, ANY):
        mine = [(line, _is(got, name)) for line, got in pairs if line.flag is not None and _is(line.flag, name)]
        ways = {
            "all": [hit for _, hit in mine],
            "direct": [hit for line, hit in mine if not line.indirect],
            "indirect": [hit for line, hit in mine if line.indirect],
        }
        section[name] = {
            "recall": {way: wilson(sum(hits), len(hits)) for way, hits in ways.items()},
            "false_alarms": wilson(sum(_is(got, name) for got in quiet), len(quiet)),
        }
    section["missed"] = [{"text": line.text, "expected": line.flag, "found": got} for line, got in _missed(pairs)]
    section["false"] = [{"text": line.text, "found": got} for line, got in pairs if line.flag is None and got]
    return section


def _is(flag: str | None, name: str) -> bool:
    return flag is not None if name == ANY else flag == name


def _missed(pairs: Sequence[tuple[Safety, str | None]]) -> list[tuple[Safety, str | None]]:
    return [(line, got) for line, got in pairs if line.flag is not None and got != line.flag]


def places_section(lines: Lines, resolved: Lines) -> dict[str, Any]:
    """Returns how many places were right, and apart those that more than one place could be.

    Where the person is to be asked, at least two of the expected places must be offered: which further,
    rarer ones to name (a tenth Georgetown) is a matter of taste, and two people list them differently.
    """

    def right(line: dict[str, Any], got: dict[str, Any]) -> bool:
        if line["ambiguous"] != got["ambiguous"]:
            return False
        if line["ambiguous"]:
            return len(_places_apart(line["places"]) & _places_apart(got["places"])) >= 2
        return line["places"] == got["places"]

    pairs = list(zip(lines, resolved, strict=True))
    open_ones = [got["ambiguous"] for line, got in pairs if line["ambiguous"]]
    return {
        "right": wilson(sum(right(line, got) for line, got in pairs), len(pairs)),
        "asked_back": wilson(sum(open_ones), len(open_ones)),
        "wrong": [
            {"text": line["text"], "expected": line["places"], "found": got["places"]}
            for line, got in pairs
            if not right(line, got)
        ],
    }


def _places_apart(codes: Sequence[str]) -> set[str]:
    """The places of a list without those countries of which a part is listed."""
    whole = {code.split("-")[0] for code in codes if "-" in code}
    return {code for code in codes if code not in whole}


def platforms_section(lines: Lines, parsed: Lines) -> dict[str, Any]:
    """Returns the F1 of the platforms that were named, and how many lines were wholly right."""
    wanted = [set(line["platforms"]) for line in lines]
    got = [{e["value"] for e in line["entities"] if e["entity"] == "platform"} for line in parsed]
    right = [a == b for a, b in zip(wanted, got, strict=True)]
    return {"f1": set_f1(wanted, got), "lines_right": wilson(sum(right), len(right))}


def needs_section(lines: Lines, parsed: Lines) -> dict[str, Any]:
    """Returns the F1 of the set of needs, and how often the most urgent was the intent, or was missed."""
    urgent = [line["needs"][0] for line in lines]
    first = [need == got["intent"] for need, got in zip(urgent, parsed, strict=True)]
    kept = [need in got["needs"] for need, got in zip(urgent, parsed, strict=True)]
    return {
        "f1": set_f1([set(line["needs"]) for line in lines], [set(got["needs"]) for got in parsed]),
        "urgent_first": wilson(sum(first), len(first)),
        "urgent_found": wilson(sum(kept), len(kept)),
    }
