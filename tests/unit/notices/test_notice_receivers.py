"""Whom a letter goes to and what it takes from the directory: offices, addresses, law, the log's columns."""

from __future__ import annotations

import re

import pytest
from notice_fields import DAY, complete_fields

from bot.directory import Directory
from bot.directory.notices import draft
from bot.directory.notices.receivers import addresses


@pytest.mark.parametrize(
    ("place", "first", "regulator"),
    [
        ("US-CA", "us-take-it-down", "https://takeitdown.ftc.gov"),
        ("FR", "gdpr-erasure", "https://www.cnil.fr/"),
        ("IE", "gdpr-erasure", "https://www.dataprotection.ie/"),
        ("IE", "dsa-notice", "https://www.cnam.ie/"),
        ("DE", "dsa-notice", "https://www.dsc.bund.de/"),
        ("GB-SCT", "uk-gdpr-erasure", "https://ico.org.uk/"),
        ("NO", "gdpr-erasure", "https://www.datatilsynet.no/"),
        ("IN", "india-it-rules", "https://gac.gov.in"),
    ],
)
def test_a_follow_up_goes_to_the_regulator_of_the_place(
    place: str, first: str, regulator: str, directory: Directory
) -> None:
    fields = complete_fields("follow-up", first_notice=first)
    text = draft("follow-up", place, None, fields, directory, DAY).text
    assert re.search(rf"^To: .*{re.escape(regulator)}", text, re.MULTILINE)


def test_a_place_without_a_regulator_still_gets_a_follow_up(directory: Directory) -> None:
    text = draft("follow-up", None, None, complete_fields("follow-up"), directory, DAY).text
    assert "To: the office in charge of this kind of complaint\n" in text


def test_an_unconfirmed_office_is_named_as_such(directory: Directory) -> None:
    steps = draft("gdpr-erasure", "FR", None, {}, directory, DAY).next_steps
    assert (
        "If nothing happens, you can complain here: CNIL, https://www.cnil.fr/. Nobody has checked this address yet."
        in steps
    )


@pytest.mark.parametrize("route", ["intimate", "copyright", "none"])
def test_addresses_of_platforms_come_confirmed_from_the_directory(route: str, directory: Directory) -> None:
    for platform in directory.platforms():
        report = platform.report
        known = {
            getattr(report, field)
            for field in ("ncii_url", "general_url")
            if platform.confirmed and report.shows(field)
        }
        for form in report.other_forms:
            known |= {form.url, form.email} if form.confirmed else set()
        for child in (True, False):
            assert set(addresses(platform, route, child)) <= known - {None}, platform.id


def test_addresses_by_route(directory: Directory) -> None:
    of = directory.platform
    assert addresses(of("onlyfans"), "copyright", False) == ["dmca@onlyfans.com"]
    assert addresses(of("onlyfans"), "intimate", False) == ["https://blog.onlyfans.com/reporting-on-onlyfans/"]
    assert addresses(of("mega"), "intimate", False) == []
    telegram = ["abuse@telegram.org", "https://telegram.org/dsa-report"]
    assert addresses(of("telegram"), "intimate", False) == telegram
    assert addresses(of("telegram"), "intimate", True) == ["stopCA@telegram.org", *telegram]
    assert addresses(None, "intimate", False) == []


@pytest.mark.parametrize(
    ("platform", "named"),
    [("instagram", "Instagram"), ("old.reddit.com", "Reddit"), ("bad.example.net", "bad.example.net"), (None, None)],
)
def test_whom_a_letter_names(platform: str | None, named: str | None, directory: Directory) -> None:
    text = draft("dsa-notice", "FR", platform, {}, directory, DAY).text
    assert f"\nTo: {named or 'the operator of the hosting service'}\n" in text


def test_a_letter_to_an_office_names_the_platform_as_the_place(directory: Directory) -> None:
    text = draft("australia-esafety", "AU", "instagram", {}, directory, DAY).text
    assert "\nTo: the eSafety Commissioner\n" in text and "\nService: Instagram\n" in text


def test_the_law_of_the_place_is_cited_where_it_is_confirmed(directory: Directory) -> None:
    assert "Code penal art 226-2-1" in draft("dsa-notice", "FR", None, {}, directory, DAY).text
    fake = {"no_consent_reason": "fake"}
    assert "Code penal art 226-8-1" in draft("dsa-notice", "FR", None, fake, directory, DAY).text
    assert "law of the place" not in draft("host-registrar", None, None, {}, directory, DAY).text


def test_the_police_sheet_has_the_columns_of_the_evidence_log(directory: Directory) -> None:
    columns = next(practice.columns for practice in directory.evidence() if practice.columns)
    text = draft("police-statement", "IE", None, {}, directory, DAY).text
    assert [column.replace("_", " ") + ": " for column in columns] == text.rstrip("\n").split("\n")[-len(columns) :]
