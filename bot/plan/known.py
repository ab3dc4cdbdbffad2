"""What is known of the person's situation: the only thing the plan and the questions look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

SKIPPED = "skipped"

WHO = ("me", "someone_else", "child_in_care", "accused", SKIPPED)
AGE = ("minor", "adult", "unsure", SKIPPED)
SITUATIONS = ("shared", "threatened", "unsure", "fake", "recorded", "hacked", "doxxed", "creator", SKIPPED)
OFFENDER = ("partner", "known", "stranger", "unknown", "group", SKIPPED)
AFRAID = ("yes", "no", "unsure", SKIPPED)
GOAL = ("removed", "accountable", "safe", "unsure", SKIPPED)
FLAGS = (
    "paid_already", "sent_more", "sent_other_person", "shared_home", "shared_device", "afraid_of_them",
    "drugged_or_asleep", "criminalised", "honour_risk", "webcam_bluff", "recovery_scam", "deleted_evidence",
    "police_refused", "resurfaced", "link_bait", "tracked", "school", "work", "migrant",
)  # fmt: skip

_ONE_OF = {"who": WHO, "age": AGE, "offender": OFFENDER, "afraid": AFRAID, "goal": GOAL}
_SEVERAL_OF = {"situations": SITUATIONS, "flags": FLAGS}

PRIVATE_PLACES = frozenset({"not_online", "messenger", "whatsapp", "signal", "viber", "line", "wechat"})
CLOSE_FLAGS = frozenset({"shared_home", "shared_device", "afraid_of_them", "honour_risk"})
FAR_OFFENDERS = frozenset({"stranger", "unknown"})


@dataclass(frozen=True)
class Known:
    """The facts told so far; None means that nobody has asked or said it yet.

    Values that are not in the lists above are taken as not known, so that a damaged slot can
    never lead to the wrong plan.
    """

    who: str | None = None
    age: str | None = None
    situations: frozenset[str] | None = None
    offender: str | None = None
    afraid: str | None = None
    platforms: tuple[str, ...] | None = None
    place: str | None = None
    goal: str | None = None
    flags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, allowed in _ONE_OF.items():
            value = getattr(self, name)
            object.__setattr__(self, name, value if value in allowed else None)
        situations = _without_skipped(_several(self.situations, SITUATIONS))
        object.__setattr__(self, "situations", frozenset(situations) or None)
        object.__setattr__(self, "flags", frozenset(_several(self.flags, FLAGS)))
        object.__setattr__(self, "platforms", tuple(_without_skipped(_several(self.platforms, None))) or None)
        object.__setattr__(self, "place", self.place if isinstance(self.place, str) and self.place else None)

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Known:
        """Return what the slots say; slots of other flows, empty lists and empty texts are left out."""
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in slots.items() if name in names and value})

    def to_slots(self) -> dict[str, Any]:
        """Return every field as text, list or None, lists in a fixed order, ready for JSON."""
        slots: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, order in _SEVERAL_OF.items():
            values = slots[name]
            slots[name] = None if values is None else [value for value in order if value in values]
        slots["platforms"] = None if self.platforms is None else list(self.platforms)
        return slots

    def with_(self, **changes: Any) -> Known:
        """Return a copy in which the named fields have new values."""
        return replace(self, **changes)

    def has(self, *situations: str) -> bool:
        """Return whether at least one of these situations was told."""
        return bool(self.situations) and not set(situations).isdisjoint(self.situations or ())

    def flag(self, *flags: str) -> bool:
        """Return whether at least one of these flags is set."""
        return not self.flags.isdisjoint(flags)

    @property
    def minor(self) -> bool:
        """Whether it was said that somebody under 18 is in the image."""
        return self.age == "minor" or self.who == "child_in_care"

    @property
    def treat_as_minor(self) -> bool:
        """Whether the under-18 rules hold: always, unless an adult is known to be in the image (rule R01)."""
        return self.age != "adult" or self.who == "child_in_care"

    @property
    def helper(self) -> bool:
        """Whether the person writes for somebody else."""
        return self.who in ("someone_else", "child_in_care")

    @property
    def accused(self) -> bool:
        """Whether the person shared somebody's image, or is said to have done so."""
        return self.who == "accused"

    @property
    def threatened(self) -> bool:
        """Whether somebody threatens to share the image."""
        return self.has("threatened")

    @property
    def posted(self) -> bool:
        """Whether the image is out: shared, named, copied from a paid page, back again, or a fake passed on."""
        made_and_passed_on = self.has("fake") and not self.has("threatened", "unsure")
        return self.has("shared", "doxxed", "creator") or self.flag("resurfaced") or made_and_passed_on

    @property
    def private_only(self) -> bool:
        """Whether all places named are private chats, where search engines and site owners play no part."""
        return bool(self.platforms) and PRIVATE_PLACES.issuperset(self.platforms or ())

    @property
    def spreading(self) -> bool:
        """Whether the image is out, and not only in private chats."""
        return self.posted and not self.private_only

    @property
    def spreading_fast(self) -> bool:
        """Whether waiting a day would let it go far: several places, a group or school, or with a name."""
        public = [place for place in self.platforms or () if place not in PRIVATE_PLACES | {SKIPPED}]
        many = len(public) > 1 or self.has("doxxed") or self.offender == "group" or self.flag("school")
        return self.spreading and many

    @property
    def far_offender(self) -> bool:
        """Whether it is a stranger or nobody knows who."""
        return self.offender in FAR_OFFENDERS

    @property
    def fear(self) -> bool:
        """Whether the person is afraid of the one who does it; unsure and skipped count as yes (rule R23)."""
        unclear = self.afraid in ("unsure", SKIPPED) and not self.far_offender
        return self.flag("afraid_of_them") or self.afraid == "yes" or unclear

    @property
    def partner_context(self) -> bool:
        """Whether safety has to come before accounts, blocking and police (rules R19, R20, R21, R25)."""
        return self.offender == "partner" or not self.flags.isdisjoint(CLOSE_FLAGS) or self.fear

    @property
    def device_unsafe(self) -> bool:
        """Whether the other person may see this device or its accounts (rule R21)."""
        return self.offender == "partner" or self.flag("shared_home", "shared_device", "tracked")

    @property
    def reporting_is_risky(self) -> bool:
        """Whether going to the police or telling family can endanger the person (rule R25)."""
        return self.flag("criminalised", "honour_risk")

    @property
    def webcam_bluff(self) -> bool:
        """Whether it is the mass mail "we filmed you" without any proof (rule R18)."""
        contact = self.posted or self.flag("sent_more", "sent_other_person")
        close = self.offender in ("partner", "known", "group")
        return self.flag("webcam_bluff") and not contact and not close

    @property
    def stranger_threat(self) -> bool:
        """Whether somebody who is not close threatens: the order of rule R12 holds."""
        return self.threatened and (self.far_offender or not self.partner_context)


def _several(value: Iterable[str] | None, allowed: tuple[str, ...] | None) -> list[str]:
    """Return the values that are allowed, each once, in the order given."""
    values = [value] if isinstance(value, str) else list(value or ())
    texts = [text for text in values if isinstance(text, str) and text]
    return [text for text in dict.fromkeys(texts) if allowed is None or text in allowed]


def _without_skipped(values: list[str]) -> list[str]:
    """Return the values without "skipped", unless it is the only one."""
    return [value for value in values if value != SKIPPED] or values
