"""A person verifies what is stale, by keyboard; what they find goes into the database and, if wanted, the files."""

import io
import shutil
from datetime import date

import pytest
import yaml
from directory_databases import DATABASES

from bot.directory import SeedError, check, database, seed_edit, seed_files
from bot.directory.entries import by_label
from bot.ops import directory_verify

DAY = date(2027, 3, 1)
FRESH = date(2026, 11, 20)
LINE = "US:service:988-suicide-crisis-lifeline"


def _verify(url, *answers, **more):
    """Runs with these answers, then stops; returns the counts and everything that was said."""
    said, waiting = [], list(answers)

    def ask(question):
        said.append(question)
        return waiting.pop(0) if waiting else "q"

    given = {"who": " Ada  L. ", "today": DAY, "ask": ask, "tell": said.append} | more
    counts = directory_verify.verify(url, **given)
    assert waiting == []
    return counts, said


def _first(url, **more):
    return directory_verify.queue(database.read(url), DAY, **more)[0]


def test_the_order_of_the_work():
    rows = seed_files.read()
    waiting = directory_verify.queue(rows, DAY)
    kinds = [(entry.conflict is None, not entry.has_number) for entry in waiting]
    assert kinds == sorted(kinds)
    assert {entry.label for entry in waiting if entry.conflict} == {
        entry.label for entry in directory_verify.queue(rows, FRESH)
    }
    assert {entry.has_number for entry in waiting if entry.conflict is None} == {True}
    late = directory_verify.queue(rows, date(2027, 6, 1))
    assert {entry.has_number for entry in late if entry.conflict is None} == {True, False}


def test_only_one_jurisdiction_and_those_it_inherits():
    waiting = directory_verify.queue(seed_files.read(), DAY, code="US-TX")
    assert {entry.label.partition(":")[0] for entry in waiting} == {"US-TX", "US"}


@pytest.mark.parametrize("url", DATABASES, indirect=True)
def test_confirm_skip_unconfirm_and_quit(url, folder):
    database.prepare(url, folder)
    waiting = directory_verify.queue(database.read(url), DAY)
    counts, said = _verify(url, "c", "s", "perhaps", "U", "q")
    assert counts == {"confirmed": 1, "changed": 0, "unconfirmed": 1, "skipped": 1, "left": len(waiting) - 3}
    assert said[0] == f"\n1 of {len(waiting)}: {waiting[0].label}"
    assert f"{directory_verify.CHOICES}: " in said
    after = by_label(database.read(url))
    first, _, third = (after[entry.label] for entry in waiting[:3])
    assert (first.content["confirmed"], first.checked_on, first.checked_by) == (True, DAY, "Ada L.")
    assert (third.content["confirmed"], third.checked_on) == (False, DAY)
    assert after[waiting[1].label].checked_by == "seed"
    left = [entry.label for entry in directory_verify.queue(database.read(url), DAY)]
    assert sorted(left) == sorted(entry.label for entry in [waiting[1], *waiting[3:]])


@pytest.mark.parametrize(
    ("answers", "changed"),
    [
        pytest.param(
            ["n", "phone", "1-800-225-5324", "https://example.org/us"],
            {"phone": "1-800-225-5324", "source": "https://example.org/us"},
            id="number-with-source",
        ),
        pytest.param(["n", "", "977", ""], {"phone": "977"}, id="the-usual-field"),
        pytest.param(
            ["n", "phone", "1-800-225-53245", "n", "phone", "977", ""], {"phone": "977"}, id="impossible-number"
        ),
        pytest.param(["n", "phone", "none", "n", "phone", "977", ""], {"phone": "977"}, id="no-number"),
        pytest.param(
            ["n", "url", "example", "n", "url", "https://example.org", ""],
            {"url": "https://example.org"},
            id="no-address",
        ),
        pytest.param(
            ["n", "colour", "n", "hours", "daily 9:00-17:00", ""], {"hours": "daily 9:00-17:00"}, id="no-field"
        ),
        pytest.param(["n", "phone", "", "n", "phone", "977", ""], {"phone": "977"}, id="nothing-given"),
    ],
)
def test_a_new_value(url, folder, answers, changed):
    database.prepare(url, folder)
    waiting = [entry.label for entry in directory_verify.queue(database.read(url), DAY)]
    skips = ["s"] * waiting.index(LINE)
    counts, _ = _verify(url, *skips, *answers, "q")
    assert counts["changed"] == 1
    after = by_label(database.read(url))[LINE].content
    assert {name: after[name] for name in changed} == changed
    assert (after["checked_on"], after["checked_by"], after["confirmed"]) == (DAY, "Ada L.", True)
    (finding,) = database.verified(url)
    assert finding.changes == changed


