"""Learns when an everyday word means the app, from the lines of data/platforms; writes the weights as JSON.

`python -m bot.directory.platform_learn` learns, `python -m bot.directory.platform_learn check` tells how
well lines are read that were not learned from.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.directory.platform_names import Candidate, PlatformNames, entries
from bot.directory.platform_sense import WEIGHTS, Sense
from bot.settings import ROOT

LINES = ROOT / "data" / "platforms"
_STRENGTH = 0.3
"""Inverse of the penalty on large weights; the best of 0.1 to 3 in cross-validation."""
_RAREST = 2
_FOLDS = 8
_SMALLEST = 0.01


@dataclass(frozen=True)
class Line:
    """A message as somebody might write it, and the platforms that it means."""

    text: str
    platforms: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """How well the platforms of messages are found: micro-averaged precision, recall, F1."""

    precision: float
    recall: float
    f1: float


def lines_of(folder: Path = LINES) -> list[Line]:
    """The lines of all files of a folder, in the order of their texts."""
    read = [
        json.loads(row)
        for file in sorted(folder.glob("*.jsonl"))
        for row in file.read_text(encoding="utf-8").splitlines()
    ]
    return sorted((Line(row["text"], frozenset(row["platforms"])) for row in read), key=lambda line: line.text)


def fingerprint(lines: Iterable[Line]) -> str:
    """The sha256 of texts and platforms; which file they stand in does not count."""
    digest = hashlib.sha256()
    for line in sorted(lines, key=lambda line: line.text):
        digest.update(json.dumps([line.text, sorted(line.platforms)]).encode())
    return digest.hexdigest()


def learn(lines: Sequence[Line]) -> Sense:
    """The weights that tell the app from the everyday word on these lines."""
    names = PlatformNames(entries())
    examples = [(each, each.alias.value in line.platforms) for line in lines for each in _open(names, line)]
    seen = Counter(feature for each, _ in examples for feature in each.features)
    rows = [{feature: 1.0 for feature in each.features if seen[feature] >= _RAREST} for each, _ in examples]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", fit_intercept=False, random_state=0)
    model.fit(vectorizer.fit_transform(rows), [meant for _, meant in examples])
    weights = {
        str(feature): round(float(weight), 3)
        for feature, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
        if abs(weight) >= _SMALLEST
    }
    return Sense(weights, fingerprint(lines))


def measure(lines: Sequence[Line], names: PlatformNames) -> Figures:
    """How well the names find the platforms of the lines."""
    return _figures(_counts(lines, names))


def cross_validate(lines: Sequence[Line]) -> Figures:
    """The same on lines not learned from; lines with the same word in the same company stay together."""
    groups = _groups(lines)
    total: Counter[str] = Counter()
    for known, unknown in GroupKFold(_FOLDS).split(lines, groups=groups):
        names = PlatformNames(entries(), learn([lines[number] for number in known]))
        total += _counts([lines[number] for number in unknown], names)
    return _figures(total)


def write(sense: Sense, file: Path = WEIGHTS) -> None:
    """Stores the weights, one a line in the order of their names."""
    stored = {"data": sense.data, "weights": dict(sorted(sense.weights.items()))}
    file.write_text(json.dumps(stored, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def _open(names: PlatformNames, line: Line) -> list[Candidate]:
    return [each for each in names.read(line.text)[1] if each.features]


def _counts(lines: Sequence[Line], names: PlatformNames) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in lines:
        found = {mention.value for mention in names.find(line.text)}
        counts["right"] += len(found & line.platforms)
        counts["extra"] += len(found - line.platforms)
        counts["missed"] += len(line.platforms - found)
    return counts


def _figures(counts: Counter[str]) -> Figures:
    right, extra, missed = counts["right"], counts["extra"], counts["missed"]
    return Figures(
        precision=right / max(right + extra, 1),
        recall=right / max(right + missed, 1),
        f1=2 * right / max(2 * right + extra + missed, 1),
    )


def _groups(lines: Sequence[Line]) -> list[int]:
    """A number for each line; the same for lines that hold a word next to the same words on both sides."""
    names = PlatformNames(entries())
    first: dict[str, int] = {}
    groups: list[int] = []
    for number, line in enumerate(lines):
        keys = [key for each in _open(names, line) for key in _company(each)]
        group = min((groups[first[key]] for key in keys if key in first), default=number)
        groups.append(group)
        for key in keys:
            first.setdefault(key, number)
    return groups


def _company(candidate: Candidate) -> list[str]:
    word = candidate.alias.word
    sides = [each for each in candidate.features if each.startswith((f"{word}: left ", f"{word}: right "))]
    plain = [each for each in sides if "[" not in each]
    return [" ".join(plain)] if plain else []


def main(arguments: Sequence[str]) -> None:
    """Learns and stores the weights, or writes out the figures of the cross-validation."""
    lines = lines_of()
    if "check" in arguments:
        sys.stdout.write(f"{len(lines)} lines, {cross_validate(lines)}\n")
        return
    write(learn(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
