"""The domain, the rules and the wording fit together; read without TensorFlow."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import RuleStep
from rasa_sdk.executor import ActionExecutor

from actions.base import STEPS, TRIAGE_SLOTS
from bot.directory import PURPOSES, seed_files
from bot.nlg.wording import RESPONSES, languages
from bot.nlu.safety_first import OURS, safety_action
from bot.plan.known import AFRAID, AGE, GOAL, OFFENDER, SITUATIONS, WHO
from bot.settings import ROOT

SAFETY = ("self_harm_risk", "immediate_danger", "i_am_minor", "stop_or_quick_exit", "feeling_distress")
SITUATION = (
    "report_shared", "report_threat", "report_deepfake", "report_hidden_recording", "report_hacked", "report_doxxed",
    "helping_someone_else", "accused_or_regret",
)  # fmt: skip
QUESTIONS = (
    "ask_preserve_evidence", "ask_report_platform", "ask_takedown_search", "ask_hash_tools", "ask_removal_time",
    "ask_report_police", "ask_secure_accounts", "ask_two_factor", "ask_find_lawyer", "ask_cost_of_help", "ask_law",
    "ask_protective_order", "ask_civil_suit", "ask_consequences_for_offender", "ask_cross_border",
    "ask_anonymous_poster", "ask_pay_demand", "ask_contact_offender", "ask_tell_family_or_employer", "ask_prevention",
    "ask_privacy",
)  # fmt: skip
CONVERSATION = (
    "greet", "goodbye", "thank_you", "affirm", "deny", "not_sure", "done_step", "skip_step", "go_back", "start_over",
    "repeat_that", "help_menu", "bot_challenge", "talk_to_human", "delete_my_data", "inform_location",
    "inform_platform", "correct_information",
)  # fmt: skip
OUTSIDE = ("out_of_scope", "abusive_to_bot", "request_explicit_content", "spam_or_gibberish")
INTENTS = (*SAFETY, *SITUATION, *QUESTIONS, *CONVERSATION, *OUTSIDE)
BUTTON_ONLY = ("choose",)
OF_RASA = ("nlu_fallback", "restart", "back", "session_start")
A_FEW = 5

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))


@cache
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@cache
def rules() -> tuple[dict[str, Any], ...]:
    """Every rule as it is written."""
    files = sorted((ROOT / "data" / "stories").glob("*.yml"))
    return tuple(rule for path in files for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"])


@cache
def registered() -> frozenset[str]:
    executor = ActionExecutor()
    executor.register_package("actions")
    return frozenset(executor.actions)


def intents_of(rule: dict[str, Any]) -> list[str]:
    """The intents that a rule answers, with those of an `or`."""
    steps = [each for step in rule["steps"] for each in step.get("or", [step])]
    return [step["intent"] for step in steps if "intent" in step]


def actions_of(rule: dict[str, Any]) -> list[str]:
    return [step["action"] for step in rule["steps"] if "action" in step]


def loops_of(rule: dict[str, Any]) -> set[str]:
    steps = [*rule["steps"], *rule.get("condition", [])]
    return {step["active_loop"] for step in steps if step.get("active_loop")}


def test_the_intents_are_those_of_the_label_set() -> None:
    assert len(INTENTS) == len(set(INTENTS)) == 56
    assert DOMAIN["intents"] == [*INTENTS, *BUTTON_ONLY]
    assert sorted(domain().intents) == sorted((*INTENTS, *BUTTON_ONLY, *OF_RASA))


@pytest.mark.parametrize("intent", [*INTENTS, *BUTTON_ONLY, "nlu_fallback"])
def test_every_intent_is_answered_by_one_rule_or_before_all_rules(intent: str) -> None:
    answering = [actions_of(rule) for rule in rules() if intent in intents_of(rule)]
    before = safety_action({"intent": {"name": intent}}, {})
    assert len(answering) == 1 or (answering == [] and before in OURS)


def test_every_rule_leads_to_actions_that_exist() -> None:
    known = set(domain().action_names_or_texts)
    led_to = {action for rule in rules() for action in actions_of(rule)}
    assert led_to <= known
    assert led_to - set(domain().form_names) <= registered()


def test_the_domain_names_exactly_the_actions_of_the_action_server() -> None:
    assert sorted(DOMAIN["actions"]) == sorted(registered())


def test_actions_before_all_rules_exist() -> None:
    assert set(OURS) <= registered()


def test_rasa_reads_every_rule() -> None:
    steps = []
    for path in sorted((ROOT / "data" / "stories").glob("*.yml")):
        steps += YAMLStoryReader(domain()).read_from_file(str(path))
    assert {step.block_name for step in steps} == {rule["rule"] for rule in rules()}
    assert {type(step) for step in steps} == {RuleStep}


def test_forms_and_intents_never_multiply() -> None:
    """One rule an intent and one a form: no rule says what an intent means inside a certain form."""
    written_out = sum(len(intents_of(rule)) or 1 for rule in rules())
    assert written_out <= len(INTENTS) + len(domain().form_names) + A_FEW
    assert [rule["rule"] for rule in rules() if intents_of(rule) and loops_of(rule)] == []


@pytest.mark.parametrize("form", ["triage_form", *(f"{step}_form" for step in STEPS)])
def test_every_form_has_its_end_its_validation_and_its_questions(form: str) -> None:
    ends = [rule for rule in rules() if form in loops_of(rule)]
    assert len(ends) == 1
    assert f"validate_{form}" in registered()
    slots = DOMAIN["forms"][form]["required_slots"]
    assert {slot for slot in slots if not {f"action_ask_{form}_{slot}", f"action_ask_{slot}"} & registered()} == set()


def test_the_forms_ask_for_what_the_triage_and_the_steps_know() -> None:
    expected = {"triage_form": list(TRIAGE_SLOTS)} | {f"{step}_form": [f"{step}_card"] for step in STEPS}
    assert {form: content["required_slots"] for form, content in DOMAIN["forms"].items()} == expected


@pytest.mark.parametrize("slot", DOMAIN["slots"])
def test_a_slot_is_filled_by_our_own_action_and_steers_no_policy(slot: str) -> None:
    content = DOMAIN["slots"][slot]
    assert content["influence_conversation"] is False
    assert content["mappings"]
    for mapping in content["mappings"]:
        assert mapping["type"] == "custom"
        assert mapping.get("action", "action_take_in") in registered()


def test_the_domain_holds_no_wording() -> None:
    assert "responses" not in DOMAIN
    assert [name for name in DOMAIN["actions"] if name.startswith("utter_")] == []


def test_the_safety_screen_has_the_last_word_and_its_policy_the_first() -> None:
    assert [part["name"] for part in CONFIG["pipeline"]][-1] == "bot.nlu.safety.SafetyScreen"
    policies = [policy["name"] for policy in CONFIG["policies"]]
    assert policies == ["bot.nlu.safety_policy.SafetyPolicy", "RulePolicy"]
    assert CONFIG["policies"][1]["core_fallback_action_name"] in registered()


@cache
def english() -> dict[str, list[dict[str, Any]]]:
    return dict(said("en"))


def said(language: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for path in sorted((RESPONSES / language).glob("*.yml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items()


def payloads() -> list[Any]:
    return [
        pytest.param(button["payload"], id=f"{language}-{key}-{number}-{button['title']}")
        for language in languages()
        for key, variants in said(language)
        for number, variant in enumerate(variants)
        for button in variant.get("buttons", [])
    ]


@pytest.mark.parametrize("payload", payloads())
def test_a_button_sends_what_the_domain_knows(payload: str) -> None:
    found = re.fullmatch(r"/(\w+)(\{.*\})?", payload)
    assert found
    intent, entities = found.group(1), json.loads(found.group(2) or "{}")
    assert intent in DOMAIN["intents"]
    assert set(entities) <= set(DOMAIN["entities"])
    assert all(isinstance(value, str) and value for value in entities.values())


def both(*parts: tuple[str, ...]) -> set[str]:
    return {"_".join(each) for each in product(*parts)}


FACTS = {"who": WHO, "age": AGE, "situations": SITUATIONS, "offender": OFFENDER, "afraid": AFRAID, "goal": GOAL}
SEED = seed_files.read()
# Keys that the code puts together. `must`: all of these are said somewhere; `may`: said where there is a sentence.
FAMILIES: dict[str, tuple[set[str], set[str]]] = {
    "utter_": (set(OUTSIDE), set()),
    "utter_acknowledge_": ({"self", "threat", "unsure", "fake", "other", "accused"}, set()),
    "utter_answer_": (
        {*QUESTIONS, "bot_challenge"}, both(QUESTIONS, ("accused", "minor", "partner", "unknown")),
    ),
    "utter_ask_": ({*TRIAGE_SLOTS, "age_other", "situations_other", "offender_other", "afraid_other"}, set()),
    "utter_button_": (
        {
            *both(("start", "step"), STEPS), "where", "plan_first", "enough", "skip", "no_app", "human", "card_done",
            "card_skip", "card_more", "card_later", "gate_go_on", "gate_not_now", "took_it", "did_not_take_it",
        },
        set(),
    ),
    "utter_cover_": ({act for law in SEED["law"] for act in law["covers"]}, set()),
    "utter_danger_": ({"0", "1", "2"}, set()),
    "utter_danger_anywhere_": ({"0", "1", "2"}, set()),
    "utter_fact_": ({"situations_" + value for value in SITUATIONS if value != "skipped"},
                    {f"{slot}_{value}" for slot, values in FACTS.items() for value in values}),
    "utter_intro_": ({"platform", "two_factor", "tips", "child", "sexual_violence", "lgbtq", "victims"}, set(PURPOSES)),
    "utter_label_": (set(QUESTIONS), set(SITUATION)),
    "utter_law_": ({law["kind"] for law in SEED["law"]}, set()),
    "utter_log_": ({"address", "site", "handle", "when", "said", "seen"}, set()),
    "utter_method_": ({"passkey", "security_key", "app", "sms", "email", "call"}, set()),
    "utter_route_": ({"form", "minors", "in_app", "who", "time", "methods", "path", "page", "sessions", "recovery"},
                     set()),
    "utter_state_": ({"done", "started", "open"}, set()),
    "utter_step_": (set(STEPS), set()),
    "utter_word_": ({"and", "or"}, set()),
}  # fmt: skip
# Their members are counted where their tables are tested: cards, plans, errors of the channel, pages.
COUNTED_ELSEWHERE = {
    "utter_card_", "utter_plan_", "utter_plan_intro_", "utter_reason_", "utter_error_", "utter_page_", "utter_page_word_", "utter_widget_", "utter_forms_",
}  # fmt: skip


@cache
def in_the_code() -> tuple[frozenset[str], frozenset[str]]:
    """The wording keys in actions/ and bot/ that stand there whole, and the beginnings of those put together."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for top in ("actions", "bot"):
        for path in (ROOT / top).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            parts = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
            inside = {id(value) for node in parts for value in node.values}
            firsts = [node.values[0].value for node in parts if isinstance(node.values[0], ast.Constant)]
            beginnings |= {str(first) for first in firsts if str(first).startswith("utter_")}
            constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in inside]
            whole |= {str(node.value) for node in constants if re.fullmatch(r"utter_\w*[a-z0-9]", str(node.value))}
    return frozenset(whole), frozenset(beginnings)


def test_the_families_of_keys_are_those_of_the_code() -> None:
    assert in_the_code()[1] - set(COUNTED_ELSEWHERE) == set(FAMILIES)


def test_every_key_in_the_code_has_a_sentence() -> None:
    assert in_the_code()[0] - set(english()) == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_member_of_a_family_has_a_sentence(family: str) -> None:
    must, _ = FAMILIES[family]
    assert {f"{family}{member}" for member in must} - set(english()) == set()


def test_no_sentence_is_left_that_nobody_says() -> None:
    whole, _ = in_the_code()
    members = {f"{family}{name}" for family, (must, may) in FAMILIES.items() for name in must | may}
    said_nowhere = set(english()) - whole - members
    assert {key for key in said_nowhere if not key.startswith(tuple(COUNTED_ELSEWHERE))} == set()
