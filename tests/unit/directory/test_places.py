"""Where a person lives: sentences as people write them, and what is read from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.directory.gazetteer_entities import place_entities
from bot.directory.gazetteer_text import fold, tokens_of
from bot.directory.places import Mention, Places, Resolution
from bot.nlu.place_roles import learned_places
from bot.ops.places_command import PlacesInputError, resolve_lines

CASES = Path(__file__).with_name("place_cases.tsv")


def _cases() -> list[tuple[str, tuple[str, ...], bool]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(text, tuple(codes.split()), asked == "ask") for _, text, codes, asked in rows]


KNOWN_MISSES = {
    "does german law cover this": "The encoder of November 2026 takes it for a question about a law abroad."
}


@pytest.fixture(scope="module")
def places() -> Places:
    return learned_places()


@pytest.mark.parametrize(("text", "codes", "ambiguous"), _cases(), ids=[case[0] for case in _cases()])
def test_own_place(
    request: pytest.FixtureRequest, places: Places, text: str, codes: tuple[str, ...], ambiguous: bool
) -> None:
    if text in KNOWN_MISSES:
        request.applymarker(pytest.mark.xfail(reason=KNOWN_MISSES[text], strict=True))
    resolution = places.resolve(text)
    assert (resolution.places, resolution.ambiguous) == (codes, ambiguous)


def test_there_are_enough_sentences_of_each_kind() -> None:
    cases = _cases()
    assert len(cases) >= 500
    assert sum(not codes for _, codes, _ in cases) >= 160
    assert sum(ambiguous for _, _, ambiguous in cases) >= 15


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "🙂", "a" * 2000, "in " * 600, "ohio " * 300])
def test_odd_messages_are_total(places: Places, text: str) -> None:
    assert isinstance(places.resolve(text), Resolution)


def test_mentions_keep_offsets_codes_and_roles(places: Places) -> None:
    text = "Not the UK. I live in Cork, Ireland but he lives in Spain"
    assert places.resolve(text) == Resolution(
        places=("IE",),
        ambiguous=False,
        mentions=(
            Mention("UK", 8, 10, ("GB",), "rejected"),
            Mention("Cork, Ireland", 22, 35, ("IE",), "own"),
            Mention("Spain", 52, 57, ("ES",), "other"),
        ),
    )


@pytest.mark.parametrize(
    ("code", "among", "label"),
    [
        ("US-OH", (), "Ohio, United States"),
        ("GB-SCT", (), "Scotland, United Kingdom"),
        ("CA-ON", (), "Ontario, Canada"),
        ("FR", (), "France"),
        ("US-GA", ("US-GA", "GE"), "Georgia, the US state"),
        ("GE", ("US-GA", "GE"), "Georgia, the country"),
        ("US-GA", (), "Georgia, United States"),
        ("XX-YY", (), "XX-YY, XX"),
    ],
)
def test_label(places: Places, code: str, among: tuple[str, ...], label: str) -> None:
    assert places.label(code, among) == label


def _entity(name: str, value: object, start: int, end: int, **more: object) -> dict[str, object]:
    shared = {"extractor": "PlaceExtractor", "confidence_entity": 1.0}
    return {"entity": name, "value": value, "start": start, "end": end, **shared, **more}


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("im in ohio", [_entity("place", "US-OH", 6, 10)]),
        ("london ontario", [_entity("place", "CA-ON", 0, 14)]),
        ("georgia", [_entity("place", ["US-GA", "GE"], 0, 7, ambiguous=True)]),
        ("not the uk", [_entity("place_rejected", "GB", 8, 10)]),
        ("he lives in nigeria", []),
        (
            "not england, wales",
            [_entity("place", "GB-WLS", 13, 18), _entity("place_rejected", "GB-ENG", 4, 11)],
        ),
    ],
)
def test_entities(places: Places, text: str, entities: list[dict[str, object]]) -> None:
    assert place_entities(places.resolve(text)) == entities


def test_resolve_lines_follows_the_contract() -> None:
    lines = [
        json.dumps({"text": "Ohio, USA", "id": 7}),
        "",
        json.dumps({"text": "georgia"}),
        json.dumps({"text": "help"}),
    ]
    assert list(resolve_lines(lines)) == [
        {"text": "Ohio, USA", "places": ["US-OH", "US"], "ambiguous": False},
        {"text": "georgia", "places": ["US-GA", "GE"], "ambiguous": True},
        {"text": "help", "places": [], "ambiguous": False},
    ]


@pytest.mark.parametrize("line", ["my secret", '["my secret"]', '{"text": 1, "note": "my secret"}'])
def test_a_bad_line_is_named_by_its_number_only(line: str) -> None:
    with pytest.raises(PlacesInputError) as caught:
        list(resolve_lines(['{"text": "hi"}', line]))
    assert "line 2" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["São Paulo", "İstanbul", "Łódź", "straße", "I’m – here", "🇨🇦 ok", "ﬁn"])
def test_folding_keeps_offsets(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens_of(text))
