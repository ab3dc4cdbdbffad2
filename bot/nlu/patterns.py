"""Rules as data: texts in one plain spelling, and patterns in YAML files that are matched on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz.distance import OSA

from bot.nlu.text import fold

HERE = Path(__file__).parent
_TOKEN = re.compile(r"[\w']+")
_SENTENCE = re.compile(r"[.!?;\n]+(?=\s|$)|\n|,?\s+(?:but|though|except)\s+")
_MACRO = re.compile(r"%(\w+)%")
_NEGATION = re.compile(
    r"(?<!if )\b(?:not|never|no|nobody|without|neither|nor|hardly|stopped)\s+"
    r"(?!know|sure|see|stop|stopping|help|just|only|think of|able)(?:[\w']+\s+){0,3}$"
)
_LONG_RUN = re.compile(r"(\w)\1{2,}")
FUZZY_LENGTH = 6


@dataclass(frozen=True)
class Plain:
    """A text in plain spelling, with the way back to the characters that were written."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Returns where in the written text the characters start..end of the plain text come from."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True)
class Rule:
    """Patterns that mean one thing, unless something else is said in the same sentence."""

    name: str
    value: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    requires: re.Pattern[str] | None
    negatable: bool


@dataclass(frozen=True)
class Hit:
    """A rule that matched, with its place in the written text."""

    name: str
    value: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _spelling() -> tuple[dict[str, str], dict[str, str], dict[str, list[str]]]:
    """Words and their spellings, contractions, and the words known in spite of one typo, by what is left of them
    and of their typos when one letter is taken out (Garbe's symmetric delete), so that few need to be compared."""
    data = yaml.safe_load((HERE / "spelling.yml").read_text(encoding="utf-8"))
    words = {str(key): str(value) for key, value in data["words"].items()}
    fuzzy: dict[str, list[str]] = {}
    for word in sorted(data["fuzzy"]):
        for left in _one_less(word):
            fuzzy.setdefault(left, []).append(word)
    return words, data["apostrophes"], fuzzy


def _one_less(word: str) -> set[str]:
    """The word, and what is left when one letter after the first is taken out."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(1, len(word)))}


def _respelled(token: str) -> str:
    words, apostrophes, fuzzy = _spelling()
    if token in apostrophes:
        return apostrophes[token]
    bare = token.replace("'", "")
    if bare in words:
        return words[bare]
    short = _LONG_RUN.sub(r"\1", bare)
    if short in words:
        return words[short]
    if short in fuzzy.get(short, ()):
        return short
    if len(short) >= FUZZY_LENGTH:
        alike = {word for left in _one_less(short) for word in fuzzy.get(left, ())}
        for word in sorted(alike):
            if OSA.distance(word, short, score_cutoff=1) <= 1:
                return word
    return bare


def plain(text: str) -> Plain:
    """Returns the text with contractions, text-speak and frequent misspellings written out."""
    folded = fold(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0
    for match in _TOKEN.finditer(folded):
        for position in range(last, match.start()):
            pieces.append(folded[position])
            starts.append(position)
            ends.append(position + 1)
        word = _respelled(match.group())
        if len(word) == match.end() - match.start():
            starts.extend(range(match.start(), match.end()))
            ends.extend(range(match.start() + 1, match.end() + 1))
        else:
            starts.extend([match.start()] * len(word))
            ends.extend([match.end()] * len(word))
        pieces.append(word)
        last = match.end()
    for position in range(last, len(folded)):
        pieces.append(folded[position])
        starts.append(position)
        ends.append(position + 1)
    return Plain("".join(pieces), tuple(starts), tuple(ends))


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yields each sentence with its offset."""
    start = 0
    for match in _SENTENCE.finditer(text):
        if text[start : match.start()].strip():
            yield start, text[start : match.start()]
        start = match.end()
    if text[start:].strip():
        yield start, text[start:]


def load_rules(path: Path, section: str) -> tuple[Rule, ...]:
    """Reads the rules of a section of a YAML file; raises ValueError for a pattern that is no pattern."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    macros: dict[str, str] = {}
    for name, text in data.get("macros", {}).items():
        macros[name] = _expand(text, macros)
    return tuple(_rule(entry, macros, path) for entry in data[section])


def _expand(text: str, macros: dict[str, str]) -> str:
    """Fills in the macros; a line of YAML may be folded after a bar."""
    joined = re.sub(r"\|\s+", "|", " ".join(text.split()))
    return _MACRO.sub(lambda match: f"(?:{macros[match.group(1)]})", joined)


def _rule(entry: dict[str, Any], macros: dict[str, str], path: Path) -> Rule:
    def compiled(key: str) -> re.Pattern[str] | None:
        if key not in entry:
            return None
        try:
            parts = "|".join(_expand(text, macros) for text in entry[key])
            return re.compile(rf"(?<!\w)(?:{parts})(?!\w)")
        except (re.error, KeyError) as problem:
            raise ValueError(f"{path.name}: the {key} of '{entry['value']}' is no pattern: {problem}") from None

    pattern = compiled("patterns")
    if pattern is None:
        raise ValueError(f"{path.name}: '{entry['value']}' has no patterns.")
    return Rule(
        name=entry.get("entity", ""),
        value=entry["value"],
        pattern=pattern,
        unless=compiled("unless"),
        requires=compiled("requires"),
        negatable=entry.get("negatable", True),
    )


def negated(sentence: str, start: int) -> bool:
    """True where what begins at `start` is denied by the words just before it."""
    return _NEGATION.search(sentence[max(0, start - 60) : start]) is not None


def find(rules: tuple[Rule, ...], written: Plain) -> list[Hit]:
    """Returns every rule that holds, in the order of the rules, with its first place in the text."""
    parts = list(sentences(written.text))
    hits = []
    for rule in rules:
        if rule.requires is not None and rule.requires.search(written.text) is None:
            continue
        hit = next((found for offset, part in parts for found in _matches(rule, part, offset, written)), None)
        if hit is not None:
            hits.append(hit)
    return hits


def _matches(rule: Rule, sentence: str, offset: int, written: Plain) -> Iterator[Hit]:
    if rule.unless is not None and rule.unless.search(sentence) is not None:
        return
    for match in rule.pattern.finditer(sentence):
        if rule.negatable and negated(sentence, match.start()):
            continue
        start, end = written.span(offset + match.start(), offset + match.end())
        yield Hit(rule.name, rule.value, start, end)
        return
