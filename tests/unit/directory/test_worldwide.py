"""Every country of ISO 3166-1 gets something in every need, never a number nobody confirmed, always with a date."""

from datetime import date

import pycountry
import pytest

from bot.directory import Directory, coverage, seed_files
from bot.directory.codes import TERRITORIES, WORLD, countries

ISO = [country.alpha_2 for country in pycountry.countries]


def _crisis(directory, code):
    return directory.services(code, "crisis")


def _danger(directory, code):
    return [directory.emergency_or_fallback(code)]


def _minor(directory, code):
    hotlines = [route for route in directory.report_to(code, minors=True) if route.kind == "hotline"]
    return [*directory.services(code, "child", minors=True), *hotlines]


def _counsel(directory, code):
    return [*directory.laws(code), *directory.orders(code), *directory.legal_help(code)]


NEEDS = {"self-harm": _crisis, "danger": _danger, "minor": _minor, "counsel": _counsel}


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("code", ISO)
def test_everyone_gets_something_that_may_be_shown(directory, code, need):
    found = NEEDS[need](directory, code)
    assert found
    for fact in found:
        assert date(2026, 1, 1) < fact.checked_on <= date(2026, 12, 31)
        view = fact.to_json()
        assert view["checked_on"] == fact.checked_on.isoformat()
        if not fact.confirmed:
            numbers = {"phone", "text", "number", "police", "ambulance", "fire"}
            assert not numbers & view.keys(), fact


@pytest.mark.parametrize("code", ISO)
def test_numbers_are_confirmed_with_a_source(directory, code):
    shown = [s for purpose in ("crisis", "child") for s in directory.services(code, purpose, limit=None)]
    for service in shown:
        if service.shown_phone or service.shown_text:
            assert service.confirmed, service.id
            assert service.source, service.id
    emergency = directory.emergency_or_fallback(code)
    assert emergency.none_confirmed == (emergency.shown_number is None)
    assert emergency.none_confirmed or emergency.source


def test_every_country_has_an_entry(directory):
    assert len(ISO) == 249
    assert countries() == tuple(sorted(ISO))
    assert [code for code in ISO if directory.jurisdiction(code) is None] == []
    assert set(ISO) <= set(directory.codes())


def test_coverage(directory):
    found = coverage.of_countries(directory)
    assert found == {
        "countries": 249,
        "countries_with_emergency_number": 220,
        "countries_with_emergency_fallback": 29,
        "countries_with_emergency_hint": 2,
        "countries_with_crisis_line_or_directory": 171,
        "countries_with_crisis_line": 128,
        "countries_with_crisis_line_of_single_source_only": 34,
        "countries_with_child_line": 136,
        "countries_with_abuse_line": 151,
        "countries_with_law": 85,
        "countries_with_inherited_law_only": 19,
    }
    assert found["countries_with_crisis_line_or_directory"] >= 130
    assert coverage.parts(directory) == {"US": 53, "CA": 13, "AU": 8, "GB": 4}


def test_the_world_does_not_count_as_a_countrys_own(directory):
    rows = seed_files.read()
    rows["service"] = [row for row in rows["service"] if row["jurisdiction"] == WORLD]
    found = coverage.of_countries(Directory(rows))
    assert found["countries_with_crisis_line_or_directory"] == 0
    assert found["countries_with_child_line"] == found["countries_with_abuse_line"] == 0


@pytest.mark.parametrize(
    ("code", "number", "hint"),
    [
        pytest.param("TD", None, None, id="sources-differ"),
        pytest.param("ET", None, None, id="sources-differ-on-the-main-number"),
        pytest.param("AO", None, "112", id="sources-agree-on-one-number-only"),
        pytest.param("KP", None, None, id="no-source"),
        pytest.param("AQ", None, None, id="no-number"),
        pytest.param("BL", None, None, id="not-that-of-the-sovereign"),
        pytest.param("BO", "110 (police), 118 (ambulance), 119 (fire)", None, id="decided"),
        pytest.param("GT", "110 (police)", None, id="decided-for-one-service"),
        pytest.param("HT", "116 (ambulance), 115 (fire)", None, id="police-differs"),
        pytest.param("XX", None, None, id="no-country"),
        pytest.param("", None, None, id="no-place"),
    ],
)
def test_emergency_number_or_an_honest_answer(directory, code, number, hint):
    found = directory.emergency_or_fallback(code)
    assert (found.shown_number, found.shown_hint, found.none_confirmed) == (number, hint, number is None)
    assert directory.emergency(code) == (found if number else None)
    view = found.to_json()
    assert (view.get("number"), view.get("hint"), view.get("none_confirmed", False)) == (
        number,
        hint,
        number is None,
    )


