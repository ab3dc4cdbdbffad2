"""What the channel refuses, and how it says so."""

from __future__ import annotations

from typing import Any

from bot.nlg.wording import Wording

STATUS = {
    "malformed": 400,
    "payload_not_offered": 400,
    "no_conversation": 401,
    "origin_not_allowed": 403,
    "too_long": 413,
    "not_json": 415,
    "too_many": 429,
    "model": 503,
    "database": 503,
    "actions": 503,
    "busy": 503,
    "unavailable": 503,
}


class Refused(Exception):
    """A request that is not answered. Carries a code of STATUS and nothing of the request."""

    def __init__(self, code: str, retry_after_seconds: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUS[code]
        self.retry_after_seconds = retry_after_seconds

    def body(self, language: str) -> dict[str, Any]:
        """The answer's JSON: a code for programs and a sentence for the person."""
        message = Wording(language).text(f"utter_error_{self.code}")
        return {"error": {"code": self.code, "message": message}}
