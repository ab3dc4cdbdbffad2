"""What one message tells is taken in whole, whatever was asked, and taking it in twice changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import THIS, chosen, found, message, run, run_at, tracker
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.base import TRIAGE_SLOTS
from actions.intake import SITUATION_OF_INTENT, take_in
from bot.plan.known import AFRAID, AGE, FLAGS, GOAL, OFFENDER, SITUATIONS, WHO

GEORGIA = found("place", ["US-GA", "GE"], ambiguous=True)
LINE = found("platform", "line", ambiguous=True)
NOTED = (*TRIAGE_SLOTS, "flags", "evidence_card", "report_card", "accounts_card", "counsel_card")


def taken(before: dict[str, Any], said: dict[str, Any], requested: str | None = None) -> dict[str, Any]:
    """What is taken in, without the list of what was noted, which is checked here."""
    changes = take_in(before, said, requested)
    listed = changes.pop("noted")
    assert listed["id"] == said["message_id"]
    assert sorted(listed["slots"]) == sorted(slot for slot in changes if slot in NOTED)
    return changes


def test_one_disclosure_fills_everything_it_tells() -> None:
    said = message(
        "report_threat",
        found("offender", "partner"),
        found("age", "adult"),
        found("who", "me"),
        found("situation", "shared"),
        found("flag", "shared_home"),
        found("platform", "telegram"),
        found("platform", "example.net"),
        found("place", "GB-SCT"),
        found("goal", "removed"),
        needs=["report_threat", "report_hacked", "ask_law", "ask_two_factor"],
    )
    assert taken({}, said) == {
        "who": "me",
        "age": "adult",
        "situations": ["threatened", "hacked", "shared"],
        "offender": "partner",
        "platforms": ["telegram", "example.net"],
        "place": "GB-SCT",
        "goal": "removed",
        "flags": ["shared_home"],
        "pending_needs": ["ask_law", "ask_two_factor"],
    }


def case(
    name: str, before: dict[str, Any], said: dict[str, Any], requested: str | None, expected: dict[str, Any]
) -> Any:
    return pytest.param(before, said, requested, expected, id=name)


def buttons() -> list[Any]:
    """Every button of a question of the triage."""
    values = {"who": WHO, "age": AGE, "offender": OFFENDER, "afraid": AFRAID, "goal": GOAL}
    single = [
        case(f"button {slot} {value}", {}, chosen(**{slot: value}), slot, {slot: value})
        for slot, allowed in values.items()
        for value in allowed
    ]
    several = [
        case(f"button situation {value}", {}, chosen(situation=value), "situations", {"situations": [value]})
        for value in SITUATIONS
        if value != "skipped"
    ]
    return [
        *single,
        *several,
        case("button platform", {}, chosen(platform="not_online"), "platforms", {"platforms": ["not_online"]}),
        case("button platform unknown", {}, chosen(platform="skipped"), "platforms", {"platforms": ["skipped"]}),
        case("button place skipped", {}, chosen(place="skipped"), "place", {"place": "skipped"}),
        case("button place", {}, chosen(place="GB-WLS"), "place", {"place": "GB-WLS"}),
    ]


WORDS = [
    case("yes to afraid", {}, message("affirm"), "afraid", {"afraid": "yes"}),
    case("no to afraid", {}, message("deny"), "afraid", {"afraid": "no"}),
    case("no to where online", {}, message("deny"), "platforms", {"platforms": ["not_online"]}),
    case("yes answers no other question", {}, message("affirm"), "who", {}),
    case("no answers no other question", {}, message("deny"), "age", {}),
    case("not sure of who", {}, message("not_sure"), "who", {"who": "skipped"}),
    case("not sure of the age", {}, message("not_sure"), "age", {"age": "unsure"}),
    case("not sure of what", {}, message("not_sure"), "situations", {"situations": ["unsure"]}),
    case("not sure of whom", {}, message("not_sure"), "offender", {"offender": "unknown"}),
    case("not sure of fear", {}, message("not_sure"), "afraid", {"afraid": "unsure"}),
    case("not sure of where", {}, message("not_sure"), "platforms", {"platforms": ["skipped"]}),
    case("not sure of the place", {}, message("not_sure"), "place", {"place": "skipped"}),
    case("not sure of the goal", {}, message("not_sure"), "goal", {"goal": "unsure"}),
    *(
        case(f"skip {slot}", {}, message("skip_step"), slot, {slot: ["skipped"] if slot in LISTS else "skipped"})
        for LISTS in [("situations", "platforms")]
        for slot in TRIAGE_SLOTS
    ),
    case("yes with nothing asked", {}, message("affirm"), None, {}),
    case("skip with nothing asked", {}, message("skip_step"), None, {}),
    case("the age as a number", {}, message("nlu_fallback", text="25"), "age", {"age": "adult"}),
    case("the age as a number of a minor", {}, message("nlu_fallback", text="17"), "age", {"age": "minor"}),
    case("eighteen is no minor", {}, message("nlu_fallback", text="I was 18"), "age", {"age": "adult"}),
    case("a minor's number among words", {}, message("", text="it was when i was 16 I think"), "age", {"age": "minor"}),
    case("the age of somebody else", {}, message("", text="and my ex is 40"), "age", {}),
    case("a year is no age", {}, message("", text="2009"), "age", {}),
    case("two numbers are no age", {}, message("", text="17 or 19"), "age", {}),
    case("an age that nobody has", {}, message("", text="400"), "age", {}),
    case("a bare number is an age, whatever was asked", {}, message("", text="25"), "who", {"age": "adult"}),
    case("a number outside the triage is none", {}, message("", text="25"), "evidence_card", {}),
    case("a place in words", {}, message("inform_location", found("place", "FR")), "place", {"place": "FR"}),
    case(
        "an answer to another question than was asked",
        {},
        message("inform_location", found("place", "FR")),
        "who",
        {"place": "FR"},
    ),
]

WHO_CASES = [
    case("helping", {}, message("helping_someone_else"), None, {"who": "someone_else"}),
    case("accused", {}, message("accused_or_regret"), None, {"who": "accused"}),
    case(
        "a child in care, not just somebody",
        {},
        message("helping_someone_else", found("who", "child_in_care")),
        None,
        {"who": "child_in_care"},
    ),
    case(
        "the friend before me",
        {},
        message("report_shared", found("who", "someone_else"), found("who", "me")),
        None,
        {"who": "someone_else", "situations": ["shared"]},
    ),
    case("who stays", {"who": "me"}, message("helping_someone_else"), "age", {}),
    case("skipped gives way", {"who": "skipped"}, message("accused_or_regret"), None, {"who": "accused"}),
]

SITUATION_CASES = [
    *(
        case(f"{intent} tells what happened", {}, message(intent), None, {"situations": [situation]})
        for intent, situation in SITUATION_OF_INTENT.items()
    ),
    case(
        "several add up",
        {"situations": ["threatened"]},
        message("report_shared", needs=["report_doxxed"]),
        None,
        {"situations": ["threatened", "shared", "doxxed"]},
    ),
    case(
        "shared ends the doubt", {"situations": ["unsure", "fake"]}, message("report_shared"), None,
        {"situations": ["fake", "shared"]},
    ),
    case("skipped gives way", {"situations": ["skipped"]}, message("report_hacked"), None, {"situations": ["hacked"]}),
    case(
        "a button adds", {"situations": ["fake"]}, chosen(situation="threatened"), None,
        {"situations": ["fake", "threatened"]},
    ),
    case("the same again changes nothing", {"situations": ["shared"]}, message("report_shared"), None, {}),
]  # fmt: skip

CORRECTIONS = [
    case(
        "a correction replaces what happened",
        {"situations": ["shared"]},
        message("correct_information", found("situation", "fake")),
        None,
        {"situations": ["fake"]},
    ),
    case(
        "a correction replaces the sites",
        {"platforms": ["x", "reddit"]},
        message("correct_information", found("platform", "discord")),
        None,
        {"platforms": ["discord"]},
    ),
    case(
        "a correction replaces who did it",
        {"offender": "partner"},
        message("correct_information", found("offender", "stranger")),
        None,
        {"offender": "stranger"},
    ),
    case(
        "a word by the way corrects nothing",
        {"offender": "partner", "who": "me"},
        message("ask_law", found("offender", "known"), found("who", "someone_else")),
        None,
        {},
    ),
    case(
        "the goal may change at any time",
        {"goal": "removed"},
        message("ask_law", found("goal", "safe")),
        None,
        {"goal": "safe"},
    ),
    case("unknown gives way", {"offender": "unknown"}, message("", found("offender", "known")), None,
         {"offender": "known"}),
    case("the answer to this question replaces", {"goal": "safe"}, message("", found("goal", "removed")), "goal",
         {"goal": "removed"}),
    case("sites add up", {"platforms": ["x"]}, message("inform_platform", found("platform", "reddit")), None,
         {"platforms": ["x", "reddit"]}),
    case("a site replaces skipped", {"platforms": ["skipped"]}, message("", found("platform", "x")), None,
         {"platforms": ["x"]}),
    case("a site replaces not online", {"platforms": ["not_online"]}, message("", found("platform", "x")), None,
         {"platforms": ["x"]}),
    case("not online replaces the sites", {"platforms": ["x"]}, chosen(platform="not_online"), None,
         {"platforms": ["not_online"]}),
]  # fmt: skip

PLACES = [
    case("another country", {"place": "GB"}, message("correct_information", found("place", "IE")), None,
         {"place": "IE"}),
    case("the country changes without the word no", {"place": "IE"}, message("inform_location", found("place", "FR")),
         None, {"place": "FR"}),
    case("US after Ohio keeps Ohio", {"place": "US-OH"}, message("inform_location", found("place", "US")), None, {}),
    case("US by button gives up Ohio", {"place": "US-OH"}, chosen(place="US"), None, {"place": "US"}),
    case("Ohio after US", {"place": "US"}, message("inform_location", found("place", "US-OH")), None,
         {"place": "US-OH"}),
    case("another state", {"place": "US-OH"}, message("inform_location", found("place", "US-TX")), None,
         {"place": "US-TX"}),
    case("a rejected place", {"place": "GB-SCT"}, message("deny", found("place_rejected", "GB")), None,
         {"place": None}),
    case("a rejected place and the right one", {"place": "GB"},
         message("correct_information", found("place", "IE"), found("place_rejected", "GB")), None, {"place": "IE"}),
    case("the whole rejected and a part kept", {"place": "GB-SCT"},
         message("correct_information", found("place", "GB-SCT"), found("place_rejected", "GB")), None, {}),
    case("another place rejected", {"place": "FR"}, message("deny", found("place_rejected", "GB")), None, {}),
    case("nothing known and one rejected", {}, message("deny", found("place_rejected", "GB")), None, {}),
    case("an unclear place is offered", {}, message("inform_location", GEORGIA), None,
         {"place_options": ["US-GA", "GE"]}),
    case("an unclear correction forgets the old one", {"place": "FR"}, message("correct_information", GEORGIA), None,
         {"place_options": ["US-GA", "GE"], "place": None}),
    case("an unclear place by the way", {"place": "FR"}, message("ask_law", GEORGIA), None,
         {"place_options": ["US-GA", "GE"]}),
    case("unclear words for what is known", {"place": "US-GA"}, message("", GEORGIA), None, {}),
    case("the state of the country that is known", {"place": "US"}, message("inform_location", GEORGIA), "place",
         {"place": "US-GA"}),
    case("the choice ends the options", {"place_options": ["US-GA", "GE"]}, chosen(place="GE"), "place",
         {"place": "GE", "place_options": None}),
    case("words end the options", {"place_options": ["US-GA", "GE"]}, message("", found("place", "GE")), "place",
         {"place": "GE", "place_options": None}),
    case("not sure, and an unclear place", {}, message("not_sure", GEORGIA), "place",
         {"place_options": ["US-GA", "GE"]}),
    case("the country among the options", {"place_options": ["US-GA", "GE"]}, message("", text="the country."),
         "place", {"place": "GE", "place_options": None}),
    case("the state among the options", {"place_options": ["US-GA", "GE"]}, message("", text="the US state"),
         "place", {"place": "US-GA", "place_options": None}),
    case("an unclear place that its own message makes clear", {}, message("", GEORGIA, text="Georgia the country"),
         "place", {"place": "GE"}),
    case("two states among the options", {"place_options": ["US-GA", "US-AL"]}, message("", text="the state"),
         "place", {}),
    case("skip keeps the country whose state was asked", {"place": "US"}, message("skip_step"), "place", {}),
    case("not sure keeps the country whose state was asked", {"place": "US"}, message("not_sure"), "place", {}),
]  # fmt: skip

SITES = [
    case("an unclear app is asked back", {}, message("inform_platform", LINE), None, {"platform_options": ["line"]}),
    case("not sure, and an unclear app", {}, message("not_sure", LINE), "platforms", {"platform_options": ["line"]}),
    case("a clear one beside it wins", {}, message("", LINE, found("platform", "x")), None, {"platforms": ["x"]}),
    case("a clear one ends the question", {"platform_options": ["line"]}, chosen(platform="line"), "platforms",
         {"platforms": ["line"], "platform_options": None}),
    case("yes to the only app", {"offered": "app:line"}, message("affirm"), "platforms", {"platforms": ["line"]}),
    case("yes adds to the sites", {"offered": "app:line", "platforms": ["x"]}, message("affirm"), "platforms",
         {"platforms": ["x", "line"]}),
    case("yes to two apps names none", {"offered": "app:line,signal"}, message("affirm"), "platforms", {}),
    case("no to the app does not mean not online", {"offered": "app:line"}, message("deny"), "platforms", {}),
    case("no keeps the sites that are known", {"platforms": ["x"]}, message("deny"), "platforms", {}),
]  # fmt: skip

AGES = [
    case("a minor by the safety screen", {}, message("report_shared", safety="minor"), None,
         {"age": "minor", "situations": ["shared"]}),
    case("a minor by intent", {"age": "adult"}, message("i_am_minor"), None, {"age": "minor"}),
    case("a minor by a cue after adult", {"age": "adult"}, message("", found("age", "minor")), None,
         {"age": "minor"}),
    case("the safety screen wins over an adult", {}, message("", found("age", "adult"), safety="minor"), "age",
         {"age": "minor"}),
    case("both in one message", {}, message("", found("age", "minor"), found("age", "adult")), None,
         {"age": "minor"}),
    case("adult by the way changes nothing", {"age": "minor"}, message("", found("age", "adult")), None, {}),
    case("adult by correction", {"age": "minor", "minor_told": True},
         message("correct_information", found("age", "adult")), None, {"age": "adult", "minor_told": None}),
    case("adult by button", {"age": "minor", "minor_told": True}, chosen(age="adult"), None,
         {"age": "adult", "minor_told": None}),
    case("adult after not sure", {"age": "unsure"}, message("", found("age", "adult")), None, {"age": "adult"}),
    case("minor by button after adult", {"age": "adult"}, chosen(age="minor"), None, {"age": "minor"}),
]  # fmt: skip

FEARS = [
    case("flags add up", {"flags": ["school"]}, message("", found("flag", "work")), None,
         {"flags": ["school", "work"]}),
    case("fear answers the question", {}, message("", found("flag", "afraid_of_them")), None,
         {"flags": ["afraid_of_them"], "afraid": "yes"}),
    case("honour counts as fear", {"afraid": "unsure"}, message("", found("flag", "honour_risk")), None,
         {"flags": ["honour_risk"], "afraid": "yes"}),
    case("fear that is said later wins over a no", {"afraid": "no"}, message("", found("flag", "afraid_of_them")), None,
         {"flags": ["afraid_of_them"], "afraid": "yes"}),
    case("no, and fear in the same message", {}, message("deny", found("flag", "afraid_of_them")), "afraid",
         {"flags": ["afraid_of_them"], "afraid": "yes"}),
]  # fmt: skip

CARDS = [
    *(
        case(f"{slot} {answer} by button", {}, chosen(card=answer), slot, {slot: answer})
        for slot in ("evidence_card", "report_card", "accounts_card", "counsel_card")
        for answer in ("done", "skip", "more", "later")
    ),
    case("done in words", {}, message("done_step"), "report_card", {"report_card": "done"}),
    case("yes is done", {}, message("affirm"), "report_card", {"report_card": "done"}),
    case("skip in words", {}, message("skip_step"), "report_card", {"report_card": "skip"}),
    case("a cue goes before the intent", {}, message("affirm", found("card", "later")), "report_card",
         {"report_card": "later"}),
    case("a question is no answer", {}, message("ask_law"), "report_card", {}),
    case("no card, no answer", {}, chosen(card="done"), "who", {}),
    case("not sure is no answer to a card", {}, message("not_sure"), "report_card", {}),
]  # fmt: skip

NEEDS = [
    case("needs are queued", {"pending_needs": ["ask_law"]},
         message("report_shared", needs=["report_shared", "ask_law", "ask_hash_tools"]), None,
         {"situations": ["shared"], "pending_needs": ["ask_law", "ask_hash_tools"]}),
    case("the question that is answered now is not queued", {}, message("ask_law", needs=["ask_law"]), None, {}),
    case("only questions are queued", {}, message("greet", needs=["talk_to_human", "feeling_distress"]), None, {}),
]  # fmt: skip

FLOORS = [
    case("something of substance ends the floor", {"floor": {"kind": "self_harm_risk", "said": 1}},
         message("ask_law"), None, {"floor": None}),
    case("a place keeps the floor", {"floor": {"kind": "self_harm_risk", "said": 1}},
         message("inform_location", found("place", "FR")), None, {"place": "FR"}),
    case("the word again keeps the floor", {"floor": {"kind": "self_harm_risk", "said": 1}},
         message("report_shared", safety="self_harm_risk"), None, {"situations": ["shared"]}),
    case("small talk keeps the floor", {"floor": {"kind": "self_harm_risk", "said": 1}}, message("affirm"), None, {}),
    case("danger is not left by a question", {"floor": {"kind": "immediate_danger", "said": 1}}, message("ask_law"),
         None, {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "said", "requested", "expected"),
    [
        *buttons(), *WORDS, *WHO_CASES, *SITUATION_CASES, *CORRECTIONS, *PLACES, *SITES, *AGES, *FEARS, *CARDS, *NEEDS,
        *FLOORS,
    ],
)  # fmt: skip
def test_a_message_changes(
    before: dict[str, Any], said: dict[str, Any], requested: str | None, expected: dict[str, Any]
) -> None:
    kept = {name: list(value) if isinstance(value, list) else value for name, value in before.items()}
    assert taken(before, said, requested) == expected
    assert before == kept


def test_the_country_changes_twice() -> None:
    slots: dict[str, Any] = {}
    for said in (
        message("inform_location", found("place", "GB-ENG")),
        message("correct_information", found("place", "IE"), found("place_rejected", "GB")),
        message("correct_information", found("place", "FR"), found("place_rejected", "IE")),
    ):
        slots |= take_in(slots, said, None)
    assert slots["place"] == "FR"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"intent": None, "entities": None, "needs": None, "text": None}, id="empty fields"),
        pytest.param({"intent": {"name": None}, "entities": []}, id="no intent"),
    ],
)
def test_a_message_without_content_tells_nothing(said: dict[str, Any]) -> None:
    assert take_in({}, said, "who") == {"noted": {"id": None, "slots": []}}


def test_what_a_second_reading_adds_is_noted_with_the_first() -> None:
    first = take_in({}, message("report_shared"), None)
    second = take_in(first, message("report_shared", found("goal", "safe")), None)
    assert second == {"goal": "safe", "noted": {"id": THIS, "slots": ["situations", "goal"]}}


def one_place(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As the extractor gives them: one place at most."""
    first = next((item for item in entities if item["entity"] == "place"), None)
    return [item for item in entities if item["entity"] != "place" or item is first]


