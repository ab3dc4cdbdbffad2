"""Finding out what changes the answer: the triage form's next question, and how it is asked."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet

from actions.base import TRIAGE_SLOTS, GuideAction, Turn
from actions.intake_words import SITUATION_OF_INTENT, WHICH_APP
from actions.labels import noted_facts, said
from actions.resources import directory, place_label, place_name
from bot.plan import next_question

# Whatever else these messages say, they want an answer before the form goes on.
ALWAYS_INTERRUPT = (
    "talk_to_human", "delete_my_data", "start_over", "go_back", "help_menu", "bot_challenge", "repeat_that",
)  # fmt: skip
INTERRUPT_UNLESS_ANSWERED = (
    "feeling_distress", "goodbye", "greet", "thank_you", "out_of_scope", "abusive_to_bot", "request_explicit_content",
    "spam_or_gibberish", "nlu_fallback", "choose",
)  # fmt: skip
# So short an answer to the question is nothing else, whatever the classifier makes of it.
WORDS_OF_A_BARE_ANSWER = 4
DISCLOSURES = (*SITUATION_OF_INTENT, "helping_someone_else", "accused_or_regret")
# Law differs inside these countries, so the part is asked for once.
COUNTRIES_WITH_PARTS = ("US", "CA", "AU", "GB")


def interrupts(turn: Turn, form: str) -> bool:
    """Whether the message must be answered by a rule before the form goes on.

    False where another action has already answered it in this turn, or where it starts the form.
    """
    if turn.loop != form or _already_answered(turn, form):
        return False
    noted = (turn.slots.get("noted") or {}).get("slots") or []
    text = str(turn.message.get("text") or "")
    bare = 0 < len(text.split()) <= WORDS_OF_A_BARE_ANSWER and "?" not in text
    bare_answer = bare and turn.slots.get("requested_slot") in noted
    if turn.intent in ALWAYS_INTERRUPT or turn.intent.startswith("ask_"):
        return not bare_answer
    if turn.intent in DISCLOSURES and not _acknowledged(turn):
        return True
    answered = bool(noted) if turn.intent == "choose" else turn.slots.get("requested_slot") in noted
    return turn.intent in INTERRUPT_UNLESS_ANSWERED and not answered


def _acknowledged(turn: Turn) -> bool:
    """Whether the guide has already said that it takes what happened seriously (rule R32)."""
    return any(name.startswith("acknowledge_") for name in turn.slots.get("asked") or {})


def _already_answered(turn: Turn, form: str) -> bool:
    for event in reversed(turn.tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") not in (form, "action_listen"):
            return True
    return False


def place_part_missing(turn: Turn) -> bool:
    """Whether the state, province or nation is still worth asking for."""
    asked = turn.slots.get("asked") or {}
    return turn.slots.get("place") in COUNTRIES_WITH_PARTS and not asked.get("place_part")


def next_slot(turn: Turn) -> str | None:
    """The slot that the triage asks for next, or None when the plan can be made."""
    if turn.slots.get("place_options") and not turn.slots.get("place"):
        return "place"
    if turn.slots.get("platform_options"):
        return "platforms"
    question = next_question(turn.known)
    if question in (None, "goal") and place_part_missing(turn):
        return "place"
    return question


class ValidateTriageForm(GuideAction):
    """Chooses the next question, or gives way to a rule where the message wants an answer first."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "validate_triage_form"

    def answer(self, turn: Turn) -> None:
        """Events only; the question itself is asked by the ask actions."""
        if interrupts(turn, "triage_form"):
            turn.events.append(ActionExecutionRejected("triage_form"))
            return
        turn.events.append(SlotSet("requested_slot", next_slot(turn)))


