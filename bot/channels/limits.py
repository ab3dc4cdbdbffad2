"""How much one conversation, or one address, may ask in a minute."""

from __future__ import annotations

import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from bot.channels.errors import Refused
from bot.privacy.keys import pseudonym

MOST_REMEMBERED = 20_000


class RateLimit:
    """Token buckets in memory, the least recently used forgotten first.

    Keys are kept only as keyed hashes under a key that dies with the process.
    """

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._burst = float(max(burst, 1))
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Count one request of a key. Raises Refused, with the seconds to wait, where it is too many."""
        name, now = pseudonym(self._key, key), self._clock()
        left, since = self._buckets.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        enough = left >= 1
        self._buckets[name] = (left - 1 if enough else left, now)
        if len(self._buckets) > MOST_REMEMBERED:
            self._buckets.popitem(last=False)
        if not enough:
            raise Refused("too_many", retry_after_seconds=max(1, math.ceil((1 - left) / self._per_second)))
