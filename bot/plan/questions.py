"""Which question comes next: only what changes the answer, and safety before anything that can alert."""

from __future__ import annotations

from collections.abc import Callable

from bot.plan.known import CLOSE_FLAGS, SKIPPED, Known


def _asks_age(known: Known) -> bool:
    """A child in care is under 18; the accused get the careful plan in any case (R01)."""
    return known.who != "child_in_care" and not known.accused


def _asks_offender(known: Known) -> bool:
    """A mass mail comes from nobody the person knows (R18); otherwise it decides about safety (R19)."""
    return not known.accused and not known.webcam_bluff


def _asks_afraid(known: Known) -> bool:
    """A partner or ex always (R19); somebody else who may be near only when they threaten, filmed or track.

    Not asked again when the person has already said that they live together, share devices or are afraid.
    """
    if known.accused or known.webcam_bluff or not CLOSE_FLAGS.isdisjoint(known.flags):
        return False
    if known.offender == "partner":
        return True
    near = known.offender in ("known", "group", SKIPPED)
    return near and (known.threatened or known.has("recorded") or known.flag("tracked"))


def _asks_platforms(known: Known) -> bool:
    """Every form, block and login is per platform; a hidden recording that is not out has none."""
    return not known.webcam_bluff and known.situations != frozenset({"recorded"})


def _asks_goal(known: Known) -> bool:
    """The goal only moves police, law and safety; it changes nothing where one order is right for all.

    That is so for under-18 images (R04), a threat or a mere worry from afar (R12), and mass mail (R18).
    """
    if known.accused or known.treat_as_minor or known.webcam_bluff:
        return False
    only_feared = bool(known.situations) and {"threatened", "unsure"}.issuperset(known.situations or ())
    return not (only_feared and known.far_offender)


def _always(known: Known) -> bool:
    """Asked of everybody."""
    return True


def _asks_situations(known: Known) -> bool:
    """Whoever shared or is accused is not asked to tell what happened."""
    return not known.accused


QUESTIONS: tuple[tuple[str, Callable[[Known], bool]], ...] = (
    ("who", _always),
    ("age", _asks_age),
    ("situations", _asks_situations),
    ("offender", _asks_offender),
    ("afraid", _asks_afraid),
    ("platforms", _asks_platforms),
    ("place", _always),
    ("goal", _asks_goal),
)


def next_question(known: Known) -> str | None:
    """Return the slot to ask for next, or None when the plan can be made."""
    return next((slot for slot, asks in QUESTIONS if getattr(known, slot) is None and asks(known)), None)
