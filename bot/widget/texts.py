"""What the widget needs to know before it can speak: its words in one language, and the server's limits and time."""

from __future__ import annotations

import time
from typing import Any

from babel import Locale

from bot.nlg.wording import DEFAULT_LANGUAGE, Wording, languages
from bot.plan.cards import STEPS
from bot.settings import Settings

WORDS = (
    "open_chat", "title", "exit", "exit_hint", "escape_again", "shift_again", "close", "more", "log", "input",
    "input_hint", "send", "opening", "typing", "you_said", "bot_said", "choices", "left", "over", "new_tab",
    "your_steps", "short_evidence", "short_report", "short_accounts", "short_counsel", "progress", "done", "started",
    "step_open", "help_now", "put_away", "emergency", "call_line", "text_line", "chat_line", "web_line", "source",
    "read_law", "offline", "not_sent", "try_again", "wait", "no_chat", "ended", "start_new", "larger_text",
    "plain_words", "simpler", "simpler_said", "read_aloud", "keep", "keep_about", "keep_on", "keep_impossible",
    "kept", "trace", "advice", "erase", "erase_title", "erase_about", "erase_yes", "erase_no", "not_erased",
    "device_title", "device_about", "device_yes", "device_no", "print_plan", "sheet_title", "print", "print_pdf",
    "reminder_title", "open_log", "log_title", "log_about", "log_address", "log_platform", "log_handle", "log_when",
    "log_zone", "log_said", "log_saw", "log_files", "log_files_about", "log_measuring", "log_unread", "log_no_files",
    "log_add", "log_added", "log_remove", "save_csv", "clock_wrong", "open_letters", "letters_title",
    "letters_about", "letters_kind", "letters_missing", "letters_preview", "optional", "choose", "copy", "copied",
    "not_copied", "save_text", "save_reminder",
)  # fmt: skip


def spoken(wanted: str | None, default: str) -> str:
    """The language with wording that comes closest to what is wanted: "en-GB" is answered in English."""
    known = languages()
    for name in (wanted, (wanted or "").split("-")[0].lower(), default):
        if name in known:
            return str(name)
    return DEFAULT_LANGUAGE


def direction(language: str) -> str:
    """ "ltr" or "rtl"."""
    return str(Locale.parse(language, sep="-").text_direction)


def config(settings: Settings, wanted: str | None) -> dict[str, Any]:
    """The widget's configuration in the language that comes closest to what is wanted."""
    wording = Wording(spoken(wanted, settings.language))
    words = {name: str(wording.variant(f"utter_widget_{name}")["text"]).strip() for name in WORDS}
    words |= {f"step_{step}": wording.text(f"utter_step_{step}") for step in STEPS}
    words["open"] = words.pop("step_open")
    words["exit_word"] = wording.text("utter_word_exit")
    words["locale"] = wording.language
    for name in ("keep_about", "kept", "not_erased"):
        words[name] = words[name].replace("{minutes}", str(settings.session_idle_minutes))
    return {
        "language": wording.language,
        "direction": direction(wording.language),
        "words": words,
        "limit": settings.max_characters,
        "exit": settings.exit_url,
        "time": int(time.time()),
    }
