"""Facts as values: what may be shown, the public view, platforms, tools, translations."""

import json
from datetime import date

import pytest

from bot.directory import Directory, seed_files
from bot.directory.emergency import Emergency
from bot.directory.facts import Service
from bot.directory.seed_files import SEED

SERVICE = {
    "id": "US:service:line",
    "jurisdiction": "US",
    "name": "Line",
    "purposes": ("crisis",),
    "phone": "988",
    "text": "988",
    "hours": "24/7",
    "source": "https://www.example.org/a/b",
    "checked_on": date(2026, 11, 15),
}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param({"confirmed": True}, ("988", "988", "24/7", True), id="confirmed"),
        pytest.param({"confirmed": False}, (None, None, None, False), id="unconfirmed"),
        pytest.param(
            {"confirmed": True, "unconfirmed_fields": ("phone", "hours")},
            (None, "988", None, True),
            id="fields",
        ),
        pytest.param({"confirmed": False, "url": "https://a.org"}, (None, None, None, True), id="address-left"),
    ],
)
def test_shown(given, shown):
    service = Service(**SERVICE | given)
    assert (service.shown_phone, service.shown_text, service.shown_hours, service.showable) == shown
    view = service.to_json()
    assert tuple(view.get(key) for key in ("phone", "text", "hours")) == shown[:3]


def test_public_view():
    assert Service(**SERVICE | {"confirmed": True}).to_json() == {
        "id": "US:service:line",
        "jurisdiction": "US",
        "name": "Line",
        "purposes": ["crisis"],
        "phone": "988",
        "text": "988",
        "hours": "24/7",
        "minors": True,
        "adults": True,
        "confirmed": True,
        "checked_on": "2026-11-15",
        "source": "example.org",
    }


def test_emergency_view_hides_every_unconfirmed_number():
    found = Emergency(
        jurisdiction="AE",
        number="999 (police), 998 (ambulance)",
        police="999",
        ambulance="998",
        fire="997",
        text="SMS 5999",
        confirmed=False,
        checked_on=date(2026, 11, 15),
    )
    assert found.to_json() == {
        "jurisdiction": "AE",
        "confirmed": False,
        "checked_on": "2026-11-15",
        "none_confirmed": True,
    }


def test_platform(directory):
    instagram = directory.platform("instagram")
    assert instagram.report.url(minor=True) == "https://takeitdown.ncmec.org"
    assert instagram.report.url(minor=False) == instagram.report.ncii_url
    assert directory.platform("telegram").report.url(minor=False) == "https://telegram.org/dsa-report"
    assert (instagram.partners.stopncii, directory.platform("telegram").partners.stopncii) == (True, None)
    assert instagram.recovery_url == "https://www.instagram.com/hacked"
    assert {"insta", "ig"} <= set(instagram.aliases)
    assert "ig" in instagram.ambiguous_aliases
    assert [tip.confirmed for tip in directory.platform("facebook").evidence_tips] == [
        True,
        True,
        False,
        False,
    ]
    assert directory.platform("nowhere") is None


@pytest.mark.parametrize(
    ("host", "platform"),
    [
        ("www.instagram.com", "instagram"),
        ("old.reddit.com", "reddit"),
        ("t.me", "telegram"),
        ("photos.google.com", "google_drive_photos"),
        ("WWW.GOOGLE.COM", "google_search"),
        ("notinstagram.com", None),
        ("example.net", None),
        ("", None),
    ],
)
def test_platform_at(directory, host, platform):
    found = directory.platform_at(host)
    assert (found.id if found else None) == platform


def test_tools_and_evidence(directory):
    assert directory.tool("stopncii").age == "18+"
    assert directory.tool("take_it_down").url == "https://takeitdown.ncmec.org"
    assert directory.tool("cybertipline").shown_phone == "1-800-843-5678"
    assert [item.id for item in directory.evidence() if item.rule == "hard"] == ["minors_never"]
    assert "full_url" in next(item.columns for item in directory.evidence() if item.id == "log")


def test_every_view_is_json(directory):
    everything = [*directory.platforms(), *directory.tools(), *directory.evidence()]
    for code in directory.codes():
        everything += [directory.jurisdiction(code), *directory.laws(code), *directory.orders(code)]
    assert len(json.dumps([item.to_json() for item in everything])) > 100_000


def test_another_language_replaces_only_what_it_translates():
    rows = seed_files.read(SEED)
    entry = "US:service:crisis-text-line"
    rows["translation"] = [{"entry": entry, "field": "name", "language": "es", "text": "Línea de texto"}]
    names = {
        language: [service.name for service in Directory(rows, language).services("US", "crisis", limit=2)]
        for language in ("en", "es")
    }
    assert names == {
        "en": ["988 Suicide & Crisis Lifeline", "Crisis Text Line"],
        "es": ["988 Suicide & Crisis Lifeline", "Línea de texto"],
    }
