"""Every fact says who checked it and when; the check lists what is stale, conflicting, repeated or without source."""

from datetime import date

import pytest
import yaml

from bot.directory import Directory, check, database, overrides, seed_files
from bot.directory.entries import by_label, entries
from bot.ops import directory_commands

CHECKED = date(2026, 11, 15)
LINE = "US:service:988-suicide-crisis-lifeline"


def test_every_entry_says_who_and_when(rows):
    found = list(entries(rows))
    assert len(found) > 2600
    assert len({entry.label for entry in found}) == len(found)
    assert {entry.checked_by for entry in found} == {"seed"}
    assert {entry.checked_on for entry in found} == {CHECKED}


def test_every_fact_that_is_shown_has_its_date_and_person(directory):
    for code in ("FR", "TD", "US-TX", "ZZ"):
        shown = [*directory.services(code, None, limit=None), *directory.laws(code), *directory.report_to(code)]
        shown += [*directory.legal_help(code), *directory.orders(code), directory.emergency_or_fallback(code)]
        assert {(fact.checked_on, fact.checked_by) for fact in shown} == {(CHECKED, "seed")}


@pytest.mark.parametrize(
    ("label", "fresh_until"),
    [
        pytest.param(LINE, date(2027, 2, 13), id="line-with-a-number"),
        pytest.param("US:emergency", date(2027, 2, 13), id="emergency-number"),
        pytest.param("ZZ:service:stopncii", date(2027, 5, 14), id="web-address-only"),
        pytest.param("FR:law:sexual-deepfakes", date(2027, 5, 14), id="law"),
        pytest.param("instagram:report", date(2027, 5, 14), id="platform"),
    ],
)
def test_numbers_grow_stale_sooner(rows, label, fresh_until):
    entry = by_label(rows)[label]
    next_day = date.fromordinal(fresh_until.toordinal() + 1)
    assert (entry.is_stale(fresh_until), entry.is_stale(next_day)) == (False, True)


def test_the_check_lists_what_is_stale(rows):
    first_day = date(2027, 2, 14)
    expected = [f"{e.label}: checked on 2026-11-15" for e in entries(rows) if e.is_stale(first_day)]
    found = check.run(180, first_day).findings["stale"]
    assert found == expected
    assert f"{LINE}: checked on 2026-11-15" in found
    assert "FR:law:sexual-deepfakes: checked on 2026-11-15" not in found


def test_a_shorter_limit_holds_for_numbers_too(rows):
    report = check.run(30, date(2026, 12, 20))
    assert len(report.findings["stale"]) == report.entries


def test_stale_and_conflicting_entries_are_no_errors():
    report, has_errors = directory_commands.check(today=date(2030, 1, 1))
    assert report["counts"]["stale"] == report["entries"]
    assert len(report["conflicting"]) == report["counts"]["conflicting"] == 34
    assert "BW:service:childline-botswana" in {line.partition(": ")[0] for line in report["conflicting"]}
    assert not has_errors


def test_entries_in_conflict_show_no_number(directory, rows):
    disputed = [entry for entry in entries(rows) if entry.conflict]
    assert len(disputed) == 34
    for entry in disputed:
        doubtful = entry.content.get("unconfirmed_fields") or []
        assert not entry.content["confirmed"] or doubtful, entry.label
    shown = {s.id for code in directory.codes() for s in directory.services(code, None, limit=None) if s.shown_phone}
    assert shown & {entry.label for entry in disputed} == set()


def _edit(folder, code, change):
    path = folder / "jurisdictions" / f"{code}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "kind", "line"),
    [
        pytest.param(
            lambda content: content["helplines"][1].update(check_note="Conflict: two numbers."),
            "conflicting",
            "US:service:{id}: two numbers.",
            id="noted",
        ),
        pytest.param(
            lambda content: content["helplines"].append(
                {**content["helplines"][1], "id": "again", "name": "Again", "confirmed": False}
            ),
            "conflicting",
            "US:service:again: the number is confirmed in US:service:{id}",
            id="one-number-confirmed-and-not",
        ),
        pytest.param(
            lambda content: content["helplines"][1].update(source=None, confirmed=False),
            "unsourced",
            "US:service:{id}",
            id="without-source",
        ),
        pytest.param(
            lambda content: content["helplines"].append({**content["helplines"][1], "id": "again"}),
            "duplicates",
            "US: entry in helplines: ",
            id="twice",
        ),
    ],
)
def test_what_is_listed(folder, change, kind, line):
    identity = seed_files.load_yaml(folder / "jurisdictions" / "US.yaml")["helplines"][1]["id"]
    _edit(folder, "US", change)
    found = check.run(180, CHECKED, folder).findings[kind]
    assert [entry for entry in found if entry.startswith(line.format(id=identity))]


