"""Look-ups: inheritance, what is left out, and that an unconfirmed contact is never shown."""

import re

import pytest

from bot.directory import PURPOSES


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("US-TX", ["US-TX", "US", "ZZ"]),
        ("us-tx", ["US-TX", "US", "ZZ"]),
        ("GB-SCT", ["GB-SCT", "GB", "ZZ"]),
        ("UK", ["GB", "ZZ"]),
        ("FR", ["FR", "EU", "ZZ"]),
        ("IT-25", ["IT-25", "IT", "EU", "ZZ"]),
        ("EL", ["GR", "EU", "ZZ"]),
        ("NO", ["NO", "ZZ"]),
        ("CH", ["CH", "ZZ"]),
        ("PR", ["PR", "US-PR", "US", "ZZ"]),
        ("US-PR", ["US-PR", "US", "ZZ"]),
        ("EU", ["EU", "ZZ"]),
        ("ZZ", ["ZZ"]),
        ("", ["ZZ"]),
        ("skipped", ["ZZ"]),
    ],
)
def test_chain(directory, code, chain):
    assert directory.chain(code) == chain


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("US-TX", "Texas"),
        ("IT-25", "Italy"),
        ("XX", ""),
        ("", ""),
        ("ZZ", "Worldwide"),
        ("gb-eng", "England"),
    ],
)
def test_name(directory, code, name):
    assert directory.name(code) == name


@pytest.mark.parametrize(
    ("code", "number", "whose"),
    [
        pytest.param("US-TX", "911", "US-TX", id="own"),
        pytest.param("US-ZZ", "911", "US", id="of-the-country"),
        pytest.param("CA-NL", "911", "CA", id="own-is-unconfirmed"),
        pytest.param("EU", "112", "EU", id="european"),
        pytest.param("JP-13", "110 (police), 119 (ambulance), 119 (fire)", "JP", id="part-without-entry"),
    ],
)
def test_emergency(directory, code, number, whose):
    found = directory.emergency(code)
    assert (found.shown_number, found.jurisdiction) == (number, whose)


@pytest.mark.parametrize("code", ["TD", "ET", "NI", "SL", "XX", "ZZ", ""])
def test_no_emergency_number_rather_than_an_unconfirmed_one(directory, code):
    assert directory.emergency(code) is None


@pytest.mark.parametrize(
    ("code", "purpose", "names"),
    [
        pytest.param(
            "US-TX",
            "crisis",
            ["988 Suicide & Crisis Lifeline", "Crisis Text Line", "The Trevor Project (LGBTQ+ young people)"],
            id="country",
        ),
        pytest.param(
            "GB-NIR",
            "crisis",
            ["Lifeline (NI crisis helpline)", "Samaritans", "Shout (text support)"],
            id="own-before-country",
        ),
        pytest.param(
            "CA-AB",
            "crisis",
            [
                "9-8-8 Suicide Crisis Helpline",
                "Hope for Wellness (Indigenous peoples)",
                "Find A Helpline (crisis lines by country)",
            ],
            id="one-entry-for-one-number",
        ),
        pytest.param(
            "XX",
            "crisis",
            [
                "Find A Helpline (crisis lines by country)",
                "Befrienders Worldwide (emotional support centres)",
            ],
            id="world-only",
        ),
        pytest.param("BE", "victims", ["Find A Helpline (crisis lines by country)"], id="not-connected-there"),
        pytest.param(
            "FI",
            "domestic_violence",
            [
                "Nollalinja (violence in close relationships; women)",
                "116 016 common number for violence against women (only where connected)",
                "Find A Helpline (crisis lines by country)",
            ],
            id="connected-there",
        ),
    ],
)
def test_services(directory, code, purpose, names):
    assert [service.name for service in directory.services(code, purpose)] == names


@pytest.mark.parametrize(
    ("minors", "names"),
    [
        (True, ["Take It Down (images taken under 18)"]),
        (False, ["Revenge Porn Helpline (18+, covers all UK)", "StopNCII.org (adults)"]),
        (
            None,
            [
                "Revenge Porn Helpline (18+, covers all UK)",
                "StopNCII.org (adults)",
                "Take It Down (images taken under 18)",
            ],
        ),
    ],
    ids=["minor", "adult", "any"],
)
def test_services_do_not_cross_ages(directory, minors, names):
    assert [service.name for service in directory.services("GB-SCT", "ncii", minors=minors)] == names


