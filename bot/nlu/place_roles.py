"""Whose place is it: a learned judge over the words around a place name and the sense of its sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.directory.gazetteer_cues import cues, marked, masked, sentence_of
from bot.directory.gazetteer_message import Candidate, Message
from bot.directory.gazetteer_roles import Claim
from bot.directory.places import Places
from bot.nlu.encoder import Encoder
from bot.nlu.tuned import TunedModel

WEIGHTS = Path(__file__).with_name("place_roles.json")
MOST_JUDGED = 8
"""Places of one message that are judged; a longer list is no statement of a home."""

Represent = Callable[[list[str]], NDArray[Any]]
Judge = Callable[[list[str]], NDArray[Any]]
TUNED_SHARE = 0.3
"""How much the tuned encoder's log odds count beside those of the weights."""


@dataclass(frozen=True)
class Weights:
    """What was learned: the weight of each cue and of each number of the sentence's vector.

    threshold: the least likelihood from which a place counts as the person's own;
    learnt_from: fingerprint of the lines and word families that it was learned from.
    """

    bias: float
    cues: dict[str, float]
    sentence: NDArray[Any]
    threshold: float
    learnt_from: str

    @classmethod
    def read(cls, path: Path = WEIGHTS) -> Weights:
        """The stored weights; a broken file raises KeyError or ValueError."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            bias=float(stored["bias"]),
            cues=stored["cues"],
            sentence=np.asarray(stored["sentence"], dtype=np.float32),
            threshold=float(stored["threshold"]),
            learnt_from=stored["learnt_from"],
        )


class RoleJudge:
    """Gives every place of a message its role."""

    def __init__(self, weights: Weights, represent: Represent, tuned: Judge | None = None) -> None:
        self._weights = weights
        self._represent = represent
        self._tuned = tuned

    def __call__(self, message: Message, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates with the role that their surroundings make likely, in the same order."""
        judged = set(map(id, [*candidates[: MOST_JUDGED // 2], *candidates[-MOST_JUDGED // 2 :]]))
        words = masked(message, candidates)
        likely = [
            self._likely(message, candidate, candidates, words) if id(candidate) in judged else 0.0
            for candidate in candidates
        ]
        return [
            replace(candidate, claim=_claim(candidate, chance, self._weights.threshold))
            for candidate, chance in zip(candidates, likely, strict=True)
        ]

    def _likely(
        self, message: Message, candidate: Candidate, candidates: Sequence[Candidate], words: Sequence[str]
    ) -> float:
        """How likely the place is the person's own, from 0 to 1."""
        vector = self._represent([sentence_of(message, candidate)])[0]
        score = self._weights.bias + float(vector @ self._weights.sentence)
        for name in set(cues(message, candidate, candidates, words)):
            score += self._weights.cues.get(name, 0.0)
        if self._tuned is not None:
            score += TUNED_SHARE * (float(self._tuned([marked(message, candidate)])[0]) - score)
        return 1.0 / (1.0 + math.exp(-score))


def _claim(candidate: Candidate, chance: float, least: float) -> Claim:
    claim = candidate.claim
    if chance >= least:
        return Claim("own", claim.rank if claim.role == "own" else 0, chance)
    return Claim("rejected" if claim.role == "rejected" else "other")


@lru_cache(maxsize=1)
def learned_places() -> Places:
    """The gazetteer with the learned judge; the first call in a process builds both.

    Raises EncoderError where the sentence encoder is missing.
    """
    tuned = TunedModel.load()
    return Places.load().judged_by(RoleJudge(Weights.read(), Encoder.load().represent, tuned.own_place))