def test_an_answer_without_a_number_can_not_be_confirmed(url):
    database.prepare(url)
    late = date(2028, 1, 1)
    waiting = directory_verify.queue(database.read(url), late, code="ZZ")
    place = [entry.label for entry in waiting].index("ZZ:emergency")
    counts, said = _verify(url, *["s"] * place, "c", "q", code="ZZ", today=late)
    assert (counts["confirmed"], counts["skipped"]) == (0, place)
    assert said[-2] == "There is nothing to confirm; give a new value."


def test_the_end_of_input_stops(url, folder, monkeypatch, capsys):
    database.prepare(url, folder)
    monkeypatch.setattr("sys.stdin", io.StringIO("c\n"))
    counts = directory_verify.verify(url, "Ada L.", today=DAY)
    assert (counts["confirmed"], counts["skipped"]) == (1, 0)
    out, err = capsys.readouterr()
    assert out == ""
    assert directory_verify.CHOICES in err


@pytest.mark.parametrize("who", ["", "  ", "x" * 81])
def test_somebody_must_say_who_they_are(url, who):
    with pytest.raises(ValueError, match="who verifies"):
        directory_verify.verify(url, who)


def test_it_can_be_written_into_the_data_files(url, folder):
    database.prepare(url, folder)
    path = folder / "jurisdictions" / "US.yaml"
    before = path.read_text(encoding="utf-8")
    waiting = [entry.label for entry in directory_verify.queue(database.read(url), DAY)]
    skips = ["s"] * waiting.index(LINE)
    _verify(url, *skips, "n", "phone", "977", "https://example.org/us", "q", write_seed=True, folder=folder)
    old, new = before.splitlines(), path.read_text(encoding="utf-8").splitlines()
    added = [line.strip() for line in new if line not in old]
    assert sorted(added) == [
        "checked_by: Ada L.",
        "checked_on: 2027-03-01",
        "phone: '977'",
        "source: https://example.org/us",
    ]
    assert len(new) == len(old) + 2
    assert check.run(180, DAY, folder).findings["schema"] == []
    # The files hold the finding now; brought in again, the entry is the same.
    shown = by_label(database.read(url))[LINE].content
    assert database.prepare(url, folder).changed == 1
    assert by_label(database.read(url))[LINE].content == shown


@pytest.mark.parametrize(
    "label",
    [
        "US:emergency",
        LINE,
        "US:law:take-it-down-act-publication-crime",
        "evidence:log",
        "tool:stopncii",
        "instagram:report",
        "facebook:evidence_tip:2",
    ],
)
def test_every_kind_of_entry_can_be_written(tmp_path, label):
    folder = tmp_path / "seed"
    shutil.copytree(seed_files.SEED, folder)
    found = by_label(seed_files.read(folder))
    entry = found.get(label) or next(found[name] for name in found if name.startswith("US:law:"))
    fresh = {"confirmed": True, "checked_on": DAY, "checked_by": 'Ada L.: "x"'}
    if not entry.content["source"]:
        fresh["source"] = "a page: 'one'"
    path = seed_edit.write(folder, entry, fresh)
    after = by_label(seed_files.read(folder))[entry.label]
    assert (after.checked_on, after.checked_by, after.content["confirmed"]) == (DAY, 'Ada L.: "x"', True)
    lines = path.read_text(encoding="utf-8").splitlines()
    original = (seed_files.SEED / path.relative_to(folder)).read_text(encoding="utf-8").splitlines()
    assert len([line for line in original if line not in lines]) <= 3
    others = {name: each.content for name, each in by_label(seed_files.read(folder)).items() if name != entry.label}
    assert all(others[name] == found[name].content for name in others)


def test_long_texts_and_lists_are_replaced_whole(folder):
    entry = next(
        each
        for each in by_label(seed_files.read(folder)).values()
        if each.table == "law" and len(each.content["note"]) > 150
    )
    seed_edit.write(folder, entry, {"note": "Short.", "covers": ["threat"]})
    after = by_label(seed_files.read(folder))
    assert (after[entry.label].content["note"], after[entry.label].content["covers"]) == ("Short.", ["threat"])
    assert len(after) == len(by_label(seed_files.read(folder)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"phone": 977}, "Not written", id="breaks-the-schema"),
        pytest.param({"confirmed": True, "source": None}, "Not written", id="confirmed-without-source"),
    ],
)
def test_nothing_is_written_that_breaks_the_schema(folder, change, message):
    entry = by_label(seed_files.read(folder))[LINE]
    before = (folder / "jurisdictions" / "US.yaml").read_bytes()
    with pytest.raises(SeedError, match=message):
        seed_edit.write(folder, entry, change)
    assert (folder / "jurisdictions" / "US.yaml").read_bytes() == before


def test_an_entry_that_is_not_in_the_files(folder):
    entry = by_label(seed_files.read(folder))[LINE]
    path = folder / "jurisdictions" / "US.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["helplines"] = []
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(SeedError, match="no entry US:service:988"):
        seed_edit.write(folder, entry, {"confirmed": False})
    path.unlink()
    with pytest.raises(SeedError, match=r"no US\.yaml"):
        seed_edit.write(folder, entry, {"confirmed": False})