def test_what_staff_verified_is_fresh(url, folder):
    database.prepare(url, folder)
    entry = by_label(database.read(url))[LINE]
    day = date(2027, 5, 1)
    database.note_verified(url, overrides.finding(entry, "confirmed", "Ada L.", day))
    verified = database.verified(url)
    stale = check.run(180, day, folder, verified=verified).findings["stale"]
    assert f"{LINE}: checked on 2026-11-15" in check.run(180, day, folder).findings["stale"]
    assert not [line for line in stale if line.startswith(LINE)]
    report, _ = directory_commands.check(today=day, database_url=url)
    assert not [line for line in report["stale"] if line.startswith(LINE)]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param(
            lambda line: line.update(checked_on=date(2027, 6, 1)),
            f"{LINE}: verified on 2027-05-01, the data files are of 2027-06-01",
            id="newer-in-the-files",
        ),
        pytest.param(
            lambda line: line.update(id="another"),
            f"{LINE}: verified on 2027-05-01, no longer in the data files",
            id="gone-from-the-files",
        ),
    ],
)
def test_what_the_files_have_overtaken_is_listed(url, folder, change, line):
    database.prepare(url, folder)
    entry = by_label(database.read(url))[LINE]
    database.note_verified(url, overrides.finding(entry, "confirmed", "Ada L.", date(2027, 5, 1)))

    def edit(content):
        change(next(item for item in content["helplines"] if item["phone"] == "988"))

    _edit(folder, "US", edit)
    report = check.run(180, CHECKED, folder, verified=database.verified(url))
    assert report.findings["overruled"] == [line]
    assert not report.findings["schema"]


SPANISH = {
    "US": {"notes": "Notas."},
    "US:emergency": {"text": "Mensajes al 911 en muchas zonas."},
    LINE: {"name": "Línea 988", "hours": "todo el día"},
    "US-TX:law:unlawful-disclosure-or-promotion-of-intimate-visual": {"note": "Es delito."},
}


def _translate(folder, texts):
    (folder / "translations").mkdir()
    path = folder / "translations" / "es.yaml"
    path.write_text(yaml.safe_dump(texts, allow_unicode=True), encoding="utf-8")


def _faults_of_translations(folder):
    # The small copy lacks the entries that some others name.
    found = check.run(180, CHECKED, folder).findings["unknown_references"]
    return [fault for fault in found if fault.startswith("translations/")]


@pytest.mark.parametrize("source", ["files", "database"])
def test_translations(folder, url, source):
    _translate(folder, SPANISH)
    database.prepare(url, folder)

    def opened(language):
        if source == "files":
            return Directory.from_seed(folder, language)
        return Directory.open(url, language, prepare=False)

    spanish, english = opened("es"), opened("en")
    line = next(s for s in spanish.services("US", "crisis", limit=None) if s.id == LINE)
    original = next(s for s in english.services("US", "crisis", limit=None) if s.id == LINE)
    assert (line.name, line.hours, line.phone) == ("Línea 988", "todo el día", "988")
    assert line.opening == original.opening
    assert original.name == "988 Suicide & Crisis Lifeline"
    assert (spanish.jurisdiction("US").notes, spanish.emergency("US").text) == (
        "Notas.",
        "Mensajes al 911 en muchas zonas.",
    )
    assert next(law.note for law in spanish.laws("US-TX")) == "Es delito."
    assert spanish.emergency("US").number == "911"
    assert _faults_of_translations(folder) == []


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        pytest.param({"US:service:none": {"name": "x"}}, "translations/es: US:service:none", id="no-entry"),
        pytest.param(
            {LINE: {"phone": "112"}},
            f"translations/es: {LINE}: phone is no text of it that can be translated",
            id="number",
        ),
        pytest.param(
            {LINE: {"name": "Línea 977"}},
            f"translations/es: {LINE}: name has other numbers than the original: 977",
            id="another-number",
        ),
    ],
)
def test_translations_that_are_refused(folder, texts, fault):
    _translate(folder, texts)
    assert _faults_of_translations(folder) == [fault]


def test_a_number_is_never_taken_from_a_translation(folder):
    _translate(folder, {LINE: {"phone": "112", "url": "https://example.org"}})
    line = next(s for s in Directory.from_seed(folder, "es").services("US", "crisis") if s.id == LINE)
    assert (line.phone, line.url) == ("988", "https://988lifeline.org")
