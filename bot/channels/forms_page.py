"""The pages of `/chat`: plain HTML with forms. Every text is escaped; only web addresses become links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

from babel import Locale

from bot.channels.output import Message
from bot.nlg.wording import Wording
from bot.settings import Settings

STEPS = ("evidence", "report", "accounts", "counsel")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_AFTER_AN_ADDRESS = re.compile(r"[.,;:!?'\"»”)\]}]+$")
_AWAY = 'rel="noopener noreferrer" referrerpolicy="no-referrer"'


@dataclass(frozen=True)
class Look:
    """In which language a page speaks, and the settings that it names."""

    language: str
    settings: Settings

    @property
    def wording(self) -> Wording:
        """The sentences of the language."""
        return Wording(self.language)

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl"."""
        return str(Locale.parse(self.wording.language, sep="-").text_direction)

    @property
    def minutes(self) -> int:
        """How long a conversation is kept without a message."""
        return self.settings.session_idle_minutes

    def say(self, key: str, **values: Any) -> str:
        """A sentence, escaped."""
        return escape(self.wording.text(f"utter_{key}", **values))


def front(look: Look) -> str:
    """The page before a conversation: what this is, what is kept, and a button to begin."""
    say = look.say
    return _page(
        look,
        f"<p>{say('page_lead')}</p><p>{say('page_promise')}</p><p>{say('page_danger')}</p>"
        f"{_form('begin', _button(say('forms_begin'), 'first'))}"
        f"<p>{say('forms_kept', minutes=look.minutes)}</p><p>{say('widget_trace')}</p><p>{say('widget_advice')}</p>",
    )


def notice(look: Look, message: str) -> str:
    """A page with one message and a way to begin anew."""
    again = _form("begin", _button(look.say("widget_start_new"), "first"))
    return _page(look, f'<div class="notice" role="alert">{_lines(message)}</div>{again}')


def conversation(
    look: Look, turns: list[dict[str, Any]], token: str, next_id: str, trouble: str = "", kept: str = ""
) -> str:
    """The conversation so far with its forms. `trouble` says why the last message was not taken, which is `kept`."""
    say = look.say
    messages = [message for turn in turns if turn["role"] == "bot" for message in turn["messages"]]
    hidden = f'<input type="hidden" name="token" value="{escape(token)}">'
    once = f'{hidden}<input type="hidden" name="id" value="{escape(next_id)}">'
    last = len(turns) - 1
    entries = "".join(_entry(look, turn, index == last, once) for index, turn in enumerate(turns))
    asked = (
        f'<label for="text">{say("widget_input")}</label>'
        f'<textarea id="text" name="text" rows="3" dir="auto" autocomplete="off">{escape(kept)}</textarea>'
    )
    wrong = f'<div class="notice" role="alert">{_lines(trouble)}</div>' if trouble else ""
    content = (
        f'{_help(look, messages)}{_steps(look, messages)}<ol class="messages">{entries}</ol>{wrong}'
        f"{_form('say', once + asked + _button(say('widget_send'), 'first'))}"
        f"{_form('erase', hidden + _button(say('widget_erase'), 'quiet'))}"
        f"<p>{say('forms_kept', minutes=look.minutes)}</p><p>{say('widget_trace')}</p>"
    )
    return _page(look, content, hidden)


def _page(look: Look, content: str, hidden: str = "") -> str:
    say = look.say
    leave = _form("leave", hidden + _button(say("widget_exit"), "exit")) if hidden else _exit_link(look, "exit")
    at_once = f"<p>{_exit_link(look, 'plain')}</p>" if hidden else ""
    return (
        f'<!doctype html><html lang="{escape(look.wording.language)}" dir="{look.direction}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no">'
        f"<title>{say('page_title')}</title>"
        '<link rel="icon" href="/page/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/page/chat.css">'
        f"</head><body><header><h1>{say('widget_title')}</h1>{leave}</header><main>{content}{at_once}</main>"
        "</body></html>"
    )


