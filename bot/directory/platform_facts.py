"""What the directory knows about platforms, removal tools and evidence, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.directory.facts import Sourced


def _nothing() -> Mapping[str, object]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ManySources(Sourced):
    """Something read in several places; `source` is the first of `sources`."""

    sources: tuple[str, ...] = ()
    source_kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherForm(Sourced):
    """A further form or address of a platform. `purpose` says what it is for."""

    purpose: str
    url: str | None = None
    email: str | None = None
    source_kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformReport(ManySources):
    """How to report an intimate image to a platform. `needs_account` None: not known."""

    ncii_url: str | None = None
    general_url: str | None = None
    in_app_path: str | None = None
    who_can_report: str | None = None
    needs_account: bool | None = None
    promised_time: str | None = None
    minors_url: str | None = None
    other_forms: tuple[OtherForm, ...] = ()
    regional: Mapping[str, object] = field(default_factory=_nothing, hash=False)
    notes: str = ""

    def url(self, minor: bool) -> str | None:
        """Where to report: the route for under-18 images or for intimate images, else the general form."""
        return (self.minors_url if minor else self.ncii_url) or self.general_url


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFactor(ManySources):
    """How to lock an account: two-step login, ending other sessions, getting it back."""

    url: str | None = None
    path: str | None = None
    methods: tuple[str, ...] = ()
    sessions_path: str | None = None
    recovery_url: str | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTip(Sourced):
    """What to save on one platform."""

    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partners(ManySources):
    """Whether a platform takes part in the fingerprint services. None: not known."""

    stopncii: bool | None = None
    take_it_down: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform(Sourced):
    """A platform. `kind`: social, messaging, adult, search, cloud, dating, gaming, hosting."""

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    ambiguous_aliases: tuple[str, ...]
    domains: tuple[str, ...]
    report: PlatformReport
    two_factor: TwoFactor
    evidence_tips: tuple[EvidenceTip, ...]
    partners: Partners

    @property
    def sessions_path(self) -> str | None:
        """Where to end the sessions of others."""
        return self.two_factor.sessions_path

    @property
    def recovery_url(self) -> str | None:
        """Where to get a taken account back."""
        return self.two_factor.recovery_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(ManySources):
    """A way to have images removed or an account secured. `details` holds what only some tools have."""

    id: str
    name: str
    what_it_does: str
    who_can_use: str
    needs: str
    cannot: str
    url: str | None = None
    phone: str | None = None
    email: str | None = None
    contact: str | None = None
    cost: str | None = None
    cost_note: str | None = None
    age: str | None = None
    region: str | None = None
    run_by: str | None = None
    partners_seen: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=_nothing, hash=False)

    @property
    def shown_phone(self) -> str | None:
        """The number, None where it is not confirmed."""
        return self.phone if self.phone and self.shows("phone") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePractice(ManySources):
    """A rule for keeping evidence. `rule` is "hard" where it must never be broken."""

    id: str
    topic: str
    advice: str
    rule: str | None = None
    columns: tuple[str, ...] = ()
    columns_note: str = ""
    note: str = ""
