"""What new data would change, in words."""

import copy
from datetime import date

import pytest

from bot.directory import DirectoryNotReady, database, overrides
from bot.directory.entries import by_label
from bot.directory.seed_diff import diff, in_words
from bot.directory.seed_files import SEED, read

TEXAS = "Texas (US-TX)"
LINE = "US:service:988-suicide-crisis-lifeline"


@pytest.fixture(scope="module")
def small():
    rows = read(SEED)
    keep = {"US", "US-TX"}
    return {
        table: [
            row
            for row in items
            if row.get("jurisdiction", row.get("code")) in keep or (table == "platform" and row["id"] == "x")
        ]
        for table, items in rows.items()
    }


def _find(rows, label):
    return by_label(rows)[label].content


def _number(rows):
    _find(rows, LINE).update(phone="989", opening=None)


def _confirmed(rows):
    _find(rows, LINE).update(confirmed=False)


def _hours(rows):
    _find(rows, LINE).update(hours=None)


def _sources(rows):
    _find(rows, LINE).update(also_seen_in=["a", "b"], independent_sources=2)


def _day(rows):
    _find(rows, LINE).update(checked_on=date(2027, 1, 2), position=99)


def _emergency(rows):
    rows["jurisdiction"][0]["emergency"]["number"] = "112"


def _no_emergency(rows):
    rows["jurisdiction"][0]["emergency"] = None


def _notes(rows):
    rows["jurisdiction"][0]["notes"] = "New."


def _platform(rows):
    rows["platform"][0]["report"]["ncii_url"] = "https://example.org/x"


def _new_law(rows):
    rows["law"].append(rows["law"][0] | {"id": "US-TX:law:new", "name": "New law", "citation": "Code 1"})


def _new_place(rows):
    rows["jurisdiction"].append(rows["jurisdiction"][0] | {"code": "TD", "name": "Chad", "emergency": None})


def _fewer_orders(rows):
    rows["court_order"].pop(0)


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        pytest.param(_day, ["checked on changes from 2026-11-15 to 2027-01-02"], id="day"),
        pytest.param(_number, ['phone changes from "988" to "989"'], id="number"),
        pytest.param(_hours, ['hours is gone (was "24/7")'], id="gone"),
        pytest.param(_sources, ["independent sources is now 2"], id="sources"),
    ],
)
def test_changes_of_a_line(small, change, lines):
    new = copy.deepcopy(small)
    old = copy.deepcopy(small)
    for rows in (old, new):
        _find(rows, LINE).update(also_seen_in=[], independent_sources=None)
    change(new)
    name = "United States (federal) (US): 988 Suicide & Crisis Lifeline"
    assert in_words(old, new) == [f"{name}: {line}" for line in lines]
    assert len(in_words(new, old)) == len(lines)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param(_confirmed, "US): 988 Suicide & Crisis Lifeline is no longer confirmed", id="no-longer-confirmed"),
        pytest.param(_emergency, f'{TEXAS}: emergency number: number changes from "911" to "112"', id="emergency"),
        pytest.param(_no_emergency, f"{TEXAS}: no longer there: 911 (confirmed)", id="no-emergency"),
        pytest.param(_notes, f'{TEXAS}: notes changes from "', id="notes"),
        pytest.param(_platform, 'Platform x: x:report: ncii url changes from "', id="platform"),
        pytest.param(_new_law, f"{TEXAS}: new law: New law, Code 1 (confirmed)", id="new-law"),
        pytest.param(_new_place, "Chad (TD) is new", id="new-country"),
        pytest.param(_fewer_orders, f"{TEXAS}: no longer there: ", id="gone"),
    ],
)
def test_one_line_for_one_change(small, change, line):
    new = copy.deepcopy(small)
    change(new)
    (found,) = in_words(small, new)
    assert line in found


def test_nothing_changed(small):
    assert in_words(small, copy.deepcopy(small)) == []
    assert diff(SEED, SEED) == []


def test_from_a_database_with_what_staff_verified(url, folder):
    with pytest.raises(DirectoryNotReady):
        diff(url, folder)
    database.prepare(url, folder)
    entry = by_label(database.read(url))[LINE]
    database.note_verified(url, overrides.finding(entry, "confirmed", "Ada L.", date(2027, 1, 1)))
    assert diff(url, folder) == []
    text = (folder / "jurisdictions" / "US.yaml").read_text(encoding="utf-8")
    (folder / "jurisdictions" / "US.yaml").write_text(text.replace("phone: '988'", "phone: '989'", 1), encoding="utf-8")
    assert [line.partition(": ")[2] for line in diff(url, folder)[:1]] == [
        '988 Suicide & Crisis Lifeline: phone changes from "988" to "989"'
    ]
    assert diff(url, folder)[1:] == [f"{LINE} stays as Ada L. verified it on 2027-01-01 (confirmed)"]
