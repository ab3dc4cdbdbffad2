"""Which of the places that a person calls their own is the one they live in."""

from __future__ import annotations

from collections.abc import Sequence

from bot.directory.gazetteer_joint import narrowed, within
from bot.directory.gazetteer_message import Candidate
from bot.directory.gazetteer_roles import CORRECTED, HINTED, STATED

_WHOLES = frozenset({"country", "part", "code"})
_WEIGHT_OF_RANK = 0.05


def settle(found: Sequence[Candidate]) -> tuple[tuple[str, ...], bool]:
    """The codes of the firmest claim, narrowed by what else was said; True: several remain."""
    rejected = {code for candidate in found if candidate.claim.role == "rejected" for code in candidate.codes}
    own = [candidate for candidate in found if _is_own(candidate, rejected)]
    if not own:
        return (), False
    leading = _leading(own)
    codes = _combined(leading, own, [candidate for candidate in found if candidate.decides])
    remaining = tuple(code for code in codes if not _denied(code, rejected)) or codes
    return remaining, len(remaining) > 1


def _is_own(candidate: Candidate, rejected: set[str]) -> bool:
    """True for a place that is claimed and not ruled out elsewhere in the message."""
    corrected = candidate.claim.rank >= CORRECTED
    return candidate.claim.role == "own" and (corrected or not set(candidate.codes) <= rejected)


def _leading(own: Sequence[Candidate]) -> Candidate:
    """The last correction; else the firmest, but a country rather than a town that is not in it."""
    corrections = [candidate for candidate in own if candidate.claim.rank >= CORRECTED]
    if corrections:
        return corrections[-1]
    places = [candidate for candidate in own if candidate.entry.kind != "demonym"] or list(own)
    first = max(places, key=_firmness)
    level = [candidate for candidate in places if candidate.claim.rank == first.claim.rank]
    larger = [candidate for candidate in level if candidate.entry.kind in {"country", "part"}]
    if first.entry.kind == "city" and larger and not narrowed(_readings(first), larger[0].codes):
        return larger[0]
    return first


def _firmness(candidate: Candidate) -> float:
    """How likely the place is theirs; what the rules read as a residence counts for more."""
    rank = candidate.claim.rank or HINTED
    return candidate.claim.probability + _WEIGHT_OF_RANK * min(rank, STATED + 1)


def _combined(first: Candidate, own: Sequence[Candidate], deciding: Sequence[Candidate]) -> tuple[str, ...]:
    codes = first.codes
    for other in [*deciding, *own]:
        if other is first:
            continue
        if fitting := narrowed(codes, other.codes):
            codes = fitting
        elif first.entry.kind == "city" and (other.decides or other.entry.kind in _WHOLES or _beside(first, other)):
            codes = narrowed(_readings(first), other.codes) or codes
        elif other.offered_with is first:
            codes = tuple(dict.fromkeys(codes + other.codes))
    return codes


def _beside(first: Candidate, other: Candidate) -> bool:
    """True for two towns in one breath, the second of which is sure: "Bogota, Columbia"."""
    gap = max(first.first, other.first) - min(first.last, other.last)
    return gap <= 1 and len(other.codes) == 1


def _readings(candidate: Candidate) -> tuple[str, ...]:
    return tuple(code for code, _ in candidate.entry.readings)


def _denied(code: str, rejected: set[str]) -> bool:
    return any(within(code, other) for other in rejected if len(rejected) <= 3)