class AskTriage(GuideAction):
    """Asks one question of the triage, in another wording each time it is asked again."""

    @property
    @abstractmethod
    def slot(self) -> str:
        """The slot that is asked for."""

    def name(self) -> str:
        """The name in domain.yml."""
        return f"action_ask_triage_form_{self.slot}"

    def answer(self, turn: Turn) -> None:
        """The question, after a word on what was just noted besides the answer."""
        self._confirm(turn)
        if str(turn.slots.get("offered") or "").startswith(WHICH_APP):
            turn.set("offered", None)
        order = [slot for slot in turn.slots.get("asked_order") or [] if slot != self.slot]
        turn.set("asked_order", [*order, self.slot])
        if self.slot == "place":
            self._ask_place(turn)
        elif self.slot == "platforms" and turn.slots.get("platform_options"):
            self._ask_platform(turn)
        else:
            key = f"utter_ask_{self.slot}"
            if self.slot in ("age", "situations", "offender", "afraid") and turn.slots.get("who") in (
                "someone_else",
                "child_in_care",
            ):
                key += "_other"
            turn.say(key, variant=turn.count(self.slot))

    def _confirm(self, turn: Turn) -> None:
        """What was taken in besides the answer to the last question, so that it can be corrected."""
        answered = _already_answered(turn, "triage_form")
        noted = [slot for slot in (turn.slots.get("noted") or {}).get("slots") or [] if slot in TRIAGE_SLOTS]
        last = (turn.slots.get("asked_order") or [None])[-1]
        extra = [slot for slot in noted if slot != last or slot == "place"]
        facts = [fact for slot in extra if (fact := said(turn, slot))]
        if facts and not answered:
            turn.say("utter_noted", facts=turn.join(facts), variant=turn.count("noted"))
        waiting = turn.slots.get("pending_question")
        if waiting and turn.slots.get("place") and not answered:
            from actions.questions import answer_question

            turn.set("pending_question", None)
            answer_question(turn, str(waiting))

    def _ask_place(self, turn: Turn) -> None:
        options = turn.slots.get("place_options")
        skip = turn.button("skip", '/choose{"skip": "place"}')
        if options and not turn.slots.get("place"):
            labels = [place_label(code, tuple(options)) for code in options[:4]]
            buttons = [_choice(label, "place", code) for label, code in zip(labels, options, strict=False)]
            variant = turn.count("place_options")
            turn.say(
                "utter_ask_place_which",
                options=turn.join(labels, "or"),
                buttons=[*buttons, skip],
                variant=variant,
            )
        elif turn.slots.get("place"):
            key = "utter_ask_place_nation" if turn.slots["place"] == "GB" else "utter_ask_place_part"
            buttons = [skip]
            if turn.slots["place"] == "GB":
                parts = [code for code in directory().codes() if code.startswith("GB-")]
                buttons = [*[_choice(directory().name(code), "place", code) for code in parts], skip]
            turn.say(key, place=place_name(turn.slots["place"]), buttons=buttons, variant=turn.count("place_part"))
        else:
            turn.say("utter_ask_place", variant=turn.count("place"))

    def _ask_platform(self, turn: Turn) -> None:
        ids = turn.slots["platform_options"][:3]
        names = [(platform.name if (platform := directory().platform(i)) else i) for i in ids]
        buttons = [_choice(name, "platform", i) for name, i in zip(names, ids, strict=False)]
        turn.set("platform_options", None)
        turn.set("offered", WHICH_APP + ",".join(ids))
        buttons.append(turn.button("no_app", '/choose{"skip": "platforms"}'))
        turn.say("utter_ask_platform_which", options=turn.join(names, "or"), buttons=buttons)


def _choice(title: str, entity: str, value: str) -> dict[str, str]:
    return {"title": title, "payload": f'/choose{{"{entity}": "{value}"}}'}


def _ask_action(slot: str) -> type[AskTriage]:
    return type(f"ActionAsk{slot.capitalize()}", (AskTriage,), {"slot": slot, "__module__": __name__})


# rasa_sdk finds actions among all subclasses; the names keep these alive.
ASK_ACTIONS: dict[str, type[AskTriage]] = {slot: _ask_action(slot) for slot in TRIAGE_SLOTS}


