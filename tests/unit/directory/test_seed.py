"""The shipped data files: complete, valid, and honest about what was confirmed."""

import re
from pathlib import Path

import pytest

from bot.directory import phones, schema_check, seed_files

FILES = [pytest.param(kind, path, content, id=path.stem) for kind, path, content in seed_files.documents()]


@pytest.mark.parametrize(("kind", "path", "content"), FILES)
def test_file_follows_its_schema(kind, path, content):
    assert schema_check.faults(kind, path, content) == []


def test_counts(rows):
    facts = {table: sum(row["jurisdiction"] != "ZZ" for row in rows[table]) for table in seed_files.OWN_COLUMNS}
    assert facts == {
        "law": 504,
        "service": 692,
        "report_route": 343,
        "legal_help": 335,
        "court_order": 169,
    }
    others = ("jurisdiction", "platform", "tool", "evidence_practice")
    assert {table: len(rows[table]) for table in others} == {
        "jurisdiction": 329,
        "platform": 48,
        "tool": 16,
        "evidence_practice": 23,
    }


@pytest.mark.parametrize("country", ["US", "CA", "AU", "GB"])
def test_every_state_has_its_file(country, rows):
    parts = {row["code"] for row in rows["jurisdiction"] if row["code"].startswith(f"{country}-")}
    assert len(parts) == {"US": 53, "CA": 13, "AU": 8, "GB": 4}[country]


def test_ids_are_unique(rows):
    for table in (*seed_files.OWN_COLUMNS, "platform", "tool", "evidence_practice"):
        ids = [row["id"] for row in rows[table]]
        assert len(ids) == len(set(ids)), table


def test_confirmed_facts_have_a_source(rows):
    without = [
        row["id"] for table in seed_files.OWN_COLUMNS for row in rows[table] if row["confirmed"] and not row["source"]
    ]
    assert without == []


def test_files_are_pleasant_to_edit():
    for _, path, _ in seed_files.documents():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*-?\s*[\w-]+: [&*]\w", text, re.MULTILINE), f"{path.name} has an anchor"
        assert "\t" not in text, path.name


SOUND = {
    "code": "US-TX",
    "name": "Texas",
    "languages": ["en"],
    "age_of_majority_for_images": 18,
    "notes": "None.",
}
SOUND |= {
    "emergency": None,
    "laws": [],
    "helplines": [],
    "report_to": [],
    "legal_help": [],
    "court_orders": [],
}
SOUND |= {"checked_on": "2026-11-15"}
LINE = {
    "id": "line",
    "name": "Line",
    "for": ["crisis"],
    "phone": "988",
    "source": "a page",
    "confirmed": True,
}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        pytest.param({}, 0, id="sound"),
        pytest.param({"helplines": [LINE]}, 0, id="sound-line"),
        pytest.param({"code": "texas"}, 2, id="code-and-file-name"),
        pytest.param({"nmae": "Texas"}, 1, id="unknown-key"),
        pytest.param({"helplines": [LINE | {"phone": 988}]}, 1, id="number-not-text"),
        pytest.param({"helplines": [LINE | {"for": ["pizza"]}]}, 1, id="unknown-purpose"),
        pytest.param({"helplines": [LINE | {"url": "www.example.org"}]}, 1, id="no-address"),
        pytest.param({"helplines": [LINE | {"source": None}]}, 1, id="confirmed-without-source"),
        pytest.param({"helplines": [LINE | {"source": None, "confirmed": False}]}, 0, id="unconfirmed"),
        pytest.param({"helplines": [LINE | {"checked_on": "last week"}]}, 1, id="no-day"),
    ],
)
def test_schema_is_strict(change, faults):
    found = schema_check.faults("jurisdiction", Path("US-TX.yaml"), SOUND | change)
    assert len({fault.rsplit(": ", 1)[0] for fault in found}) == faults, found


@pytest.mark.parametrize(
    ("text", "country", "faults"),
    [
        pytest.param("988", "US", 0, id="short"),
        pytest.param("1-800-225-5324", "US", 0, id="long"),
        pytest.param("844-878-2274 (844-878-CCRI)", "US", 0, id="with-letters"),
        pytest.param("999 (police), 998 (ambulance)", "AE", 0, id="several"),
        pytest.param("116 006 (from abroad +48 222 309 900)", "PL", 0, id="from-abroad"),
        pytest.param("HOME to 741741", "US", 0, id="keyword"),
        pytest.param("LINE @help", "TH", 0, id="no-number"),
        pytest.param("0800 39393", "PK", 0, id="freephone"),
        pytest.param("1-800-225-53245", "US", 1, id="a-digit-too-many"),
        pytest.param("0345 6000 45912", "GB", 1, id="too-long-for-the-country"),
        pytest.param("+999 123 456 789", None, 1, id="no-such-country"),
        pytest.param("1234567890123456", None, 1, id="longer-than-any"),
    ],
)
def test_impossible_numbers(text, country, faults):
    assert len(phones.faults(text, country)) == faults
