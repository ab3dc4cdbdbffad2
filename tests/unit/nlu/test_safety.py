"""The two-stage safety screen."""

from __future__ import annotations

import pytest
import yaml

from bot.nlu.labels import CRISES
from bot.nlu.safety_rules import SafetyThresholds, Verdict, lexical, screen
from bot.settings import ROOT

SELF_HARM = [
    "kms", "kill myslef", "i wanna die", "thinking about unaliving myself", "i want to end it all",
    "no reason to live", "i cant go on", "everyone would be better off without me", "who will look after my dog",
    "there is only one way out of this", "I’m going to end my life", "i dont want to be here anymore",
    "my daughter says she wants to die", "i have pills here", "tonight i end this", "sucidal",
    "I do not want to live", "my friend sent me a goodbye text", "im not suicidal but i dont want to wake up",
]  # fmt: skip
DANGER = [
    "he is outside my house", "he has a knife", "he said he will kill me if i leave", "hes on his way here",
    "they will force me to marry", "he wont let me leave the room", "he is banging on my door",
    "my ex threatened to kill me", "call 911", "my brothers will kill me for the honour", "he choked me last night",
]  # fmt: skip
MINOR = [
    "im 15", "i'm in 8th grade", "year 9", "15f", "my 14 yo daughter was sent a nude", "i am thirteen",
    "I was 16 in the pictures, I am 30 now", "it is from high school when it was taken: the photo",
    "someone sent me a picture of a kid", "a photo of a pupil who is 15 is going around", "im underage",
    "i was 15 when he took the pics", "the girl in the video is 14", "i told him i was 19 but im 15",
    "pics from when i was a child", "i turn 18 in march",
]  # fmt: skip
NOTHING = [
    "this homework is killing me", "he shot a video of us", "im dying to know who did it", "my phone died",
    "no i am not suicidal", "im not going to hurt myself", "my students are 15", "im 15 minutes away",
    "she is 15 years older", "I'm 35", "16 photos", "I was 17 when we met, the pictures are from last year",
    "none of us were under 18", "my mum is going to kill me", "she never hit me", "i want to die my hair",
    "is this a minor offence", "he hit on me", "kill the account", "we were 5 colleagues", "explain it like im 5",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        *((text, "self_harm_risk") for text in SELF_HARM),
        *((text, "immediate_danger") for text in DANGER),
        *((text, "minor") for text in MINOR),
    ],
)
def test_words_raise_the_flag_without_the_classifier(text: str, matter: str) -> None:
    assert screen(text, {}).safety == matter


@pytest.mark.parametrize("text", NOTHING)
def test_false_friends_raise_nothing(text: str) -> None:
    assert screen(text, {}).safety is None


@pytest.mark.parametrize(
    "text", ["exit", "someone is coming", "gotta go", "hide this", "STOP", "close this now", "my mum is coming"]
)
def test_leaving(text: str) -> None:
    assert screen(text, {"immediate_danger": 0.9}) == Verdict(None, ("stop_or_quick_exit",), ("immediate_danger",))


@pytest.mark.parametrize(
    "text",
    [
        "how do i stop him",
        "can i exit the group without him noticing and keep the chat as evidence for the police later",
    ],
    ids=["stop somebody", "long"],
)
def test_a_question_about_leaving_is_no_exit(text: str) -> None:
    assert "stop_or_quick_exit" not in screen(text, {}).intents


def test_the_classifier_alone_raises_a_flag_from_its_threshold_on() -> None:
    thresholds = SafetyThresholds(self_harm=0.2, danger=0.2, minor=0.2)
    assert [screen("what do i do now", {"self_harm_risk": score}, thresholds) for score in (0.19, 0.2)] == [
        Verdict(None, ()),
        Verdict("self_harm_risk", ("self_harm_risk",)),
    ]


def test_a_few_words_need_more_than_the_threshold() -> None:
    thresholds = SafetyThresholds(self_harm=0.2, danger=0.2, minor=0.2)
    assert [screen("my ex", {"immediate_danger": score}, thresholds).safety for score in (0.45, 0.7)] == [
        None,
        "immediate_danger",
    ]


def test_everything_that_was_found_is_named_most_urgent_flag_first() -> None:
    assert screen("im 15, he is outside my house and i want to die", {}) == Verdict(
        "self_harm_risk", ("self_harm_risk", "immediate_danger", "i_am_minor")
    )


