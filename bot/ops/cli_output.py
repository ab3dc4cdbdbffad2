"""How the commands answer: JSON on stdout, one clear line on stderr where they fail."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


class CommandError(Exception):
    """Shown as the one line on stderr."""


def print_json(value: Any) -> None:
    """One value as one line of JSON."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)


def print_all(values: Iterable[Any]) -> int:
    """Each value as a line of JSON; the exit status of success."""
    for value in values:
        print_json(value)
    return 0
