"""Deleting: at once where the wish is clear, asked about first where it may be something else."""

from __future__ import annotations

from typing import Any

import pytest
from action_turns import message, run


def unsure(confidence: float) -> dict[str, Any]:
    return {**message("delete_my_data"), "intent": {"name": "delete_my_data", "confidence": confidence}}


@pytest.mark.parametrize(
    ("confidence", "asked", "said"),
    [
        (0.4, {}, "utter_delete_check"),
        (0.4, {"delete_check": 1}, "utter_deleted"),
        (0.6, {}, "utter_deleted"),
    ],
    ids=["a weak guess", "said once more", "a clear wish"],
)
async def test_only_a_clear_or_repeated_wish_deletes(confidence: float, asked: dict[str, int], said: str) -> None:
    answer = await run("action_delete", unsure(confidence), {"who": "me", "asked": asked})
    assert answer.keys == [said]
    assert (answer.slots["who"] is None) == (said == "utter_deleted")