def _exit_link(look: Look, kind: str) -> str:
    key = "widget_exit" if kind == "exit" else "forms_leave_at_once"
    return f'<a class="{kind}" href="{escape(look.settings.exit_url)}" {_AWAY}>{look.say(key)}</a>'


def _entry(look: Look, turn: dict[str, Any], newest: bool, once: str) -> str:
    own = turn["role"] == "user"
    who = look.say("widget_you_said" if own else "widget_bot_said")
    said = []
    for message in turn["messages"]:
        said.append(_plain(message["text"]) if own else _message(look, message))
        if newest and message["buttons"]:
            said.append(_choices(look, message, once))
    mark = ' id="now"' if newest else ""
    return f'<li class="{"own" if own else "bot"}"{mark}><span class="unseen">{who} </span>{"".join(said)}</li>'


def _message(look: Look, message: Message) -> str:
    custom = message["custom"] or {}
    head = ""
    if custom.get("type") == "steps":
        step = look.say(f"step_{custom['step']}") if custom.get("step") in STEPS else ""
        place = look.say("widget_progress", number=custom.get("number"), of=custom.get("of"))
        head = f'<p class="head">{step} · {place}</p>'
    return head + _lines(message["text"])


def _choices(look: Look, message: Message, once: str) -> str:
    buttons = "".join(
        f'<button name="payload" value="{escape(button["payload"])}" dir="auto">{escape(button["title"])}</button>'
        for button in message["buttons"]
    )
    group = f'<div role="group" aria-label="{look.say("widget_choices")}">{buttons}</div>'
    return _form("say", once + group, "choices")


def _help(look: Look, messages: list[Message]) -> str:
    """The last lines of help, which stay at the top."""
    found = [message for message in messages if (message["custom"] or {}).get("type") == "safety"]
    if not found:
        return ""
    return f'<section class="notice"><h2>{look.say("widget_help_now")}</h2>{_lines(found[-1]["text"])}</section>'


def _steps(look: Look, messages: list[Message]) -> str:
    """How far each of the four steps is, as the last plan and the last card have it."""
    states: dict[str, str] = {}
    current = None
    for custom in (message["custom"] or {} for message in messages):
        if custom.get("type") == "plan":
            states.update(custom.get("state") or {})
            current = None
        if custom.get("type") == "steps":
            current = custom.get("step")
    if current and states.get(current) != "done":
        states[str(current)] = "started"
    entries = "".join(
        f'<li class="{escape(states.get(step, "open"))}"{" aria-current=step" if step == current else ""}>'
        f"{look.say(f'widget_short_{step}')}: {look.say('widget_' + _known(states.get(step)))}</li>"
        for step in STEPS
    )
    return f'<ol class="steps" aria-label="{look.say("widget_your_steps")}">{entries}</ol>'


def _known(state: str | None) -> str:
    return state if state in ("done", "started") else "step_open"


def _form(action: str, content: str, kind: str = "") -> str:
    newest = "#now" if action == "say" else ""
    return f'<form method="post" action="/chat/{action}{newest}" class="{kind}" autocomplete="off">{content}</form>'


def _button(title: str, kind: str) -> str:
    return f'<button class="{kind}">{title}</button>'


def _plain(text: str) -> str:
    return _paragraphs(text, escape)


def _lines(text: str) -> str:
    return _paragraphs(text, _linked)


def _paragraphs(text: str, made: Callable[[str], str]) -> str:
    return "".join(f'<p dir="auto">{made(line)}</p>' for line in text.split("\n") if line.strip())


def _linked(line: str) -> str:
    return "".join(_parts(line))


def _parts(line: str) -> Iterable[str]:
    rest = 0
    for found in _ADDRESS.finditer(line):
        address = _AFTER_AN_ADDRESS.sub("", found[0])
        yield escape(line[rest : found.start()])
        shown = escape(address)
        yield f'<a href="{shown}" {_AWAY}>{shown}</a>' if _is_web(address) else shown
        rest = found.start() + len(address)
    yield escape(line[rest:])


def _is_web(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
