"""The frame of the conversation: opening, yes and no, choices, a person, what is not understood, the end."""

from __future__ import annotations

from typing import Any

from actions.base import STEPS, TRIAGE_SLOTS, GuideAction, Turn
from actions.intake_words import disputes
from actions.navigation import where
from actions.plan import offer_crisis_answer, offer_next, open_steps, plan_content
from actions.resources import services_for, tell_services
from actions.steps import step_state
from actions.triage import clear_answer, go_on
from bot.settings import settings


class ActionOpen(GuideAction):
    """Two short messages: what this is, and whether it is safe to chat right now."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_open"

    def answer(self, turn: Turn) -> None:
        """The opening, or a short hello where it was said already."""
        if turn.count("opening"):
            turn.say("utter_hello_again", variant=turn.count("hello"))
            if turn.loop is None:
                where(turn)
            return
        turn.say("utter_opening", exit_word=turn.wording.text("utter_word_exit"))
        turn.set("offered", "safe_to_chat")
        turn.say("utter_ask_safe_to_chat")


class ActionContinue(GuideAction):
    """Yes, no, done, skip or thanks outside a form's question: answers what was offered last."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_continue"

    def answer(self, turn: Turn) -> None:
        """Does what was offered, or leaves it, and goes on."""
        offered = str(turn.slots.get("offered") or "")
        if turn.intent == "thank_you":
            turn.say("utter_welcome", variant=turn.count("welcome"))
            if turn.loop is None and not offered:
                where(turn)
            return
        if turn.intent == "deny" and disputes(str(turn.message.get("text") or "")):
            turn.say("utter_ask_change", variant=turn.count("change"))
            return
        if turn.loop:
            turn.say("utter_choose_here", variant=turn.count("choose_here"))
            return
        yes = turn.intent in ("affirm", "done_step")
        turn.set("offered", None)
        if not offered:
            where(turn)
        elif offered == "safe_to_chat":
            _safe_to_chat(turn, yes, turn.intent == "not_sure")
        elif offered == "crisis_check":
            # "Are you safe?" - everything but a clear yes is taken as a no.
            offer_crisis_answer(turn, safe=turn.intent == "affirm")
        elif offered == "end":
            _finish(turn) if yes else where(turn)
        elif not yes:
            turn.say("utter_no_hurry", variant=turn.count("no_hurry"))
            where(turn, listed=False)
        elif offered.startswith("step:"):
            turn.follow(f"{offered.removeprefix('step:')}_form")
        elif offered.startswith("need:"):
            from actions.questions import answer_question

            answer_question(turn, offered.removeprefix("need:"))
        elif offered == "plan":
            go_on(turn)
        else:
            where(turn)


def _safe_to_chat(turn: Turn, yes: bool, unsure: bool) -> None:
    if yes:
        turn.say("utter_safe_yes")
        turn.follow("triage_form")
    else:
        turn.say("utter_safe_unsure" if unsure else "utter_safe_no")


class ActionChoose(GuideAction):
    """A button that is not the answer to a question: a step, a topic, a change."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_choose"

    def answer(self, turn: Turn) -> None:
        """Goes where the button points."""
        step, topic = turn.entity("step"), turn.entity("topic")
        change, skip = turn.entity("change"), turn.entity("skip")
        if step in STEPS:
            turn.set("offered", None)
            turn.set("card_view", None)
            if step_state(turn, str(step)) == "done":
                turn.say(
                    "utter_step_was_done", step=turn.wording.text(f"utter_step_{step}"), variant=turn.count("was_done")
                )
                offer_next(turn)
            else:
                turn.restart_loop(f"{step}_form")
        elif change in TRIAGE_SLOTS:
            clear_answer(turn, str(change))
            turn.restart_loop("triage_form")
        elif skip in TRIAGE_SLOTS:
            self._skip(turn, str(skip))
        elif turn.entity("helped"):
            turn.say("utter_feedback_thanks", variant=turn.count("feedback"))
        elif topic:
            self._topic(turn, str(topic))
        elif turn.step is None:
            go_on(turn)

    def _skip(self, turn: Turn, slot: str) -> None:
        if slot == "place":
            turn.set("place_options", None)
            if not turn.slots.get("place"):
                turn.set("place", "skipped")
        elif slot == "platforms":
            turn.set("platform_options", None)
            if not turn.slots.get("platforms"):
                turn.set("platforms", ["skipped"])
        else:
            turn.set(slot, ["skipped"] if slot == "situations" else "skipped")
        if turn.loop is None and not turn.slots.get("plan_shown"):
            go_on(turn)

    def _topic(self, turn: Turn, topic: str) -> None:
        if topic == "start":
            _safe_to_chat(turn, True, False)
        elif topic == "next":
            offer_next(turn)
        elif topic == "plan":
            go_on(turn)
        elif topic == "end":
            _finish(turn)
        elif topic == "tell":
            turn.say("utter_tell_in_own_words")
        else:
            where(turn)


class ActionHuman(GuideAction):
    """A person, please: what the helpline offers, its hours, and what would be handed over."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_human"

    def answer(self, turn: Turn) -> None:
        """The helpline that runs this guide where one is set; else the lines of the place."""
        if settings.helpline_contact:
            turn.say("utter_human_helpline", name=settings.helpline_name or turn.wording.text("utter_word_helpline"),
                     contact=settings.helpline_contact, variant=turn.count("human"))  # fmt: skip
            if settings.helpline_hours:
                turn.say("utter_human_hours", hours=settings.helpline_hours)
            turn.say("utter_human_handover")
        else:
            turn.say("utter_human_none", variant=turn.count("human"))
        purposes = ("child",) if turn.known.minor else ("ncii", "victims")
        found = services_for(turn, *purposes) or services_for(turn, "crisis")
        tell_services(turn, found, "utter_intro_human")
        if turn.loop is None and turn.slots.get("place") in (None, "skipped"):
            turn.say("utter_say_country", variant=turn.count("say_country"))
        elif turn.loop is None:
            where(turn, listed=False)


class ActionEnd(GuideAction):
    """Goodbye: what was done, what is open, what matters."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_end"

    def answer(self, turn: Turn) -> None:
        """The end, in any state of the conversation."""
        turn.leave_loop()
        _finish(turn)


def _finish(turn: Turn) -> None:
    """What was done, what is open, where help is, and one question about whether it helped."""
    turn.set("offered", None)
    if turn.slots.get("plan_shown"):
        done = [s for s in STEPS if step_state(turn, s) == "done"]
        left = open_steps(turn)
        content: dict[str, Any] = plan_content(turn)[1] | {"sheet": True}
        names = {step: turn.wording.text(f"utter_step_{step}") for step in STEPS}
        lines = [turn.wording.text("utter_state_done", step=names[s]) for s in done]
        lines += [turn.wording.text(f"utter_state_{step_state(turn, s)}", step=names[s]) for s in left]
        turn.tell("\n".join([turn.wording.text("utter_end_summary", turn.count("end")), *lines]), custom=content)
        minor = turn.known.minor
        purposes = ("child", "crisis") if minor else ("ncii", "crisis")
        tell_services(turn, services_for(turn, *purposes), "utter_intro_end")
        turn.say("utter_end_sheet")
        turn.say("utter_ask_helped")
    else:
        turn.say("utter_goodbye", variant=turn.count("goodbye"))
