"""The fine-tuning of the sentence encoder: its data, its batches, its file and where that comes from."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.encoder import EncoderError
from bot.nlu.finetune import DATA, WITHOUT_TEACHER, main, problems
from bot.nlu.finetune_data import (
    BESIDE,
    DataError,
    Example,
    FineTuning,
    Role,
    batches,
    changed,
    data_hash,
    held_out,
    read_examples,
    read_several,
    role_batches,
)
from bot.nlu.needs import urgency
from bot.nlu.tuned import FILES, MODEL, PROVENANCE

FILE = """
version: "3.1"
nlu:
- intent: {intent}
  examples: |
    - first one
    - second one
- lookup: place
  examples: |
    - here
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "nlu"
    folder.mkdir()
    (folder / "b.yml").write_text(FILE.format(intent="greet"))
    (folder / "c.yml").write_text(FILE.format(intent="deny"))
    return folder


def many(intents: list[str], each: int = 6) -> list[Example]:
    return [Example(f"{intent} number {n}", intent) for intent in intents for n in range(each)]


def test_reads_intents_in_the_order_of_the_files(data: Path) -> None:
    assert read_examples(data) == [
        Example("first one", "greet"),
        Example("second one", "greet"),
        Example("first one", "deny"),
        Example("second one", "deny"),
    ]


def test_a_folder_without_examples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no intent examples"):
        read_examples(tmp_path)


def test_data_hash_ignores_order_and_sees_every_change() -> None:
    examples = many(["greet", "deny"])
    assert data_hash(examples[::-1]) == data_hash(examples)
    assert data_hash([*examples[:-1], Example(examples[-1].text, "greet")]) != data_hash(examples)
    assert data_hash([*examples[:-1], Example("another", "deny")]) != data_hash(examples)