ENTITIES = st.lists(
    st.one_of(
        st.sampled_from([(name, value) for name, values in {
            "who": WHO, "age": AGE, "offender": OFFENDER, "afraid": AFRAID, "goal": GOAL, "flag": FLAGS,
            "situation": SITUATIONS, "card": ("done", "skip", "more", "later"),
            "platform": ("instagram", "x", "example.net", "not_online", "skipped"),
            "place": ("US", "US-GA", "GB", "GB-SCT", "FR", "skipped"), "place_rejected": ("US", "GB", "GB-SCT", "FR"),
            "floor": ("go_on", "misunderstood", "safe_now", "want_help"),
        }.items() for value in values]).map(lambda pair: found(*pair)),
        st.sampled_from([GEORGIA, LINE, found("platform", "signal", ambiguous=True)]),
    ),
    max_size=5,
).map(one_place)  # fmt: skip
INTENTS = st.sampled_from([
    *SITUATION_OF_INTENT, "helping_someone_else", "accused_or_regret", "choose", "correct_information", "affirm",
    "deny", "not_sure", "skip_step", "done_step", "inform_location", "inform_platform", "ask_law", "i_am_minor",
    "nlu_fallback",
])  # fmt: skip
SLOTS = st.fixed_dictionaries({}, optional={
    "who": st.sampled_from(WHO), "age": st.sampled_from(AGE), "offender": st.sampled_from(OFFENDER),
    "afraid": st.sampled_from(AFRAID), "goal": st.sampled_from(GOAL),
    "situations": st.lists(st.sampled_from(SITUATIONS), min_size=1, max_size=3, unique=True),
    "platforms": st.lists(st.sampled_from(("x", "line", "not_online", "skipped")), min_size=1, max_size=2, unique=True),
    "place": st.sampled_from(("US", "US-GA", "GE", "GB-SCT", "skipped")), "minor_told": st.just(True),
    "flags": st.lists(st.sampled_from(FLAGS), min_size=1, max_size=2, unique=True),
    "place_options": st.just(["US-GA", "GE"]), "platform_options": st.just(["line"]), "offered": st.just("app:line"),
    "pending_needs": st.just(["ask_law"]),
    "floor": st.sampled_from([{"kind": "self_harm_risk", "said": 1}, {"kind": "immediate_danger", "said": 2}]),
    "noted": st.just({"id": "message-1", "slots": ["who"]}),
})  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    slots=SLOTS,
    intent=INTENTS,
    entities=ENTITIES,
    needs=st.lists(st.sampled_from(["report_shared", "report_threat", "ask_law", "ask_privacy"]), max_size=3),
    safety=st.sampled_from([None, None, "minor", "self_harm_risk"]),
    text=st.sampled_from(["", "17", "25", "I was 12 then", "the state", "the country"]),
    requested=st.sampled_from([None, *TRIAGE_SLOTS, "evidence_card"]),
)
def test_taking_a_message_in_again_changes_nothing_more(
    slots: dict[str, Any],
    intent: str,
    entities: list[dict[str, Any]],
    needs: list[str],
    safety: str | None,
    text: str,
    requested: str | None,
) -> None:
    said = message(intent, *entities, text=text, needs=needs, safety=safety)
    once = slots | take_in(slots, said, requested)
    twice = once | take_in(once, said, requested)
    assert twice == once
    if safety == "minor" or intent == "i_am_minor":
        assert once["age"] == "minor"


async def test_the_action_sets_what_changed_and_says_nothing() -> None:
    answer = await run("action_take_in", message("report_shared", found("place", "FR")), {"who": "me"})
    assert answer.messages == []
    assert answer.changes == {
        "situations": ["shared"],
        "place": "FR",
        "noted": {"id": THIS, "slots": ["situations", "place"]},
    }


@pytest.mark.parametrize("requested", [*TRIAGE_SLOTS, "evidence_card", "report_card"])
@pytest.mark.parametrize("intent", ["affirm", "deny", "not_sure", "skip_step", "done_step"])
async def test_while_the_floor_is_held_nothing_answers_the_form(intent: str, requested: str) -> None:
    held = {"floor": {"kind": "self_harm_risk", "said": 1}}
    answer = await run("action_take_in", message(intent), held, loop="triage_form", requested=requested)
    assert answer.changes == {"noted": {"id": THIS, "slots": []}}


async def test_a_message_that_cannot_be_read_changes_nothing() -> None:
    at = tracker(message("report_shared"))
    at.latest_message = {"intent": "not a dictionary", "entities": 7}
    answer = await run_at("action_take_in", at)
    assert (answer.messages, answer.events) == ([], [])
