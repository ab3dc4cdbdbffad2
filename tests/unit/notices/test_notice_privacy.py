"""What a person types stands in the letter, whole, and nowhere else."""

from __future__ import annotations

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notice_fields import DAY, complete_fields

from bot.directory import Directory
from bot.directory.notices import NoticeRefused, UnknownField, draft, kind, kinds, missing

# Written text of any script; control characters are taken out of a letter, line breaks apart.
TYPED = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60).filter(str.strip)
FREE = ("text", "signature")


@pytest.mark.parametrize("kind_id", [found.id for found in kinds()])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_is_lost_or_logged(
    kind_id: str, data: st.DataObject, directory: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fields = complete_fields(kind_id)
    free = [element.id for element in kind(kind_id).elements if element.kind in FREE and element.id in fields]
    typed = {name: data.draw(TYPED, label=name) for name in free}
    place = kind(kind_id).places[0]
    usual = draft(kind_id, place, "example.net", fields, directory, DAY)
    found = draft(kind_id, place, "example.net", {**fields, **typed}, directory, DAY)
    assert [name for name, value in typed.items() if value.strip() not in found.text] == []
    assert (found.warnings, found.next_steps) == (usual.warnings, usual.next_steps)
    assert caplog.records == []


def test_braces_and_line_breaks_are_taken_as_they_are(directory: Directory) -> None:
    fields = {"events": "On Monday {name} wrote:\n{today}\r\nthen this", "name": "Q {email}"}
    text = draft("police-statement", "IE", None, fields, directory, DAY).text
    assert "On Monday {name} wrote:\n{today}\nthen this" in text and "Name: Q {email}\n" in text


def test_control_characters_cannot_reach_a_terminal(directory: Directory) -> None:
    text = draft("police-statement", "IE", None, {"events": "before\x1b[2Jafter\x00"}, directory, DAY).text
    assert "before[2Jafter" in text and "\x1b" not in text


def test_an_answer_that_another_rules_out_is_not_dropped_in_silence(directory: Directory) -> None:
    fields = {**complete_fields("us-take-it-down", acting="self"), "authority": "I am a lawyer"}
    found = draft("us-take-it-down", "US", None, fields, directory, DAY)
    assert "lawyer" not in found.text
    assert any(warning.startswith("One of your answers is not in the letter") for warning in found.warnings)


def test_errors_and_the_repr_of_a_draft_hold_nothing_typed(directory: Directory) -> None:
    secret = "Zanzibar Quillon"
    with pytest.raises(UnknownField) as unknown:
        missing("dmca", {secret: secret})
    with pytest.raises(NoticeRefused) as refused:
        draft("dmca", "US", None, {"who_took_it": "not_sure", "name": secret}, directory, DAY)
    shown = [str(unknown.value), str(refused.value), repr(draft("dmca", "US", None, {"name": secret}, directory, DAY))]
    assert [text for text in shown if "Quillon" in text] == []


@pytest.mark.parametrize(
    ("kind_id", "name", "what"),
    [
        pytest.param(found.id, element.id, element.what, id=f"{found.id}: {element.id}")
        for found in kinds()
        for element in found.elements
        if element.id in ("events", "more", "where", "work") and found.id != "school-letter"
    ],
)
def test_open_questions_say_that_the_content_is_not_wanted(kind_id: str, name: str, what: str) -> None:
    """Rule R45: links, accounts and days are asked for, never what the image shows."""
    assert "Do not say what" in what


def test_no_letter_has_a_place_for_an_image() -> None:
    """Rules R02 and R03."""
    names = {element.id for found in kinds() for element in found.elements}
    assert names.isdisjoint({"image", "picture", "file", "attachment", "screenshot", "description"})
