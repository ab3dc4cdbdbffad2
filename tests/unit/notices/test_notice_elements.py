"""Each letter asks for what its law asks, names what it lacks, and holds what was typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from notice_fields import DAY, complete_fields

from bot.directory import Directory
from bot.directory.notices import draft, kind, kinds, missing
from bot.directory.notices.fields import blocked, holds

STATUTES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("statutes.yml").read_text(encoding="utf-8"))
KINDS = sorted(STATUTES)
# Where an element may be met by another one, that one goes too when it is taken out.
EITHER = {"urls": ["where"], "email": ["phone", "address"]}


def _without(fields: dict[str, str], kind_id: str, name: str) -> dict[str, str]:
    element = kind(kind_id).element(name)
    assert element
    return {field: value for field, value in fields.items() if field != name and field not in element.either}


def _clauses() -> list[Any]:
    return [
        pytest.param(kind_id, clause, name, id=f"{kind_id}: {clause}: {name}")
        for kind_id, statute in STATUTES.items()
        for clause, names in statute["clauses"].items()
        for name in names
    ]


def _required() -> list[Any]:
    found = []
    for kind_id in KINDS:
        fields = complete_fields(kind_id)
        for element in kind(kind_id).elements:
            if element.required and holds(element.when, fields) and not blocked(element.unless, fields):
                found.append(pytest.param(kind_id, element.id, id=f"{kind_id}: {element.id}"))
    return found


def test_there_is_a_letter_for_every_kind() -> None:
    assert [found.id for found in kinds()] == KINDS


@pytest.mark.parametrize(("kind_id", "clause", "name"), _clauses())
def test_the_law_s_element_is_asked_for_with_its_citation(kind_id: str, clause: str, name: str) -> None:
    lacked = missing(kind_id, _without(complete_fields(kind_id), kind_id, name))
    assert [(element.id, element.source.citation) for element in lacked if element.source] == [(name, clause)]


@pytest.mark.parametrize(("kind_id", "name"), _required())
def test_the_check_names_exactly_what_was_left_out(kind_id: str, name: str, directory: Directory) -> None:
    fields = _without(complete_fields(kind_id), kind_id, name)
    assert [element.id for element in missing(kind_id, fields)] == [name]
    found = draft(kind_id, STATUTES[kind_id]["place"], None, fields, directory, DAY)
    assert [element.id for element in found.missing] == [name]
    element = kind(kind_id).element(name)
    assert element and f": {element.label}]" in found.text


@pytest.mark.parametrize("acting", ["self", "authorised"])
@pytest.mark.parametrize("kind_id", KINDS)
def test_complete_fields_lack_nothing_and_stand_in_the_letter(kind_id: str, acting: str, directory: Directory) -> None:
    took = "me" if acting == "self" else "represented"
    fields = complete_fields(kind_id, acting=acting, who_took_it=took)
    found = draft(kind_id, STATUTES[kind_id]["place"], "example.net", fields, directory, DAY)
    assert (found.missing, found.complete) == ((), True)
    assert "MISSING" not in found.text and "NOT YET" not in found.text and "{" not in found.text
    absent = {name: value for name, value in fields.items() if not _stands(kind_id, name, value, found.text)}
    assert absent == {}


def _stands(kind_id: str, name: str, value: str, text: str) -> bool:
    element = kind(kind_id).element(name)
    assert element
    if element.kind == "choice":
        option = element.option(value)
        assert option
        return option.letter in text
    if element.kind == "consent":
        return bool(element.statement) and element.statement in text
    if element.kind == "date":
        return "2 November 2026" in text
    return all(line in text for line in value.splitlines())


@pytest.mark.parametrize("kind_id", KINDS)
def test_an_empty_letter_lists_what_it_needs(kind_id: str, directory: Directory) -> None:
    found = draft(kind_id, STATUTES[kind_id]["place"], None, {}, directory, DAY)
    always = [element.id for element in kind(kind_id).elements if element.required and not element.when]
    assert [element.id for element in found.missing] == always
    assert found.text.count("[") >= 1 and not found.complete


@pytest.mark.parametrize(
    ("kind_id", "name", "value"),
    [
        pytest.param("us-take-it-down", "urls", "the third post", id="no link"),
        pytest.param("us-take-it-down", "urls", "https://", id="half a link"),
        pytest.param("us-take-it-down", "acting", "neighbour", id="no such choice"),
        pytest.param("us-take-it-down", "signature", " ... ", id="no name"),
        pytest.param("us-take-it-down", "email", " ", id="blank"),
        pytest.param("follow-up", "sent_on", "last Tuesday", id="no date"),
        pytest.param("follow-up", "sent_on", "2026-02-30", id="no such day"),
    ],
)
def test_a_value_that_cannot_be_meant_counts_as_missing(kind_id: str, name: str, value: str) -> None:
    fields = {field: kept for field, kept in complete_fields(kind_id).items() if field not in EITHER.get(name, [])}
    assert [element.id for element in missing(kind_id, {**fields, name: value})] == [name]


@pytest.mark.parametrize("value", ["Yes", "YES", "y", "true", "1", "on", "no", "", "yes please"])
@pytest.mark.parametrize(
    ("kind_id", "name"),
    [(found.id, element.id) for found in kinds() for element in found.elements if element.kind == "consent"],
)
def test_no_statement_without_an_explicit_yes(kind_id: str, name: str, value: str, directory: Directory) -> None:
    fields = {**complete_fields(kind_id), name: value}
    element = kind(kind_id).element(name)
    found = draft(kind_id, STATUTES[kind_id]["place"], None, fields, directory, DAY)
    assert element and element in found.missing
    assert element.statement not in found.text
    assert f"[NOT YET STATED: {element.label}]" in found.text


def test_a_place_without_a_link_can_do_where_the_law_lets_it() -> None:
    """The TAKE IT DOWN Act asks for enough to find the image, the Digital Services Act for the exact address."""
    for kind_id, lacked in (("us-take-it-down", []), ("dsa-notice", ["urls"])):
        fields = complete_fields(kind_id)
        del fields["urls"]
        assert [element.id for element in missing(kind_id, fields)] == lacked


def test_dsa_needs_no_name_for_an_image_of_a_child(directory: Directory) -> None:
    """Article 16(2)(c) excepts the offences of Articles 3 to 7 of Directive 2011/93/EU."""
    fields = complete_fields("dsa-notice", under_18="yes")
    del fields["name"], fields["email"]
    found = draft("dsa-notice", "DE", None, fields, directory, DAY)
    assert found.missing == ()
    assert "Articles 3 to 7 of Directive 2011/93/EU" in found.text
    assert [element.id for element in missing("dsa-notice", {**fields, "under_18": "not_sure"})] == ["name", "email"]


@pytest.mark.parametrize(
    ("typed", "element"),
    [("url", "urls"), ("link", "urls"), ("full_name", "name"), ("contact", "email"), ("reason", "no_consent_reason")],
)
def test_fields_have_other_names(typed: str, element: str) -> None:
    found = kind("us-take-it-down").element(typed)
    assert found and found.id == element


def test_several_links_under_both_names_are_all_kept(directory: Directory) -> None:
    fields = {"urls": "https://example.net/a", "url": ["https://example.net/b", "https://example.net/c"]}
    text = draft("platform-report", "FR", None, fields, directory, DAY).text
    assert "  1. https://example.net/a\n  2. https://example.net/b\n  3. https://example.net/c\n" in text
