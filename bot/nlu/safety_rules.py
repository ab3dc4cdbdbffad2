"""Two-stage safety screen: word patterns first, then the classifier's probabilities (rules R01, R26)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.patterns import HERE, Hit, Plain, Rule, find, load_rules, plain

SELF_HARM, DANGER, MINOR, EXIT = "self_harm_risk", "immediate_danger", "minor", "stop_or_quick_exit"
ADULT, DENIAL, PAST, EVIDENCE = "adult", "denial", "past", "evidence"
MINOR_INTENT = "i_am_minor"
EXIT_WORDS = 9
BARE_WORDS = 3
BARE_THRESHOLD = 0.5
SURE_OF_NO_DANGER = 0.01
TEXT_LIMIT = 12000
_BUT = re.compile(r"\b(?:but|though|although|except|unless|if|until|yet)\b")


@dataclass(frozen=True)
class SafetyThresholds:
    """From which probability on the classifier alone raises a flag; low, for recall."""

    self_harm: float = 0.15
    danger: float = 0.2
    minor: float = 0.3


@dataclass(frozen=True)
class Verdict:
    """What the screen found: the flag, the intents that it adds, and those that the words speak against."""

    safety: str | None
    intents: tuple[str, ...]
    cleared: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _rules() -> dict[str, tuple[Rule, ...]]:
    path = HERE / "safety_patterns.yml"
    return {name: load_rules(path, name) for name in (SELF_HARM, DANGER, MINOR, EXIT, ADULT, DENIAL, PAST, EVIDENCE)}


def lexical(text: str) -> set[str]:
    """Returns which safety matters the words of a message speak of, and which they speak against."""
    written = plain(text[:TEXT_LIMIT])
    found = {name for name in (SELF_HARM, DANGER, MINOR, ADULT, PAST, EVIDENCE) if find(_rules()[name], written)}
    if find(_rules()[DENIAL], written) and not _BUT.search(written.text):
        found.add(DENIAL)
    if len(written.text.split()) <= EXIT_WORDS and find(_rules()[EXIT], written):
        found.add(EXIT)
    return found


def lexical_hits(written: Plain, matter: str) -> list[Hit]:
    """Returns where the words of a message speak of one of the safety matters."""
    return find(_rules()[matter], written)


def screen(text: str, scores: dict[str, float], thresholds: SafetyThresholds = SafetyThresholds()) -> Verdict:
    """Returns the verdict on one message; `scores` are the classifier's, the best clause of each intent."""
    words = lexical(text)
    cleared = set()
    if DENIAL in words and SELF_HARM not in words:
        cleared.add(SELF_HARM)
    no_sign = EVIDENCE not in words and scores.get(MINOR_INTENT, 0.0) > 0
    if MINOR not in words and (ADULT in words or no_sign):
        cleared.add(MINOR_INTENT)
    if PAST in words:
        cleared |= {SELF_HARM, DANGER}
        words -= {SELF_HARM, DANGER}
    # Words of danger in a message that the classifier is sure is about something else: "armed with good lawyers".
    if DANGER in scores and scores[DANGER] < SURE_OF_NO_DANGER:
        words.discard(DANGER)
    if EXIT in words and DANGER not in words:
        # "Someone is coming": whoever says so must leave the chat, not read about emergency numbers.
        cleared.add(DANGER)

    # A few words without a word of danger in them carry too little for the classifier alone.
    bare = len(text.split()) <= BARE_WORDS

    def raised(name: str, intent: str, threshold: float) -> bool:
        needed = max(threshold, BARE_THRESHOLD) if bare else threshold
        return name in words or (intent not in cleared and scores.get(intent, 0.0) >= needed)

    flags = {
        SELF_HARM: raised(SELF_HARM, SELF_HARM, thresholds.self_harm),
        DANGER: raised(DANGER, DANGER, thresholds.danger),
        MINOR: raised(MINOR, MINOR_INTENT, thresholds.minor),
    }
    safety = next((name for name, hit in flags.items() if hit), None)
    intents = [MINOR_INTENT if name == MINOR else name for name, hit in flags.items() if hit]
    if EXIT in words and safety in (None, MINOR):
        intents.append(EXIT)
    return Verdict(safety, tuple(intents), tuple(sorted(cleared)))