@pytest.mark.parametrize(
    ("minors", "names"),
    [
        (
            True,
            [
                "Police Scotland",
                "Police (non-emergency 101, emergency 999)",
                "Internet Watch Foundation / Childline Report Remove",
                "CEOP (NCA) - online child sexual abuse and sextortion of under-18s",
                "INHOPE (finds the national hotline for images of under-18s)",
                "NCMEC CyberTipline (images of under-18s, from any country)",
            ],
        ),
        (
            False,
            [
                "Police Scotland",
                "Police (non-emergency 101, emergency 999)",
                "Ofcom (Online Safety Act regulator)",
                "Information Commissioner's Office",
            ],
        ),
    ],
    ids=["minor", "adult"],
)
def test_report_routes_do_not_cross_ages(directory, minors, names):
    assert [route.name for route in directory.report_to("GB-SCT", minors)] == names


def test_no_adult_tool_for_minors_and_no_child_hotline_for_adults(directory):
    for code in directory.codes():
        for_minors = " ".join(r.name for r in directory.report_to(code, minors=True))
        for_adults = " ".join(r.name for r in directory.report_to(code, minors=False))
        assert "StopNCII" not in for_minors, code
        assert not re.search(r"INHOPE|CyberTipline|Take It Down \(|Cybertip\.ca|Report Remove", for_adults), code


@pytest.mark.parametrize(
    ("code", "covers", "order"),
    [
        pytest.param("US-TX", None, ["US-TX"] * 4 + ["US"] * 11, id="state-then-federal"),
        pytest.param("FR", "platform_takedown", ["FR"] * 2 + ["EU"] * 4, id="europe-last"),
        pytest.param("GB-SCT", "threat", ["GB-SCT"] * 2, id="own"),
        pytest.param("XX", None, [], id="none"),
    ],
)
def test_laws(directory, code, covers, order):
    laws = directory.laws(code, covers)
    assert [law.jurisdiction for law in laws] == order
    assert all(covers is None or covers in law.covers for law in laws)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("RS", {"pending"}),
        ("LV", {"pending"}),
        ("DK", {"unclear", "pending"}),
        ("US-TX", set()),
        ("CA", {"unclear"}),
    ],
)
def test_laws_not_in_force_are_marked_and_come_last(directory, code, status):
    laws = directory.laws(code)
    assert {law.status for law in laws} - {"in_force"} == status
    for step in directory.chain(code):
        own = [law.status == "in_force" for law in laws if law.jurisdiction == step]
        assert own == sorted(own, reverse=True)


def test_inherited_help_and_orders(directory):
    assert {order.jurisdiction for order in directory.orders("US-TX")} == {"US-TX", "US"}
    whose = [entry.jurisdiction for entry in directory.legal_help("US-TX")]
    assert whose == sorted(whose, key=["US-TX", "US", "ZZ"].index)
    assert set(whose) == {"US-TX", "US", "ZZ"}


def _unconfirmed_numbers(rows):
    for table in ("service", "report_route", "legal_help"):
        for row in rows[table]:
            if not row["confirmed"] or "phone" in row["unconfirmed_fields"]:
                for text in (row.get("phone"), row.get("text")):
                    if text and re.search(r"\d{3}", re.sub(r"[ -]", "", text)):
                        yield row["jurisdiction"], row["id"], text


def test_an_unconfirmed_number_is_never_shown(directory, rows):
    unconfirmed = list(_unconfirmed_numbers(rows))
    assert len(unconfirmed) > 100
    ids = {entry for _, entry, _ in unconfirmed}
    for code in directory.codes():
        shown = [*directory.report_to(code), *directory.legal_help(code)]
        shown += [found for purpose in PURPOSES for found in directory.services(code, purpose, limit=None)]
        for fact in shown:
            if fact.id in ids:
                assert fact.shown_phone is None
                assert not {"phone", "text"} & fact.to_json().keys()
                number = re.escape(fact.phone or "")
                assert not number or not re.search(
                    rf"(?<!\d){number}(?!\d)", f"{fact.name} {fact.note}".replace("ECU 911", "")
                )