@pytest.mark.parametrize(
    ("text", "score", "expected"),
    [
        ("im 34 and someone put my nudes online", {"i_am_minor": 0.8}, Verdict(None, (), ("i_am_minor",))),
        ("i am not suicidal", {"self_harm_risk": 0.9}, Verdict(None, (), ("self_harm_risk",))),
        (
            "im not suicidal but if it gets out",
            {"self_harm_risk": 0.9},
            Verdict("self_harm_risk", ("self_harm_risk",)),
        ),
    ],
    ids=["an adult's age", "a plain denial", "a denial with a but"],
)
def test_words_against_overrule_the_classifier(text: str, score: dict[str, float], expected: Verdict) -> None:
    assert screen(text, score) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i'm safe now", True),
        ("Yes, I am safe with my sister.", True),
        ("i am not safe", False),
        ("am i safe here", False),
        ("i'm safe but he is coming", False),
        ("i am safe. he can not find me. i want to die", False),
    ],
)
def test_who_says_that_they_are_safe_is_believed(text: str, expected: bool) -> None:
    scores = {"self_harm_risk": 0.6, "immediate_danger": 0.6}
    assert (screen(text, scores).safety is None) == expected


def test_long_text_is_screened_to_its_end() -> None:
    assert lexical("he posted it. " * 700 + "i want to die") == {"self_harm_risk"}


def test_hardly_a_cry_for_help_that_we_know_counts_as_long_over() -> None:
    cries = [
        line.removeprefix("- ")
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if block["intent"] in ("self_harm_risk", "immediate_danger")
        for line in block["examples"].splitlines()
    ]
    assert len(cries) > 3000
    # Words of the past only make a flag doubtful, and even that must be rare.
    assert sum("past" in lexical(cry) for cry in cries) <= len(cries) / 500


@pytest.mark.parametrize(("chance", "expected"), [(0.9, None), (0.97, "self_harm_risk")], ids=["doubtful", "sure"])
def test_words_of_the_past_want_a_model_that_is_sure(chance: float, expected: str | None) -> None:
    assert screen("it was dark years ago, all behind me", {"self_harm_risk": chance}).safety == expected


def test_words_of_the_past_do_not_silence_words_of_the_crisis() -> None:
    text = "my photos leaked years ago and i cant go on"
    assert [screen(text, {"self_harm_risk": chance}).safety for chance in (0.1, 0.2)] == [None, "self_harm_risk"]


@pytest.mark.parametrize(
    "text",
    [
        "i lost custody and i want to die",
        "i will hang myself during the holidays",
        "i dont love my life",
        "i want to live, no more",
        "i am safe with my rope",
        "my mum is going to kill me so i might as well do it myself",
        "he is outside with a gun. " + "the form asks for a link. " * 40,
        "er hat ein messer",
    ],
)
def test_models_that_heard_little_do_not_overrule_the_words_nor_words_a_model_that_is_sure(text: str) -> None:
    faint = {"self_harm_risk": 0.004, "immediate_danger": 0.004}
    sure = {"self_harm_risk": 0.96, "immediate_danger": 0.001}
    assert {screen(text, faint).safety, screen(text, sure).safety} - {None}


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"self_harm_risk": 0.45, "i_am_minor": 0.95}, ("self_harm_risk", "i_am_minor")),
        ({"self_harm_risk": 0.2, "i_am_minor": 0.95}, ("i_am_minor",)),
        ({"self_harm_risk": 0.8, "immediate_danger": 0.97}, ("self_harm_risk", "immediate_danger")),
    ],
    ids=["a child at risk", "a faint sign", "both likely"],
)
def test_a_second_flag_that_is_likely_stays(scores: dict[str, float], expected: tuple[str, ...]) -> None:
    assert screen("i can not get out of here today", scores).intents == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mum will kill me", None),
        ("my mum's going to kill me, she has found a knife", "immediate_danger"),
        ("my dad will kill me", "immediate_danger"),
        ("my mother will kill me, she has a knife", "immediate_danger"),
    ],
)
def test_being_scolded_is_no_danger(text: str, expected: str | None) -> None:
    assert screen(text, {"immediate_danger": 0.7}).safety == expected


