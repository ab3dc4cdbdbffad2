"""Words and table cells that the report and the pictures share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

FLAG_NAMES = {
    "self_harm_risk": "self-harm",
    "immediate_danger": "immediate danger",
    "minor": "minor",
    "any": "any of the three",
}


def percent(share: float | None) -> str:
    """Returns a share as `94.0 %`, or a dash where nothing was counted."""
    return "–" if share is None else f"{100 * share:.1f} %"


def interval(entry: dict[str, Any]) -> str:
    """Returns `94.0 % (92.3–95.3)` for a share or a value with its bounds."""
    share = entry.get("share", entry.get("value"))
    if share is None:
        return "–"
    return f"{percent(share)} ({100 * entry['low']:.1f}–{100 * entry['high']:.1f})"


def counted(entry: dict[str, Any]) -> str:
    """Returns `72 of 76: 94.7 % (87.2–97.9)`."""
    return f"{entry['hits']} of {entry['total']}: {interval(entry)}"


def cell(text: str) -> str:
    """Returns a text that can stand in a cell of a Markdown table."""
    flat = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return flat.replace("<", "&lt;").replace("*", "\\*").replace("`", "'")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Returns a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(value) for value in line) + " |" for line in lines) + "\n"
