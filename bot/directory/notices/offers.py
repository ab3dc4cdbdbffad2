"""Which letters fit a person: by place, platforms, what happened, age in the image and what matters most."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from bot.directory import Directory
from bot.directory.codes import WORLD, normalise
from bot.directory.notices.model import NoticeKind
from bot.directory.notices.templates import DEFAULT_LANGUAGE, kinds

SEARCH = frozenset({"google_search", "microsoft"})
NO_SITE = frozenset({"not_online", "skipped"})
# What one person sent to another there has no page that a search engine could list.
CHATS = frozenset({"whatsapp", "signal", "messenger", "viber", "line", "wechat", "kik"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of letter that fits, and why, as a sentence for the person."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class _Case:
    chain: list[str]
    platforms: frozenset[str]
    situations: frozenset[str]
    flags: frozenset[str]
    minor: bool
    goal: str | None

    @property
    def posted(self) -> bool:
        """Whether something is out that can be taken down; nothing told counts as yes."""
        out = self.situations & {"shared", "doxxed", "creator"} or "resurfaced" in self.flags
        fake = "fake" in self.situations and not self.situations & {"threatened", "unsure"}
        return bool(out or fake) or not self.situations - {"skipped"}

    @property
    def threatened(self) -> bool:
        return "threatened" in self.situations

    @property
    def online(self) -> bool:
        """Whether it is at a place that can be written to."""
        return self.platforms != {"not_online"}

    @property
    def services(self) -> frozenset[str]:
        """Platforms of the directory on which it was published."""
        return frozenset(name for name in self.platforms - NO_SITE - SEARCH if "." not in name)

    @property
    def websites(self) -> frozenset[str]:
        return frozenset(name for name in self.platforms if "." in name)

    @property
    def public(self) -> bool:
        """Whether a search engine could list it."""
        return not self.platforms or bool(self.platforms - NO_SITE - CHATS)

    @property
    def took_it(self) -> bool:
        """Whether it may be the person's own work: paid content, or no word of a fake or a secret recording."""
        return "creator" in self.situations or not self.situations & {"fake", "recorded"}


def _take_down(case: _Case) -> bool:
    return case.posted and case.online


def _report(case: _Case) -> bool:
    return _take_down(case) and (bool(case.services) or not case.platforms)


def _official(case: _Case) -> bool:
    """Authorities that act on threats too, and on what is not online."""
    return case.posted or case.threatened


def _evidence(case: _Case) -> bool:
    return case.online and (case.threatened or (case.posted and case.goal == "accountable"))


# In the order in which they are offered; police papers come first where the person wants that (rule of order).
_RULES: tuple[tuple[str, Callable[[_Case], bool]], ...] = (
    ("us-take-it-down", _take_down),
    ("india-it-rules", _take_down),
    ("brazil-marco-civil", _take_down),
    ("platform-report", _report),
    ("australia-esafety", _official),
    ("canada-bc-crt", _official),
    ("korea-deletion-support", _official),
    ("dsa-notice", _take_down),
    ("gdpr-erasure", _take_down),
    ("uk-gdpr-erasure", _take_down),
    ("host-registrar", lambda case: _take_down(case) and bool(case.websites)),
    ("search-delisting", lambda case: case.posted and case.public),
    ("dmca", lambda case: _take_down(case) and case.took_it),
    ("follow-up", _take_down),
    ("preservation-request", _evidence),
    ("police-statement", _official),
    ("school-letter", lambda case: "school" in case.flags),
    ("employer-letter", lambda case: "work" in case.flags),
)
_POLICE = ("police-statement", "preservation-request")


def offers(
    place: str | None,
    platforms: Collection[str] | None,
    situations: Iterable[str] | None,
    minor: bool,
    goal: str | None,
    directory: Directory,
    flags: Iterable[str] = (),
    language: str = DEFAULT_LANGUAGE,
) -> list[Offer]:
    """The letters that fit, best first, each with its reason.

    Values are those of the conversation's slots; `minor` says whether the under-18 rules hold (rule R01).
    An unknown place offers what holds everywhere.
    """
    code = normalise(place or "") or WORLD
    case = _Case(
        directory.chain(code), frozenset(platforms or ()), frozenset(situations or ()), frozenset(flags), minor, goal
    )
    by_id = {kind.id: kind for kind in kinds(language)}
    found = [by_id[name] for name, fits in _RULES if _serves(by_id[name], case) and fits(case)]
    found.sort(key=lambda kind: _rank(kind, case))
    return [Offer(kind.id, _why(kind, case)) for kind in found]


def _serves(kind: NoticeKind, case: _Case) -> bool:
    """Whether the kind is for this age, and its law for this place; copyright notices are sent everywhere."""
    age = kind.minors if case.minor else kind.adults
    return age and (kind.applies(case.chain) or kind.id == "dmca")


def _rank(kind: NoticeKind, case: _Case) -> int:
    """Police papers first for who wants the person held to account; own paid work: copyright first (rule R44)."""
    if case.goal == "accountable" and kind.id in _POLICE:
        return 0
    if "creator" in case.situations and kind.id == "dmca":
        return 1
    return 2


def _why(kind: NoticeKind, case: _Case) -> str:
    if case.minor and "minor" in kind.why:
        return kind.why["minor"]
    for situation in ("creator", "threatened"):
        if situation in case.situations and situation in kind.why:
            return kind.why[situation]
    return kind.why["default"]
