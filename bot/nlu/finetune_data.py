"""What the sentence encoder learns from: the intent examples, their batches and small changes to them."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

HARD_NEGATIVES = "hard_negatives"
SAFETY_INTENTS = ("immediate_danger", "i_am_minor", "self_harm_risk")
_PUNCTUATION = re.compile(r"[.,!?;:\"]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST_WORD_TO_MISTYPE = 4


class DataError(ValueError):
    """The training data cannot be learned from."""


@dataclass(frozen=True)
class Example:
    """One sentence of the training data; `hard` where it was written to look like another intent."""

    text: str
    intent: str
    hard: bool = False


@dataclass(frozen=True)
class BatchPlan:
    """How a batch is put together: intents in it, examples of each, and how hard cases are favoured.

    `hard_share` is how often an intent gets a hard case that chance did not give it, `change_share` how
    many sentences are changed as a hurried person might type them.
    """

    intents: int = 24
    examples: int = 3
    hard_share: float = 0.3
    change_share: float = 0.4


@dataclass(frozen=True)
class FineTuning:
    """How the encoder is trained: AdamW on the supervised contrastive loss at `temperature`.

    So few steps at so low a rate because longer training raised the figures on held-out training
    sentences only, and lowered those on the validation lines, which somebody else wrote.
    """

    steps: int = 240
    learning_rate: float = 5e-5
    warm_up: float = 0.1
    temperature: float = 0.07
    weight_decay: float = 0.01
    dropout: float = 0.1
    max_tokens: int = 64
    threads: int = 2
    seed: int = 7
    batch: BatchPlan = BatchPlan()


def read_examples(folder: Path) -> list[Example]:
    """Returns every intent example of the folder's files, in the order of the files' names.

    Raises DataError where there is none.
    """
    examples: list[Example] = []
    for path in sorted(folder.glob("*.yml")):
        for block in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu", []):
            if "intent" not in block:
                continue
            lines = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
            hard = path.name.startswith(HARD_NEGATIVES)
            examples.extend(Example(line, block["intent"], hard) for line in lines if line)
    if not examples:
        raise DataError(f"There are no intent examples in the folder {folder.name}.")
    return examples


def data_hash(examples: Sequence[Example]) -> str:
    """Returns the sha256 of intents and sentences; comments and the order in the files do not count."""
    digest = hashlib.sha256()
    for line in sorted(f"{example.intent}\t{example.text}\n" for example in examples):
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


def batches(
    examples: Sequence[Example], plan: BatchPlan, steps: int, seed: int
) -> Iterator[tuple[list[str], list[int], list[int]]]:
    """Yields for each step the texts, the number of each one's intent, and its place in `examples`.

    A batch holds the three safety intents every second time, since confusing them costs most. The same
    seed gives the same batches. Raises DataError where an intent has fewer examples than a batch needs.
    """
    labels = sorted({example.intent for example in examples})
    pools = {label: [n for n, example in enumerate(examples) if example.intent == label] for label in labels}
    if min(len(pool) for pool in pools.values()) < plan.examples:
        raise DataError(f"Every intent needs {plan.examples} examples at least.")
    hard = {label: [n for n in pool if examples[n].hard] for label, pool in pools.items()}
    chance = random.Random(seed)  # noqa: S311  (to be repeated, not to be secret)
    for step in range(steps):
        always = [label for label in SAFETY_INTENTS if label in pools] if step % 2 == 0 else []
        others = [label for label in labels if label not in always]
        chosen = always + chance.sample(others, min(len(others), plan.intents - len(always)))
        places = [n for label in chosen for n in _drawn(pools[label], hard[label], plan, chance)]
        texts = [
            changed(examples[n].text, chance) if chance.random() < plan.change_share else examples[n].text
            for n in places
        ]
        yield texts, [labels.index(examples[n].intent) for n in places], places


def _drawn(pool: list[int], hard: list[int], plan: BatchPlan, chance: random.Random) -> list[int]:
    """The examples of one intent, one of them a hard case now and then."""
    drawn = chance.sample(pool, plan.examples)
    if hard and chance.random() < plan.hard_share and not set(hard) & set(drawn):
        drawn[0] = chance.choice(hard)
    return drawn


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
