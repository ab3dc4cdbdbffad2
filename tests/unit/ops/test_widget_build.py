"""The built widget belongs to its sources; a change of either is noticed without Node."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.ops.widget_build import WIDGET, faults


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of sources and built files that may be changed."""
    folder = tmp_path / "widget"
    shutil.copytree(WIDGET, folder, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    return folder


def test_what_is_served_was_built_from_these_sources() -> None:
    assert faults() == []


CHANGED = "bot/widget/src has changed since bot/widget/dist was built"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda at: (at / "src" / "leave.ts").write_text("// other"), [CHANGED]),
        (lambda at: (at / "src" / "new.ts").write_text("// new"), [CHANGED]),
        (lambda at: (at / "package-lock.json").write_text("{}"), [CHANGED]),
        (
            lambda at: (at / "dist" / "widget.js").write_text("alert(1)"),
            ["bot/widget/dist/widget.js is not what was built"],
        ),
        (lambda at: (at / "dist" / "widget.css").unlink(), ["bot/widget/dist/widget.css is not what was built"]),
        (
            lambda at: (at / "dist" / "integrity.json").write_text("no"),
            ["bot/widget/dist/integrity.json cannot be read"],
        ),
    ],
    ids=["source", "new source", "lock", "built script", "built style missing", "no hashes"],
)
def test_any_change_is_noticed(copy: Path, change: Callable[[Path], object], expected: list[str]) -> None:
    change(copy)
    assert faults(copy) == expected
