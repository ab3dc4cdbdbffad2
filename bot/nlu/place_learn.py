"""Learns whose place is meant from the lines of data/places: `python -m bot.nlu.place_learn`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.directory.gazetteer_cues import cues, marked, masked, sentence_of
from bot.directory.gazetteer_files import GAZETTEER
from bot.directory.gazetteer_joint import within
from bot.directory.gazetteer_message import Candidate
from bot.directory.places import Places
from bot.nlu.encoder import Encoder
from bot.nlu.finetune_data import Role
from bot.nlu.place_roles import WEIGHTS, Represent
from bot.settings import ROOT

LINES = ROOT / "data" / "places"
STRENGTH = 0.1
"""Inverse strength of the penalty on large weights; the best of 0.05 to 0.3 by cross-validation."""

LEAST_SEEN = 3
"""Cues that fewer places have are left out."""

THRESHOLD = 0.45
"""The least likelihood of an own place; the best of 0.4 to 0.6 by cross-validation."""


@dataclass(frozen=True)
class Example:
    """One place name of a line: its cues, the vector of its sentence, and whether it is the writer's own."""

    line: int
    cues: tuple[str, ...]
    vector: NDArray[Any]
    own: bool


def read_lines(folder: Path = LINES) -> list[dict[str, Any]]:
    """The lines to learn from: objects with text, places and ambiguous."""
    return [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def fingerprint(folder: Path = LINES) -> str:
    """Changes when a line or a word family changes, so that stale weights are noticed."""
    digest = hashlib.sha256()
    for path in [*sorted(folder.glob("*.jsonl")), GAZETTEER / "cues.tsv"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _own(candidate: Candidate, line: dict[str, Any]) -> bool:
    """True where a place name fits the places of its line."""
    meant = line["places"] if line["ambiguous"] else line["places"][:1]
    return any(within(a, b) or within(b, a) for a in candidate.codes for b in meant)


def place_roles(lines: Sequence[dict[str, Any]]) -> list[Role]:
    """Every place name of the lines for the tuned encoder, with marks about it."""
    places, found = Places.load(), []
    for line in lines:
        message, candidates = places.candidates(line["text"])
        for candidate in candidates:
            texts = (marked(message, candidate), marked(message, candidate, named=False))
            found.append(Role(*texts, _own(candidate, line)))
    return found


def examples(lines: Sequence[dict[str, Any]], places: Places, represent: Represent) -> Iterator[Example]:
    """Every place name of the lines as an example; it is own where it fits the places of its line."""
    for number, line in enumerate(lines):
        message, candidates = places.candidates(line["text"])
        words = masked(message, candidates)
        for candidate in candidates:
            vector = represent([sentence_of(message, candidate)])[0]
            yield Example(number, tuple(cues(message, candidate, candidates, words)), vector, _own(candidate, line))


def learn(found: Sequence[Example]) -> dict[str, Any]:
    """The weights of a logistic regression over cues and sentence vectors."""
    seen = Counter(name for example in found for name in set(example.cues))
    rows = [{name: 1.0 for name in example.cues if seen[name] >= LEAST_SEEN} for example in found]
    vectorizer = DictVectorizer()
    table = hstack([vectorizer.fit_transform(rows), csr_matrix(np.array([example.vector for example in found]))])
    model = LogisticRegression(C=STRENGTH, max_iter=2000, tol=1e-5)
    model.fit(table.tocsr(), [example.own for example in found])
    names = vectorizer.get_feature_names_out()
    weights = model.coef_[0]
    return {
        "threshold": THRESHOLD,
        "bias": round(float(model.intercept_[0]), 3),
        "cues": {
            name: round(float(weight), 3)
            for name, weight in zip(names, weights[: len(names)], strict=True)
            if abs(weight) >= 0.0015
        },
        "sentence": [round(float(weight), 4) for weight in weights[len(names) :]],
    }


def main() -> None:
    """Learns from the stored lines and writes the weights beside the judge."""
    found = list(examples(read_lines(), Places.load(), Encoder.load().represent))
    learned = {"learnt_from": fingerprint(), **learn(found)}
    text = json.dumps(learned, ensure_ascii=False, indent=0, sort_keys=True)
    WEIGHTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
