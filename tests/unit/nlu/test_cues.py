"""What a message tells beside its intent."""

from __future__ import annotations

import time

import pytest

from bot.nlu.cue_rules import cues


def found(text: str) -> set[tuple[str, str]]:
    return {(cue["entity"], cue["value"]) for cue in cues(text)}


CASES = {
    "ex is a partner": (
        "my ex posted my nudes on reddit",
        {("who", "me"), ("offender", "partner"), ("situation", "shared")},
    ),
    "girl met online": (
        "a girl i met online wants 500 dollars",
        {("offender", "stranger"), ("situation", "threatened")},
    ),
    "guy on an app": ("some guy on tinder has a video of me", {("offender", "stranger"), ("who", "me")}),
    "nobody knows who": ("dont know who did it", {("offender", "unknown")}),
    "boys in class": (
        "the boys in my class made fake nudes of me",
        {("offender", "group"), ("flag", "school"), ("situation", "fake"), ("who", "me")},
    ),
    "daughter": ("someone is blackmailing my daughter", {("who", "child_in_care"), ("situation", "threatened")}),
    "friend": ("my friend is being blackmailed", {("who", "someone_else"), ("situation", "threatened")}),
    "not sure whether it is out": ("i dont know if he sent it", {("situation", "unsure")}),
    "paid content": ("my onlyfans got leaked", {("situation", "creator"), ("who", "me"), ("situation", "shared")}),
    "paid twice": (
        "i payed twice and now they want more money",
        {("flag", "paid_already"), ("situation", "threatened")},
    ),
    "shared home": ("we live together", {("flag", "shared_home")}),
    "checks the phone": ("he checks my phone", {("flag", "shared_device")}),
    "shared cloud": ("we share an apple id", {("flag", "shared_device")}),
    "wants it gone": ("i just want it gone", {("goal", "removed")}),
    "wants justice": ("i want him in jail", {("goal", "accountable")}),
    "accused": ("i posted my ex and want it gone", {("who", "accused"), ("goal", "removed")}),
    "blamed": ("she says i leaked it but i didnt", {("who", "accused")}),
    "adults": ("all of us were over 18", {("age", "adult")}),
    "age then": ("i was 25 in the video", {("age", "adult")}),
    "age not known": ("im not sure how old i was", {("age", "unsure")}),
    "seventeen or eighteen": ("not sure if i was 17 or 18 in the pics", {("age", "unsure")}),
    "fifteen": ("im 15 and i sent a pic", {("age", "minor")}),
    "minutes are not an age": ("im 15 minutes away", set()),
    "hidden camera": ("i found a hidden camera", {("situation", "recorded")}),
    "broken into": ("someone hacked my icloud", {("situation", "hacked")}),
    "with the name": (
        "they posted it with my full name and address",
        {("situation", "doxxed"), ("situation", "shared")},
    ),
    "fake": ("its my face but not my body", {("situation", "fake"), ("who", "me")}),
    "violent": ("hes violent", {("flag", "afraid_of_them")}),
    "asleep": (
        "i was asleep when he filmed me",
        {("flag", "drugged_or_asleep"), ("situation", "recorded"), ("who", "me")},
    ),
    "tracker": ("found an airtag in my bag", {("flag", "tracked")}),
    "deleted": ("i deleted the chat in panic", {("flag", "deleted_evidence")}),
    "police did nothing": ("the police laughed at me", {("flag", "police_refused")}),
    "came back": ("i got it removed and its up again", {("flag", "resurfaced")}),
    "webcam mail": (
        "got an email that they hacked my webcam and want bitcoin",
        {("flag", "webcam_bluff"), ("situation", "threatened")},
    ),
    "visa": ("i am on a student visa", {("flag", "migrant")}),
    "honour": ("my family will kill me for the shame", {("flag", "honour_risk")}),
    "another person's picture": ("he made me send pics of my sister", {("flag", "sent_other_person")}),
    "done": ("done", {("card", "done")}),
    "skip": ("id rather not say", {("card", "skip")}),
    "more": ("tell me more", {("card", "more")}),
    "later": ("not now", {("card", "later")}),
    "misunderstood": ("you misunderstood me", {("floor", "misunderstood")}),
    "safe": ("im safe now", {("floor", "safe_now")}),
    "go on": ("lets go on", {("floor", "go_on")}),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_cues(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= found(text) if expected else found(text) == set()


DENIED = {
    "did not pay": ("i didnt pay", ("flag", "paid_already")),
    "not the boyfriend": ("he is not my boyfriend", ("offender", "partner")),
    "not the ex": ("its not my ex", ("offender", "partner")),
    "asks whether to pay": ("should i pay", ("flag", "paid_already")),
    "asks whether to delete": ("should i delete the chat", ("flag", "deleted_evidence")),
    "no longer together": ("we dont live together anymore", ("flag", "shared_home")),
    "not safe": ("i am not safe", ("floor", "safe_now")),
    "can not go on": ("i cant go on", ("floor", "go_on")),
    "told the husband": ("how do i tell my husband", ("offender", "partner")),
    "not a stranger": ("he was not a stranger", ("offender", "stranger")),
    "under age after all": ("i told him i was 19 but im 15", ("age", "adult")),
    "homework": ("i need help with my homework", ("flag", "work")),
}


@pytest.mark.parametrize(("text", "absent"), DENIED.values(), ids=DENIED.keys())
def test_what_is_denied_or_asked_is_no_cue(text: str, absent: tuple[str, str]) -> None:
    assert absent not in found(text)


def test_a_cue_names_its_place_in_the_written_text() -> None:
    text = "Hi. I’m  sure: my EX did it"
    partner = next(cue for cue in cues(text) if cue["value"] == "partner")
    assert partner == {"entity": "offender", "value": "partner", "start": 15, "end": 20, "extractor": "CueExtractor"}
    assert text[partner["start"] : partner["end"]] == "my EX"


def test_a_message_has_one_offender_and_one_age() -> None:
    names = [cue["entity"] for cue in cues("my ex and a stranger online posted me, im 15, he is 30")]
    assert {name: names.count(name) for name in ("offender", "age", "who")} == {"offender": 1, "age": 1, "who": 1}


@pytest.mark.parametrize(
    "text",
    ["i am " * 2000, "my ex posted it. " * 600, "a" * 10_000, "was " * 2500, "not " * 2500],
    ids=["i am", "sentences", "one word", "was", "not"],
)
def test_long_messages_are_read_quickly(text: str) -> None:
    cues("warm up")
    started = time.process_time()
    cues(text)
    assert time.process_time() - started < 1.0
