"""What the evaluation reads: the validation lines, the training examples, and how far they resemble each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bot.nlu.finetune_data import Example, read_examples
from bot.settings import ROOT

VALIDATION = ROOT / "tests" / "model" / "validation"
TRAINING = ROOT / "data" / "nlu"
BLIND = ROOT / "tests" / "model" / "blind"
SETS = ("intents", "safety", "places", "platforms", "needs")
NEAR = 0.7
BLOCK = 512
_WORD = re.compile(r"\w+")

Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class Safety:
    """A validation line on safety: the flag it should get, and whether it says so in other words only."""

    text: str
    flag: str | None
    indirect: bool


@dataclass(frozen=True)
class Validation:
    """The validation lines of each kind."""

    intents: Lines
    safety: tuple[Safety, ...]
    places: Lines
    platforms: Lines
    needs: Lines


def read_validation(folder: Path = VALIDATION) -> Validation:
    """Returns the validation sets; raises FileNotFoundError where one is missing."""
    return _validation({name: _lines(folder / f"{name}.jsonl") for name in SETS})


def read_blind(folder: Path = BLIND) -> Validation:
    """Returns the blind sets; raises FileNotFoundError where one is missing.

    Their errors are never listed and nothing may be chosen on them: they tell how far the figures on the
    validation lines flatter.
    """
    return read_validation(folder)


def _validation(lines: dict[str, Lines]) -> Validation:
    safety = tuple(Safety(line["text"], line["safety"], line["indirect"]) for line in lines["safety"])
    return Validation(lines["intents"], safety, lines["places"], lines["platforms"], lines["needs"])


def _lines(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def training_examples(folder: Path = TRAINING) -> list[Example]:
    """Returns what the model is trained on; raises DataError where there is nothing."""
    return read_examples(folder)


def _words(texts: Sequence[str], columns: dict[str, int]) -> sparse.csr_matrix:
    """One row a text with a 1 for each of its words; words that `columns` lacks are added to it."""
    indices: list[int] = []
    starts = [0]
    for text in texts:
        words = dict.fromkeys(_WORD.findall(text.lower().replace("'", "")))
        indices += [columns.setdefault(word, len(columns)) for word in words]
        starts.append(len(indices))
    ones = np.ones(len(indices), dtype=np.float32)
    return sparse.csr_matrix((ones, indices, starts), shape=(len(texts), len(columns)))


def _overlaps(left: sparse.csr_matrix, right: sparse.csr_matrix) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yields, block by block, the first row and the shared share of words (Jaccard) with every row of `right`."""
    sizes = np.asarray(right.sum(axis=1)).ravel()
    for start in range(0, left.shape[0], BLOCK):
        part = left[start : start + BLOCK]
        shared = (part @ right.T).toarray()
        whole = np.asarray(part.sum(axis=1)) + sizes[None] - shared
        yield start, shared / np.maximum(whole, 1.0)


def nearest(texts: Sequence[str], known: Sequence[str]) -> NDArray[Any]:
    """Returns for each text the largest share of words (Jaccard) that it has in common with a known one."""
    columns: dict[str, int] = {}
    right, left = _words(known, columns), _words(texts, columns)
    right.resize((right.shape[0], len(columns)))
    left.resize((left.shape[0], len(columns)))
    return np.concatenate([block.max(axis=1) for _, block in _overlaps(left, right)])


def near_duplicate_groups(texts: Sequence[str], limit: float = NEAR) -> NDArray[Any]:
    """Returns a group number for each text; texts that share more than `limit` of their words are one group."""
    words = _words(texts, {})
    links = [
        (rows + start, others)
        for start, block in _overlaps(words, words)
        for rows, others in [np.nonzero(block > limit)]
    ]
    rows, others = (np.concatenate(side) for side in zip(*links, strict=True))
    graph = sparse.coo_matrix((np.ones(len(rows)), (rows, others)), shape=(len(texts), len(texts)))
    return connected_components(graph, directed=False)[1]