class ActionAcknowledge(GuideAction):
    """Takes what happened seriously, repeats what was understood, and goes on with what is missing."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_acknowledge"

    def answer(self, turn: Turn) -> None:
        """One or two sentences (rules R32, R33), then the form or the plan."""
        acknowledge(turn)


def acknowledge(turn: Turn) -> None:
    """Acknowledge a disclosure and go on: with the missing questions, or with the plan."""
    who = turn.slots.get("who")
    kind = "accused" if who == "accused" else "other" if who in ("someone_else", "child_in_care") else _tone(turn)
    turn.say(f"utter_acknowledge_{kind}", variant=turn.count(f"acknowledge_{kind}"))
    # The form confirms what was noted only when no action has answered before it, so it is said here.
    facts = noted_facts(turn)
    if facts:
        turn.say("utter_noted", facts=turn.join(facts), variant=turn.count("noted"))
    go_on(turn)


def _tone(turn: Turn) -> str:
    situations = turn.slots.get("situations") or []
    if "threatened" in situations:
        return "threat"
    return "unsure" if situations == ["unsure"] else "fake" if "fake" in situations else "self"


def go_on(turn: Turn, changed: bool = True) -> None:
    """Ask what is missing; where nothing is missing, show the plan if it can have changed, else what is next.

    Inside a step nothing is said: the step goes on by itself.
    """
    from actions.plan import offer_next, show_plan

    if turn.step:
        return
    if next_slot(turn) is not None:
        turn.follow("triage_form")
    elif turn.loop == "triage_form":
        return
    elif changed or not turn.slots.get("plan_shown"):
        show_plan(turn)
    else:
        offer_next(turn)


class ActionNoted(GuideAction):
    """A place, a site or a correction: says what was noted and what follows from it."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_noted"

    def answer(self, turn: Turn) -> None:
        """Confirms the change; answers the question that waited for it; else goes on."""
        from actions.questions import answer_question

        facts = noted_facts(turn)
        waiting = turn.slots.get("pending_question")
        if facts:
            turn.say("utter_noted", facts=turn.join(facts), variant=turn.count("noted"))
        elif turn.intent == "correct_information":
            turn.say("utter_ask_change", variant=turn.count("change"))
            return
        elif turn.intent == "inform_location" and turn.slots.get("place"):
            turn.say("utter_place_kept", place=place_label(turn.slots["place"]), variant=turn.count("place_kept"))
        elif turn.intent == "inform_location" and not turn.slots.get("place_options"):
            turn.say("utter_place_unknown", variant=turn.count("place_unknown"))
        elif turn.intent == "inform_platform" and turn.entity("platform"):
            turn.say("utter_site_kept", variant=turn.count("site_kept"))
        elif turn.intent == "inform_platform" and not turn.slots.get("platform_options"):
            turn.say("utter_site_unknown", variant=turn.count("site_unknown"))
        if waiting and turn.slots.get("place"):
            turn.set("pending_question", None)
            answer_question(turn, str(waiting))
        elif turn.step is None:
            go_on(turn, changed=bool(facts))


def clear_answer(turn: Turn, slot: str) -> None:
    """Forget one answer, so that its question is asked again."""
    turn.set(slot, None)
    if slot == "place":
        turn.set("place_options", None)
        asked = dict(turn.slots.get("asked") or {})
        asked.pop("place_part", None)
        turn.set("asked", asked)


def slots_to_clear() -> list[EventType]:
    """Events that forget everything of the conversation."""
    names: tuple[Any, ...] = (
        *TRIAGE_SLOTS, "flags", "evidence_card", "report_card", "accounts_card", "counsel_card", "place_options",
        "platform_options", "pending_needs", "noted", "floor", "asked", "asked_order", "progress", "card_view",
        "card_shown", "current_step", "offered", "pending_question", "last_answer", "minor_told", "misunderstood",
        "plan_shown", "self_harm_raised",
    )  # fmt: skip
    return [SlotSet(name, None) for name in names]
