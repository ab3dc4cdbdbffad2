"""The learned judge of whose place is meant: what it was learned from, how it decides, how long it takes."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.directory.gazetteer_cues import marked
from bot.directory.places import Places
from bot.nlu.place_learn import Example, fingerprint, learn, read_lines
from bot.nlu.place_roles import MOST_JUDGED, RoleJudge, Weights, learned_places


def test_weights_are_those_of_the_stored_lines() -> None:
    assert Weights.read().learnt_from == fingerprint(), "run `python -m bot.nlu.place_learn`"


def test_lines_are_complete() -> None:
    lines = read_lines()
    assert len(lines) >= 2500
    assert [line for line in lines if not {"text", "places", "ambiguous"} <= set(line)] == []
    assert [line["text"] for line in lines if line["ambiguous"] and len(line["places"]) < 2] == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Seville has been my home since the wedding", ("ES",)),
        ("Seville was his idea, he booked the hotel", ()),
        ("I have a small flat in Ghent above a shop", ("BE",)),
        ("he has a small flat in Ghent above a shop", ()),
        ("please put me down for Norway", ("NO",)),
        ("they put Norway on the profile but I doubt it", ()),
        ("I keep goats near Tralee and the vet has seen it", ("IE",)),
        ("we were on holiday near Tralee when he took them", ()),
        ("I am from Lahore but these days I live in Leicester", ("GB-ENG", "GB")),
        ("The men are in Lagos, me I am in Arusha", ("TZ",)),
        ("not Slovenia, Slovakia", ("SK",)),
    ],
)
def test_whose_place_it_is(text: str, places: tuple[str, ...]) -> None:
    assert learned_places().resolve(text).places == places


def _vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.zeros((len(texts), 2), dtype=np.float32)


def _weights(**cues: float) -> Weights:
    return Weights(bias=-1.0, cues=cues, sentence=np.zeros(2, np.float32), threshold=0.5, learnt_from="")


def test_judge_adds_up_weights() -> None:
    text = "Oslo and Bergen"
    judged = Places.load().judged_by(RoleJudge(_weights(**{"message start=True": 3.0}), _vectors)).resolve(text)
    assert [(mention.text, mention.role) for mention in judged.mentions] == [("Oslo", "own"), ("Bergen", "other")]


@pytest.mark.parametrize(("odds", "roles"), [(9.0, ["own", "own"]), (-9.0, ["other", "other"])], ids=["own", "not"])
def test_the_tuned_encoder_counts_beside_the_weights(odds: float, roles: list[str]) -> None:
    asked: list[str] = []

    def tuned(texts: list[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return np.full(len(texts), odds, dtype=np.float32)

    judge = RoleJudge(_weights(**{"message start=True": 3.0}), _vectors, tuned)
    judged = Places.load().judged_by(judge).resolve("Oslo and Bergen")
    assert [mention.role for mention in judged.mentions] == roles
    assert asked == ["» Oslo « and Bergen", "Oslo and » Bergen «"]


def test_a_marked_place_keeps_its_surroundings_and_can_be_unnamed() -> None:
    text = "well " * 80 + "I am Polish, from Krakow. " + "so " * 80
    message, candidates = Places.load().candidates(text)
    found = [marked(message, candidate, named=named) for candidate in candidates for named in (True, False)]
    middles = [line[line.index("am") : line.index("so")].strip() for line in found]
    assert middles == [
        "am » Polish «, from Krakow.",
        "am » Irish «, from Krakow.",
        "am Polish, from » Krakow «.",
        "am Polish, from » Ireland «.",
    ]
    assert all(line.count("well") < 51 and line.count("so") < 51 for line in found)


def test_judge_reads_a_long_list_in_part() -> None:
    calls: list[str] = []

    def represent(texts: list[str]) -> NDArray[np.float32]:
        calls.extend(texts)
        return _vectors(texts)

    Places.load().judged_by(RoleJudge(_weights(), represent)).resolve("Oslo and " * 50)
    assert len(calls) == MOST_JUDGED


def test_learning_finds_the_cue_that_decides() -> None:
    own = [Example(n, ("lives", "named"), np.zeros(2), True) for n in range(20)]
    other = [Example(n, ("visits", "named"), np.zeros(2), False) for n in range(20)]
    learned = learn([*own, *other])
    assert learned["cues"]["lives"] > 0 > learned["cues"]["visits"]
    assert learned["sentence"] == [0.0, 0.0]


@pytest.mark.parametrize(
    "text", ["i am " * 2500, "in " * 3000, "paris " * 2000, "london or " * 1500, "new yrok " * 1500, "90026 zip " * 800]
)
def test_endless_messages_are_read_quickly(text: str) -> None:
    places = learned_places()
    started = time.process_time()
    places.resolve(text)
    assert time.process_time() - started < 0.5
