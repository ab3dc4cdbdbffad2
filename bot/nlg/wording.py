"""What the guide says, by language: the sentences under data/responses, read once.

A language is a folder. A key that a language lacks is answered in English, so that a half-finished
translation never leaves a person without an answer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

from bot.settings import ROOT

RESPONSES = ROOT / "data" / "responses"
DEFAULT_LANGUAGE = "en"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class UnknownWording(KeyError):
    """No sentence has this key in any language that could be used."""


@lru_cache(maxsize=16)
def _load(language: str) -> dict[str, list[dict[str, Any]]]:
    responses: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((RESPONSES / language).glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for key, variants in (content.get("responses") or {}).items():
            if key in responses:
                raise ValueError(f"{key} stands twice in data/responses/{language}")
            responses[key] = variants
    return responses


def languages() -> list[str]:
    """The languages with wording, English first."""
    found = sorted(path.name for path in RESPONSES.iterdir() if path.is_dir() and any(path.glob("*.yml")))
    return sorted(found, key=lambda name: (name != DEFAULT_LANGUAGE, name))


class Wording:
    """The sentences of one language."""

    def __init__(self, language: str | None = None) -> None:
        known = language if language and (RESPONSES / language).is_dir() else DEFAULT_LANGUAGE
        self.language = known

    def has(self, key: str) -> bool:
        """Whether there is a sentence for this key."""
        return key in _load(self.language) or key in _load(DEFAULT_LANGUAGE)

    def variant(self, key: str, turn: int = 0) -> dict[str, Any]:
        """One variant of a response: text, and buttons where it has some. Raises UnknownWording."""
        variants = _load(self.language).get(key) or _load(DEFAULT_LANGUAGE).get(key)
        if not variants:
            raise UnknownWording(key)
        return variants[turn % len(variants)]

    def text(self, key: str, turn: int = 0, **values: Any) -> str:
        """The sentence with its placeholders filled. A placeholder without a value raises KeyError."""
        return fill(str(self.variant(key, turn).get("text", "")).strip(), values)

    def buttons(self, key: str, turn: int = 0) -> list[dict[str, str]]:
        """The buttons of a response: title and payload, as they are offered."""
        return [dict(button) for button in self.variant(key, turn).get("buttons", [])]


def fill(template: str, values: dict[str, Any]) -> str:
    """The template with each {name} replaced by its value."""
    return _PLACEHOLDER.sub(lambda match: str(values[match.group(1)]), template)
