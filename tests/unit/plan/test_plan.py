"""The plan: whole plans row by row (cases.yml), and what must hold for every combination of facts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plan import Known, Plan, PlanItem, plan
from bot.plan.known import AFRAID, AGE, FLAGS, GOAL, OFFENDER, SITUATIONS, WHO
from bot.plan.order import STEPS

HERE = Path(__file__).parent
WORDING_FILE = HERE.parents[2] / "data" / "responses" / "en" / "plan.yml"

CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "cases.yml").read_text(encoding="utf-8"))
WORDING: dict[str, str] = {
    key: variants[0]["text"]
    for key, variants in yaml.safe_load(WORDING_FILE.read_text(encoding="utf-8"))["responses"].items()
}

SAFETY_ITEMS = {"safety_line", "honour_line", "safe_place", "safer_device"}
CAN_ALERT = {
    "secure_email", "sign_out_others", "secure_accounts", "check_trackers", "change_reused_password",
    "stop_block_report", "block_if_safe", "police", "police_again",
}  # fmt: skip
DO_NOT_PAY = {"do_not_pay", "stop_paying"}
NEVER_UNDER_18 = {
    "save_page", "save_threats", "look_once", "write_down", "stop_ncii", "search_removal", "notice_letter",
    "anti_piracy", "copyright_notice", "set_alert",
}  # fmt: skip
ONLY_UNDER_18 = {"take_it_down", "report_remove", "child_hotline", "no_copies", "do_not_look", "save_words"}
KEEPING_AN_IMAGE = re.compile(r"screen ?shot|\bsave|\bprint|\bforward|download|StopNCII", re.IGNORECASE)

PLACES = ("US-TX", "GB-ENG", "GB", "FR", "skipped")
PLATFORMS = ("instagram", "x", "whatsapp", "not_online", "example.net", "skipped")


def _maybe(values: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


KNOWN = st.builds(
    Known,
    who=_maybe(WHO),
    age=_maybe(AGE),
    situations=st.one_of(st.none(), st.frozensets(st.sampled_from(SITUATIONS), max_size=3)),
    offender=_maybe(OFFENDER),
    afraid=_maybe(AFRAID),
    platforms=st.one_of(st.none(), st.lists(st.sampled_from(PLATFORMS), max_size=2).map(tuple)),
    place=_maybe(PLACES),
    goal=_maybe(GOAL),
    flags=st.frozensets(st.sampled_from(FLAGS), max_size=5),
)


def with_flag(*flags: str) -> st.SearchStrategy[Known]:
    """Return people who are not accused and to whom one of the flags applies."""
    return st.builds(
        lambda known, flag: known.with_(flags={*known.flags, flag}),
        KNOWN.filter(lambda known: not known.accused),
        st.sampled_from(flags),
    )


EVERYBODY = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def ids(made: Plan) -> list[str]:
    """Return the item ids of a plan in their order."""
    return [item.id for item in made.items]


def words(made: Plan) -> list[str]:
    """Return every line that the plan shows."""
    shown = [key for item in made.items for key in (f"utter_plan_{item.id}", f"utter_reason_{item.reason}")]
    return [WORDING[key] for key in (f"utter_plan_intro_{made.intro}", *shown, "utter_plan_next")]


def before(wanted: set[str], others: set[str], made: Plan) -> bool:
    """Return whether one of the wanted items stands before all of the others."""
    order = ids(made)
    first_other = min((order.index(item) for item in others if item in order), default=len(order))
    return any(item in wanted for item in order[:first_other])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_whole_plan(case: dict[str, Any]) -> None:
    assert ids(plan(Known.from_slots(case["known"]))) == case["items"]


def test_cases_are_many_and_named_once() -> None:
    names = [case["id"] for case in CASES]
    assert len(names) >= 100 and len(set(names)) == len(names)


def test_plan_is_whole_with_steps_and_reasons() -> None:
    known = Known(who="me", age="adult", situations=frozenset({"threatened"}), offender="stranger")
    assert plan(known) == Plan(
        items=(
            PlanItem("do_not_pay", "now", "paying_rarely_ends_it"),
            PlanItem("save_threats", "evidence", "save_once"),
            PlanItem("stop_block_report", "report", "answers_feed_it"),
            PlanItem("stop_ncii", "report", "hash_before_spread"),
            PlanItem("police", "report", "police_can_act"),
            PlanItem("secure_accounts", "accounts", "keep_them_out"),
            PlanItem("tell_someone", "people", "not_alone"),
            PlanItem("crisis_check", "people", "too_much"),
        ),
        steps=("evidence", "report", "accounts", "counsel"),
        intro="threat",
    )


STEP_ORDERS = {
    "adult_shared_by_stranger": "evidence report accounts counsel",
    "stranger_threat": "evidence report accounts counsel",
    "stranger_threat_criminalised": "evidence report accounts counsel",
    "stranger_threat_hacked": "evidence accounts report counsel",
    "adult_hacked": "evidence accounts report counsel",
    "adult_hacked_accountable": "evidence accounts counsel report",
    "accountable_one_place": "evidence counsel report accounts",
    "accountable_spreading_fast": "evidence report accounts counsel",
    "accountable_under_18": "evidence report accounts counsel",
    "criminalised_shared": "evidence counsel report accounts",
    "honour_shared": "evidence counsel report accounts",
    "minor_honour": "evidence report accounts counsel",
    "accused": "report evidence counsel accounts",
}


def _case(name: str) -> Known:
    return Known.from_slots(next(case["known"] for case in CASES if case["id"] == name))


@pytest.mark.parametrize(("name", "steps"), STEP_ORDERS.items(), ids=list(STEP_ORDERS))
def test_order_of_the_four_steps(name: str, steps: str) -> None:
    assert plan(_case(name)).steps == tuple(steps.split())


REASONS = {
    ("stranger_threat_sent_more", "do_not_pay"): "sent_more",
    ("stranger_threat_paid", "stop_paying"): "paid_before",
    ("webcam_bluff", "do_not_pay"): "mass_mail",
    ("accountable_one_place", "police"): "police_before_removal",
    ("accountable_spreading_fast", "police"): "police_same_day",
    ("accountable_under_18", "police"): "police_can_act",
    ("partner_threat_not_afraid", "police"): "police_your_choice",
    ("adult_shared_by_stranger", "stop_ncii"): "hash_finds_copies",
    ("adult_unsure", "stop_ncii"): "hash_before_spread",
    ("friend_of_adult_shared", "stop_ncii"): "only_they_can_hash",
    ("minor_shared", "take_it_down"): "before_18",
    ("age_skipped_shared", "take_it_down"): "age_not_sure",
    ("parent_child_shared", "take_it_down"): "no_one_needs_to_look",
    ("adult_fake", "know_law"): "law_fakes",
    ("adult_recorded", "know_law"): "law_recording",
    ("creator_leak", "know_law"): "law_creators",
    ("adult_shared_by_stranger", "know_law"): "law_by_place",
    ("adult_doxxed", "safe_place"): "address_known",
    ("stranger_threat_afraid", "safe_place"): "safety_before_tasks",
    ("partner_hacked", "sign_out_others"): "after_safety",
    ("adult_hacked", "sign_out_others"): "they_may_still_be_in",
    ("partner_threat_afraid", "secure_accounts"): "after_safety",
    ("minor_shared", "report_platform"): "under_18_reports_first",
    ("minor_shared_at_school", "school_lead"): "many_young_people",
    ("adult_shared_at_college", "school_lead"): "school_can_act",
}


@pytest.mark.parametrize(("of", "reason"), REASONS.items(), ids=["-".join(of) for of in REASONS])
def test_reason_fits_the_person(of: tuple[str, str], reason: str) -> None:
    name, item = of
    assert {shown.id: shown.reason for shown in plan(_case(name)).items}[item] == reason


INTROS = {
    "accused": "accused", "webcam_bluff": "bluff", "parent_child_shared": "child",
    "friend_of_adult_threat": "helper", "minor_shared": "minor", "partner_hacked": "partner",
    "stranger_threat": "threat", "adult_hacked": "hacked", "creator_leak": "creator", "adult_fake": "fake",
    "adult_recorded": "recorded", "adult_shared_by_stranger": "shared", "adult_unsure": "unsure",
    "adult_nothing_told": "general",
}  # fmt: skip


@pytest.mark.parametrize(("name", "intro"), INTROS.items(), ids=list(INTROS))
def test_intro_fits_the_person(name: str, intro: str) -> None:
    assert plan(_case(name)).intro == intro
    assert f"utter_plan_intro_{intro}" in WORDING


@EVERYBODY
@given(KNOWN)
def test_every_plan_is_short_worded_and_without_repeats(known: Known) -> None:
    made = plan(known)
    assert 4 <= len(made.items) <= 8
    assert len(set(ids(made))) == len(made.items)
    assert sorted(made.steps) == sorted(STEPS)
    assert {item.step for item in made.items} <= {"now", *STEPS, "people"}
    keys = {key for item in made.items for key in (f"utter_plan_{item.id}", f"utter_reason_{item.reason}")}
    assert keys | {f"utter_plan_intro_{made.intro}"} <= WORDING.keys()


@EVERYBODY
@given(KNOWN)
def test_items_follow_the_order_of_the_steps(known: Known) -> None:
    made = plan(known)
    whole_order = ("now", *made.steps, "people")
    places = [whole_order.index(item.step) for item in made.items]
    assert places == sorted(places)


@EVERYBODY
@given(KNOWN.filter(lambda known: known.treat_as_minor))
def test_under_18_never_keeps_or_spreads_an_image(known: Known) -> None:
    made = plan(known)
    assert NEVER_UNDER_18.isdisjoint(ids(made))
    assert [line for line in words(made) if KEEPING_AN_IMAGE.search(line)] == []


@EVERYBODY
@given(KNOWN.filter(lambda known: known.treat_as_minor))
def test_under_18_always_has_the_childrens_route_and_the_crisis_check(known: Known) -> None:
    shown = set(ids(plan(known)))
    assert known.accused or shown & {"take_it_down", "child_hotline"}
    assert shown & {"crisis_check", "crisis_check_them"}


@EVERYBODY
@given(KNOWN.filter(lambda known: not known.treat_as_minor))
def test_adults_are_never_sent_to_the_childrens_route(known: Known) -> None:
    made = plan(known)
    assert ONLY_UNDER_18.isdisjoint(ids(made))
    assert not any("Take It Down" in line for line in words(made))


@EVERYBODY
@given(KNOWN.filter(lambda known: known.partner_context))
def test_safety_comes_before_accounts_block_and_police(known: Known) -> None:
    made = plan(known)
    assert known.accused or before(SAFETY_ITEMS, CAN_ALERT, made)


@EVERYBODY
@given(with_flag("tracked"))
def test_tracked_people_first_get_to_a_safe_device_or_line(known: Known) -> None:
    assert before(SAFETY_ITEMS, CAN_ALERT, plan(known))


@EVERYBODY
@given(KNOWN, st.sampled_from(["stranger", "unknown"]))
def test_do_not_pay_is_the_first_line_of_a_threat_from_afar(known: Known, offender: str) -> None:
    made = plan(known.with_(situations=["threatened"], offender=offender))
    assert ids(made)[0] in DO_NOT_PAY
    assert made.items[-1].id in {"crisis_check", "crisis_check_them"}


@EVERYBODY
@given(KNOWN.map(lambda known: known.with_(situations={*(known.situations or ()), "threatened"})))
def test_every_threat_says_do_not_pay_and_has_the_crisis_check(known: Known) -> None:
    shown = set(ids(plan(known)))
    assert shown & DO_NOT_PAY
    assert shown & {"crisis_check", "crisis_check_them"}


@EVERYBODY
@given(with_flag("criminalised", "honour_risk"))
def test_police_is_not_named_where_a_report_can_endanger(known: Known) -> None:
    assert {"police", "police_again"}.isdisjoint(ids(plan(known)))


@EVERYBODY
@given(with_flag("honour_risk"))
def test_nobody_is_told_to_tell_family_where_honour_is_at_stake(known: Known) -> None:
    shown = ids(plan(known))
    assert {"tell_someone", "trusted_adult", "school_lead"}.isdisjoint(shown)
    assert "honour_line" in shown


@EVERYBODY
@given(with_flag("migrant"))
def test_migrants_hear_about_visa_advice_before_police(known: Known) -> None:
    shown = ids(plan(known))
    assert "police" not in shown or shown.index("migrant_advice") < shown.index("police")


@EVERYBODY
@given(KNOWN)
def test_evidence_comes_before_reports_and_accounts(known: Known) -> None:
    steps = [item.step for item in plan(known).items]
    later = [place for place, step in enumerate(steps) if step in ("report", "accounts")]
    assert known.accused or steps.index("evidence") < min(later, default=len(steps))


@EVERYBODY
@given(KNOWN.map(lambda known: known.with_(flags=sorted(known.flags)[:2])))
def test_every_plan_says_how_to_report_or_remove(known: Known) -> None:
    assert "report" in [item.step for item in plan(known).items]


@EVERYBODY
@given(KNOWN)
def test_what_is_known_survives_the_slots(known: Known) -> None:
    slots = json.loads(json.dumps(known.to_slots()))
    assert Known.from_slots(slots) == known


def test_slots_of_other_flows_and_damaged_values_are_left_out() -> None:
    slots = {
        "who": "somebody", "age": ["adult"], "situations": ["shared", "shared", "skipped", "stolen"],
        "offender": "", "platforms": ["x", "", "x", 3], "place": "", "goal": None, "flags": None,
        "session_started_metadata": {"a": 1}, "card": "done",
    }  # fmt: skip
    assert Known.from_slots(slots) == Known(situations=frozenset({"shared"}), platforms=("x",))


def test_to_slots_lists_everything_in_a_fixed_order() -> None:
    told = {"situations": ["doxxed", "shared"], "flags": ["work", "sent_more"]}
    known = Known(who="me").with_(**told)
    assert known.to_slots() == {
        "who": "me", "age": None, "situations": ["shared", "doxxed"], "offender": None, "afraid": None,
        "platforms": None, "place": None, "goal": None, "flags": ["sent_more", "work"],
    }  # fmt: skip


def test_with_changes_returns_a_new_value() -> None:
    known = Known(who="me", platforms=("x",))
    changed = known.with_(platforms=["tiktok", "tiktok"], flags=["work"])
    assert (known.platforms, known.flags) == (("x",), frozenset())
    assert (changed.platforms, changed.flags) == (("tiktok",), frozenset({"work"}))


AGES = {"minor": True, "unsure": True, "skipped": True, None: True, "adult": False}


@pytest.mark.parametrize(("age", "treated"), AGES.items(), ids=[str(age) for age in AGES])
def test_only_a_known_adult_is_not_treated_as_minor(age: str | None, treated: bool) -> None:
    assert Known(who="me", age=age).treat_as_minor is treated
    assert Known(who="child_in_care", age=age).treat_as_minor is True


PARTNER_CONTEXTS = [
    ({"offender": "partner"}, True), ({"offender": "partner", "afraid": "no"}, True),
    ({"offender": "known"}, False), ({"offender": "known", "afraid": "no"}, False),
    ({"offender": "known", "afraid": "yes"}, True), ({"offender": "known", "afraid": "unsure"}, True),
    ({"offender": "group", "afraid": "skipped"}, True), ({"offender": "stranger"}, False),
    ({"offender": "stranger", "afraid": "skipped"}, False), ({"offender": "stranger", "afraid": "yes"}, True),
    ({"flags": ["shared_home"]}, True), ({"flags": ["shared_device"]}, True),
    ({"flags": ["afraid_of_them"]}, True), ({"flags": ["honour_risk"]}, True),
    ({"flags": ["tracked"]}, False),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), PARTNER_CONTEXTS, ids=[str(row[0]) for row in PARTNER_CONTEXTS])
def test_partner_context(facts: dict[str, Any], expected: bool) -> None:
    assert Known(who="me", age="adult", **facts).partner_context is expected


SPREADING = [
    ({"situations": ["shared"], "platforms": ["x"]}, (True, False)),
    ({"situations": ["shared"], "platforms": ["whatsapp", "not_online"]}, (False, False)),
    ({"situations": ["shared"], "platforms": ["whatsapp", "x"]}, (True, False)),
    ({"situations": ["shared"], "platforms": ["reddit", "x"]}, (True, True)),
    ({"situations": ["shared"], "platforms": ["skipped"]}, (True, False)),
    ({"situations": ["shared"]}, (True, False)),
    ({"situations": ["shared", "doxxed"], "platforms": ["x"]}, (True, True)),
    ({"situations": ["shared"], "platforms": ["x"], "offender": "group"}, (True, True)),
    ({"situations": ["shared"], "platforms": ["x"], "flags": ["school"]}, (True, True)),
    ({"situations": ["threatened"], "platforms": ["x", "reddit"]}, (False, False)),
    ({"situations": ["fake", "threatened"], "platforms": ["x"]}, (False, False)),
    ({"situations": ["fake"], "platforms": ["x"]}, (True, False)),
]


@pytest.mark.parametrize(("facts", "expected"), SPREADING, ids=[str(facts) for facts, _ in SPREADING])
def test_spreading_and_spreading_fast(facts: dict[str, Any], expected: tuple[bool, bool]) -> None:
    known = Known(who="me", age="adult", **facts)
    assert (known.spreading, known.spreading_fast) == expected


BANNED = re.compile(
    r"!|revenge porn|child porn|calm down|why did you|don't worry|will be removed|\b(he|she|his|her)\b",
    re.IGNORECASE,
)
MOST_WORDS = {"utter_plan_intro_": 50, "utter_plan_next": 50, "utter_plan_": 14, "utter_reason_": 16}


@pytest.mark.parametrize("key", sorted(WORDING))
def test_wording_is_short_and_kind(key: str) -> None:
    text = WORDING[key]
    most = next(words for prefix, words in MOST_WORDS.items() if key.startswith(prefix))
    assert len(text.split()) <= most
    assert len(re.findall(r"[.?](?:\s|$)", text)) <= 3
    assert text.count("?") <= 1
    assert not BANNED.search(text)


def test_no_wording_is_left_over() -> None:
    from bot.plan.rules import ACCUSED, BLUFF, NOW, PEOPLE
    from bot.plan.rules_steps import ACCOUNTS, COUNSEL, EVIDENCE, REPORT

    tables = (*NOW, *EVIDENCE, *REPORT, *ACCOUNTS, *COUNSEL, *PEOPLE, *ACCUSED, *BLUFF)
    items = {f"utter_plan_{rule.item}" for rule in tables}
    lines = {key for key in WORDING if key.startswith("utter_plan_") and "_intro_" not in key}
    assert lines - {"utter_plan_next"} == items
