"""The plan: what to do first, and why in this order."""

from __future__ import annotations

from typing import Any

from actions.base import STEPS, GuideAction, Turn
from actions.resources import tell_crisis, tell_domestic_violence
from actions.steps import step_state
from bot.plan import plan


class ActionPlan(GuideAction):
    """Shows the plan when nothing is left to ask."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_plan"

    def answer(self, turn: Turn) -> None:
        """The ordered list with reasons, what belongs beside it, and one question."""
        show_plan(turn)


def plan_content(turn: Turn) -> tuple[str, dict[str, Any]]:
    """The plan in words and as structured content, with what is done and what is open."""
    made = plan(turn.known)
    lines, items = [], []
    for number, item in enumerate(made.items, start=1):
        what = turn.wording.text(f"utter_plan_{item.id}")
        why = turn.wording.text(f"utter_reason_{item.reason}")
        lines.append(f"{number}. {what} {why}")
        items.append({"id": item.id, "step": item.step, "what": what, "why": why})
    states = {step: step_state(turn, step) for step in STEPS}
    return "\n".join(lines), {"type": "plan", "items": items, "steps": list(made.steps), "state": states}


def show_plan(turn: Turn) -> None:
    """Say the plan. Danger at home brings a line beside it; threats and minors bring a crisis check (R15)."""
    first = not turn.slots.get("plan_shown")
    text, content = plan_content(turn)
    intro = f"utter_plan_intro_{plan(turn.known).intro}" if first else "utter_plan_again"
    turn.tell(turn.wording.text(intro, turn.count("plan_intro")) + "\n" + text, custom=content)
    turn.set("plan_shown", True)
    waiting = turn.slots.get("pending_question")
    if waiting:
        turn.set("pending_needs", [waiting, *(turn.slots.get("pending_needs") or [])])
        turn.set("pending_question", None)
    noted = (turn.slots.get("noted") or {}).get("slots") or []
    if (first or "afraid" in noted) and turn.known.partner_context and turn.slots.get("afraid") != "no":
        tell_domestic_violence(turn)
    if _crisis_check_due(turn):
        turn.set("self_harm_raised", turn.slots.get("self_harm_raised") or "asked")
        turn.set("offered", "crisis_check")
        turn.say("utter_crisis_check")
    else:
        offer_next(turn)


def _crisis_check_due(turn: Turn) -> bool:
    if turn.slots.get("self_harm_raised") or turn.slots.get("who") in ("someone_else", "child_in_care"):
        return False
    situations = turn.slots.get("situations") or []
    return "threatened" in situations or turn.slots.get("age") == "minor" or turn.slots.get("who") == "accused"


def open_steps(turn: Turn) -> list[str]:
    """The steps that are not finished, in the order of this person's plan."""
    return [step for step in plan(turn.known).steps if step_state(turn, step) != "done"]


def offer_next(turn: Turn, put_off: str | None = None) -> None:
    """One question: what next. A queued need comes first, then the next step of the plan.

    A step that was just put off is offered last.
    """
    queue = list(turn.slots.get("pending_needs") or [])
    if queue:
        need = queue.pop(0)
        turn.set("pending_needs", queue or None)
        turn.set("offered", f"need:{need}")
        label = turn.wording.text(f"utter_label_{need}")
        buttons = [{"title": label, "payload": f"/{need}"}, turn.button("plan_first", '/choose{"topic": "next"}')]
        turn.say(
            "utter_also_asked",
            label=label if label.startswith("I ") else label[:1].lower() + label[1:],
            buttons=buttons,
            variant=turn.count("also_asked"),
        )
        return
    left = sorted(open_steps(turn), key=lambda step: step == put_off)
    if not left:
        turn.set("offered", "end")
        turn.say("utter_all_steps_done", variant=turn.count("all_done"))
        return
    step = left[0]
    turn.set("offered", f"step:{step}")
    buttons = [turn.button(f"start_{step}", f'/choose{{"step": "{step}"}}')]
    buttons += [turn.button(f"step_{other}", f'/choose{{"step": "{other}"}}') for other in left[1:]]
    buttons.append(turn.button("enough", '/choose{"topic": "end"}'))
    name = turn.wording.text(f"utter_step_{step}")
    turn.say("utter_offer_step", step=name, buttons=buttons, variant=turn.count("offer_step"))


def offer_crisis_answer(turn: Turn, safe: bool) -> None:
    """What follows the crisis check: the line stays in sight either way (rule R28)."""
    if safe:
        turn.say("utter_crisis_check_safe", variant=turn.count("crisis_safe"))
        offer_next(turn)
        return
    turn.set("self_harm_raised", "yes")
    turn.set("floor", {"kind": "self_harm_risk", "said": 1})
    turn.set("offered", None)
    turn.say("utter_self_harm_acknowledge")
    tell_crisis(turn)
    turn.say("utter_self_harm_stay")
