"""The pictures of the evaluation: calibration, F1 of each intent, recall of each safety class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from bot.ops.evaluation_gate import WAYS
from bot.ops.evaluation_texts import FLAG_NAMES

matplotlib.use("Agg")
from matplotlib import pyplot

INK, MAIN, OTHER, THIRD = "#333333", "#1f5f8b", "#d98324", "#7aa6c2"
LOWEST_RECALL = 0.5


def draw(figures: dict[str, Any], default: dict[str, Any] | None, folder: Path) -> list[Path]:
    """Writes the pictures into the folder and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "calibration": _calibration(figures["intents"]["calibration"]),
        "intents": _intents(figures["intents"]["intents"], default["intents"] if default else {}),
        "safety": _safety(figures["safety"]),
    }
    paths = []
    for name, picture in made.items():
        paths.append(folder / f"{name}.png")
        # Without the version of the library the same figures give the same file.
        picture.savefig(paths[-1], dpi=110, bbox_inches="tight", metadata={"Software": None})
        pyplot.close(picture)
    return paths


def _spread(entries: list[dict[str, Any]]) -> Any:
    below = [max(0.0, entry["share"] - entry["low"]) for entry in entries]
    above = [max(0.0, entry["high"] - entry["share"]) for entry in entries]
    return np.array([below, above])


def _calibration(figures: dict[str, Any]) -> Any:
    picture, (plot, count) = pyplot.subplots(2, 1, figsize=(6, 7), height_ratios=(3, 1), sharex=True)
    sure = [entry["confidence"] for entry in figures["bins"]]
    right = [entry["right"] for entry in figures["bins"]]
    plot.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--", label="as sure as right")
    shares = [entry["share"] for entry in right]
    plot.errorbar(sure, shares, yerr=_spread(right), color=MAIN, marker="o", capsize=3, label="measured, 95 % interval")
    plot.set_ylabel("share of answers that were right")
    plot.set_ylim(0, 1.02)
    plot.set_title(f"Confidence and truth (expected calibration error {figures['expected_error']:.3f})")
    plot.legend(loc="lower right")
    count.bar(sure, [entry["total"] for entry in right], width=0.06, color=THIRD)
    count.set_ylabel("lines")
    count.set_xlabel("confidence")
    count.set_xlim(0, 1.02)
    return picture


def _intents(figures: dict[str, Any], default: dict[str, Any]) -> Any:
    names = sorted((name for name, entry in figures.items() if entry["support"]), key=lambda n: (figures[n]["f1"], n))
    names.reverse()
    picture, plot = pyplot.subplots(figsize=(8, 0.24 * len(names) + 1))
    rows = np.arange(len(names))
    plot.barh(rows, [figures[name]["f1"] for name in names], color=MAIN, height=0.7, label="Steady")
    if default:
        other = [default.get(name, {}).get("f1", 0.0) for name in names]
        plot.scatter(other, rows, color=OTHER, s=22, zorder=3, label="Rasa's default pipeline")
    plot.set_yticks(rows, names, fontsize=8)
    plot.set_xlim(0, 1.0)
    plot.set_ylim(len(names) - 0.4, -0.6)
    plot.set_xlabel("F1")
    plot.set_title("F1 of each intent on the validation lines", pad=28)
    plot.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    return picture


def _safety(figures: dict[str, Any]) -> Any:
    picture, plot = pyplot.subplots(figsize=(7.5, 4))
    places = np.arange(len(FLAG_NAMES))
    for shift, (way, colour) in enumerate(zip(WAYS, (INK, MAIN, OTHER), strict=True)):
        entries = [figures[flag]["recall"][way] for flag in FLAG_NAMES]
        shares = [entry["share"] for entry in entries]
        spread = _spread(entries)
        plot.errorbar(places + (shift - 1) * 0.18, shares, yerr=spread, fmt="o", color=colour, capsize=4, label=way)
    plot.set_xticks(places, FLAG_NAMES.values())
    plot.set_ylim(LOWEST_RECALL, 1.02)
    plot.set_ylabel(f"recall (axis starts at {LOWEST_RECALL})")
    plot.set_title("Cries for help that were heard, with 95 % intervals")
    plot.legend(loc="lower left")
    return picture
