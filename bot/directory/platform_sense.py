"""Is it the app here? A learned answer for words that are also everyday words ("snap", "line", "OF")."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from bot.directory.gazetteer_files import GAZETTEER, word_set
from bot.directory.gazetteer_text import Token
from bot.directory.platform_company import everyday_company

WEIGHTS = GAZETTEER / "platform_weights.json"
_CLASSES = (
    "on",
    "my",
    "app",
    "article",
    "in",
    "be",
    "modal",
    "subject",
    "object",
    "says",
    "post",
    "meet",
    "image",
    "person",
    "count",
    "time",
    "link",
    "number",
    "tech",
)
_NEAR = 6
_EDGE = "^"
_ENDS = frozenset(".!?\n:;")
_LINKS = frozenset({"and", ",", "or", "/", "also", "then", "plus", "n", "&", "to", "on", "from"})
_LENGTHS = (2, 5, 10, 20)
_TOPICS = ("image", "app", "post", "meet", "count", "tech")


class Scene:
    """One message, read once, in which words are judged.

    `sure` holds the token positions of words that always mean a platform, `open` those of words
    that may mean one; `addressed` says that a website address stands in the message.
    """

    def __init__(
        self, text: str, tokens: list[Token], sure: set[int], open_: set[int], addressed: bool = False
    ) -> None:
        self.words = [token.text for token in tokens]
        self._text = text
        self._tokens = tokens
        self._sure = sure
        self._open = open_
        self._addressed = addressed
        self._flat = not any(character.islower() for character in text)
        classes = {name for word in set(self.words) for name in _classes_of(word)}
        self._topics = [f"message {topic}" for topic in _TOPICS if topic in classes]

    def features(self, word: str, first: int, last: int) -> list[str]:
        """What speaks for or against the app, for the words first to last that are listed as `word`."""
        shape = self._shape(first, last)
        found = ["bias", f"word {word}", f"shape {shape}", f"{word}: shape {shape}", *self._topics]
        found += [f"short: shape {shape}"] if len(word) < 3 else []
        found += [f"plural: {word[:-1]}"] if word.endswith("s") else []
        found += self._beside(first, last)
        found += self._sides(word, first, last)
        found += self._bag(first, last)
        for company in everyday_company(word, self.words, first, last):
            found += [f"everyday {company}", f"{word}: everyday {company}"]
        found.append(f"length {sum(len(self.words) > limit for limit in _LENGTHS)}")
        return list(dict.fromkeys(found))

    def _shape(self, first: int, last: int) -> str:
        written = self._text[self._tokens[first].start : self._tokens[last - 1].end]
        if self._flat or written.islower():
            return "lower"
        starts = first == 0 or self.words[first - 1] in _ENDS
        if len(written) == 1:
            return "capital"
        if written.isupper():
            return "all capitals"
        return "starting capital" if starts else "inner capital"

    def _word(self, position: int) -> str:
        if not 0 <= position < len(self.words):
            return _EDGE
        word = self.words[position]
        return "#" if word[0].isdigit() else word

    def _sides(self, word: str, first: int, last: int) -> Iterator[str]:
        nearest = {"left": self._word(first - 1), "right": self._word(last)}
        main = []
        for side, near in nearest.items():
            classes = _classes_of(near) or ("other",)
            main.append(classes[0])
            for name in (near, *(f"[{each}]" for each in classes)):
                yield f"{side} {name}"
                yield f"{word}: {side} {name}"
        yield f"between [{main[0]}] and [{main[1]}]"
        for side, far in (("left", self._word(first - 2)), ("right", self._word(last + 1))):
            for name in (far, *(f"[{each}]" for each in _classes_of(far))):
                yield f"second {side} {name}"
        yield f"two left {self._word(first - 2)} {nearest['left']}"
        if self._joined(first, -1):
            yield "hyphen left"
        if self._joined(last - 1, 1):
            yield "hyphen right"

    def _joined(self, position: int, step: int) -> bool:
        token = self._tokens[position]
        mark = token.start - 1 if step < 0 else token.end
        inside = 0 < mark < len(self._text) - 1
        return inside and self._text[mark] in "-‐‑" and self._text[mark + step].isalnum()

    def _bag(self, first: int, last: int) -> Iterator[str]:
        for position in (*range(max(first - _NEAR, 0), first), *range(last, min(last + _NEAR, len(self.words)))):
            for name in _classes_of(self._word(position)):
                yield f"near [{name}]"

    def _beside(self, first: int, last: int) -> Iterator[str]:
        if self._addressed:
            yield "address in the message"
        own = set(range(first, last))
        if len(self._sure) > len(self._sure & own):
            yield "platform in the message"
        for positions, name in ((self._sure, "platform"), (self._open - own, "such word")):
            left, right = self._neighbour(first - 1, -1), self._neighbour(last, 1)
            if (left in positions and left < first - 1) or (right in positions and right > last):
                yield f"beside a {name}"

    def _neighbour(self, position: int, step: int) -> int:
        while 0 <= position < len(self.words) and self.words[position] in _LINKS:
            position += step
        return position


class Sense:
    """The learned weights: how likely a word means the app."""

    def __init__(self, weights: Mapping[str, float], data: str = "") -> None:
        self.weights = weights
        self.data = data

    @staticmethod
    @lru_cache(maxsize=2)
    def load(file: Path = WEIGHTS) -> Sense:
        """The stored weights; `data` is the fingerprint of the lines that they were learned from."""
        stored = json.loads(file.read_text(encoding="utf-8"))
        return Sense(stored["weights"], stored["data"])

    def probability(self, features: Iterable[str]) -> float:
        """How likely the app is meant, between 0 and 1."""
        score = sum(self.weights.get(feature, 0.0) for feature in features)
        return 1 / (1 + math.exp(-max(min(score, 30.0), -30.0)))


@cache
def _class_lists() -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {}
    for name in _CLASSES:
        for word in word_set(f"platform {name}"):
            lists.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in lists.items()}


def _classes_of(word: str) -> tuple[str, ...]:
    return _class_lists().get("#" if word[0].isdigit() else word, ())
