"""The trained model against the accepted figures: not worse by more than their interval."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.model


def test_accuracy_and_safety_recall_have_not_fallen() -> None:
    from bot.ops.evaluation import understanding
    from bot.ops.evaluation_data import read_blind, read_validation, training_examples
    from bot.ops.evaluation_gate import read_baseline, shortfalls

    assert shortfalls(understanding(read_validation(), training_examples(), read_blind()), read_baseline()) == []


# Two hands wrote these alike. Any further one would be a validation line that is trained on.
WRITTEN_TWICE = {
    "are you thick or what",
    "can police get the ip",
    "i should just be dead",
    "i need to hear a voice",
    "my toaster is smarter than you",
    "prove ur not a bot",
    "someone is trying the handle",
    "soon it wont hurt anymore",
    "who am i talking to",
}


def test_no_further_validation_line_is_trained_on() -> None:
    from bot.nlu.finetune import DATA
    from bot.nlu.finetune_data import read_several
    from bot.nlu.place_learn import read_lines
    from bot.ops.evaluation_data import read_blind, read_validation, training_examples
    from bot.ops.evaluation_figures import SHORT

    trained = {example.text.lower() for example in (*training_examples(), *read_several(DATA))}
    trained |= {line["text"].lower() for line in read_lines()}
    texts: list[str] = []
    for kept_apart in (read_validation(), read_blind()):
        texts += [line["text"] for line in (*kept_apart.intents, *kept_apart.places, *kept_apart.platforms)]
        texts += [line["text"] for line in kept_apart.needs] + [line.text for line in kept_apart.safety]
    known = {text.lower() for text in texts if len(text.split()) > SHORT} & trained
    assert known - WRITTEN_TWICE == set()
