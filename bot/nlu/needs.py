"""Which needs a message holds: the whole message and each of its clauses, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.labels import CONVERSATIONAL, CRISES, FALLBACK, FEELING, SAFETY_ORDER, SITUATIONS
from bot.nlu.safety_rules import lexical, speak_of_a_crisis
from bot.nlu.text import MAX_CLAUSES, clauses, excerpt, is_other_script, is_wordless
from bot.nlu.understanding import Heard, Understanding, classifier_chances

RANKING_LENGTH = 5
NEEDED = 0.2
"""From which chance on the tuned encoder adds a need that no clause is sure of; chosen on validation lines."""

UNLIKELY_TALK = 0.4
"""Below this chance small talk yields to a need that the tuned encoder is surer of."""

LEAVING, LEAST_TO_LEAVE = "stop_or_quick_exit", 0.45
"""Leaving erases the chat, so the models must be surer of it than of another intent."""


@dataclass(frozen=True)
class Thresholds:
    """From which probability on something counts; set in config.yml."""

    fallback: float = 0.2
    clause: float = 0.5
    override: float = 0.65


@dataclass(frozen=True)
class Reading:
    """What the models make of one message, what its words speak of, and which crises a tuned model has judged."""

    ranking: tuple[tuple[str, float], ...]
    needs: tuple[str, ...]
    scores: dict[str, float]
    words: frozenset[str]
    judged: frozenset[str] = frozenset()

    @property
    def intent(self) -> tuple[str, float]:
        """The name and the confidence of the intent."""
        return self.ranking[0]


def urgency(intent: str) -> int:
    """Returns the rank of an intent in the order of urgency; 0 is the most urgent."""
    if intent in SAFETY_ORDER:
        return SAFETY_ORDER.index(intent)
    if intent.startswith(SITUATIONS):
        return len(SAFETY_ORDER)
    return len(SAFETY_ORDER) + (1 if intent.startswith("ask_") else 2)


def read(texts: list[str], understanding: Understanding, thresholds: Thresholds) -> list[Reading]:
    """Classifies messages, all their clauses in one batch."""
    parts = [_parts(text) for text in texts]
    words = [lexical(text) for text in texts]
    spoken = [speak_of_a_crisis(found) for found, group in zip(words, parts, strict=True) if group]
    heard = iter(understanding.hear([group for group in parts if group], spoken))
    return [
        _reading(next(heard), understanding.labels, thresholds, found) if group else _unreadable(text, found)
        for text, group, found in zip(texts, parts, words, strict=True)
    ]


def _parts(text: str) -> list[str]:
    """The message and its clauses; of a long one the first and the last, as in `excerpt`."""
    if is_wordless(text) or is_other_script(text):
        return []
    pieces = [excerpt(piece, 240) for piece in clauses(excerpt(text, 4000))]
    if len(pieces) > MAX_CLAUSES:
        pieces = pieces[: MAX_CLAUSES // 2] + pieces[-MAX_CLAUSES // 2 :]
    return [text, *pieces]


def _unreadable(text: str, words: frozenset[str]) -> Reading:
    """Without a word of a script that the model knows there is nothing to classify."""
    known = bool(text.strip()) and is_wordless(text) and len(text.strip()) > 40
    name = "spam_or_gibberish" if known else FALLBACK
    return Reading(((name, 1.0),), (), {}, words)


def _reading(heard: Heard, labels: list[str], thresholds: Thresholds, words: frozenset[str]) -> Reading:
    whole = heard.whole
    order = np.argsort(-whole, kind="stable")[:RANKING_LENGTH]
    ranking = [(labels[number], float(whole[number])) for number in order]
    found = _confident(heard.clauses, labels, thresholds.clause)
    found.setdefault(ranking[0][0], ranking[0][1])
    needs = _ordered(found, ranking[0][0])
    leading = needs[0]
    # Beside a situation the feeling is not what is to be answered first.
    needed = thresholds.clause if ranking[0][0] == FEELING else thresholds.override
    if urgency(leading) < urgency(ranking[0][0]) and found[leading] >= needed:
        ranking = [(leading, found[leading]), *(entry for entry in ranking if entry[0] != leading)]
    elif ranking[0][1] < (LEAST_TO_LEAVE if ranking[0][0] == LEAVING else thresholds.fallback):
        ranking = [(FALLBACK, 1.0 - ranking[0][1]), *ranking]
        needs = [need for need in needs if found[need] >= thresholds.clause]
    whole_needs = _needs_of_the_whole(heard, labels)
    if ranking[0][0] in CONVERSATIONAL and ranking[0][1] < UNLIKELY_TALK and whole_needs:
        # "I don't know if he sent it, how can I tell": what is hardly small talk and holds a need is not small talk.
        leading, chance = max(whole_needs.items(), key=itemgetter(1))
        if chance >= thresholds.clause:
            ranking = [(leading, chance), *(entry for entry in ranking if entry[0] != leading)]
    if ranking[0][0] not in (FALLBACK, *CONVERSATIONAL):
        needs += [need for need in _ordered(whole_needs, "") if need not in needs]
    main = ranking[0][0]
    # Half a sentence that sounds like leaving ("the page is gone") is no need beside anything but a crisis.
    needs = [need for need in needs if need != LEAVING or main in (LEAVING, *CRISES)]
    needs = sorted([main, *(need for need in needs if need != main)], key=urgency)
    if len(needs) > 1:
        needs = [need for need in needs if need not in CONVERSATIONAL] or needs[:1]
    scores = _scores(heard, labels)
    return Reading(tuple(ranking[:RANKING_LENGTH]), tuple(needs), scores, words, frozenset(heard.crises))


def _needs_of_the_whole(heard: Heard, labels: list[str]) -> dict[str, float]:
    """The needs that the tuned encoder finds in the whole message, with their chances; no talk, leaving or crises."""
    if heard.needs is None:
        return {}
    return {
        label: float(chance)
        for label, chance in zip(labels, heard.needs, strict=True)
        if chance >= NEEDED and label not in (*CONVERSATIONAL, *CRISES, LEAVING)
    }


def _scores(heard: Heard, labels: list[str]) -> dict[str, float]:
    """The chance of each label to be in the message, for the safety screen."""
    best = classifier_chances(heard.whole, heard.clauses)
    return {label: float(best[number]) for number, label in enumerate(labels)} | heard.crises


def _confident(rows: NDArray[Any], labels: list[str], threshold: float) -> dict[str, float]:
    """The labels that some clause is sure of."""
    found: dict[str, float] = {}
    for row in rows:
        number = int(row.argmax())
        if row[number] >= threshold:
            found[labels[number]] = max(found.get(labels[number], 0.0), float(row[number]))
    return found


def _ordered(found: dict[str, float], main: str) -> list[str]:
    return sorted(found, key=lambda name: (urgency(name), name != main, -found[name], name))


def with_safety(
    ranking: list[dict[str, Any]], needs: list[str], raised: tuple[str, ...], cleared: tuple[str, ...] = ()
) -> tuple[list[dict[str, Any]], list[str]]:
    """Returns ranking and needs with what the safety screen raised in its place, without what it cleared.

    What was raised is certain, so its confidence is at least 0.9 where it leads.
    """
    left = [entry for entry in ranking if entry["name"] not in cleared]
    if left and left[0]["name"] == LEAVING and left[0]["confidence"] < LEAST_TO_LEAVE and not raised:
        # What is left over when a flag was cleared is no wish to leave, and leaving would erase the chat.
        left = [{"name": FALLBACK, "confidence": 1.0 - left[0]["confidence"]}, *left]
    ranking, needs = left or ranking, [need for need in needs if need not in cleared]
    if not raised:
        return ranking, needs or [entry["name"] for entry in ranking[:1]]
    kept = [need for need in needs if need not in CONVERSATIONAL]
    ordered = sorted({*raised, *kept}, key=lambda name: (urgency(name), _place(needs, name), name))
    leading = ordered[0]
    known = {entry["name"]: entry["confidence"] for entry in ranking}
    first = {"name": leading, "confidence": max(known.get(leading, 0.0), 0.9)}
    rest = [entry for entry in ranking if entry["name"] not in (leading, FALLBACK)]
    return [first, *rest][:RANKING_LENGTH], ordered


def _place(needs: list[str], name: str) -> int:
    return needs.index(name) if name in needs else len(needs)
