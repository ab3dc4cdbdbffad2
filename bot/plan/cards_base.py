"""What the cards of the four steps have in common: the card itself and the questions they ask of a case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.plan.known import Known

STEPS = ("evidence", "report", "accounts", "counsel")

FACTS = frozenset(
    {
        "platform_report",
        "platform_tips",
        "two_factor",
        "site_hosts",
        "law",
        "orders",
        "legal_help",
        "police",
        "hotline",
        "regulator",
        "dv_line",
        "crisis",
        "child_line",
        "victim_line",
        "sexual_violence_line",
        "lgbtq_line",
        "evidence_log",
        "notices",
        "tools:stopncii",
        "tools:take_it_down",
        "tools:report_remove",
        "tools:inhope",
        "tools:cybertipline",
        "tools:google_removal",
        "tools:bing_concern",
        "tools:wayback",
        "tools:dmca",
        "tools:us_take_it_down_act",
        "tools:password_manager",
        "tools:authenticator",
        "tools:haveibeenpwned",
    }
)
NEEDS = frozenset({"form", "two_factor", "sessions", "platform_tips", "law", "orders", "legal_help", "police"})

# They show the way to an image and hold none; the search card names their removal tools.
SEARCH_ENGINES = frozenset({"google_search"})
NOT_PLATFORMS = frozenset({"not_online", "skipped"})


@dataclass(frozen=True)
class Card:
    """One action of a step. Its wording is utter_card_<key> and, for "Tell me more", utter_card_<key>_more.

    `facts` names the directory data to show with it (a member of FACTS), `needs` the directory data without
    which the wording would be empty (a member of NEEDS); then `fallback` is the key to say instead.
    """

    step: str
    key: str
    platform: str | None = None
    facts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    fallback: str | None = None

    @property
    def id(self) -> str:
        """The name under which done, skipped and later are kept; unique within a person's cards."""
        return ":".join(part for part in (self.step, self.key, self.platform) if part)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every wording key this card may use."""
        return (self.key,) if self.fallback is None else (self.key, self.fallback)

    def wording_key(self, available: Collection[str]) -> str:
        """The key to say when this directory data is there (members of NEEDS)."""
        return self.key if self.fallback is None or set(self.needs) <= set(available) else self.fallback


class Case:
    """The answers of `Known` as the cards ask for them. Whatever is not known is treated the careful way."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.situations = known.situations or frozenset()
        self.flags = known.flags
        self.place = known.place if known.place and known.place != "skipped" else ""
        self.country = self.place.split("-")[0]
        self.accused = known.accused
        self.carer = known.who == "child_in_care"
        self.helping = known.helper
        self.minor = known.treat_as_minor
        self.age_open = self.minor and not known.minor
        # Rules R19 to R21: somebody close, or somebody who may read along or notice a change.
        self.close = known.partner_context or known.device_unsafe
        self.threatened = known.threatened
        self.posted = known.posted
        self.unsure = "unsure" in self.situations
        named = [name for name in known.platforms or () if name not in NOT_PLATFORMS]
        self.websites = tuple(name for name in named if "." in name)
        self.platforms = tuple(name for name in named if "." not in name)
        self.not_online = "not_online" in (known.platforms or ())

    def has(self, flag: str) -> bool:
        """Whether the person said so."""
        return flag in self.flags
