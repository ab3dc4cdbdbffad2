"""What a message tells: every fact in it is taken in at once, whatever was asked.

Runs before any rule or form on every turn, and only fills slots. `take_in` is a pure function and
idempotent, because a form runs it a second time when it starts.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import TRIAGE_SLOTS, GuideAction, Turn
from actions.intake_place import PlaceReading
from actions.intake_words import (
    ANSWERS,
    CARD_OF_INTENT,
    DOES_NOT_KNOW,
    FAKE_PERSON,
    FEAR,
    GOAL_WORDS,
    GOES_ON,
    I_WAS,
    NOT_ABOUT_ME,
    ONLY,
    ONLY_THREATENED,
    SITUATION_OF_INTENT,
    TELLS,
    WAS_SHARED,
    WHICH_APP,
    WHO_OF_INTENT,
    age_from_number,
    disputes,
    sure_intent,
)


class Intake(PlaceReading):
    """The reading of one message against what was known before it."""

    def __init__(self, slots: dict[str, Any], message: dict[str, Any], requested: str | None) -> None:
        self.slots = slots
        self.message = message
        self.requested = requested
        self.intent = str((message.get("intent") or {}).get("name") or "")
        self.entities = message.get("entities") or []
        self.text = str(message.get("text") or "").lower()
        self.changes: dict[str, Any] = {}
        self.chosen = self.intent == "choose"
        self.corrects = self.intent == "correct_information" or self.chosen

    def values(self, entity: str) -> list[Any]:
        """All values that the message gives for an entity."""
        found: list[Any] = []
        for item in self.entities:
            if item.get("entity") == entity:
                value = item.get("value")
                found += value if isinstance(value, list) and not item.get("ambiguous") else [value]
        return found

    def may_change(self, slot: str) -> bool:
        """A value is replaced only where the person answers this question or corrects themselves."""
        old = self.slots.get(slot)
        if slot == "goal" or (slot == "who" and NOT_ABOUT_ME.search(self.text)):
            return True
        return old in (None, "skipped", "unsure", "unknown") or self.corrects or self.requested == slot

    def read(self) -> dict[str, Any]:
        """The slots that this message changes."""
        for slot in ("who", "offender", "goal", "afraid"):
            self._single(slot)
        self._age()
        self._situations()
        self._platforms()
        self._place()
        self._flags()
        self._answer_to_question()
        self._card()
        self._floor()
        self._pending()
        self._noted()
        return self.changes

    def _single(self, slot: str) -> None:
        values = [value for value in self.values(slot) if isinstance(value, str)]
        if slot == "who" and "sent_other_person" in self.values("flag"):
            # Made to send somebody else's picture: the person who writes is the one who is blackmailed (R08).
            values = ["me"]
        if slot == "offender" and "sent_other_person" in self.values("flag"):
            # The friend is in the picture, and not the one who threatens.
            values = [value for value in values if value != "known"]
        if slot == "who" and not values and self.intent == "i_am_minor" and I_WAS.search(self.text):
            values = ["me"]
        if slot == "goal" and not values and self.requested == "goal":
            values = [goal for word, goal in GOAL_WORDS.items() if word in self.text.split()][:1]
        if not values and slot == "who":
            values = WHO_OF_INTENT.get(self.intent, []) if "sent_other_person" not in self.values("flag") else []
        if values and self.may_change(slot):
            # "my friend ... my pics": whoever the message is about comes before "me".
            others = [value for value in values if value != "me"]
            self.put(slot, (others or values)[-1])

    def _age(self) -> None:
        """Rule R01: any sign of a minor counts at once; "adult" never overrides it without a correction."""
        values = self.values("age")
        if self.message.get("safety") == "minor" or self.intent == "i_am_minor":
            values = ["minor"]
        elif not values and (self.requested == "age" or (self.requested in TRIAGE_SLOTS and self.text.isdigit())):
            values = age_from_number(str(self.message.get("text") or ""))
        if "minor" in values and not (self.chosen and values[-1] != "minor"):
            self.put("age", "minor")
        elif values and self.may_change("age"):
            self.put("age", values[-1])
            if values[-1] == "adult":
                self.put("minor_told", None)

    def _told(self) -> bool:
        """Whether a situation among the needs is told, rather than what the question takes for granted."""
        return not self.intent.startswith("ask_") or bool(TELLS.search(self.text))

    def _situations(self) -> None:
        found = [
            SITUATION_OF_INTENT[i]
            for i in [
                *sure_intent(self.message),
                *(need for need in self.message.get("needs") or [] if need != self.intent and self._told()),
            ]
            if i in SITUATION_OF_INTENT
        ]
        cues = self.values("situation")
        if self.text and self.intent == "report_threat" and not WAS_SHARED.search(self.text):
            cues = [value for value in cues if value != "shared"]
        # "He will send it", "I do not know if he sent it": neither says that it was sent.
        threat_only = self.intent == "report_threat" or ("threatened" in cues and self.intent != "report_shared")
        if threat_only or "unsure" in cues:
            found = [value for value in found if value != "shared"]
        if FAKE_PERSON.search(self.text) and "fake" not in cues:
            found = [value for value in found if value != "fake"]
        found += cues
        if not found:
            return
        if set(found) == {"skipped"}:
            self.put("situations", self.slots.get("situations") or ["skipped"])
            return
        old = [] if self.corrects and not self.chosen else list(self.slots.get("situations") or [])
        merged = [value for value in dict.fromkeys(old + found) if value != "skipped"]
        only = ONLY_THREATENED.search(self.text) or (self.corrects and not self.chosen and ONLY.search(self.text))
        if "threatened" in found and only:
            merged = [value for value in merged if value != "shared"]
        if "shared" in found and "unsure" not in found:
            merged = [value for value in merged if value != "unsure"]
        self.put("situations", merged)

    def _platforms(self) -> None:
        unclear = [i for i in self.entities if i.get("entity") == "platform" and i.get("ambiguous")]
        found = [i["value"] for i in self.entities if i.get("entity") == "platform" and not i.get("ambiguous")]
        if self.intent.startswith("ask_"):
            # "Can Google hide it" asks for a way out of search results; it does not say where the image is.
            found = [value for value in found if value != "google_search"]
        if unclear and not found:
            self.put("platform_options", [str(item["value"]) for item in unclear])
        if found:
            old = [] if self.intent == "correct_information" else list(self.slots.get("platforms") or [])
            keep = [value for value in old if value not in ("skipped", "not_online")]
            new = [str(value) for value in found]
            sites = [value for value in new if value not in ("skipped", "not_online")]
            new = sites or new
            self.put("platforms", list(dict.fromkeys((keep if new not in (["skipped"], ["not_online"]) else []) + new)))
            self.put("platform_options", None)

    def _flags(self) -> None:
        found = [str(flag) for flag in self.values("flag")]
        if found:
            self.put("flags", list(dict.fromkeys(list(self.slots.get("flags") or []) + found)))
        fear = any(flag in FEAR for flag in found) and not self.values("afraid")
        # Fear that is said later wins over an earlier "no" (rule R23).
        if fear:
            self.put("afraid", "yes")

    def _answer_to_question(self) -> None:
        """Yes, no, not sure and skip; never in place of something that is known, as of the country of a state."""
        slot = self.requested
        if self._app_meant() or slot not in TRIAGE_SLOTS:
            return
        named = self.values({"platforms": "platform", "situations": "situation"}.get(slot, slot))
        if named or slot in self.changes or self.slots.get(slot) not in (None, []):
            return
        if self.intent == "deny" and disputes(self.text):
            return
        intent = "not_sure" if DOES_NOT_KNOW.match(self.text) else self.intent
        if slot in ANSWERS.get(intent, {}):
            self.put(slot, ANSWERS[intent][slot])

    def _app_meant(self) -> bool:
        """Whether this is a yes or no to "Do you mean the app ...?"; a yes names it where only one was offered."""
        offered = str(self.slots.get("offered") or "")
        if self.requested != "platforms" or not offered.startswith(WHICH_APP) or self.intent not in ("affirm", "deny"):
            return False
        apps = offered.removeprefix(WHICH_APP).split(",")
        if self.intent == "affirm" and len(apps) == 1:
            keep = [value for value in self.slots.get("platforms") or [] if value not in ("skipped", "not_online")]
            self.put("platforms", list(dict.fromkeys(keep + apps)))
        return True

    def _card(self) -> None:
        if not (self.requested or "").endswith("_card"):
            return
        values = self.values("card")
        answer = values[-1] if values else CARD_OF_INTENT.get(self.intent)
        if answer:
            self.changes[str(self.requested)] = answer

    def _floor(self) -> None:
        """After self-harm the person goes on as soon as they say something else of substance."""
        floor = self.slots.get("floor") or {}
        if (
            floor.get("kind") == "self_harm_risk"
            and not self.message.get("safety")
            and not self.values("floor")
            and self.intent.startswith(GOES_ON)
            and self.intent != "inform_location"
        ):
            self.put("floor", None)

    def _pending(self) -> None:
        """Needs that are not answered now are queued, so that none is dropped."""
        queue = list(self.slots.get("pending_needs") or [])
        for need in self.message.get("needs") or []:
            if need.startswith("ask_") and need != self.intent and need not in queue:
                queue.append(need)
        self.put("pending_needs", queue or None)

    def _noted(self) -> None:
        identity = self.message.get("message_id")
        before = self.slots.get("noted") or {}
        earlier = list(before.get("slots") or []) if before.get("id") == identity else []
        new = [slot for slot in self.changes if slot in TRIAGE_SLOTS or slot.endswith("_card") or slot == "flags"]
        self.put("noted", {"id": identity, "slots": list(dict.fromkeys(earlier + new))})


def take_in(slots: dict[str, Any], message: dict[str, Any], requested: str | None) -> dict[str, Any]:
    """The slots that a message changes, by name.

    `slots` is what was known before, `message` the parsed message (intent, needs, safety, entities),
    `requested` the slot that the form asked for, or None.
    """
    return Intake(slots, message, requested).read()


class ActionTakeIn(GuideAction):
    """Fills the slots from the latest message; says nothing."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_take_in"

    def answer(self, turn: Turn) -> None:
        """Not used: this action only fills slots."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Any, domain: dict[str, Any]) -> list[EventType]:
        """The changed slots as events; none where the message cannot be read."""
        try:
            # While the safety floor is held, "yes" answers the floor and not the form that waits behind it.
            requested = None if tracker.slots.get("floor") else tracker.slots.get("requested_slot")
            changes = take_in(dict(tracker.slots), tracker.latest_message or {}, requested)
            return [SlotSet(slot, value) for slot, value in changes.items()]
        except Exception:  # noqa: BLE001 - a message that cannot be read changes nothing
            return []
