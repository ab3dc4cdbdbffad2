"""What the tests hold every later version to: not worse than the accepted figures by more than their interval."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.ops.evaluation_figures import ANY, FLAGS
from bot.settings import ROOT

BASELINE = ROOT / "docs" / "evaluation" / "baseline.json"
WAYS = ("all", "direct", "indirect")


def watched(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Returns the shares that must not fall, by name: each accuracy, and each safety recall."""
    sets = {"": figures, "blind, ": figures["blind"]}
    recalls = {
        f"{name}{flag}, {way}": part["safety"][flag]["recall"][way]
        for name, part in sets.items()
        for flag in (*FLAGS, ANY)
        for way in WAYS
    }
    return {**{f"{name}accuracy": part["intents"]["accuracy"] for name, part in sets.items()}, **recalls}


def write_baseline(figures: dict[str, Any], path: Path = BASELINE) -> None:
    """Accepts the figures as what later versions are held to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(watched(figures), indent=1) + "\n", encoding="utf-8")


def read_baseline(path: Path = BASELINE) -> dict[str, dict[str, Any]]:
    """Returns the accepted figures; raises FileNotFoundError where there are none."""
    return json.loads(path.read_text(encoding="utf-8"))


def shortfalls(figures: dict[str, Any], baseline: dict[str, dict[str, Any]]) -> list[str]:
    """Returns a line for each share that lies below the lower bound of its accepted interval.

    A figure of the baseline that was not measured falls short too.
    """
    now = watched(figures)
    lines = []
    for name, accepted in baseline.items():
        share = now[name]["share"] if name in now else None
        if share is None or share < accepted["low"]:
            lines.append(f"{name}: {share} is below {accepted['low']} (accepted: {accepted['share']})")
    return lines
