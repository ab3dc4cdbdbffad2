"""Two-stage safety screen: word patterns first, then the classifier's probabilities (rules R01, R26)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.patterns import HERE, Hit, Rule, find, load_rules, plain

SELF_HARM, DANGER, MINOR, EXIT = "self_harm_risk", "immediate_danger", "minor", "stop_or_quick_exit"
MINOR_INTENT = "i_am_minor"
EXIT_WORDS = 9


@dataclass(frozen=True)
class SafetyThresholds:
    """From which probability on the classifier alone raises a flag; low, for recall."""

    self_harm: float = 0.25
    danger: float = 0.3
    minor: float = 0.35


@dataclass(frozen=True)
class Verdict:
    """What the screen found: the flag of the message and the intents that it adds."""

    safety: str | None
    intents: tuple[str, ...]


@lru_cache(maxsize=1)
def _rules() -> dict[str, tuple[Rule, ...]]:
    path = HERE / "safety_patterns.yml"
    return {name: load_rules(path, name) for name in (SELF_HARM, DANGER, MINOR, EXIT)}


def lexical(text: str) -> set[str]:
    """Returns which of the four safety matters the words of a message speak of."""
    written = plain(text)
    found = {name for name in (SELF_HARM, DANGER, MINOR) if find(_rules()[name], written)}
    if len(written.text.split()) <= EXIT_WORDS and find(_rules()[EXIT], written):
        found.add(EXIT)
    return found


def lexical_hits(text: str, matter: str) -> list[Hit]:
    """Returns where the words of a message speak of one of the safety matters."""
    return find(_rules()[matter], plain(text))


def screen(
    text: str, scores: dict[str, float], thresholds: SafetyThresholds = SafetyThresholds()
) -> Verdict:
    """Returns the verdict on one message; `scores` are the classifier's, the best clause of each intent."""
    words = lexical(text)
    flagged = {
        SELF_HARM: SELF_HARM in words or scores.get(SELF_HARM, 0.0) >= thresholds.self_harm,
        DANGER: DANGER in words or scores.get(DANGER, 0.0) >= thresholds.danger,
        MINOR: MINOR in words or scores.get(MINOR_INTENT, 0.0) >= thresholds.minor,
    }
    safety = next((name for name in (SELF_HARM, DANGER, MINOR) if flagged[name]), None)
    intents = [MINOR_INTENT if name == MINOR else name for name, hit in flagged.items() if hit]
    if EXIT in words and safety in (None, MINOR):
        intents.append(EXIT)
    return Verdict(safety, tuple(intents))
