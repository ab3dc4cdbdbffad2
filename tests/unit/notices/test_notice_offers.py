"""Which letters are offered, in which order, and why."""

from __future__ import annotations

from typing import Any

import pytest

from bot.directory import Directory
from bot.directory.notices import Offer, kind, kinds, offers


def _offered(directory: Directory, **case: Any) -> list[str]:
    told: dict[str, Any] = {"place": None, "platforms": None, "situations": None, "minor": False, "goal": None, **case}
    return [offer.kind for offer in offers(directory=directory, **told)]


CASES = {
    "adult in Texas, on Instagram": (
        {"place": "US-TX", "platforms": ["instagram"], "situations": ["shared"]},
        ["us-take-it-down", "platform-report", "search-delisting", "dmca", "follow-up", "police-statement"],
    ),
    "adult in France, on Telegram": (
        {"place": "FR", "platforms": ["telegram"], "situations": ["shared"]},
        [
            "platform-report", "dsa-notice", "gdpr-erasure", "search-delisting", "dmca", "follow-up",
            "police-statement",
        ],
    ),
    "adult in Scotland, on a website": (
        {"place": "GB-SCT", "platforms": ["example.net"], "situations": ["shared"]},
        ["uk-gdpr-erasure", "host-registrar", "search-delisting", "dmca", "follow-up", "police-statement"],
    ),
    "under 18 in Texas, at school": (
        {"place": "US-TX", "platforms": ["snapchat"], "situations": ["shared"], "minor": True, "flags": ["school"]},
        ["us-take-it-down", "platform-report", "search-delisting", "follow-up", "police-statement", "school-letter"],
    ),
    "under 18, on a website: no letter to the host": (
        {"place": "NL", "platforms": ["example.net"], "situations": ["shared"], "minor": True},
        ["dsa-notice", "gdpr-erasure", "search-delisting", "follow-up", "police-statement"],
    ),
    "a fake in India: no copyright notice": (
        {"place": "IN", "platforms": ["x"], "situations": ["fake"]},
        ["india-it-rules", "platform-report", "search-delisting", "follow-up", "police-statement"],
    ),
    "filmed in secret, Brazil": (
        {"place": "BR", "platforms": ["xvideos"], "situations": ["recorded", "shared"]},
        ["brazil-marco-civil", "platform-report", "search-delisting", "follow-up", "police-statement"],
    ),
    "paid content, Texas: copyright first": (
        {"place": "US-TX", "platforms": ["example.net"], "situations": ["creator"]},
        [
            "dmca", "us-take-it-down", "host-registrar", "search-delisting", "follow-up", "police-statement",
        ],
    ),
    "a threat only, Texas: nothing to take down": (
        {"place": "US-TX", "platforms": ["instagram"], "situations": ["threatened"]},
        ["preservation-request", "police-statement"],
    ),
    "a threat only, Australia": (
        {"place": "AU-NSW", "platforms": ["instagram"], "situations": ["threatened"]},
        ["australia-esafety", "preservation-request", "police-statement"],
    ),
    "a threat with a fake, British Columbia": (
        {"place": "CA-BC", "platforms": ["discord"], "situations": ["threatened", "fake"]},
        ["canada-bc-crt", "preservation-request", "police-statement"],
    ),
    "not sure whether it is out": ({"place": "FR", "platforms": ["telegram"], "situations": ["unsure"]}, []),
    "wants the person held to account: police papers first": (
        {"place": "KR", "platforms": ["telegram"], "situations": ["shared"], "goal": "accountable"},
        [
            "preservation-request", "police-statement", "platform-report", "korea-deletion-support",
            "search-delisting", "dmca", "follow-up",
        ],
    ),
    "in a private chat: no search engine lists it": (
        {"place": "US-TX", "platforms": ["whatsapp"], "situations": ["shared"]},
        ["us-take-it-down", "platform-report", "dmca", "follow-up", "police-statement"],
    ),
    "not online": (
        {"place": "US-TX", "platforms": ["not_online"], "situations": ["shared"], "flags": ["work"]},
        ["police-statement", "employer-letter"],
    ),
    "found only in a search engine": (
        {"place": None, "platforms": ["google_search"], "situations": ["shared"]},
        ["search-delisting", "dmca", "follow-up", "police-statement"],
    ),
    "nothing known": (
        {"minor": True},
        ["platform-report", "search-delisting", "follow-up", "police-statement"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("case", "expected"), CASES.values(), ids=CASES.keys())
def test_offers(case: dict[str, Any], expected: list[str], directory: Directory) -> None:
    assert _offered(directory, **case) == expected


def test_an_offer_says_why(directory: Directory) -> None:
    case: dict[str, Any] = {"platforms": ["x"], "goal": None, "directory": directory}
    assert offers("US", situations=["creator"], minor=False, **case)[0] == Offer(
        "dmca", "You made the work, and a copyright notice covers paid content too. It shows your name."
    )
    assert offers("US", situations=["shared"], minor=True, **case)[0] == Offer(
        "us-take-it-down", "US law gives the site 48 hours. The letter needs the link only, never the image."
    )
    assert offers("AU", situations=["threatened"], minor=False, **case)[0] == Offer(
        "australia-esafety", "eSafety acts on threats as well, and you need not give your name."
    )


@pytest.mark.parametrize("minor", [True, False])
@pytest.mark.parametrize("place", ["US-TX", "FR", "GB", "IN", "AU", "CA-BC", "BR", "KR", "NG", "ZZ", "nowhere", None])
def test_offered_letters_are_for_the_age_and_the_place(place: str | None, minor: bool, directory: Directory) -> None:
    case: dict[str, Any] = {"platforms": ["x", "example.net"], "situations": ["shared", "creator", "threatened"]}
    found = _offered(directory, place=place, minor=minor, flags=["school", "work"], goal="removed", **case)
    assert len(found) == len(set(found))
    for name in found:
        offered = kind(name)
        assert offered.minors if minor else offered.adults
        assert offered.applies(directory.chain(place or "")) or name == "dmca"


def test_every_kind_is_offered_to_somebody(directory: Directory) -> None:
    found = {name for case, _ in CASES.values() for name in _offered(directory, **case)}
    assert found == {offered.id for offered in kinds()}
