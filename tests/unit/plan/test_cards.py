"""The cards of the four steps: whole lists for cases, and what must hold for every case there can be."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from bot.nlg.wording import RESPONSES, Wording
from bot.plan.cards import FACTS, NEEDS, STEPS, Card, cards
from bot.plan.known import AFRAID, FLAGS, GOAL, SITUATIONS, WHO, Known

CASES = yaml.safe_load(Path(__file__).with_name("cards_cases.yml").read_text(encoding="utf-8"))
PLATFORMS = (
    "instagram",
    "whatsapp",
    "x",
    "pornhub",
    "google_search",
    "apple_icloud",
    "example.net",
    "not_online",
)
PLACES = (None, "US-TX", "GB-SCT", "FR")


def _every_known() -> list[Known]:
    """Every who, age, situation and offender with each single flag; the rest is drawn, the same each time."""
    situations = [None, *({one} for one in SITUATIONS), set(SITUATIONS)]
    flags = [set(), *({flag} for flag in FLAGS), set(FLAGS)]
    ages = ("minor", "adult", None)
    offenders = (None, "partner", "known", "stranger")
    draw = Random(0).choice
    return [
        Known(
            who=who,
            age=age,
            situations=frozenset(some) if some else None,
            offender=offender,
            flags=frozenset(flag),
            platforms=draw((None, PLATFORMS, PLATFORMS[:2], ("not_online",))),
            place=draw(PLACES),
            goal=draw(GOAL),
            afraid=draw(AFRAID),
        )
        for who, age, some, offender, flag in product((None, *WHO), ages, situations, offenders, flags)
    ]


@pytest.fixture(scope="module")
def every() -> list[tuple[Known, dict[str, list[Card]]]]:
    """Every case with its four lists."""
    return [(known, {step: cards(step, known) for step in STEPS}) for known in _every_known()]


@pytest.mark.parametrize(
    ("told", "step", "expected"),
    [
        pytest.param(case["known"], step, expected, id=f"{case['id']} - {step}")
        for case in CASES
        for step, expected in case["steps"].items()
    ],
)
def test_the_whole_list_of_a_case(told: dict[str, Any], step: str, expected: list[str]) -> None:
    names = [":".join(filter(None, (card.key, card.platform))) for card in cards(step, Known.from_slots(told))]
    assert names == expected


def test_an_unknown_step_is_an_error() -> None:
    with pytest.raises(KeyError):
        cards("removal", Known())


def test_every_list_has_cards_of_its_step_with_names_of_their_own(every: Any) -> None:
    for known, steps in every:
        for step, chosen in steps.items():
            assert chosen, (step, known)
            assert {card.step for card in chosen} == {step}
            assert len({card.id for card in chosen}) == len(chosen), (step, known)


def test_images_of_minors_and_of_adults_go_to_their_own_tools(every: Any) -> None:
    """Rule R04: the two kinds of fingerprint tool are never crossed; an open age goes the minor's way."""
    for known, steps in every:
        facts = {fact for chosen in steps.values() for card in chosen for fact in card.facts}
        for_minors = facts & {
            "tools:take_it_down",
            "tools:report_remove",
            "tools:inhope",
            "tools:cybertipline",
        }
        for_adults = facts & {"tools:stopncii", "tools:dmca", "tools:wayback", "platform_tips"}
        assert not (for_adults if known.treat_as_minor else for_minors), known


def test_a_minor_is_led_to_a_hotline_and_never_to_a_picture_of_the_screen(every: Any) -> None:
    """Rule R02; what the sentences say is read by test_wording."""
    pictures = {"evidence_screenshot", "evidence_thread", "evidence_platform", "evidence_platform_vanishing"}
    for known, steps in every:
        if not known.treat_as_minor:
            continue
        keys = {key for chosen in steps.values() for card in chosen for key in card.keys}
        assert not keys & pictures, known
        if not known.accused and not known.webcam_bluff:
            assert "report_hotline" in keys, known


