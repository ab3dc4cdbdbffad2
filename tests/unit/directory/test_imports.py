"""New data files: shown before, brought in whole, taken back, and never over what staff verified."""

import shutil
from datetime import date

import pytest
import yaml
from directory_databases import DATABASES

from bot.directory import Directory, SeedError, database, overrides, seed_files
from bot.directory.entries import by_label
from bot.directory.importer import Changes
from bot.ops import directory_imports

BOTH = pytest.mark.parametrize("url", DATABASES, indirect=True)
DAY = date(2027, 3, 1)
LINE = "US:service:988-suicide-crisis-lifeline"
WHO = "Ada L."


def _edit(path, change):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def newer(folder, tmp_path):
    """Data files that change, add and take out something."""
    new = tmp_path / "newer"
    shutil.copytree(folder, new)
    shutil.copy(seed_files.SEED / "jurisdictions" / "TD.yaml", new / "jurisdictions" / "TD.yaml")
    (new / "VERSION").write_text("2027.01.01\n", encoding="utf-8")

    def change(content):
        content["helplines"] = [line for line in content["helplines"] if line["id"] != "crisis-text-line"]
        line = next(line for line in content["helplines"] if line["phone"] == "988")
        line.update(phone="989", confirmed=False)

    _edit(new / "jurisdictions" / "US.yaml", change)
    return new


def _line(url, label=LINE):
    return by_label(database.read(url))[label].content


def _verify(url, outcome, changes=None, label=LINE, on=DAY):
    entry = by_label(database.read(url))[label]
    database.note_verified(url, overrides.finding(entry, outcome, WHO, on, changes))


@BOTH
def test_to_the_new_data_and_back(url, folder, newer):
    database.prepare(url, folder)
    old = database.read(url)
    changes = database.import_seed(url, newer)
    assert (changes.added, changes.removed) == (1, 1)
    assert database.read(url) == seed_files.read(newer) | {"platform": [], "tool": []}
    assert database.import_seed(url, newer) is None
    version, back = database.revert_import(url)
    assert (version, back.added, back.removed) == ((folder / "VERSION").read_text().strip(), 1, 1)
    assert database.read(url) == old
    assert database.revert_import(url) is None
    assert database.read(url) == old


@BOTH
def test_what_was_taken_back_stays_out_until_somebody_asks(url, folder, newer):
    database.prepare(url, folder)
    database.prepare(url, newer)
    database.revert_import(url)
    assert database.prepare(url, newer) is None
    assert _line(url)["phone"] == "988"
    assert database.import_seed(url, newer) is not None
    assert _line(url)["phone"] == "989"


def test_several_imports_back(url, folder):
    seen = []
    for number in range(7):
        (folder / "VERSION").write_text(f"2027.01.0{number}\n", encoding="utf-8")
        database.prepare(url, folder)
    while (done := database.revert_import(url)) is not None:
        seen.append(done)
    assert seen == [(f"2027.01.0{number}", Changes()) for number in (5, 4, 3, 2, 1)]


def test_a_broken_file_changes_nothing_and_can_not_be_taken_back(url, folder, newer):
    database.prepare(url, folder)
    before = database.read(url)
    _edit(newer / "jurisdictions" / "US.yaml", lambda content: content.update(languages="English"))
    with pytest.raises(SeedError, match=r"US\.yaml: languages"):
        database.import_seed(url, newer)
    assert database.read(url) == before
    assert database.revert_import(url) is None


@BOTH
@pytest.mark.parametrize(
    ("outcome", "changes", "shown"),
    [
        pytest.param("confirmed", {}, ("988", True), id="confirmed"),
        pytest.param("changed", {"phone": "977", "source": "their page"}, ("977", True), id="changed"),
        pytest.param("unconfirmed", {}, (None, False), id="unconfirmed"),
    ],
)
def test_what_staff_verified_holds_over_imports(url, folder, newer, outcome, changes, shown):
    def seen():
        service = next(s for s in Directory.open(url, prepare=False).services("US", None, limit=None) if s.id == LINE)
        return service.shown_phone, service.confirmed, service.checked_on, service.checked_by

    database.prepare(url, folder)
    _verify(url, outcome, changes)
    first = seen()
    assert first == (*shown, DAY, WHO)
    database.import_seed(url, newer)
    # The new data say another number: what was verified is that of the person, where they gave one.
    assert seen()[1:] == first[1:]
    assert seen()[0] == (first[0] if changes else "989" if outcome == "confirmed" else None)
    database.revert_import(url)
    assert seen() == first
    assert [finding.entry for finding in database.verified(url)] == [LINE]


@BOTH
def test_a_verified_entry_is_not_lost_with_the_data(url, folder, newer):
    gone = "US:service:crisis-text-line"
    database.prepare(url, folder)
    before = _line(url, gone)
    _verify(url, "confirmed", label=gone)
    database.import_seed(url, newer)
    kept = _line(url, gone)
    assert (kept["name"], kept["text"], kept["confirmed"]) == (before["name"], before["text"], True)
    assert (kept["checked_on"], kept["checked_by"]) == (DAY, WHO)
    assert gone in {service.id for service in Directory.open(url, prepare=False).services("US", None, limit=None)}