CHANGES = {
    "lower case": (2, "WHO reads THIS?", "who reads this?"),
    "no punctuation": (4, "don't, please. stop!", "dont please stop"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_one_that_people_make(name: str) -> None:
    _, text, wanted = CHANGES[name]
    assert wanted in {changed(text, random.Random(seed)) for seed in range(12)}


def test_a_mistyped_word_differs_in_one_place() -> None:
    typed = {changed("removed", random.Random(seed)) for seed in range(60)}
    assert "removed" in typed
    assert {len(word) for word in typed} == {6, 7, 8}
    assert all(word[0] == "r" and word.isalpha() for word in typed)


def test_changes_repeat_with_the_seed_and_keep_short_answers() -> None:
    first, second = ([changed("He sent it again!", random.Random(seed)) for seed in range(20)] for _ in "ab")
    assert first == second
    assert len(set(first)) > 5
    assert {changed("?", random.Random(seed)) for seed in range(20)} == {"?"}


PLAIN = FineTuning(batch=4, join_share=0.0, change_share=0.0, seed=3)


def test_every_example_comes_up_once_an_epoch() -> None:
    examples = many(["greet", "ask_law"], each=6)
    drawn = list(batches(examples, PLAIN, steps=3))
    assert sorted(text for batch in drawn for text in batch.texts) == sorted(example.text for example in examples)
    intents = {example.text: ["ask_law", "greet"].index(example.intent) for example in examples}
    for batch in drawn:
        assert batch.needs.tolist() == np.eye(2)[[intents[text] for text in batch.texts]].tolist()
        assert batch.single.all()


def test_the_same_seed_draws_the_same_batches() -> None:
    examples = many(["greet", "ask_law"])
    options = FineTuning(batch=4, seed=3)
    first, second, other = (
        [batch.texts for batch in batches(examples, FineTuning(batch=4, seed=seed), steps=4)] for seed in (3, 3, 4)
    )
    assert first == second == [batch.texts for batch in batches(examples, options, steps=4)]
    assert first != other


def test_a_joined_message_holds_the_needs_of_all_its_parts_and_small_talk_stays_alone() -> None:
    examples = many(["greet", "ask_law", "self_harm_risk"])
    labels = ["ask_law", "greet", "self_harm_risk"]
    options = FineTuning(batch=9, join_share=1.0, change_share=0.0)
    for batch in batches(examples, options, steps=4):
        for text, needs, single in zip(batch.texts, batch.needs, batch.single, strict=True):
            assert {label for label in labels if label in text} == {labels[n] for n in np.flatnonzero(needs)}
            assert single == ("greet" in text)
            assert text.count("number") == 1 if single else text.count("number") in (2, 3)


def test_the_messages_with_several_needs_are_complete() -> None:
    several, known = read_several(DATA), {example.intent for example in read_examples(DATA)}
    assert len(several) >= 800
    assert [example.text for example in several if not set(example.needs) <= known] == []
    assert [example.text for example in several if list(example.needs) != sorted(example.needs, key=urgency)] == []
    assert len({example.text for example in several}) == len(several)


def test_what_examples_need_beside_their_intent_is_complete_and_belongs_to_an_example() -> None:
    examples = read_examples(DATA)
    known, texts = {example.intent for example in examples}, {example.text for example in examples}
    beside = [json.loads(line) for line in (DATA.parent / BESIDE).read_text(encoding="utf-8").splitlines()]
    assert sum(bool(example.also) for example in examples) >= 4000
    assert [line["text"] for line in beside if line["text"] not in texts or not set(line["also"]) <= known] == []
    assert [line["text"] for line in beside if line["also"] != sorted(line["also"], key=urgency)] == []
    assert [line["text"] for line in beside if "stop_or_quick_exit" in line["also"]] == []
    assert len({line["text"] for line in beside}) == len(beside)


def test_an_example_with_a_need_beside_its_intent_teaches_both(data: Path) -> None:
    (data.parent / "needs").mkdir()
    line = {"text": "second one", "also": ["ask_law", "deny"]}
    (data.parent / BESIDE).write_text(json.dumps(line) + "\n")
    examples = read_examples(data)
    assert [example.also for example in examples] == [(), ("ask_law", "deny"), (), ("ask_law",)]
    examples.append(Example("is it legal", "ask_law"))
    (batch,) = batches(examples, FineTuning(batch=5, join_share=0.0, change_share=0.0), steps=1)
    assert batch.single.all()
    labels = ["ask_law", "deny", "greet"]
    for text, needs, intent in zip(batch.texts, batch.needs, batch.intents, strict=True):
        assert needs[intent] == 1.0
        assert text != "second one" or needs[labels.index("ask_law")] == 1.0
    assert sorted(labels[place] for place in batch.intents) == ["ask_law", "deny", "deny", "greet", "greet"]


def test_near_duplicates_are_never_on_both_sides() -> None:
    chance = np.random.default_rng(5)
    seeds = chance.normal(size=(60, 16))
    vectors = np.concatenate([seeds, seeds + 0.01 * chance.normal(size=seeds.shape)])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    intents = [("greet", "deny", "affirm")[n % 3] for n in range(120)]
    out = held_out(vectors.astype(np.float32), intents, folds=5, seed=2)
    assert out[:60].tolist() == out[60:].tolist()
    assert {intent: sum(out[n] for n in range(120) if intents[n] == intent) for intent in set(intents)} == {
        "greet": 8,
        "deny": 8,
        "affirm": 8,
    }


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    import hashlib

    folder = tmp_path / "files"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(name)
    about = {
        "files": {name: {"sha256": hashlib.sha256(name.encode()).hexdigest()} for name in FILES},
        "data": {"sha256": data_hash(many(["greet"]))},
    }
    (folder / PROVENANCE).write_text(json.dumps(about))
    return folder


def test_files_that_fit_their_provenance_have_no_problems(bundle: Path) -> None:
    assert problems(bundle, many(["greet"])) == []


def test_a_changed_file_is_told(bundle: Path) -> None:
    (bundle / MODEL).write_text("other")
    assert problems(bundle, many(["deny"])) == [
        "encoder.onnx is not the file that was made; restore it or run `make encoder`.",
    ]


def test_changed_data_are_told(bundle: Path) -> None:
    assert problems(bundle, many(["deny"])) == [
        "The training data have changed since the encoder was made; `make encoder` renews it.",
    ]


@pytest.mark.parametrize("missing", [*FILES, PROVENANCE])
def test_missing_files_are_told(bundle: Path, missing: str) -> None:
    (bundle / missing).unlink()
    assert problems(bundle, many(["greet"])) == [
        f"{missing} is not the file that was made; restore it or run `make encoder`."
    ]


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"There are no intent examples in the folder {tmp_path.name}.\n"


def test_without_a_teacher_the_command_says_what_is_missing(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(data)]) == 1
    assert capsys.readouterr().err == f"{WITHOUT_TEACHER}\n"


def test_half_of_the_places_are_learned_without_their_names() -> None:
    roles = [Role(f"place {n}", f"somewhere {n}", n % 2 == 0) for n in range(12)]
    drawn = list(role_batches(roles, FineTuning(roles=4, change_share=0.0), steps=30))
    texts = [text for batch, _ in drawn for text in batch]
    assert {text.split()[0] for text in texts} == {"place", "somewhere"}
    assert 0.3 < sum(text.startswith("place") for text in texts) / len(texts) < 0.7
    for step in range(0, 30, 3):
        numbers = [int(text.split()[1]) for batch, _ in drawn[step : step + 3] for text in batch]
        assert sorted(numbers) == list(range(12))
    assert all(own.tolist() == [int(text.split()[1]) % 2 == 0 for text in batch] for batch, own in drawn)


def test_without_torch_the_command_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    from bot.nlu.finetune import WITHOUT_TORCH, taught

    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "bot.nlu.finetune_torch", raising=False)
    with pytest.raises(EncoderError) as raised:
        taught([], FineTuning(), tmp_path)
    assert str(raised.value) == WITHOUT_TORCH


def test_messages_with_several_needs_are_read_and_learned_with_all_of_them(data: Path) -> None:
    line = {"text": "he wants money, is it a crime", "needs": ["report_threat", "ask_pay_demand", "ask_law"]}
    folder = data.parent / "needs"
    folder.mkdir()
    (folder / "mixed.jsonl").write_text(json.dumps(line) + "\n")
    several = read_several(data)
    assert several == [Example(line["text"], "report_threat", ("ask_pay_demand", "ask_law"), several=True)]
    examples = [*many(["ask_law", "ask_pay_demand", "report_threat"], each=1), *several]
    (batch,) = batches(examples, FineTuning(batch=4, join_share=0.0, change_share=0.0), steps=1)
    row = batch.texts.index(line["text"])
    assert batch.needs[row].tolist() == [1.0, 1.0, 1.0]
    assert batch.single.sum() == 3 and not batch.single[row]
    assert data_hash(examples) != data_hash([*examples[:-1], Example(line["text"], "report_threat")])
