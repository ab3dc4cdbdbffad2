"""One worker: the channel's order of messages and Rasa's in-memory locks hold within one process only."""

from __future__ import annotations

import os
from collections.abc import Mapping


def worker_fault(environment: Mapping[str, str] | None = None) -> str | None:
    """What is wrong with the number of workers, as a sentence for the operator; None where it is right.

    Rasa ignores more than one worker without a word unless another lock store is configured.
    """
    environment = os.environ if environment is None else environment
    workers = environment.get("SANIC_WORKERS", "1")
    if workers.strip() == "1":
        return None
    return (
        "SANIC_WORKERS must be 1: messages of one conversation are kept in order inside one process. "
        "To serve more people, start more servers and send each conversation to the same one"
    )
