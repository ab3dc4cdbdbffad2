"""Keys and pseudonyms, all derived from the one secret of the settings."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


@lru_cache(maxsize=64)
def derive(secret: str, purpose: str) -> bytes:
    """The 32-byte key for one purpose, so that no two parts of the product share a key.

    Raises ValueError where there is no secret to derive from.
    """
    if not secret:
        raise ValueError("STEADY_SECRET is empty: set it to a long random value")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"steady {purpose}".encode()).derive(
        secret.encode()
    )


def pseudonym(key: bytes, value: str) -> str:
    """A name of 40 hexadecimal digits for a value, which tells nothing of it without the key."""
    return hmac.new(key, value.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:40]
