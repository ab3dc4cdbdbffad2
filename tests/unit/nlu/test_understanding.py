"""The tuned encoder beside the classifier: its files, and how the two are read as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlu import tuned as module
from bot.nlu.encoder import EncoderError
from bot.nlu.intent_model import softmax
from bot.nlu.tuned import CAREFUL, FOLDER, TunedModel, damaged, mixed_scores, save_answers
from bot.nlu.understanding import CAREFUL_INTENT_SHARE, CAREFUL_SHARE, Understanding, crisis_chance, mean_chance

LABELS = ["ask_law", "greet", "self_harm_risk"]


class Classifier:
    """Stands for the trained classifier: the chance of the first label grows with the text."""

    labels = LABELS

    def probabilities(self, texts: list[str]) -> Any:
        return softmax(np.array([[len(text) / 10, 0.0, 0.5] for text in texts]))


class Tuned:
    """Stands for the tuned encoder."""

    temperature = 1.0

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels

    def read(self, texts: list[str]) -> Any:
        width = len(self.labels)
        needs = np.tile(np.linspace(0.1, 0.9, width), (len(texts), 1))
        return softmax(np.tile(np.arange(width, dtype=float), (len(texts), 1))), needs


def heard(tuned: Any) -> Any:
    messages = [["is it legal. hi", "is it legal", "hi"], ["hello"]]
    return Understanding(Classifier(), tuned).hear(messages, [False] * len(messages))  # type: ignore[arg-type]


def test_without_a_tuned_model_the_classifier_answers_alone() -> None:
    first, second = heard(None)
    alone = Classifier().probabilities(["is it legal. hi", "is it legal", "hi", "hello"])
    np.testing.assert_allclose(first.whole, alone[0])
    np.testing.assert_allclose(first.clauses, alone[1:3])
    np.testing.assert_allclose(second.whole, alone[3])
    assert (len(second.clauses), first.needs, second.needs) == (0, None, None)


def test_both_models_together_read_the_whole_message() -> None:
    first, _ = heard(Tuned(LABELS))
    alone = Classifier().probabilities(["is it legal. hi"])
    expected = softmax(mixed_scores(alone, Tuned(LABELS).read(["x"])[0]))
    np.testing.assert_allclose(first.whole, expected[0])
    np.testing.assert_allclose(first.needs, [0.1, 0.5, 0.9])


def test_of_other_labels_only_the_needs_that_are_known_count() -> None:
    first, _ = heard(Tuned(["greet", "report_shared", "self_harm_risk"]))
    np.testing.assert_allclose(first.whole, Classifier().probabilities(["is it legal. hi"])[0])
    np.testing.assert_allclose(first.needs, [np.nan, 0.1, 0.9])


@pytest.mark.parametrize(
    ("classifier", "tuned", "expected"),
    [(0.5, 0.5, 0.5), (0.2, 0.2, 0.2), (0.5, 0.9, 0.8662), (0.9, 0.5, 0.5817), (0.0, 1.0, 0.9997)],
)
def test_a_crisis_has_one_chance_from_both(classifier: float, tuned: float, expected: float) -> None:
    assert crisis_chance(classifier, tuned) == pytest.approx(expected, abs=1e-4)


class Careful(Tuned):
    """Stands for the larger model; remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(LABELS)
        self.asked: list[str] = []

    def read(self, texts: list[str]) -> Any:
        self.asked += texts
        return np.array([[0.1, 0.8, 0.1]]), np.array([[0.1, 0.1, 0.05]])


def certain(chance: float) -> Any:
    """A tuned model that is sure of the first intent, and of self-harm as far as `chance`."""

    class Certain(Tuned):
        def read(self, texts: list[str]) -> Any:
            return np.array([[0.998, 0.001, 0.001]]), np.array([[0.1, 0.1, chance]])

    return Certain(LABELS)


