"""Two-stage safety screen: word patterns first, then the classifier's probabilities (rules R01, R26)."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.patterns import HERE, Hit, Plain, Rule, find, load_rules, plain

SELF_HARM, DANGER, MINOR, EXIT = "self_harm_risk", "immediate_danger", "minor", "stop_or_quick_exit"
ADULT, DENIAL, PAST, SAFE, SCOLDED = "adult", "denial", "past", "safe", "scolded"
FOREIGN, FOREIGN_RULES = "foreign", "other languages"
MINOR_INTENT = "i_am_minor"
FLAGS = {SELF_HARM: SELF_HARM, DANGER: DANGER, MINOR: MINOR_INTENT}
EXIT_WORDS = 9
BARE_WORDS = 3
BARE_THRESHOLD = 0.5
SURE = 0.95
FLOORS, LONGEST_OVERRULED = {SELF_HARM: 0.02, DANGER: 0.05, MINOR: 0.1}, 500
"""Below this chance the words of a crisis raise nothing ("armed with good lawyers", "that overdose of paperwork"),
where the models have read the whole message (of a long one they read head and tail). On the validation lines,
of 90 cries in such words one had 0.028 and none of the others less than 0.33, danger 0.85, a minor 0.59."""
SHORT_CRY = 6
"""In so few words there is nothing to tell "I can't go on" from "can't go on, the button is grey"; so they count."""
FAINT, LIKELY, VERY_LIKELY, FAINTER = 0.3, 0.5, 0.7, 1.0
"""Of several flags one is dropped that no word speaks of, is not likely, and has log odds 1 below the other's."""
CERTAIN = 1e-6
TEXT_LIMIT = 12000
_BUT = re.compile(r"\b(?:but|though|although|except|unless|if|until|yet)\b")


@dataclass(frozen=True)
class SafetyThresholds:
    """From which probability on the classifier alone raises a flag; low, for recall."""

    self_harm: float = 0.15
    danger: float = 0.2
    minor: float = 0.3

    def of(self, flag: str) -> float:
        """Returns the threshold of one flag."""
        return {SELF_HARM: self.self_harm, DANGER: self.danger, MINOR: self.minor}[flag]


@dataclass(frozen=True)
class Verdict:
    """What the screen found: the flag, the intents that it adds, and those that the words speak against."""

    safety: str | None
    intents: tuple[str, ...]
    cleared: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _rules() -> dict[str, tuple[Rule, ...]]:
    path = HERE / "safety_patterns.yml"
    return {
        name: load_rules(path, name) for name in (SELF_HARM, DANGER, MINOR, EXIT, ADULT, DENIAL, PAST, SAFE, SCOLDED)
    }


def lexical(text: str) -> frozenset[str]:
    """Returns which safety matters the words of a message speak of, and which they speak against."""
    written = plain(text[:TEXT_LIMIT])
    found = {name for name in (SELF_HARM, DANGER, MINOR, ADULT, PAST, SCOLDED) if find(_rules()[name], written)}
    if DANGER in found and any(hit.value == FOREIGN_RULES for hit in find(_rules()[DANGER], written)):
        found.add(FOREIGN)
    if not _BUT.search(written.text):
        found |= {name for name in (DENIAL, SAFE) if find(_rules()[name], written)}
    if len(written.text.split()) <= EXIT_WORDS and find(_rules()[EXIT], written):
        found.add(EXIT)
    return frozenset(found)


def speak_of_a_crisis(words: frozenset[str]) -> bool:
    """Returns whether the words of a message, as `lexical` finds them, speak of a crisis."""
    return not FLAGS.keys().isdisjoint(words)


def lexical_hits(written: Plain, matter: str) -> list[Hit]:
    """Returns where the words of a message speak of one of the safety matters."""
    return find(_rules()[matter], written)


def screen(
    text: str,
    scores: dict[str, float],
    thresholds: SafetyThresholds = SafetyThresholds(),
    words: frozenset[str] | None = None,
    judged: Collection[str] = (),
) -> Verdict:
    """Returns the verdict on one message; `scores` are the chances of each intent to be in it.

    Without scores (no trained model) the words alone decide. `words` are those of `lexical`, where they are known
    already. Only a tuned model, which reads the whole message, may overrule words of a crisis, and only of one that
    it knows (`judged`, as intents): the limits were not chosen for an operator's own encoder.
    """
    words = lexical(text) if words is None else words
    denied, doubted = _spoken_against(words)
    # A few words without a word of danger in them carry too little for the classifier alone.
    bare = len(text.split()) <= BARE_WORDS
    chances: dict[str, float] = {}
    for flag, intent in FLAGS.items():
        chance, spoken = scores.get(intent), flag in words
        if chance is not None and not math.isfinite(chance):
            chance = None
        if flag in denied or (chance is None and not spoken):
            continue
        if chance is None:
            if flag not in doubted:
                chances[flag] = SURE
            continue
        needed = max(thresholds.of(flag), BARE_THRESHOLD) if bare else thresholds.of(flag)
        if flag in doubted:
            # Words of the past beside words of the crisis cancel out: the models decide as if there were neither.
            needed = thresholds.of(flag) if spoken else SURE
        elif spoken:
            needed = FLOORS[flag] if intent in judged and _overruled(flag, text, words) else 0.0
        if chance >= needed:
            chances[flag] = chance
    faint = {flag for flag in chances if flag not in words and _fainter(flag, chances)}
    raised = [flag for flag in FLAGS if flag in chances and flag not in faint]
    safety = next(iter(raised), None)
    intents = [FLAGS[flag] for flag in raised]
    if EXIT in words and safety in (None, MINOR):
        intents.append(EXIT)
    return Verdict(safety, tuple(intents), tuple(sorted(FLAGS[flag] for flag in denied | doubted)))


def _overruled(flag: str, text: str, words: frozenset[str]) -> bool:
    """True where models that are sure of the contrary overrule the words of a crisis."""
    if flag == DANGER and FOREIGN in words:
        return False
    return len(text) <= LONGEST_OVERRULED and (flag == DANGER or len(text.split()) > SHORT_CRY)


def _spoken_against(words: frozenset[str]) -> tuple[set[str], set[str]]:
    """The flags that the words deny, and those that they make doubtful, which take models that are sure."""
    denied, doubted = set(), set()
    if DENIAL in words:
        doubted |= {SELF_HARM} - words
    if SAFE in words:
        doubted |= {SELF_HARM, DANGER} - words
    if EXIT in words and DANGER not in words:
        # "Someone is coming": whoever says so must leave the chat, not read about emergency numbers.
        denied.add(DANGER)
    if ADULT in words and MINOR not in words:
        doubted.add(MINOR)
    if PAST in words:
        doubted |= {SELF_HARM, DANGER}
    if SCOLDED in words:
        doubted |= {DANGER} - words
    return denied, doubted


def _fainter(flag: str, chances: dict[str, float]) -> bool:
    """True where a flag is unlikely beside another one: one crisis is easily taken for another.

    Danger and self-harm share their words (night, end, knife, house), so of these two only one that is
    very likely stays beside the other. A child may well be at risk too, so that nothing but a faint sign
    of it yields to the age.
    """
    for other, chance in chances.items():
        limit = VERY_LIKELY if {flag, other} == {SELF_HARM, DANGER} else FAINT if other == MINOR else LIKELY
        if chances[flag] < limit and _log_odds(chances[flag]) < _log_odds(chance) - FAINTER:
            return True
    return False


def _log_odds(chance: float) -> float:
    kept = min(max(chance, CERTAIN), 1 - CERTAIN)
    return math.log(kept / (1 - kept))
