"""From a message to the verdict of the screen: what the classifier reads reaches it, for each message its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.classifier import NEEDS, IntentClassifier
from bot.nlu.needs import Thresholds, read
from bot.nlu.safety import SAFETY, SafetyScreen
from bot.nlu.understanding import Heard

LABELS = ["ask_law", "i_am_minor", "immediate_danger", "report_shared", "self_harm_risk", "stop_or_quick_exit"]
STUCK = "i can't go on with step 3 because the button is grey"


class Hearing:
    """Stands for all models: sure of one intent, sure that there is no crisis among those it judges."""

    def __init__(self, *judged: str, intent: str = "ask_law", also: str = "", clause: str = "") -> None:
        self.labels = LABELS
        self.judged, self.intent, self.also, self.clause = judged, intent, also, clause
        self.spoken: list[tuple[str, bool]] = []

    def row(self, label: str, chance: float = 0.95) -> Any:
        return np.where(np.array(LABELS) == label, chance, (1 - chance) / 5)

    def hear(self, messages: list[list[str]], spoken: list[bool]) -> list[Heard]:
        self.spoken += [(parts[0], speaks) for parts, speaks in zip(messages, spoken, strict=True)]
        clauses = np.array([self.row(self.clause)]) if self.clause else np.zeros((0, len(LABELS)))
        needs = self.row(self.also, 0.6) * 0.5 if self.judged else None
        return [Heard(self.row(self.intent), clauses, needs, dict.fromkeys(self.judged, 0.001)) for _ in messages]


def parsed(texts: list[str], hearing: Hearing) -> list[Message]:
    component = IntentClassifier(IntentClassifier.get_default_config(), None, None)  # type: ignore[arg-type]
    component._understanding = hearing  # type: ignore[assignment]
    return SafetyScreen({}).process(component.process([Message({"text": text}) for text in texts]))


def test_who_speaks_of_a_crisis_is_told_of_the_right_message() -> None:
    hearing = Hearing()
    read(["12345", "is it legal", "i want to die", "😀", "he posted it"], hearing, Thresholds())  # type: ignore[arg-type]
    assert hearing.spoken == [("is it legal", False), ("i want to die", True), ("he posted it", False)]


@pytest.mark.parametrize(
    ("judged", "expected"), [(("self_harm_risk",), None), (("i_am_minor",), "self_harm_risk"), ((), "self_harm_risk")]
)
def test_words_are_overruled_only_by_a_tuned_model_that_judged_this_crisis(
    judged: tuple[str, ...], expected: str | None
) -> None:
    (message,) = parsed([STUCK], Hearing(*judged))
    assert message.get(SAFETY) == expected


def test_words_of_a_message_that_no_model_can_read_still_count() -> None:
    first, second = parsed(["我想自杀 i want to die", "is it legal"], Hearing("self_harm_risk"))
    assert (first.get(SAFETY), second.get(SAFETY)) == ("self_harm_risk", None)


def test_the_screen_takes_the_words_that_the_classifier_has_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.nlu.needs.lexical", lambda text: frozenset({"minor"}))
    (message,) = parsed(["is it legal"], Hearing())
    assert message.get(SAFETY) == "minor"


def test_what_happened_comes_before_what_is_asked_among_the_needs_and_leaves_the_intent() -> None:
    (message,) = parsed(
        ["how long till they take down what he posted"], Hearing("self_harm_risk", also="report_shared")
    )
    assert message.get(NEEDS) == ["report_shared", "ask_law"]
    assert message.get(INTENT)["name"] == "ask_law"


@pytest.mark.parametrize(("intent", "expected"), [("ask_law", False), ("stop_or_quick_exit", True)])
def test_half_a_sentence_that_sounds_like_leaving_is_no_need_beside_a_question(intent: str, expected: bool) -> None:
    hearing = Hearing(intent=intent, clause="stop_or_quick_exit")
    thresholds = Thresholds(override=0.99)
    reading = read(["the page is gone. is it legal to keep a copy"], hearing, thresholds)[0]  # type: ignore[arg-type]
    assert ("stop_or_quick_exit" in reading.needs) == expected
