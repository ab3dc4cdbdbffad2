"""What is stored of a conversation is unreadable without the secret of the settings."""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
FORM = b"\x01"


class Unreadable(Exception):
    """Stored bytes cannot be opened: another secret sealed them, or they were changed or moved."""


class Seal:
    """AES-256-GCM over compressed JSON. The context (which row it is) is authenticated too."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, content: Any, context: str) -> bytes:
        """Content that JSON can carry, sealed for one row."""
        plain = zlib.compress(json.dumps(content, separators=(",", ":")).encode(), level=1)
        nonce = os.urandom(NONCE_BYTES)
        return FORM + nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> Any:
        """The content of a row. Raises Unreadable."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if sealed[:1] != FORM or len(nonce) != NONCE_BYTES:
            raise Unreadable
        try:
            return json.loads(zlib.decompress(self._cipher.decrypt(nonce, body, context.encode())))
        except (InvalidTag, zlib.error, ValueError):
            raise Unreadable from None
