"""The trained model against the accepted figures: not worse by more than their interval."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.model


def test_accuracy_and_safety_recall_have_not_fallen() -> None:
    from bot.ops.evaluation import understanding
    from bot.ops.evaluation_data import read_validation, training_examples
    from bot.ops.evaluation_gate import read_baseline, shortfalls

    assert shortfalls(understanding(read_validation(), training_examples()), read_baseline()) == []


def test_no_validation_set_is_trained_on() -> None:
    """Longer lines only: two people may well both write "go back"."""
    from bot.ops.evaluation_data import read_validation, training_examples

    trained = {example.text.lower() for example in training_examples()}
    validation = read_validation()
    texts = [line["text"] for line in (*validation.intents, *validation.places, *validation.platforms)]
    texts += [line["text"] for line in validation.needs] + [line.text for line in validation.safety]
    assert [text for text in texts if len(text.split()) > 7 and text.lower() in trained] == []
