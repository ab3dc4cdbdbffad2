"""Names, postal codes and misspellings that the gazetteer knows."""

from __future__ import annotations

import pytest

from bot.directory.gazetteer_fuzzy import Misspellings
from bot.directory.gazetteer_index import GazetteerIndex
from bot.directory.places import Places


@pytest.fixture(scope="module")
def index() -> GazetteerIndex:
    return GazetteerIndex()


@pytest.fixture(scope="module")
def misspellings(index: GazetteerIndex) -> Misspellings:
    return Misspellings(index)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("bronx", ("US-NY",)),
        ("okc", ("US-OK",)),
        ("maui", ("US-HI",)),
        ("cape breton", ("CA-NS",)),
        ("brissy", ("AU-QLD",)),
        ("glesga", ("GB-SCT",)),
        ("oban", ("GB-SCT",)),
        ("gozo", ("MT",)),
        ("mobay", ("JM",)),
        ("goteborg", ("SE",)),
        ("capetown", ("ZA",)),
        ("ouaga", ("BF",)),
        ("dundee", ("GB-SCT",)),
        ("rochester", ("US-NY", "US-MN")),
        ("cordoba", ("ES", "AR")),
        ("portland", ("US-OR", "US-ME")),
        ("bangor", ("GB-WLS", "GB-NIR", "US-ME")),
        ("autauga county", ("US-AL",)),
    ],
)
def test_names(index: GazetteerIndex, name: str, codes: tuple[str, ...]) -> None:
    assert index.entries[name].codes == codes


def test_a_county_of_several_states_is_read_only_beside_its_state(index: GazetteerIndex) -> None:
    assert index.entries["lake county"].rule == "never"
    assert Places.load().resolve("lake county, ohio").places == ("US-OH", "US")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("scouser", ("GB-ENG",)),
        ("yooper", ("US-MI",)),
        ("minnesotans", ("US-MN",)),
        ("zimbo", ("ZW",)),
        ("dominican", ("DO", "DM")),
        ("congolese", ("CD", "CG")),
    ],
)
def test_people(index: GazetteerIndex, name: str, codes: tuple[str, ...]) -> None:
    assert index.demonyms[name].codes == codes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("switserland", "switzerland"),
        ("filipines", "philippines"),
        ("indonesa", "indonesia"),
        ("mexco", "mexico"),
        ("brazl", "brazil"),
        ("venezeula", "venezuela"),
        ("new zeland", "new zealand"),
        ("manchster", "manchester"),
        ("eating", None),
        ("create", None),
        ("handovers", None),
        ("no way", None),
        ("penance", None),
    ],
)
def test_misspellings(misspellings: Misspellings, written: str, meant: str | None) -> None:
    assert misspellings.correct(written) == meant


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("bogota, columbia", ("CO",)),
        ("perth, the one in scotland", ("GB-SCT", "GB")),
        ("i live in london, the canadian one", ("CA-ON", "CA")),
        ("lebanese, living in tripoli", ("LB",)),
        ("newcastle nsw", ("AU-NSW", "AU")),
        ("perth in WA", ("AU-WA", "AU")),
        ("capetown", ("ZA",)),
        ("ok", ()),
        ("in", ()),
        ("pnw", ()),
    ],
)
def test_what_tells_namesakes_apart(text: str, places: tuple[str, ...]) -> None:
    assert Places.load().resolve(text).places == places


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("my zip is 90026", [("90026", ("US-CA",))]),
        ("Austin 78704", [("Austin", ("US-TX",)), ("78704", ("US-TX",))]),
        ("SW9, two minutes from the tube", [("SW9", ("GB-ENG",))]),
        ("my postcode starts with BT", [("BT", ("GB-NIR",))]),
        ("CF24 3AA", [("CF24 3AA", ("GB-WLS",))]),
        ("M5V 2T6", [("M5V 2T6", ("CA-ON",))]),
        ("my postal code begins with V6B", [("V6B", ("CA-BC",))]),
        ("postcode 3056", [("3056", ("AU-VIC",))]),
        ("postcode 2612", [("2612", ("AU-ACT",))]),
        ("12345", []),
        ("he wants 50000 by friday", []),
        ("my S22 and my PS4 were stolen", []),
        ("since 2019 on the M4", []),
    ],
)
def test_postal_codes(text: str, codes: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(mention.text, mention.codes) for mention in Places.load().resolve(text).mentions] == codes