def test_a_number_in_dispute_is_hidden_by_itself(directory):
    found = directory.emergency("HT")
    assert (found.shown_police, found.shown_ambulance, found.shown_fire) == (None, "116", "115")
    assert "police" not in found.to_json()


@pytest.mark.parametrize(
    ("code", "purpose", "lines"),
    [
        pytest.param("GL", "crisis", [("Tusaannga", None)], id="better-one-known"),
        pytest.param("PK", "crisis", [("Rozan counselling helpline", "single_source")], id="nothing-better-known"),
        pytest.param("TD", "crisis", [], id="none"),
    ],
)
def test_a_line_of_a_single_source(directory, code, purpose, lines):
    own = [s for s in directory.services(code, purpose, limit=None) if s.jurisdiction == code]
    assert [(service.name, service.shown_caution) for service in own] == lines
    assert [service.to_json().get("caution") for service in own] == [caution for _, caution in lines]


def test_a_single_source_is_hidden_only_where_its_purpose_is_served(directory):
    for code in ISO:
        for purpose in ("crisis", "child", "domestic_violence", "sexual_violence"):
            own = [s for s in directory.services(code, purpose, limit=None) if s.jurisdiction == code]
            firm = [s for s in own if s.confirmed and not s.single_source]
            weak = [s for s in own if s.single_source]
            assert not (firm and weak) or any(
                (one.minors and not any(s.minors for s in firm)) or (one.adults and not any(s.adults for s in firm))
                for one in weak
            ), (code, purpose)


@pytest.mark.parametrize(
    ("code", "chain", "laws_of", "routes_of"),
    [
        pytest.param("PR", ["PR", "US-PR", "US", "ZZ"], {"US-PR", "US"}, {"US-PR", "US", "ZZ"}, id="PR"),
        pytest.param("GU", ["GU", "US-GU", "US", "ZZ"], {"US-GU", "US"}, {"US-GU", "US", "ZZ"}, id="GU"),
        pytest.param("VI", ["VI", "US", "ZZ"], {"US"}, {"US", "ZZ"}, id="VI"),
        pytest.param("US-VI", ["VI", "US", "ZZ"], {"US"}, {"US", "ZZ"}, id="VI-as-a-part"),
        pytest.param("UM", ["UM", "US", "ZZ"], {"US"}, {"US", "ZZ"}, id="UM"),
        pytest.param("GP", ["GP", "FR", "EU", "ZZ"], {"FR", "EU"}, {"FR", "EU", "ZZ"}, id="in-the-union"),
        pytest.param("BL", ["BL", "FR", "ZZ"], {"FR"}, {"FR", "ZZ"}, id="outside-the-union"),
        pytest.param("FO", ["FO", "ZZ"], set(), {"ZZ"}, id="penal-law-of-its-own"),
        pytest.param("AX", ["AX", "FI", "EU", "ZZ"], {"FI", "EU"}, {"ZZ"}, id="laws-only"),
    ],
)
def test_territories(directory, code, chain, laws_of, routes_of):
    assert directory.chain(code) == chain
    assert {law.jurisdiction for law in directory.laws(code)} == laws_of
    assert {route.jurisdiction for route in directory.report_to(code)} == routes_of


@pytest.mark.parametrize("code", sorted(set(TERRITORIES) - {"PR", "GU"}))
def test_a_territory_gets_no_number_of_its_sovereign(directory, code):
    assert directory.jurisdiction(code).inherits is not None
    every = [*directory.services(code, None, limit=None), *directory.report_to(code)]
    every += directory.legal_help(code)
    assert {entry.jurisdiction for entry in every if entry.shown_phone} <= {code, WORLD}
    emergency = directory.emergency(code)
    assert emergency is None or emergency.jurisdiction == code


def test_every_inherits_belongs_to_a_territory(directory):
    with_list = {code for code in directory.codes() if directory.jurisdiction(code).inherits is not None}
    assert with_list == set(TERRITORIES) - {"PR", "GU"}
