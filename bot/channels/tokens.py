"""Tokens: the only way to name a conversation."""

from __future__ import annotations

import secrets
import time

import jwt

from bot.channels.errors import Refused
from bot.privacy.keys import derive, pseudonym

ALGORITHM = "HS256"
RANDOM_BYTES = 32


class Tokens:
    """Makes and reads signed, random tokens. Whoever reads the database cannot make one."""

    def __init__(self, secret: str, lifetime_seconds: int) -> None:
        self._signing_key = derive(secret, "web tokens")
        self._naming_key = derive(secret, "web conversations")
        self._lifetime_seconds = lifetime_seconds

    def issue(self, now: float | None = None) -> tuple[str, str]:
        """A new token and the pseudonym of the conversation that it names."""
        name = secrets.token_urlsafe(RANDOM_BYTES)
        expires = int((time.time() if now is None else now) + self._lifetime_seconds)
        token = jwt.encode({"sid": name, "exp": expires}, self._signing_key, algorithm=ALGORITHM)
        return token, pseudonym(self._naming_key, name)

    def conversation(self, token: object) -> str:
        """The pseudonym that a token names. Raises Refused for any token that is not good."""
        if not isinstance(token, str):
            raise Refused("no_conversation")
        try:
            claims = jwt.decode(token, self._signing_key, algorithms=[ALGORITHM], options={"require": ["exp", "sid"]})
        except jwt.InvalidTokenError:
            raise Refused("no_conversation") from None
        return pseudonym(self._naming_key, str(claims["sid"]))
