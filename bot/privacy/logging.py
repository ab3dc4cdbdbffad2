"""Nothing a person wrote gets into a log.

Libraries put what they handle into their messages and exceptions: Rasa logs the body of a failed
action call, the exception text of a database error holds its parameters. As soon as people are
served, a record of a library therefore keeps only where it was made, its level, its event code and
the kind of exception. Records of our own loggers keep their message, because ours hold codes only;
of exceptions they too keep only kind and place. Start-up messages are left whole: nobody has written
anything yet, and the operator needs them.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import MutableMapping
from pathlib import PurePath
from types import TracebackType
from typing import Any, TextIO

import structlog

OWN_LOGGERS = ("bot", "actions")
WITHHELD = "[withheld]"
NOISY_LOGGERS = (
    "rasa",
    "rasa_sdk",
    "sanic.root",
    "sanic.error",
    "sanic.server",
    "httpx",
    "httpcore",
    "asyncio",
)
DEEPEST_FRAMES = 3
_EVENT_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_serving = threading.Event()


class DiscreetRecord(logging.LogRecord):
    """A log record without anything that could have come from a person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not _serving.is_set():
            return
        parts = [str(self.msg) if _is_own(self.name) else _code_of(self.msg)]
        if not _is_own(self.name):
            self.args = ()
        if self.exc_info and self.exc_info[0] is not None:
            account = f"({describe(self.exc_info[1])})"
            parts.append(account.replace("%", "%%") if self.args else account)
        self.msg = " ".join(parts)
        self.exc_info = None
        self.exc_text = None
        self.stack_info = None


def install() -> None:
    """Quieten the libraries and make every log record of this process discreet. May be repeated."""
    logging.setLogRecordFactory(DiscreetRecord)
    logging.raiseExceptions = False
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("sanic.access", "aiohttp.access"):
        logging.getLogger(name).disabled = True
    structlog.configure(
        processors=[_codes_only, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=False,
    )


def serve() -> None:
    """From now on people are served: withhold what libraries say. There is no way back."""
    install()
    _serving.set()
    warnings.showwarning = _show_warning
    sys.excepthook = _show_crash
    sys.unraisablehook = _show_unraisable
    threading.excepthook = _show_thread_crash


def describe(error: BaseException | None) -> str:
    """Kind of an exception and the innermost places it passed, without its message."""
    if error is None:
        return "no exception"
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST_FRAMES:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    return " < ".join([type(error).__name__, *places])


def _is_own(name: str) -> bool:
    return name.split(".", 1)[0] in OWN_LOGGERS


def _code_of(message: object) -> str:
    """The event code of a structured message; of any other message nothing is kept."""
    text = str(message)
    if text.startswith("{"):
        try:
            text = str(json.loads(text).get("event", ""))
        except (ValueError, AttributeError):
            return WITHHELD
    return text if _EVENT_CODE.fullmatch(text) else WITHHELD


def _codes_only(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: event code and exception; every other value is dropped."""
    kept: dict[str, Any] = {"event": _code_of(event.get("event", ""))}
    if event.get("exc_info"):
        kept["exc_info"] = event["exc_info"]
    return kept


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    (file or sys.stderr).write(f"{category.__name__} at {PurePath(filename).name}:{lineno} {WITHHELD}\n")


def _show_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(f"stopped by {describe(error.with_traceback(trace))}\n")


def _show_unraisable(hook: Any) -> None:
    sys.stderr.write(f"ignored {describe(hook.exc_value)}\n")


def _show_thread_crash(hook: Any) -> None:
    sys.stderr.write(f"thread stopped by {describe(hook.exc_value)}\n")
