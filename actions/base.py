"""What every action shares: one turn of the conversation, and an action that never fails loudly.

An exception inside a stock action sends the whole conversation back in the error and into two logs.
Here whatever fails becomes a safe sentence with the emergency line, and the log holds a code only.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.nlg.wording import Wording
from bot.plan import Known

logger = logging.getLogger(__name__)

STEPS = ("evidence", "report", "accounts", "counsel")
TRIAGE_SLOTS = ("who", "age", "situations", "offender", "afraid", "platforms", "place", "goal")


class Turn:
    """One turn: what is known, what was understood, what is answered and what is remembered."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.slots: dict[str, Any] = dict(tracker.slots)
        self.message: dict[str, Any] = tracker.latest_message or {}
        self.wording = Wording((self.message.get("metadata") or {}).get("language") or self.slots.get("language"))
        self.messages: list[dict[str, Any]] = []
        self.events: list[EventType] = []
        self._follow: str | None = None

    @property
    def known(self) -> Known:
        """Everything known of the person so far."""
        return Known.from_slots(self.slots)

    @property
    def intent(self) -> str:
        """The intent of the message that is being answered."""
        return str((self.message.get("intent") or {}).get("name") or "")

    @property
    def loop(self) -> str | None:
        """The form that is active, if any."""
        return (self.tracker.active_loop or {}).get("name")

    @property
    def step(self) -> str | None:
        """The step whose form is active, if any."""
        name = (self.loop or "").removesuffix("_form")
        return name if name in STEPS else None

    def entity(self, name: str) -> Any:
        """The last value that the message gives for an entity, or None."""
        values = [e.get("value") for e in self.message.get("entities") or [] if e.get("entity") == name]
        return values[-1] if values else None

    def say(
        self,
        key: str,
        *,
        buttons: list[dict[str, str]] | None = None,
        custom: dict[str, Any] | None = None,
        variant: int = 0,
        **values: Any,
    ) -> None:
        """Answer with a sentence of data/responses, with its own buttons unless others are given."""
        text = self.wording.text(key, variant, **values)
        self.tell(text, buttons=self.wording.buttons(key, variant) if buttons is None else buttons, custom=custom)

    def tell(
        self, text: str, *, buttons: list[dict[str, str]] | None = None, custom: dict[str, Any] | None = None
    ) -> None:
        """Answer with a text made from the directory; wording goes through `say`."""
        message: dict[str, Any] = {"text": text}
        if buttons:
            message["buttons"] = buttons
        if custom:
            message["custom"] = custom
        self.messages.append(message)

    def button(self, key: str, payload: str, **values: Any) -> dict[str, str]:
        """A button with the title `utter_button_<key>`."""
        return {"title": self.wording.text(f"utter_button_{key}", **values), "payload": payload}

    def join(self, items: list[str], word: str = "and") -> str:
        """ "a, b and c" in the language of the conversation."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.wording.text(f'utter_word_{word}')} {items[-1]}"

    def set(self, slot: str, value: Any) -> None:
        """Remember a value, for the rest of this turn and for the next."""
        self.slots[slot] = value
        self.events.append(SlotSet(slot, value))

    def count(self, name: str) -> int:
        """How often this was asked or said before; counts this time too. For wording that varies."""
        asked = dict(self.slots.get("asked") or {})
        before = int(asked.get(name, 0))
        asked[name] = before + 1
        self.set("asked", asked)
        return before

    def leave_loop(self) -> None:
        """Leave the active form; what it has learned stays."""
        if self.loop:
            self.events += [ActiveLoop(None), SlotSet("requested_slot", None)]

    def follow(self, form: str) -> None:
        """Go on with a form after this action; leaves another form that is active."""
        if self.loop == form:
            return
        self.leave_loop()
        self._follow = form

    def restart_loop(self, form: str) -> None:
        """Go on with a form, asking again from its state, even where it is the active one."""
        self._follow = form
        if self.loop and self.loop != form:
            self.leave_loop()

    def finish(self, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Hand over the messages and return the events of the turn."""
        for message in self.messages:
            dispatcher.utter_message(
                text=message["text"], buttons=message.get("buttons"), json_message=message.get("custom")
            )
        return self.events + ([FollowupAction(self._follow)] if self._follow else [])


class GuideAction(Action, ABC):
    """An action that is total: it answers, or says kindly that it cannot, and never raises."""

    @abstractmethod
    def answer(self, turn: Turn) -> None:
        """Say and remember what belongs to this turn."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Answer the turn; whatever fails becomes the safe sentence and a code in the log."""
        try:
            turn = Turn(tracker)
            self.answer(turn)
            return turn.finish(dispatcher)
        except Exception as error:  # noqa: BLE001 - total by design, see the module's docstring
            logger.error("action failed: %s (%s)", self.name(), type(error).__name__)
            dispatcher.messages.clear()
            dispatcher.utter_message(text=_safe_sentence(tracker))
            return []


def _safe_sentence(tracker: Tracker) -> str:
    from actions.resources import emergency_number

    try:
        number = emergency_number(tracker.slots.get("place"))
        if number:
            return Wording().text("utter_cannot_answer", emergency=number)
        return Wording().text("utter_cannot_answer_anywhere")
    except Exception as error:  # noqa: BLE001 - the last line of defence
        logger.error("safe sentence failed (%s)", type(error).__name__)
        return "Something went wrong here. If you are in danger, call your local emergency number now."