def test_an_unconfirmed_entry_goes_with_the_data(url, folder, newer):
    gone = "US:service:crisis-text-line"
    database.prepare(url, folder)
    _verify(url, "unconfirmed", label=gone)
    database.import_seed(url, newer)
    assert gone not in by_label(database.read(url))


@pytest.mark.parametrize("label", ["US:emergency", "US:law:take-it-down-act", "evidence:log"])
def test_every_kind_of_entry_can_be_verified(url, folder, label):
    database.prepare(url, folder)
    labels = by_label(database.read(url))
    label = label if label in labels else next(name for name in labels if name.startswith(label[:7]))
    _verify(url, "confirmed", label=label)
    entry = by_label(database.read(url))[label]
    assert (entry.checked_on, entry.checked_by, entry.content["confirmed"]) == (DAY, WHO, True)


def test_a_platform_can_be_verified(url):
    database.prepare(url)
    label = "instagram:report"
    entry = by_label(database.read(url))[label]
    found = overrides.finding(entry, "changed", WHO, DAY, {"ncii_url": "https://example.org/report"})
    database.note_verified(url, found)
    platform = Directory.open(url).platform("instagram")
    assert platform.report.ncii_url == "https://example.org/report"
    assert (platform.report.checked_on, platform.report.checked_by) == (DAY, WHO)


@pytest.mark.parametrize(
    ("hours", "opening"),
    [
        pytest.param("24 hours", {"always": True}, id="clear"),
        pytest.param("when somebody is there", None, id="unclear"),
    ],
)
def test_new_hours_are_read_anew(url, hours, opening):
    database.prepare(url)
    _verify(url, "changed", {"hours": hours}, "FR:service:3018-e-enfance-digital-violence-all-ages")
    line = _line(url, "FR:service:3018-e-enfance-digital-violence-all-ages")
    assert (line["hours"], line["opening"]) == (hours, opening)


def test_findings_about_one_entry_add_up(url, folder):
    database.prepare(url, folder)
    _verify(url, "changed", {"phone": "977"})
    _verify(url, "changed", {"hours": "24/7"})
    _verify(url, "confirmed", on=date(2027, 4, 1))
    line = _line(url)
    assert (line["phone"], line["hours"], line["checked_on"]) == ("977", "24/7", date(2027, 4, 1))


def test_verifying_decides_a_conflict_and_counts_as_a_source(url, tmp_path):
    database.prepare(url)
    label = "BW:service:childline-botswana"
    before = by_label(database.read(url))[label]
    assert before.conflict and not before.content["confirmed"]
    _verify(url, "changed", {"phone": "116"}, label)
    after = by_label(database.read(url))[label]
    assert after.conflict is None
    assert after.content["check_note"].startswith(f"Decided by {WHO}: Child Helpline International")
    assert after.content["independent_sources"] == before.content["independent_sources"] + 1
    line = next(s for s in Directory.open(url).services("BW", "child") if s.id == label)
    assert (line.shown_phone, line.shown_caution) == ("116", None)


def test_an_unknown_outcome_is_refused(url, folder):
    database.prepare(url, folder)
    with pytest.raises(ValueError, match="confirmed, changed, unconfirmed"):
        overrides.finding(by_label(database.read(url))[LINE], "perhaps", WHO, DAY)


@BOTH
def test_tables_of_the_first_version_keep_their_rows(url, folder):
    database.prepare(url, folder)
    database.downgrade(url, "d0001")
    database.upgrade(url)
    assert database.read(url)["law"]
    assert {row["checked_by"] for row in database.read(url)["service"]} == {"seed"}
    # After a migration the data files are brought in again, with what the old tables could not hold.
    database.downgrade(url, "d0001")
    assert database.prepare(url, folder).added == 0
    assert _line(url)["opening"] == {"always": True}


def test_commands(url, folder, newer):
    first = directory_imports.bring_in(url, folder)
    rows = sum(len(table) for table in seed_files.read(folder).values())
    assert first == {"version": seed_files.version(folder), "added": rows, "changed": 0, "removed": 0}
    assert directory_imports.bring_in(url, folder) == first | {"added": 0}
    assert directory_imports.compare(str(folder), newer) == directory_imports.compare(url, newer)
    there = directory_imports.bring_in(url, newer)
    assert (there["version"], there["added"], there["removed"]) == ("2027.01.01", 1, 1)
    back = directory_imports.revert(url)
    assert back == {"version": seed_files.version(folder), "added": 1, "changed": there["changed"], "removed": 1}
    with pytest.raises(directory_imports.NothingToRevert, match="no earlier import"):
        directory_imports.revert(url)
