"""The intent model on a small training set, and how needs are put in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlu.encoder import Encoder, EncoderError
from bot.nlu.features import Ngrams
from bot.nlu.intent_model import IntentModel, TrainingOptions, spread, train, train_with_held_out
from bot.nlu.needs import Reading, Thresholds, read, urgency, with_safety
from bot.nlu.text import clauses, excerpt, fold, is_other_script, is_wordless, normalise
from bot.nlu.understanding import Understanding

EXAMPLES = {
    "greet": ["hi", "hello", "hey there", "good morning", "hello you", "hi bot", "good evening", "hey"],
    "report_shared": [
        "my ex posted my nudes", "someone leaked my pictures", "they shared my video in a group",
        "my photos are on a porn site", "he uploaded a video of me", "my nudes are all over telegram",
        "she sent my picture to everybody", "my pics got posted online",
    ],
    "ask_law": [
        "is this illegal", "is it a crime here", "what law covers this", "is that against the law",
        "is it legal what he did", "does the law forbid it", "which crime is this", "is it illegal in texas",
    ],
    "ask_secure_accounts": [
        "how do i change my password", "how can i secure my accounts", "lock him out of my email",
        "how do i sign out other devices", "make my instagram safe", "how do i protect my icloud",
        "should i change all my passwords", "kick her out of my account",
    ],
    "self_harm_risk": [
        "i want to die", "i will kill myself", "there is no reason to live", "i want to end my life",
        "i am suicidal", "everyone is better off without me", "i cant go on living", "i have pills ready",
    ],
}  # fmt: skip
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
INTENTS = [intent for intent, texts in EXAMPLES.items() for _ in texts]
OPTIONS = TrainingOptions(components=24)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="module")
def model(encoder: Encoder) -> IntentModel:
    return train(TEXTS, INTENTS, encoder, OPTIONS)


def best(model: IntentModel, text: str) -> str:
    return model.labels[int(model.probabilities([text])[0].argmax())]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hello there", "greet"),
        ("someone posted my naked pictures", "report_shared"),
        ("is what she did a crime", "ask_law"),
        ("how do i secure my email", "ask_secure_accounts"),
        ("i dont want to live", "self_harm_risk"),
    ],
)
def test_unseen_texts(model: IntentModel, text: str, intent: str) -> None:
    assert best(model, text) == intent


def test_probabilities_sum_to_one(model: IntentModel) -> None:
    np.testing.assert_allclose(model.probabilities(["hello", "what"]).sum(axis=1), 1.0, atol=1e-5)


def test_the_same_examples_give_the_same_model(model: IntentModel, encoder: Encoder) -> None:
    again = train(TEXTS, INTENTS, encoder, OPTIONS)
    np.testing.assert_array_equal(again.probabilities(TEXTS), model.probabilities(TEXTS))


def test_a_stored_model_answers_as_before(model: IntentModel, encoder: Encoder, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["about.json", "arrays.npz", "ngrams.json"]
    loaded = IntentModel.load(tmp_path, encoder)
    np.testing.assert_allclose(loaded.probabilities(TEXTS), model.probabilities(TEXTS), atol=0.01)


def test_a_model_of_another_encoder_is_refused(model: IntentModel, encoder: Encoder, tmp_path: Path) -> None:
    model.save(tmp_path)
    about = (tmp_path / "about.json").read_text(encoding="utf-8")
    (tmp_path / "about.json").write_text(about.replace(encoder.fingerprint, "other"), encoding="utf-8")
    with pytest.raises(EncoderError, match="run `make train`"):
        IntentModel.load(tmp_path, encoder)


def test_held_out_scores_are_those_of_a_model_without_the_example(encoder: Encoder) -> None:
    _, scores = train_with_held_out(TEXTS, INTENTS, encoder, OPTIONS)
    labels = sorted(EXAMPLES)
    sample = range(0, len(TEXTS), 8)
    closed = [labels[int(scores[number].argmax())] for number in sample]
    anew = []
    for left in sample:
        kept = [number for number in range(len(TEXTS)) if number != left]
        other = train([TEXTS[n] for n in kept], [INTENTS[n] for n in kept], encoder, OPTIONS)
        anew.append(best(other, TEXTS[left]))
    assert closed == anew


def test_of_many_examples_those_learned_are_spread_evenly_over_each_list() -> None:
    intents = ["a", "b"] * 3 + ["a"] * 6
    assert spread(intents, 3) == [0, 1, 3, 5, 6, 9]
    assert spread(intents, 12) == list(range(12))


def test_the_model_learns_from_so_many_examples_of_an_intent(encoder: Encoder) -> None:
    _, scores = train_with_held_out(TEXTS, INTENTS, encoder, replace(OPTIONS, most=3))
    assert len(scores) == 3 * len(EXAMPLES)


def test_one_intent_is_not_enough(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="two intents"):
        train(["a", "b"], ["greet", "greet"], encoder, OPTIONS)


def test_several_needs_most_urgent_first(model: IntentModel) -> None:
    text = "Is it a crime here? My ex posted my nudes. Also how do I change my password?"
    reading = read([text], Understanding(model), Thresholds(clause=0.4, override=0.4))[0]
    assert (reading.intent[0], reading.needs[0], set(reading.needs)) == (
        "report_shared",
        "report_shared",
        {"report_shared", "ask_law", "ask_secure_accounts"},
    )


def test_small_talk_is_no_need_beside_a_real_one(model: IntentModel) -> None:
    reading = read(["hello there. is it illegal what he did"], Understanding(model), Thresholds(clause=0.4))[0]
    assert reading.needs == ("ask_law",)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("", "nlu_fallback"),
        ("😀😀😀", "nlu_fallback"),
        ("12345", "nlu_fallback"),
        ("https://example.net/a?b=c", "nlu_fallback"),
        ("Мне нужна помощь", "nlu_fallback"),
        ("iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4Kw7V2Q", "spam_or_gibberish"),
    ],
    ids=["empty", "emoji", "digits", "link", "other script", "base64"],
)
def test_what_holds_no_words_gets_no_random_intent(model: IntentModel, text: str, intent: str) -> None:
    assert read([text], Understanding(model), Thresholds())[0] == Reading(((intent, 1.0),), (), {}, frozenset())


def test_below_the_threshold_the_intent_is_the_fallback(model: IntentModel) -> None:
    reading = read(["purple elephants"], Understanding(model), Thresholds(fallback=1.01))[0]
    assert reading.intent[0] == "nlu_fallback"
    assert len(reading.ranking) == 5


def test_order_of_urgency() -> None:
    names = ["greet", "ask_law", "accused_or_regret", "i_am_minor", "self_harm_risk", "immediate_danger"]
    assert sorted(names, key=urgency) == [
        "self_harm_risk", "immediate_danger", "i_am_minor", "accused_or_regret", "ask_law", "greet"
    ]  # fmt: skip


RANKING: list[dict[str, Any]] = [{"name": "report_shared", "confidence": 0.6}, {"name": "ask_law", "confidence": 0.2}]


@pytest.mark.parametrize(
    ("raised", "cleared", "ranking", "needs"),
    [
        ((), (), RANKING, ["report_shared", "ask_law"]),
        (
            ("immediate_danger",),
            (),
            [{"name": "immediate_danger", "confidence": 0.9}, *RANKING],
            ["immediate_danger", "report_shared", "ask_law"],
        ),
        ((), ("report_shared",), RANKING[1:], ["ask_law"]),
    ],
    ids=["nothing", "raised", "cleared"],
)
def test_what_the_safety_screen_changes(
    raised: tuple[str, ...], cleared: tuple[str, ...], ranking: list[dict[str, Any]], needs: list[str]
) -> None:
    assert with_safety(RANKING, ["report_shared", "ask_law"], raised, cleared) == (ranking, needs)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("my ex posted it", []),
        ("he posted it. is that illegal", ["he posted it", "is that illegal"]),
        ("he has my pics and he wants money", ["he has my pics", "he wants money"]),
        ("hi there, how do i report him", ["hi there", "how do i report him"]),
    ],
)
def test_clauses(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


def test_folding_keeps_every_place() -> None:
    text = "I’M “İstanbul” \u00a0X"
    assert (fold(text), len(fold(text))) == ('i\'m "İstanbul"  x', len(text))


def test_normalised_text() -> None:
    assert normalise("Sooooo  I CAN’T see https://a.b/c") == "soo i cant see weblink"


def test_excerpt_keeps_head_and_tail() -> None:
    short = excerpt("first " + "middle " * 300 + "last", 60)
    assert (short.startswith("first"), short.endswith("last"), len(short) <= 60) == (True, True, True)


@pytest.mark.parametrize(
    ("text", "wordless", "foreign"),
    [("😀", True, False), ("ok", False, False), ("помогите", False, True), ("où es-tu", False, False)],
)
def test_kinds_of_text(text: str, wordless: bool, foreign: bool) -> None:
    assert (is_wordless(text), is_other_script(text)) == (wordless, foreign)


def test_the_fast_scores_are_those_of_the_ngram_matrix() -> None:
    ngrams = Ngrams()
    ngrams.fit(TEXTS)
    unseen = [*TEXTS, "hello hello, is this posted illegal", "zzzz", ""]
    matrix = ngrams.transform(unseen)
    weights = np.random.default_rng(1).normal(size=(matrix.shape[1], 5)).astype(np.float32)
    np.testing.assert_allclose(ngrams.scores(unseen, weights), matrix @ weights, atol=1e-5)


@pytest.mark.parametrize(("confidence", "leads"), [(0.09, "nlu_fallback"), (0.6, "stop_or_quick_exit")])
def test_what_is_left_of_a_cleared_flag_is_no_wish_to_leave(confidence: float, leads: str) -> None:
    found = [
        {"name": "immediate_danger", "confidence": 0.2},
        {"name": "stop_or_quick_exit", "confidence": confidence},
    ]
    ranking, needs = with_safety(found, ["immediate_danger"], (), ("immediate_danger",))
    assert (ranking[0]["name"], needs) == (leads, [leads])
