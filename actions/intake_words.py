"""Words and intents that answer a question of the triage, when that question was the last thing said."""

from __future__ import annotations

import re
from typing import Any

from actions.base import TRIAGE_SLOTS

SITUATION_OF_INTENT = {
    "report_shared": "shared",
    "report_threat": "threatened",
    "report_deepfake": "fake",
    "report_hidden_recording": "recorded",
    "report_hacked": "hacked",
    "report_doxxed": "doxxed",
}
TELLS = re.compile(
    r"\b(?:post|put|publish|upload|shar|send|sent|spread|sold|sell|leak|expos|threat|blackmail|film|record|"
    r"photograph|fak|made|hack|broke|stole|got in|print|show|dox|list|forward|pass|"
    r"go(?:es|ing) a?round|is (?:up|out|on))",
    re.IGNORECASE,
)
"""A question tells what happened only where a word of it is there; "how long until it is gone" leaves that open."""
LISTS = ("situations", "platforms", "flags")
FEAR = ("afraid_of_them", "honour_risk")
# Each answers a question of the form when that question was the last thing said.
ANSWERS: dict[str, dict[str, Any]] = {
    "affirm": {"afraid": "yes"},
    "deny": {"afraid": "no", "platforms": ["not_online"]},
    "not_sure": {
        "age": "unsure",
        "situations": ["unsure"],
        "offender": "unknown",
        "afraid": "unsure",
        "platforms": ["skipped"],
        "place": "skipped",
        "goal": "unsure",
        "who": "skipped",
    },
    "skip_step": {slot: ["skipped"] if slot in LISTS else "skipped" for slot in TRIAGE_SLOTS},
}
CARD_OF_INTENT = {"done_step": "done", "affirm": "done", "skip_step": "skip"}
MOST_WORDS_OF_AN_AGE = 3
# What `offered` begins with while the guide asks whether an app was meant.
WHICH_APP = "app:"
WHO_OF_INTENT = {"helping_someone_else": ["someone_else"], "accused_or_regret": ["accused"]}
# One word is an answer only while the goal is asked for.
GOAL_WORDS = {
    "gone": "removed", "down": "removed", "off": "removed", "removed": "removed", "deleted": "removed",
    "justice": "accountable", "accountable": "accountable",
    "judge": "accountable", "punished": "accountable", "jail": "accountable", "prison": "accountable",
    "court": "accountable", "police": "accountable", "safe": "safe", "safety": "safe",
}  # fmt: skip
NOT_ABOUT_ME = re.compile(r"\b(?:not (?:about )?me|isn'?t (?:about )?me|not my (?:pictures|photos|own))\b")
I_WAS = re.compile(r"\bi(?:'m| am| was|m)\b")
DOES_NOT_KNOW = re.compile(r"(?:i )?(?:really |honestly )?(?:don'?t|do not) know\b|no idea\b|not sure\b")
ONLY = re.compile(r"\b(?:not|never|only|just|didn'?t|hasn'?t|wasn'?t)\b")
# "A fake girl", "a fake profile": the person is fake, not the picture.
FAKE_PERSON = re.compile(r"\bfake (?:girl|guy|woman|man|person|profile|account|name|model)s?\b")
ONLY_THREATENED = re.compile(r"\b(?:only|just) (?:\w+ ){0,3}threat")
WAS_SHARED = re.compile(r"\b(?:sent|posted|shared|leaked|uploaded|forwarded|already|online)\b")
_DISPUTES = re.compile(r"\b(?:wrong|incorrect|mistaken?|not (?:right|correct|true))\b")
# From this confidence on an intent counts as told.
SURE = 0.3
GOES_ON = ("report_", "ask_", "inform_", "helping_", "accused_", "correct_")


def disputes(text: str) -> bool:
    """Whether a "no" says that something was understood wrongly, rather than answering a question."""
    return bool(_DISPUTES.search(text.lower()))


def age_from_number(text: str) -> list[str]:
    """A bare number; one of 18 or more counts only where the message hardly says anything else (rule R01)."""
    numbers = [int(part) for part in "".join(c if c.isdigit() else " " for c in text).split() if len(part) <= 3]
    if len(numbers) != 1 or not 1 <= numbers[0] <= 110:
        return []
    if numbers[0] < 18:
        return ["minor"]
    return ["adult"] if len(text.split()) <= MOST_WORDS_OF_AN_AGE else []


def sure_intent(message: dict[str, Any]) -> list[str]:
    """The intent, where the classifier is sure enough to change what the plan is made for; else nothing."""
    intent = message.get("intent") or {}
    confidence = intent.get("confidence")
    return [str(intent.get("name"))] if confidence is None or confidence >= SURE else []
