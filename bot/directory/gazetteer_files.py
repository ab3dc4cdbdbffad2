"""The gazetteer files: lists that a person can correct without touching code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

GAZETTEER = Path(__file__).parent / "gazetteer"


def rows(filename: str) -> Iterator[list[str]]:
    """Rows of a gazetteer file, split at tabs; comments and blank lines are left out."""
    for line in (GAZETTEER / filename).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def word_set(name: str) -> frozenset[str]:
    """The words of one list of `words.tsv`; a missing list raises KeyError."""
    words = frozenset(word for row in rows("words.tsv") if row[0] == name for word in row[1].split())
    if not words:
        raise KeyError(f"no list {name!r} in {GAZETTEER / 'words.tsv'}")
    return words