def test_the_gate_is_the_first_card_where_somebody_close_may_notice(every: Any) -> None:
    """Rules R19 and R20; a person who is accused is given no way round the other."""
    for known, steps in every:
        close = (known.partner_context or known.device_unsafe) and not known.accused
        gates = [card.key for card in steps["accounts"]].count("accounts_partner_gate")
        assert gates == close, known
        if close:
            assert steps["accounts"][0].key == "accounts_partner_gate"
            assert steps["accounts"][1].key == "safer_device"
            assert steps["evidence"][0].key == "safer_device"
            if not known.webcam_bluff:
                assert steps["report"][0].key == "report_partner_gate"


def test_blocking_comes_after_saving_and_only_with_strangers_or_without_fear(every: Any) -> None:
    """Rules R12, R13 and R19."""
    closing = ["threat_stop_replying", "threat_block", "threat_private"]
    for known, steps in every:
        keys = [card.key for card in steps["evidence"]]
        expected = known.stranger_threat and not known.accused and not known.webcam_bluff
        assert (keys[-3:] == closing) is expected, known
        assert ("threat_block" in keys) is expected, known


def test_danger_of_reporting_comes_first_and_the_police_are_not_pressed(every: Any) -> None:
    """Rule R25."""
    for known, steps in every:
        if not known.reporting_is_risky or known.accused:
            continue
        keys = {card.key for chosen in steps.values() for card in chosen}
        assert steps["counsel"][0].key == "counsel_danger", known
        assert not keys & {"report_police", "report_police_minor", "trusted_adult", "tell_someone"}, known


def test_who_is_accused_gets_the_lawyer_and_none_of_the_tools_of_the_person_shown(every: Any) -> None:
    """Rule R58."""
    for known, steps in every:
        if known.accused:
            assert steps["evidence"][0].key == "accused_stop"
            assert steps["counsel"][0].key == "accused_lawyer"
            assert all(card.key.startswith("accused") for card in steps["report"]), known


def test_the_us_deadline_and_report_remove_stay_in_their_country(every: Any) -> None:
    for known, steps in every:
        keys = {card.key for card in steps["report"]}
        assert "report_us_48h" not in keys or known.place == "US-TX"
        assert "hash_report_remove" not in keys or known.place == "GB-SCT"


def test_every_card_has_wording_and_every_wording_a_card(every: Any) -> None:
    reached = {card for _, steps in every for chosen in steps.values() for card in chosen}
    keys = {f"utter_card_{key}{more}" for card in reached for key in card.keys for more in ("", "_more")}
    written = {
        key
        for step in STEPS
        for key in yaml.safe_load((RESPONSES / "en" / f"{step}.yml").read_text(encoding="utf-8"))["responses"]
        if key.startswith("utter_card_")
    }
    assert keys == written


def test_cards_ask_only_for_data_that_exists_and_each_kind_is_used(every: Any) -> None:
    reached = {card for _, steps in every for chosen in steps.values() for card in chosen}
    assert {fact for card in reached for fact in card.facts} == FACTS
    assert {need for card in reached for need in card.needs} == NEEDS
    assert not [card for card in reached if bool(card.needs) != bool(card.fallback)]


def test_placeholders_are_filled_by_what_the_card_carries(every: Any) -> None:
    wording = Wording("en")
    for card in {card for _, steps in every for chosen in steps.values() for card in chosen}:
        values: dict[str, Any] = {"platform": "Somewhere"} if card.platform else {}
        if card.key in ("counsel_law", "counsel_orders"):
            values["place"] = "Somewhere"
        for key in card.keys:
            for more in ("", "_more"):
                assert wording.text(f"utter_card_{key}{more}", **values)


@pytest.mark.parametrize(
    ("available", "key"),
    [
        pytest.param({"form"}, "report_platform_form", id="the directory has a form"),
        pytest.param({"two_factor"}, "report_platform_app", id="it has no form"),
        pytest.param(set(), "report_platform_app", id="it has nothing"),
    ],
)
def test_the_fallback_is_said_where_the_directory_has_nothing(available: set[str], key: str) -> None:
    known = Known(who="me", age="adult", situations=frozenset({"shared"}), platforms=("x",))
    card = cards("report", known)[0]
    assert card.id == "report:report_platform_form:x"
    assert card.wording_key(available) == key
