"""What every conversation is held to, whatever it is about, and what a script expects of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.directory.build import value
from bot.directory.facts import LegalHelp, ReportRoute, Service
from bot.directory.seed_files import read

HERE = Path(__file__).parent
BANNED = yaml.safe_load((HERE.parent / "unit" / "banned.yml").read_text(encoding="utf-8"))
MOST_WORDS = 50
# Numbers and addresses come from the directory here, and names of laws may hold a "he".
NOT_FOR_CONVERSATIONS = ("an address or a phone number, which belong to the directory",)
# Emergency numbers and other short numbers stand in many entries, confirmed in some.
SHORTEST_NUMBER = 5
# Characters of an answer in the message of a test that fails.
MOST_SHOWN = 400

# "Save proof" is the name of a step and "save the link" is right: of copies only those of an image are wrong.
UNDER_18_ONLY_NEGATED = BANNED["minor_only_negated"] | {
    "a copy": r"\b(copy|download|export|print|save|attach|upload)\b (\w+ ){0,3}(image|picture|photo|video|nude)s?\b"
}

_LISTED = re.compile(r"^\s*(•|✓|○|…|\d+[.)])")
_NEGATION = re.compile(
    r"\b(not|never|no|nobody|nor|without|cannot|don.t|doesn.t|instead of|rather than|a crime|illegal)\b", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\{\w+\}")

Message = dict[str, Any]
Played = dict[str, Any]


def scripts() -> list[dict[str, Any]]:
    """Every script of this folder, in the order of the files."""
    return [
        script for path in sorted(HERE.glob("*.yml")) for script in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def replies(played: Played) -> list[tuple[int, list[Message]]]:
    """The opening as turn 0, then every turn with the bot's messages."""
    return [(0, played["opening"]), *((n, turn["bot"]) for n, turn in enumerate(played["turns"], start=1))]


def prose(text: str) -> str:
    """A text without its lists: they hold names, numbers and sources of the directory, or the plan."""
    return "\n".join(line for line in text.splitlines() if not _LISTED.match(line))


def joined(messages: list[Message]) -> str:
    """What was said in a turn, as one text."""
    return "\n".join(str(message["text"] or "") for message in messages)


def faults_of_form(played: Played, minor_from: int | None = None) -> list[str]:
    """What is wrong with a conversation whatever it is about, one line each.

    `minor_from` is the turn from which an image of somebody under 18 is known, None where it is not.
    """
    found: list[str] = []
    before: list[str] = []
    for number, messages in replies(played):
        texts = [str(message["text"] or "") for message in messages]
        if not any(text.strip() for text in texts) or any(message.get("error") for message in messages):
            found.append(f"turn {number}: no answer ({messages})")
        if texts and texts == before:
            found.append(f"turn {number}: the same answer twice: {texts}")
        before = texts
        under_18 = minor_from is not None and number >= minor_from
        found += [f"turn {number}: {fault}" for text in texts for fault in faults_of_text(text, under_18)]
    return found


def faults_of_text(text: str, under_18: bool = False) -> Iterator[str]:
    """What is wrong with one message, one line each."""
    own = prose(text)
    words = len(own.split())
    if words > MOST_WORDS:
        yield f"{words} words: {own!r}"
    if own.count("?") > 1:
        yield f"more than one question: {own!r}"
    if _PLACEHOLDER.search(text) or re.search(r"\bNone\b", text):
        yield f"something is not filled in: {text!r}"
    for name, pattern in BANNED["never"].items():
        if name not in NOT_FOR_CONVERSATIONS and re.search(pattern, own, re.IGNORECASE):
            yield f"{name}: {own!r}"
    only_negated = BANNED["only_negated"] | (UNDER_18_ONLY_NEGATED if under_18 else {})
    for name, pattern in only_negated.items():
        if any(_unnegated(pattern, line) for line in text.splitlines() if not line.startswith("•")):
            yield f"{name}: {text!r}"
    if under_18 and "stopncii" in text.lower():
        yield f"a tool for adults' images, where the image shows somebody under 18 (rule R04): {text!r}"
    digits = re.findall(r"\+?\d[\d .()/-]{3,}\d", text)
    for part in digits:
        if re.sub(r"\D", "", part) in unconfirmed_numbers():
            yield f"a number that nobody confirmed: {part}"


def _unnegated(pattern: str, text: str) -> bool:
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        match = re.search(pattern, sentence, re.IGNORECASE)
        if match and not _NEGATION.search(sentence[: match.start()]):
            return True
    return False


@cache
def unconfirmed_numbers() -> frozenset[str]:
    """The digits of every number in the directory that nobody confirmed anywhere."""
    hidden: set[str] = set()
    shown: set[str] = set()
    rows = read()
    for table, kind in (("service", Service), ("report_route", ReportRoute), ("legal_help", LegalHelp)):
        for row in rows[table]:
            fact: Any = value(kind, row)
            for name in ("phone", "text"):
                written = re.findall(r"\d[\d .()/-]+\d", str(getattr(fact, name, "") or ""))
                numbers = {re.sub(r"\D", "", part) for part in written}
                (shown if getattr(fact, f"shown_{name}", None) else hidden).update(numbers)
    return frozenset(number for number in hidden - shown if len(number) >= SHORTEST_NUMBER)


def faults_of_script(script: dict[str, Any], played: Played) -> list[str]:
    """What a conversation lacks of what its script expects, and what it says that it must not, one line each."""
    found: list[str] = []
    by_turn = dict(replies(played))
    for wanted in script.get("expect", []):
        turn = wanted["turn"]
        messages = _messages_at(by_turn, turn)
        found += [f"turn {turn}: {fault}" for fault in _faults_of_turn(wanted, messages)]
    whole = "\n".join(joined(messages) for messages in by_turn.values())
    found += [f"must never be said: {pattern!r}" for pattern in script.get("never", []) if _says(whole, pattern)]
    for name, expected in script.get("slots", {}).items():
        actual = played["slots"].get(name)
        same = sorted(actual) == sorted(expected) if isinstance(expected, list) and isinstance(actual, list) else False
        if actual != expected and not same:
            found.append(f"slot {name}: {actual!r}, expected {expected!r}")
    return found


def _messages_at(by_turn: dict[int, list[Message]], turn: int | str) -> list[Message]:
    if turn == "any":
        return [message for messages in by_turn.values() for message in messages]
    return by_turn[max(by_turn)] if turn == "last" else by_turn[int(turn)]


def _faults_of_turn(wanted: dict[str, Any], messages: list[Message]) -> Iterator[str]:
    text = joined(messages)
    types = {message["custom"]["type"] for message in messages if (message.get("custom") or {}).get("type")}
    offered = {title for message in messages for title in message["buttons"]}
    for pattern in wanted.get("says", []):
        if not _says(text, pattern):
            yield f"{pattern!r} is not said: {_short(text)}"
    for pattern in wanted.get("not", []):
        if _says(text, pattern):
            yield f"{pattern!r} is said: {_short(text)}"
    for name in sorted(set(wanted.get("custom", [])) - types):
        yield f"no content of type {name!r}, only {sorted(types)}"
    for name in sorted(set(wanted.get("not_custom", [])) & types):
        yield f"content of type {name!r}"
    for title in [title for title in wanted.get("buttons", []) if title not in offered]:
        yield f"button {title!r} is not offered, only {sorted(offered)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}...")


def _says(text: str, pattern: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None
