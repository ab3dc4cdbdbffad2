"""Finding the way: where was I, back, again, from the start, delete."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.base import GuideAction, Turn
from actions.plan import offer_next, plan_content
from actions.steps import step_cards, step_state
from actions.triage import clear_answer, slots_to_clear

# What is deleted can not be brought back, so a wish that may be something else is asked about.
SURE_OF_DELETING = 0.5


class ActionMenu(GuideAction):
    """What can you do; where was I."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_menu"

    def answer(self, turn: Turn) -> None:
        """The plan with what is done, or what the guide can do."""
        where(turn)


def where(turn: Turn, listed: bool = True) -> None:
    """Where the person stands: the plan with what is done, or the menu before there is a plan."""
    if not turn.slots.get("plan_shown"):
        turn.set("offered", "plan")
        turn.say("utter_menu", variant=turn.count("menu"))
        return
    if listed:
        states = [
            turn.wording.text(f"utter_state_{step_state(turn, step)}", step=turn.wording.text(f"utter_step_{step}"))
            for step in plan_content(turn)[1]["steps"]
        ]
        text = "\n".join([turn.wording.text("utter_where", turn.count("where")), *states])
        turn.tell(text, custom=plan_content(turn)[1])
    if turn.loop is None:
        offer_next(turn)


class ActionGoBack(GuideAction):
    """Back: the question or the card before this one comes again."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_go_back"

    def answer(self, turn: Turn) -> None:
        """Forgets the last answer, and asks it again."""
        if turn.step:
            self._card(turn, turn.step)
            return
        order = list(turn.slots.get("asked_order") or [])
        if turn.loop == "triage_form" and order:
            order.pop()
        if not order:
            turn.say("utter_nothing_before", variant=turn.count("nothing_before"))
            if turn.loop is None:
                where(turn)
            return
        clear_answer(turn, order.pop())
        turn.set("asked_order", order)
        turn.say("utter_back", variant=turn.count("back"))
        turn.restart_loop("triage_form")

    def _card(self, turn: Turn, step: str) -> None:
        progress = dict(turn.slots.get("progress") or {})
        answered = [card.id for card in step_cards(turn, step) if card.id in progress]
        turn.set("card_view", None)
        turn.set("card_shown", None)
        if not answered:
            turn.say("utter_nothing_before", variant=turn.count("nothing_before"))
            return
        del progress[answered[-1]]
        turn.set("progress", progress)
        turn.say("utter_back", variant=turn.count("back"))


class ActionRepeat(GuideAction):
    """Again: what was said last, a little at a time."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_repeat"

    def answer(self, turn: Turn) -> None:
        """The last words again; inside a form the form repeats its own question."""
        last = _last_words(turn)
        if last and not turn.loop:
            turn.tell(f"{turn.wording.text('utter_again', turn.count('again'))}\n{last}")
        else:
            turn.say("utter_again_here", variant=turn.count("again"))


def _last_words(turn: Turn) -> str:
    texts: list[str] = []
    users = 0
    for event in reversed(turn.tracker.events):
        if event.get("event") == "user":
            users += 1
            if users == 2:
                break
        elif event.get("event") == "bot" and event.get("text"):
            texts.insert(0, str(event["text"]))
    return texts[-1] if texts else ""


class ActionStartOver(GuideAction):
    """From the start, with nothing remembered."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_start_over"

    def answer(self, turn: Turn) -> None:
        """Forgets everything and asks afresh."""
        turn.leave_loop()
        turn.events += slots_to_clear()
        turn.events.append(SlotSet("offered", "safe_to_chat"))
        turn.events.append(SlotSet("asked", {"opening": 1}))
        turn.say("utter_started_over")
        turn.say("utter_ask_safe_to_chat")


class ActionDelete(GuideAction):
    """Delete: everything of this conversation goes at once (rule R50)."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_delete"

    def answer(self, turn: Turn) -> None:
        """Says so; the channel erases when it sees the exit. What may mean something else is asked about first."""
        confidence = (turn.message.get("intent") or {}).get("confidence")
        if confidence is not None and confidence < SURE_OF_DELETING and not turn.count("delete_check"):
            turn.say("utter_delete_check")
            return
        turn.leave_loop()
        turn.events += slots_to_clear()
        turn.say("utter_deleted", custom={"type": "exit", "reason": "deleted", "url": None})
