"""What of a message may reach the bot: words, never files and never commands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONG_RUN = 60
VERY_LONG_RUN = 200
BLOB_SHARE = 0.5

_DATA_URL = re.compile(r"\bdata:[\w.+-]+/[\w.+-]+[;,]", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_RUN = re.compile(rf"[A-Za-z0-9+/_-]{{{LONG_RUN},}}={{0,2}}")
_SMALL_FILE = re.compile(r"(?<![A-Za-z0-9+/])(?:iVBORw0KGgo|/9j/4|R0lGOD|UklGR|JVBERi0)[A-Za-z0-9+/]{20,}={0,2}")
_ENDING = re.compile(r"[\s.,;:!?…]+$")


def clean(text: str) -> str:
    """The text without control characters, outer space and leading slashes.

    Rasa reads what begins with a slash as a command with slot values, which no typed text may be.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    kept = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    kept = kept.strip()
    while kept.startswith("/"):
        kept = kept.lstrip("/").strip()
    return kept


def holds_a_file(text: str) -> bool:
    """Whether a message is, or carries, an encoded picture or file rather than words.

    Long names such as wallet addresses are no files: those have neither `+`, `/`, `=` nor `_`, `-`.
    """
    if _DATA_URL.search(text):
        return True
    text = _WEB_ADDRESS.sub(" ", text)
    if _SMALL_FILE.search(text):
        return True
    runs = [run for run in _RUN.findall(text) if _looks_encoded(run)]
    if any(len(run) >= VERY_LONG_RUN for run in runs):
        return True
    return sum(map(len, runs)) > BLOB_SHARE * len(text)


def _looks_encoded(run: str) -> bool:
    mixed = any(map(str.isupper, run)) and any(map(str.islower, run)) and any(map(str.isdigit, run))
    return mixed and (len(run) >= VERY_LONG_RUN or any(sign in run for sign in "+/=_-"))


def pressed(text: str, offers: Iterable[tuple[str, str]]) -> str | None:
    """The payload of the offered button whose title was typed, None where it was none of them."""
    typed = _plain(text)
    return next((payload for title, payload in offers if typed and _plain(title) == typed), None)


def _plain(text: str) -> str:
    return _ENDING.sub("", " ".join(unicodedata.normalize("NFKC", text).casefold().split()))
