"""What the sentence encoder learns from: the intent examples, their batches and small changes to them."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.nlu.labels import CONVERSATIONAL

SEVERAL, BESIDE = "needs/mixed.jsonl", "needs/beside.jsonl"
"""Beside the folder of the intents: lines with several needs and no one intent; what else its examples need."""

JOINTS = (". ", ", ", " and ", " but ", "; ", "\n", " ", " also ", ". and ", " - ")
LONGEST_PART, LONGEST_JOINED = 40, 60
_PUNCTUATION = re.compile(r"[.,!?;:\"]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST_WORD_TO_MISTYPE = 4


class DataError(ValueError):
    """The training data cannot be learned from."""


@dataclass(frozen=True)
class Example:
    """One message of the training data: its intent, and in `also` what else it needs, most urgent first.

    One that holds `several` needs says nothing of which of them is the one intent.
    """

    text: str
    intent: str
    also: tuple[str, ...] = ()
    several: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """All its needs, most urgent first."""
        return (self.intent, *self.also)


@dataclass(frozen=True)
class Role:
    """A message with marks about one of its place names, and whether that is the writer's own place.

    `unnamed` has a neutral name between the marks, so that no name is learned by heart.
    """

    text: str
    unnamed: str
    own: bool


@dataclass(frozen=True)
class FineTuning:
    """How the encoder and its two answers are trained (AdamW).

    `join_share` is how many messages are joined from two or three examples, so that the second answer
    learns to find every need, and a crisis in half a sentence of a long message; `change_share` how many
    are changed as a hurried person might type them. `roles` is how many place names come with each batch.
    A crisis that is missed costs `safety_weight` times what another need does. With a teacher,
    `teacher_share` of the loss is how far the answers are from the teacher's, whose intents are softened by
    the temperature `softness`. `device` is torch's name for where all that is computed.
    """

    epochs: float = 4.0
    batch: int = 32
    roles: int = 8
    learning_rate: float = 1.2e-4
    answer_rate: float = 1e-3
    warm_up: float = 0.06
    weight_decay: float = 0.01
    dropout: float = 0.1
    smoothing: float = 0.05
    join_share: float = 0.35
    change_share: float = 0.25
    safety_weight: float = 4.0
    teacher_share: float = 0.7
    softness: float = 2.0
    max_tokens: int = 128
    threads: int = 2
    seed: int = 7
    device: str = "cpu"


TEACHER = FineTuning(epochs=2.0, learning_rate=4e-5)
"""How the larger encoder is trained that teaches the shipped one."""


@dataclass(frozen=True)
class Batch:
    """Messages to learn from: the needs in each (0 or 1 a label), which have one intent, and the place of its label."""

    texts: list[str]
    needs: NDArray[Any]
    single: NDArray[Any]
    intents: NDArray[Any]


def read_examples(folder: Path) -> list[Example]:
    """Returns every intent example of the folder's files, in the order of the files' names, with what else it needs.

    Raises DataError where there is none.
    """
    examples: list[Example] = []
    beside = {line["text"]: line["also"] for line in _lines(folder.parent / BESIDE)}
    for path in sorted(folder.glob("*.yml")):
        for block in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu", []):
            if "intent" not in block:
                continue
            intent = block["intent"]
            lines = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
            for line in filter(None, lines):
                examples.append(Example(line, intent, tuple(need for need in beside.get(line, ()) if need != intent)))
    if not examples:
        raise DataError(f"There are no intent examples in the folder {folder.name}.")
    return examples


def read_several(folder: Path) -> list[Example]:
    """Returns the messages with several needs beside the folder of the intent examples; [] if none."""
    lines = _lines(folder.parent / SEVERAL)
    return [Example(line["text"], line["needs"][0], tuple(line["needs"][1:]), several=True) for line in lines]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def data_hash(examples: Sequence[Example]) -> str:
    """Returns the sha256 of needs and sentences; comments and the order in the files do not count."""
    digest = hashlib.sha256()
    for line in sorted(f"{' '.join(example.needs)}\t{example.text}\n" for example in examples):
        digest.update(line.encode())
    return digest.hexdigest()


def changed(text: str, chance: random.Random) -> str:
    """Returns the sentence as a hurried person might type it; the same `chance` gives the same."""
    kind = chance.randrange(4)
    if kind == 0:
        return text.lower()
    if kind == 1:
        return _PUNCTUATION.sub("", text).replace("'", "").replace("\u2019", "") or text
    if kind == 2:
        return _mistyped(text, chance)
    return _mistyped(_PUNCTUATION.sub("", text.lower()) or text, chance)


def _mistyped(text: str, chance: random.Random) -> str:
    """Swaps, drops, doubles or replaces one letter inside one longer word."""
    words = text.split(" ")
    places = [number for number, word in enumerate(words) if len(word) >= SHORTEST_WORD_TO_MISTYPE and word.isalpha()]
    if not places:
        return text
    place = chance.choice(places)
    word = words[place]
    spot = chance.randrange(1, len(word) - 1)
    head, tail = word[:spot], word[spot:]
    words[place] = chance.choice(
        (
            head + tail[1] + tail[0] + tail[2:],
            head + tail[1:],
            head + tail[0] + tail,
            head + chance.choice(_LETTERS) + tail[1:],
        )
    )
    return " ".join(words)


def batches(examples: Sequence[Example], options: FineTuning, steps: int) -> Iterator[Batch]:
    """Yields a batch for each step; every example comes up once an epoch, and the same seed gives the same.

    Small talk is never joined to another message: it is no need of its own there.
    """
    labels = sorted({example.intent for example in examples})
    number = {label: place for place, label in enumerate(labels)}
    chance = random.Random(options.seed)  # noqa: S311  (to be repeated, not to be secret)
    pool = [e for e in examples if e.intent not in CONVERSATIONAL and len(e.text.split()) < LONGEST_PART]
    order: list[Example] = []
    for _ in range(steps):
        if len(order) < options.batch:
            order = chance.sample(list(examples), len(examples))
        drawn, order = order[: options.batch], order[options.batch :]
        groups = [_group(example, pool, options, chance) for example in drawn]
        needs = np.zeros((len(groups), len(labels)), dtype=np.float32)
        for row, group in enumerate(groups):
            needs[row, [number[need] for example in group for need in example.needs]] = 1.0
        texts = [_joined(group, chance) for group in groups]
        yield Batch(
            [changed(text, chance) if chance.random() < options.change_share else text for text in texts],
            needs,
            np.array([len(group) == 1 and not group[0].several for group in groups]),
            np.array([number[group[0].intent] for group in groups]),
        )


def role_batches(roles: Sequence[Role], options: FineTuning, steps: int) -> Iterator[tuple[list[str], NDArray[Any]]]:
    """Yields for each step the texts of some places, half of them unnamed, and 1 for each that is an own place."""
    chance = random.Random(options.seed + 1)  # noqa: S311  (to be repeated, not to be secret)
    order: list[Role] = []
    for _ in range(steps):
        if len(order) < options.roles:
            order = chance.sample(list(roles), len(roles))
        drawn, order = order[: options.roles], order[options.roles :]
        texts = [role.text if chance.random() < 0.5 else role.unnamed for role in drawn]
        yield (
            [changed(text, chance) if chance.random() < options.change_share else text for text in texts],
            np.array([role.own for role in drawn], dtype=np.float32),
        )


def _group(example: Example, pool: list[Example], options: FineTuning, chance: random.Random) -> list[Example]:
    """The example, and now and then one or two others that the message will hold too."""
    fits = example.intent not in CONVERSATIONAL and len(example.text.split()) < LONGEST_JOINED
    if not pool or not fits or chance.random() >= options.join_share:
        return [example]
    others = [chance.choice(pool) for _ in range(1 if chance.random() < 0.75 else 2)]
    return chance.sample([example, *others], 1 + len(others))


def _joined(group: list[Example], chance: random.Random) -> str:
    text = group[0].text
    for example in group[1:]:
        text = text.rstrip(".") + chance.choice(JOINTS) + example.text
    return text


def held_out(vectors: NDArray[Any], intents: Sequence[str], folds: int, seed: int, alike: float = 0.9) -> NDArray[Any]:
    """Returns True for about one in `folds` of each intent; near-duplicates stay on the same side.

    `vectors` are of unit length; examples whose cosine is `alike` or more belong together.
    """
    groups = _groups(vectors, alike)
    chance = random.Random(seed)  # noqa: S311  (to be repeated, not to be secret)
    out = np.zeros(len(intents), dtype=bool)
    for label in sorted(set(intents)):
        places = [n for n, intent in enumerate(intents) if intent == label]
        names = sorted({groups[n] for n in places})
        chance.shuffle(names)
        wanted = len(places) // folds
        for name in names:
            members = [n for n in places if groups[n] == name]
            if out[places].sum() + len(members) <= wanted:
                out[members] = True
    kept = {groups[n] for n in np.flatnonzero(~out)}
    for n in np.flatnonzero(out):
        out[n] = groups[n] not in kept
    return out


def _groups(vectors: NDArray[Any], alike: float) -> list[int]:
    """The smallest place among the examples that each one is linked to by near-duplicates."""
    parent = list(range(len(vectors)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for start in range(0, len(vectors), 512):
        close = vectors[start : start + 512] @ vectors.T >= alike
        for row, column in zip(*np.nonzero(close), strict=True):
            first, second = sorted((root(start + int(row)), root(int(column))))
            parent[second] = first
    return [root(place) for place in range(len(vectors))]
