"""The four steps: a sequence of cards, one action each, with Done, Skip, Tell me more and Later."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from rasa_sdk.events import ActionExecutionRejected, SlotSet

from actions.base import STEPS, GuideAction, Turn
from actions.cards import render, render_more
from actions.triage import _already_answered, interrupts
from bot.plan.cards import Card, cards

CARD_STATES = {"done": "done", "skip": "skipped"}


def step_cards(turn: Turn, step: str) -> list[Card]:
    """The cards of a step for what is known now; they change when what is known changes."""
    return list(cards(step, turn.known))


def current_card(turn: Turn, step: str) -> tuple[Card, int, int] | None:
    """The first card without an answer, its place and the number of cards; None when all are answered."""
    progress = turn.slots.get("progress") or {}
    found = step_cards(turn, step)
    for place, card in enumerate(found, start=1):
        if card.id not in progress:
            return card, place, len(found)
    return None


def step_state(turn: Turn, step: str) -> str:
    """ "done", "started" or "open"."""
    progress = turn.slots.get("progress") or {}
    if current_card(turn, step) is None:
        return "done"
    return "started" if any(key.startswith(f"{step}:") for key in progress) else "open"


class ValidateStep(GuideAction):
    """Takes the answer to a card, or gives way to a rule where the message wants something else first."""

    @property
    @abstractmethod
    def step(self) -> str:
        """The step whose form this validates."""

    def name(self) -> str:
        """The name in domain.yml."""
        return f"validate_{self.step}_form"

    def answer(self, turn: Turn) -> None:
        """Events only; the next card is shown by the ask action."""
        form, slot = f"{self.step}_form", f"{self.step}_card"
        if interrupts(turn, form):
            turn.events.append(ActionExecutionRejected(form))
            return
        if turn.slots.get("current_step") != self.step:
            turn.set("current_step", self.step)
        given = turn.slots.get(slot)
        if given and not _already_answered(turn, form):
            self._take(turn, str(given))
            turn.set(slot, None)
            if given == "later":
                turn.events.append(SlotSet("requested_slot", None))
                return
        turn.events.append(SlotSet("requested_slot", slot if current_card(turn, self.step) else None))

    def _take(self, turn: Turn, given: str) -> None:
        current = current_card(turn, self.step)
        if current is None:
            return
        if given in CARD_STATES:
            progress = dict(turn.slots.get("progress") or {})
            progress[current[0].id] = CARD_STATES[given]
            if current[0].key == ASKS_WHO_TOOK and given == "skip":
                # Rule R41: nobody claims copyright of a picture that they did not take.
                progress.update(dict.fromkeys(ONLY_FOR_OWN_PICTURES, "skipped"))
            turn.set("progress", progress)
        turn.set("card_view", "more" if given == "more" else None)


class AskCard(GuideAction):
    """Shows the card in view: its action, what the directory knows of it, and the four answers."""

    @property
    @abstractmethod
    def step(self) -> str:
        """The step whose card this shows."""

    def name(self) -> str:
        """The name in domain.yml."""
        return f"action_ask_{self.step}_card"

    def answer(self, turn: Turn) -> None:
        """The card, its further detail, or a short way back to it after an interruption."""
        current = current_card(turn, self.step)
        if current is None:
            return
        card, place, total = current
        content = {
            "type": "steps", "step": self.step, "card": card.id, "number": place, "of": total,
            "view": turn.slots.get("card_view") or "card",
        }  # fmt: skip
        buttons = card_buttons(turn, card)
        came_back = _already_answered(turn, f"{self.step}_form") and turn.slots.get("card_shown") == card.id
        times = turn.count(f"card:{card.id}")
        if turn.slots.get("card_view") == "more" and not came_back:
            render_more(turn, card, buttons, content)
        elif came_back or (times and not self._new_answer(turn)):
            text = render_text(turn, card)
            turn.say("utter_card_back", card=text, buttons=buttons, custom=content, variant=times)
        else:
            render(turn, card, buttons, content, self._lead(turn, place))
        turn.set("card_shown", card.id)

    @staticmethod
    def _new_answer(turn: Turn) -> bool:
        return any(str(slot).endswith("_card") for slot in (turn.slots.get("noted") or {}).get("slots") or [])

    def _lead(self, turn: Turn, place: int) -> str | None:
        """A word on where this is, at the start of a step."""
        if place != 1:
            return None
        return turn.wording.text("utter_step_begins", step=turn.wording.text(f"utter_step_{self.step}"))


def render_text(turn: Turn, card: Card) -> str:
    """The card's action as one text."""
    from actions.cards import card_text

    return card_text(turn, card)


# Cards that ask before they let the person go on: their two answers are said in words of their own.
GATES = ("report_partner_gate", "accounts_partner_gate")
ASKS_WHO_TOOK = "report_who_took"
ONLY_FOR_OWN_PICTURES = ("report:report_copyright_privacy", "report:report_copyright")


def card_buttons(turn: Turn, card: Card) -> list[dict[str, str]]:
    """Done, Skip, Tell me more, Later; on cards that ask, their own words for done and skip."""
    names = [("card_done", "done"), ("card_skip", "skip"), ("card_more", "more"), ("card_later", "later")]
    if card.key in GATES:
        names = [("gate_go_on", "done"), ("card_more", "more"), ("gate_not_now", "later")]
    elif card.key == ASKS_WHO_TOOK:
        names[:2] = [("took_it", "done"), ("did_not_take_it", "skip")]
    if turn.slots.get("card_view") == "more":
        names.remove(("card_more", "more"))
    return [turn.button(title, f'/choose{{"card": "{answer}"}}') for title, answer in names]


def _per_step(base: type[Any], prefix: str) -> dict[str, type[Any]]:
    return {
        step: type(f"{prefix}{step.capitalize()}", (base,), {"step": step, "__module__": __name__}) for step in STEPS
    }


# rasa_sdk finds actions among all subclasses; the names keep these alive.
VALIDATE_ACTIONS = _per_step(ValidateStep, "Validate")
ASK_CARD_ACTIONS = _per_step(AskCard, "ActionAskCard")


class ActionStepEnded(GuideAction):
    """What follows a step that is finished or put off."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_step_ended"

    def answer(self, turn: Turn) -> None:
        """Says so, asks softly again after a word about self-harm (rule R28), and offers the next step."""
        from actions.plan import offer_next

        step = str(turn.slots.get("current_step") or "evidence")
        done = current_card(turn, step) is None
        name = turn.wording.text(f"utter_step_{step}")
        turn.say("utter_step_done" if done else "utter_step_later", step=name, variant=turn.count("step_ended"))
        turn.set("current_step", None)
        turn.set("card_view", None)
        if turn.slots.get("self_harm_raised") == "yes":
            turn.set("self_harm_raised", "checked")
            turn.set("offered", "crisis_check")
            turn.say("utter_crisis_check_again")
            return
        offer_next(turn, put_off=step)