@pytest.mark.parametrize(
    ("text", "chance", "expected"),
    [
        ("there is an airtag in my bag and some spyware i think", 0.7, None),
        ("there is an airtag in my bag and some spyware i think", 0.97, "immediate_danger"),
        ("there is an airtag in my bag and he turned up at my flat", 0.7, "immediate_danger"),
        ("we share an apple id", 0.3, None),
    ],
)
def test_who_is_watched_from_afar_is_not_in_danger_by_a_guess(text: str, chance: float, expected: str | None) -> None:
    assert screen(text, {"immediate_danger": chance}).safety == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my students are 15", None),
        ("i was 17 when we met, the pictures are from last year", None),
        ("i was 17 when we met, the pictures are from that year", "minor"),
        ("my friends are 15", "minor"),
    ],
)
def test_an_age_of_others_or_before_the_pictures_takes_models_that_are_sure(text: str, expected: str | None) -> None:
    assert screen(text, {"i_am_minor": 0.9}).safety == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("who gets my cat after friday", "self_harm_risk"), ("who gets my dog in the divorce", None)],
)
def test_who_gets_what_is_left(text: str, expected: str | None) -> None:
    assert screen(text, {"self_harm_risk": 0.01}).safety == expected


@pytest.mark.parametrize(
    ("text", "chance", "expected"),
    [
        ("i can't go on", 0.0, "self_harm_risk"),
        ("i can't go on with step 3 because the button is grey", 0.01, None),
        ("i can't go on with any of this, not tonight", 0.06, "self_harm_risk"),
        ("i can't go on with step 3 " + "and it is long " * 40, 0.0, "self_harm_risk"),
        ("i am 15", 0.0, "minor"),
        ("i am 15 minutes late with this form, sorry", 0.05, None),
        ("i am 15 and he has the pictures from school", 0.2, "minor"),
    ],
)
def test_words_of_a_cry_count_unless_models_that_read_enough_are_sure(
    text: str, chance: float, expected: str | None
) -> None:
    spoken_of = "i_am_minor" if "15" in text else "self_harm_risk"
    scores = dict.fromkeys(CRISES, 0.0) | {spoken_of: chance}
    assert screen(text, scores, judged=CRISES).safety == expected


@pytest.mark.parametrize(("chance", "expected"), [(0.001, None), (0.15, "immediate_danger")], ids=["below", "above"])
def test_a_word_pattern_counts_unless_the_model_is_sure_of_the_contrary(chance: float, expected: str | None) -> None:
    assert screen("he has a knife", {"immediate_danger": chance}, judged=CRISES).safety == expected


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"self_harm_risk": 0.3, "immediate_danger": 0.95}, ("immediate_danger",)),
        ({"self_harm_risk": 0.95, "immediate_danger": 0.3}, ("self_harm_risk",)),
        ({"self_harm_risk": 0.9, "immediate_danger": 0.9}, ("self_harm_risk", "immediate_danger")),
    ],
    ids=["danger", "self-harm", "both"],
)
def test_the_fainter_of_two_flags_is_dropped(scores: dict[str, float], expected: tuple[str, ...]) -> None:
    thresholds = SafetyThresholds(self_harm=0.2, danger=0.2, minor=0.2)
    assert screen("i can not get out of here today", scores, thresholds).intents == expected


@pytest.mark.parametrize(
    ("judged", "expected"), [(["self_harm_risk"], None), (["i_am_minor"], "self_harm_risk"), ([], "self_harm_risk")]
)
def test_only_a_model_that_knows_the_crisis_overrules_its_words(judged: list[str], expected: str | None) -> None:
    text = "i can't go on with step 3 because the button is grey"
    assert screen(text, {"self_harm_risk": 0.01}, judged=judged).safety == expected


@pytest.mark.parametrize(("read_whole", "expected"), [(True, None), (False, "self_harm_risk")])
def test_the_screen_asks_the_classifier_what_was_read_and_reads_the_words_once(
    monkeypatch: pytest.MonkeyPatch, read_whole: bool, expected: str | None
) -> None:
    from rasa.shared.nlu.training_data.message import Message

    from bot.nlu import safety_rules
    from bot.nlu.classifier import JUDGED, SCORES, WORDS
    from bot.nlu.safety import SAFETY, SafetyScreen

    text = "i can't go on with step 3 because the button is grey"
    message = Message(
        {
            "text": text,
            SCORES: {"self_harm_risk": 0.01},
            WORDS: lexical(text),
            JUDGED: {"self_harm_risk"} if read_whole else set(),
        }
    )
    monkeypatch.setattr(safety_rules, "lexical", lambda text: pytest.fail("the words were read twice"))
    SafetyScreen({}).process([message])
    assert message.get(SAFETY) == expected
