"""The plan: what to do first, and why in this order."""

from __future__ import annotations

from dataclasses import dataclass

from bot.plan.known import Known
from bot.plan.rules import ACCUSED, BLUFF, NOW, PEOPLE, SHOULD, Rule, wants_police_first
from bot.plan.rules_steps import ACCOUNTS, COUNSEL, EVIDENCE, REPORT

STEPS = ("evidence", "report", "accounts", "counsel")
MOST_ITEMS = 8

_TABLES = {"evidence": EVIDENCE, "report": REPORT, "accounts": ACCOUNTS, "counsel": COUNSEL}


@dataclass(frozen=True)
class PlanItem:
    """One line: what (`utter_plan_<id>`), to which step it belongs, and why (`utter_reason_<reason>`)."""

    id: str
    step: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """The ordered lines, the order in which the four steps are walked through, and how it is introduced."""

    items: tuple[PlanItem, ...]
    steps: tuple[str, ...]
    intro: str


def plan(known: Known) -> Plan:
    """Return the plan for what is known: 4 to 8 items, most urgent first, each with its reason.

    It is a pure function of `known`; the same facts always give the same plan. The intro's wording
    key is `utter_plan_intro_<intro>`.
    """
    steps = step_order(known)
    rules = [rule for rule in _rules(known, steps) if rule.when(known)]
    items = tuple(PlanItem(rule.item, rule.step, rule.reason_for(known)) for rule in _shorten(rules, known))
    return Plan(items=items, steps=steps, intro=intro(known))


def step_order(known: Known) -> tuple[str, ...]:
    """Return the four steps in this person's order.

    Evidence is saved before anything is reported or changed (R39). Then: an open break-in is closed
    first; law comes before a report where the person wants accountability (R39) or where a report can
    endanger them (R25), but never before the first minutes of a threat (R12) or an under-18 removal (R04).
    """
    if known.accused:
        return ("report", "evidence", "counsel", "accounts")
    if known.webcam_bluff:
        return STEPS
    law_first = wants_police_first(known) or (
        known.reporting_is_risky and not known.treat_as_minor and not known.stranger_threat
    )
    rest = ("counsel", "report") if law_first else ("report", "counsel")
    if known.has("hacked"):
        return ("evidence", "accounts", *rest)
    return ("evidence", "counsel", "report", "accounts") if law_first else STEPS


def intro(known: Known) -> str:
    """Return which introduction fits: the most telling fact wins."""
    choices = (
        ("accused", known.accused),
        ("bluff", known.webcam_bluff),
        ("child", known.who == "child_in_care"),
        ("helper", known.helper),
        ("minor", known.minor),
        ("age_open", known.treat_as_minor),
        ("partner", known.partner_context and not known.far_offender),
        ("threat", known.threatened),
        ("hacked", known.has("hacked")),
        ("creator", known.has("creator")),
        ("fake", known.has("fake")),
        ("recorded", known.has("recorded")),
        ("shared", known.posted),
        ("unsure", known.has("unsure")),
    )
    return next((name for name, holds in choices if holds), "general")


def _rules(known: Known, steps: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules that may apply, in the order in which their items are shown."""
    if known.accused:
        return ACCUSED
    if known.webcam_bluff:
        return BLUFF
    return (*NOW, *(rule for step in steps for rule in _TABLES[step]), *PEOPLE)


def _shorten(rules: list[Rule], known: Known) -> list[Rule]:
    """Return at most eight rules: the least needed go first, and of these the last in the order.

    The firmest line of the report step comes before all other SHOULD lines, so that a plan with many
    safety lines still says how to act against the image.
    """
    firmness = [(rule.keep_for(known), place) for place, rule in enumerate(rules)]
    reports = [rank for rank in firmness if rules[rank[1]].step == "report"]
    if reports and min(reports)[0] >= SHOULD:
        place = min(reports)[1]
        firmness[place] = (SHOULD, place - len(rules))
    kept = sorted(range(len(rules)), key=firmness.__getitem__)[:MOST_ITEMS]
    return [rules[place] for place in sorted(kept)]
