"""`steady notice`, the JSON view for clients, and templates that break their schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from notice_fields import DAY, complete_fields

from bot.directory import Directory
from bot.directory.notices import TemplateError, kind, kinds, templates, to_json
from bot.ops import notice_command


def test_the_list_names_kinds_and_fields() -> None:
    listed = notice_command.list_kinds()
    assert [entry["kind"] for entry in listed] == [found.id for found in kinds()]
    dmca = next(entry for entry in listed if entry["kind"] == "dmca")
    sworn = next(field for field in dmca["fields"] if field["name"] == "sworn")
    assert sworn == {
        "name": "sworn",
        "what": (
            "Do you swear that you own the work or act for its owner? A false oath is a crime. Only a clear yes counts."
        ),
        "kind": "consent",
        "required": True,
        "values": ["yes"],
        "source": {
            "citation": "17 U.S.C. 512(c)(3)(A)(vi)",
            "host": "github.com",
            "url": "https://github.com/publicdocs/uscode",
            "confirmed": True,
            "checked_on": "2026-11-15",
        },
    }
    assert json.loads(json.dumps(listed)) == listed


def test_a_printed_letter_names_what_it_lacks(directory: Directory) -> None:
    fields = complete_fields("us-take-it-down", acting="self", no_consent_reason="private")
    for name in ("signature", "good_faith", "acting"):
        del fields[name]
    text, lacks = notice_command.print_notice("us-take-it-down", "US-TX", "instagram", fields, directory, DAY)
    assert text.startswith("25 November 2026\n\nTo: Instagram\n\n") and "[STILL MISSING: Your signature]" in text
    assert lacks == [
        "acting: Whether you are the person shown or act for them (47 U.S.C. 223a(a)(1)(A)). One of: self, authorised.",
        "good_faith: Your statement of good faith (47 U.S.C. 223a(a)(1)(B)(iii)). Write: yes.",
        "signature: Your signature (47 U.S.C. 223a(a)(1)(B)(i)).",
    ]


def test_a_complete_letter_lacks_nothing_and_comes_with_advice() -> None:
    fields = complete_fields("gdpr-erasure")
    _, lacks = notice_command.print_notice("gdpr-erasure", "FR", "example.net", fields)
    advice = notice_command.advise("gdpr-erasure", "FR", "example.net", fields, today=DAY)
    assert lacks == []
    assert advice[0].startswith("The company sees your name") and any("25 December 2026" in line for line in advice)


@pytest.mark.parametrize("found", kinds(), ids=lambda found: found.id)
def test_the_json_view_is_whole(found: object) -> None:
    notice = kind(found.id)  # type: ignore[attr-defined]
    view = to_json(notice)
    assert json.loads(json.dumps(view)) == view
    assert [element["id"] for element in view["elements"]] == [element.id for element in notice.elements]
    assert [block["text"] for block in view["body"]] == [block.text for block in notice.body]
    assert [element["source"] is None for element in view["elements"]] == [
        element.source is None for element in notice.elements
    ]
    assert view["consent"] == "yes" and "{label}" in view["words"]["gap"]


def test_the_json_view_of_one_kind() -> None:
    view = to_json(kind("us-take-it-down"))
    assert (view["title"], view["places"], view["clock"]["hours"], view["audience"]) == (
        "Notice under the US TAKE IT DOWN Act",
        ["US"],
        48,
        {"adults": True, "minors": True},
    )
    assert view["elements"][1] == {
        "id": "authority",
        "kind": "text",
        "label": "Why you may act for the person shown",
        "what": "Say why you may act, such as parent, lawyer, or their written word.",
        "required": True,
        "when": {"acting": ["authorised"]},
        "unless": {},
        "either": [],
        "options": [],
        "statement": "",
        "source": {
            "citation": "47 U.S.C. 223a(a)(1)(A)",
            "host": "uscode.house.gov",
            "url": (
                "https://uscode.house.gov/view.xhtml?edition=prelim&num=0"
                "&req=granuleid%3AUSC-prelim-title47-section223a"
            ),
            "confirmed": True,
            "checked_on": "2026-11-25",
        },
    }


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": "another-name"}, "the file is named"),
        ({"places": ["Texas"]}, "places/0"),
        ({"clock": {"law": "act"}}, "clock"),
        ({"title": None}, "title"),
        ({"surprise": 1}, "the whole file"),
    ],
)
def test_a_template_that_breaks_its_schema_is_named(
    change: dict[str, object], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    for name in ("shared.yml", "us-take-it-down.yml"):
        content = yaml.safe_load((templates.TEMPLATES / "en" / name).read_text(encoding="utf-8"))
        content |= change if name != "shared.yml" else {}
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(templates, "TEMPLATES", tmp_path)
    templates._kinds.cache_clear()
    templates.shared.cache_clear()
    try:
        with pytest.raises(TemplateError, match=f"us-take-it-down.yml: .*{fault}"):
            kinds()
    finally:
        templates._kinds.cache_clear()
        templates.shared.cache_clear()


def test_a_language_without_templates_falls_back_to_english() -> None:
    assert [found.title for found in kinds("xx")] == [found.title for found in kinds()]
