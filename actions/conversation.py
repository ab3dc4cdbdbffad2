"""The frame of the conversation: opening, yes and no, where was I, back, again, a person, the end."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import STEPS, TRIAGE_SLOTS, GuideAction, Turn
from actions.plan import offer_crisis_answer, offer_next, open_steps, plan_content
from actions.resources import services_for, tell_services
from actions.steps import step_cards, step_state
from actions.triage import clear_answer, go_on, slots_to_clear
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
                _where(turn)
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
                _where(turn)
            return
        if turn.loop:
            turn.say("utter_choose_here", variant=turn.count("choose_here"))
            return
        yes = turn.intent in ("affirm", "done_step")
        turn.set("offered", None)
        if not offered:
            _where(turn)
        elif offered == "safe_to_chat":
            _safe_to_chat(turn, yes, turn.intent == "not_sure")
        elif offered == "crisis_check":
            # "Are you safe?" - everything but a clear yes is taken as a no.
            offer_crisis_answer(turn, safe=turn.intent == "affirm")
        elif offered == "end":
            _finish(turn) if yes else _where(turn)
        elif not yes:
            turn.say("utter_no_hurry", variant=turn.count("no_hurry"))
            _where(turn, listed=False)
        elif offered.startswith("step:"):
            turn.follow(f"{offered.removeprefix('step:')}_form")
        elif offered.startswith("need:"):
            from actions.questions import answer_question

            answer_question(turn, offered.removeprefix("need:"))
        elif offered == "plan":
            go_on(turn)
        else:
            _where(turn)


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
            _where(turn)


class ActionMenu(GuideAction):
    """What can you do; where was I."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_menu"

    def answer(self, turn: Turn) -> None:
        """The plan with what is done, or what the guide can do."""
        _where(turn)


def _where(turn: Turn, listed: bool = True) -> None:
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
                _where(turn)
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
        """Says so; the channel erases when it sees the exit."""
        turn.leave_loop()
        turn.events += slots_to_clear()
        turn.say("utter_deleted", custom={"type": "exit", "reason": "deleted", "url": None})


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
        purposes = ("child",) if turn.slots.get("age") == "minor" else ("ncii", "victims")
        found = services_for(turn, *purposes) or services_for(turn, "crisis")
        tell_services(turn, found, "utter_intro_human")
        if turn.slots.get("place") in (None, "skipped") and turn.loop is None:
            turn.say("utter_say_country", variant=turn.count("say_country"))


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
        lines += [turn.wording.text("utter_state_open", step=names[s]) for s in left]
        turn.tell("\n".join([turn.wording.text("utter_end_summary", turn.count("end")), *lines]), custom=content)
        minor = turn.slots.get("age") == "minor"
        purposes = ("child", "crisis") if minor else ("ncii", "crisis")
        tell_services(turn, services_for(turn, *purposes), "utter_intro_end")
        turn.say("utter_end_sheet")
        turn.say("utter_ask_helped")
    else:
        turn.say("utter_goodbye", variant=turn.count("goodbye"))


class ActionOutside(GuideAction):
    """Declines what the guide is not for, and offers the lawful way (rule R58)."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_outside"

    def answer(self, turn: Turn) -> None:
        """One kind sentence; the form that is open goes on."""
        turn.say(f"utter_{turn.intent}", variant=turn.count(turn.intent))
        if turn.loop is None:
            _where(turn, listed=False)


class ActionDefaultFallback(GuideAction):
    """Not understood: says so and offers the likeliest choices; the second time a menu and a person."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_default_fallback"

    def answer(self, turn: Turn) -> None:
        """Never loops: the wording and the offer change each time."""
        identity = turn.message.get("message_id")
        before = turn.slots.get("misunderstood") or {}
        times = int(before.get("times", 0)) + 1 if self._in_a_row(turn, before) else 1
        turn.set("misunderstood", {"times": times, "id": identity})
        if times == 1:
            buttons = [
                button for ranked in turn.message.get("intent_ranking") or [] if (button := self._button(turn, ranked))
            ][:3]
            buttons.append(turn.button("human", "/talk_to_human"))
            turn.say("utter_not_understood", buttons=buttons, variant=turn.count("not_understood"))
        else:
            turn.say("utter_not_understood_again", variant=turn.count("not_understood_again"))

    @staticmethod
    def _button(turn: Turn, ranked: dict[str, Any]) -> dict[str, str] | None:
        name = str(ranked.get("name"))
        if not name.startswith(("ask_", "report_")) or not turn.wording.has(f"utter_label_{name}"):
            return None
        return {"title": turn.wording.text(f"utter_label_{name}"), "payload": f"/{name}"}

    def _in_a_row(self, turn: Turn, before: dict[str, Any]) -> bool:
        users = [event for event in turn.tracker.events if event.get("event") == "user"]
        previous = users[-2].get("message_id") if len(users) > 1 else None
        return before.get("id") is not None and before.get("id") == previous