@pytest.mark.parametrize(
    ("spoken", "chance", "asked"),
    [(False, 1e-5, False), (False, 0.5, True), (False, 1 - 1e-5, True), (True, 1e-5, True)],
    ids=["no crisis", "perhaps a crisis", "surely a crisis", "words of a crisis"],
)
def test_the_larger_model_is_asked_where_the_others_doubt(spoken: bool, chance: float, asked: bool) -> None:
    careful, text = Careful(), "a clear question"
    heard = Understanding(Classifier(), certain(chance), careful).hear([[text]], [spoken])[0]  # type: ignore[arg-type]
    alone = Understanding(Classifier(), certain(chance)).hear([[text]], [spoken])[0]  # type: ignore[arg-type]
    assert careful.asked == ([text] if asked else [])
    if asked:
        expected = mean_chance(0.05, alone.crises["self_harm_risk"], CAREFUL_SHARE)
        assert heard.crises == {"self_harm_risk": pytest.approx(expected)}
        np.testing.assert_allclose(
            heard.whole, softmax(mixed_scores(alone.whole, np.array([0.1, 0.8, 0.1]), CAREFUL_INTENT_SHARE)[None])[0]
        )
    else:
        assert heard.crises == alone.crises
        np.testing.assert_allclose(heard.whole, alone.whole)


@pytest.mark.parametrize(("limit", "asked"), [(0.5, []), (0.9999, ["hello"])], ids=["likely", "unlikely"])
def test_the_larger_model_is_asked_where_no_intent_is_likely(
    monkeypatch: pytest.MonkeyPatch, limit: float, asked: list[str]
) -> None:
    monkeypatch.setattr("bot.nlu.understanding.SURE_OF_INTENT", limit)
    careful = Careful()
    Understanding(Classifier(), certain(1e-5), careful).hear([["hello"]], [False])  # type: ignore[arg-type]
    assert careful.asked == asked


def test_without_the_tuned_model_the_larger_one_is_not_asked_either() -> None:
    careful = Careful()
    first = Understanding(Classifier(), None, careful).hear([["hm"]], [True])[0]  # type: ignore[arg-type]
    assert (careful.asked, first.crises) == ([], {})


@pytest.mark.parametrize("folder", [FOLDER, CAREFUL], ids=["tuned", "careful"])
def test_the_shipped_files_answer_for_every_intent(folder: Path) -> None:
    model = TunedModel.load(folder)
    intents, needs = model.read(["i want to kill myself", "is this against the law", "hello there"])
    assert [model.labels[row.argmax()] for row in intents] == ["self_harm_risk", "ask_law", "greet"]
    np.testing.assert_allclose(intents.sum(axis=1), 1.0, atol=1e-5)
    assert [bool(row[model.labels.index("self_harm_risk")] > 0.5) for row in needs] == [True, False, False]


def test_stored_answers_are_read_again(tmp_path: Path) -> None:
    arrays = {"intent_weight": np.ones((3, 4), np.float32), "needs_bias": np.zeros(3, np.float32)}
    save_answers(tmp_path, LABELS, arrays, 0.7)
    (tmp_path / module.MODEL).symlink_to(FOLDER / module.MODEL)
    (tmp_path / module.TOKENIZER).symlink_to(FOLDER / module.TOKENIZER)
    model = TunedModel.load(tmp_path)
    assert (model.labels, model.temperature, sorted(model.arrays)) == (LABELS, 0.7, sorted(arrays))


@pytest.mark.parametrize("folder", [FOLDER, CAREFUL], ids=["tuned", "careful"])
def test_the_shipped_files_are_those_that_were_made(folder: Path) -> None:
    assert damaged(folder) == []


@pytest.mark.parametrize("content", [None, b"no arrays", b"PK\x03\x04cut"], ids=["missing", "damaged", "cut short"])
def test_incomplete_files_are_told(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / module.ANSWERS).write_bytes(content)
    with pytest.raises(EncoderError, match="run `make encoder`"):
        TunedModel.load(tmp_path)
