"""The emergency number of a jurisdiction, and the honest answer where none is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.directory.facts import Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency(Counted):
    """The emergency number of a jurisdiction. `number` may name several: "999 (police), 998 (ambulance)".

    Where no number is known, or sources differ and nobody has decided, there is nothing in the `shown_`
    properties and `none_confirmed` is True: then a person is told so, and never given a number that may be
    wrong. `hint` is a number of which all sources say that it reaches some emergency service, while they
    differ on which.
    """

    jurisdiction: str
    number: str | None = None
    hint: str | None = None
    text: str | None = None
    police: str | None = None
    ambulance: str | None = None
    fire: str | None = None
    note: str = ""

    @property
    def shown_number(self) -> str | None:
        """The number, None where it is not confirmed."""
        return self.number if self.number and self.shows("number") else None

    @property
    def none_confirmed(self) -> bool:
        """Whether nobody confirmed an emergency number here."""
        return self.shown_number is None

    @property
    def shown_hint(self) -> str | None:
        """A number to try where none is confirmed, None where the sources do not agree on one."""
        return self.hint if self.none_confirmed else None

    @property
    def shown_text(self) -> str | None:
        """How to text, None where it is not confirmed."""
        return self.text if self.text and self.shows("text") else None

    @property
    def shown_police(self) -> str | None:
        """The number of the police alone, None where it is not known or not confirmed."""
        return self.police if self.police and self.shows("police") else None

    @property
    def shown_ambulance(self) -> str | None:
        """The number of the ambulance alone, None where it is not known or not confirmed."""
        return self.ambulance if self.ambulance and self.shows("ambulance") else None

    @property
    def shown_fire(self) -> str | None:
        """The number of the fire service alone, None where it is not known or not confirmed."""
        return self.fire if self.fire and self.shows("fire") else None

    def to_json(self) -> dict[str, Any]:
        """The public view; `none_confirmed` is there only where it is true."""
        view = Counted.to_json(self)
        return view | ({"none_confirmed": True} if self.none_confirmed else {})
