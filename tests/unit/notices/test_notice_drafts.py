"""Letters as they come out: places, platforms, time limits, refusals, and what they never hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from notice_fields import DAY, complete_fields

from bot.directory import Directory
from bot.directory.notices import (
    NotForThisPlace,
    NoticeRefused,
    UnknownField,
    UnknownKind,
    UnknownPlace,
    UnknownPlatform,
    draft,
    kind,
    kinds,
)

PLACE = {"us-take-it-down": "US-TX", "gdpr-erasure": "FR", "uk-gdpr-erasure": "GB-SCT", "india-it-rules": "IN"}


def test_a_whole_letter(directory: Directory) -> None:
    fields = {
        "acting": "authorised",
        "authority": "I am a parent",
        "url": "https://x.com/someone/status/1",
        "reason": "private",
        "good_faith": "yes",
        "under_18": "yes",
        "email": "only.for.this@example.org",
        "signature": "Sam Example",
    }
    found = draft("us-take-it-down", "US-TX", "x", fields, directory, DAY)
    assert found.text == (
        "25 November 2026\n\n"
        "To: X (Twitter)\n\n"
        "Notice and request for removal of an intimate visual depiction under the TAKE IT DOWN Act (47 U.S.C. 223a)\n\n"
        "I act for the person shown in the image, and I am authorised to do so.\n\n"
        "My authority to act: I am a parent\n\n"
        "Where the depiction is:\n  1. https://x.com/someone/status/1\n\n"
        "A person in the image is under 18 or was under 18 when it was made.\n\n"
        "Why it was published without consent: The image was private. The person shown did not agree to its "
        "publication.\n\n"
        "I have a good faith belief that the publication of the image is not consensual.\n\n"
        "I ask you to remove the depiction as soon as possible and within 48 hours of this request, and to make "
        "reasonable efforts to find and remove known identical copies of it.\n\n"
        "The image is not attached and need not be shown to act on this notice. Please do not pass on my name or "
        "contact details to the person who published it.\n\n"
        "E-mail: only.for.this@example.org\n"
        "Signature: Sam Example\n"
    )
    assert (found.missing, found.due) == ((), date(2026, 11, 27))
    assert found.next_steps == (
        "This is where the letter goes: https://help.x.com/forms/safety-and-sensitive-content/take-it-down, "
        "https://help.x.com/en/forms/safety-and-sensitive-content/private-information",
        "Keep this letter, and note the day and time when it goes out.",
        "The receiver has 48 hours. If the image is still there after 27 November 2026, use the follow-up letter.",
        "If nothing happens, you can complain here: FTC TAKE IT DOWN Act reports, https://takeitdown.ftc.gov",
        "Use Take It Down and your national hotline as well. They know what to do with images of young people.",
    )
    assert {source.citation: source.confirmed for source in found.sources}["47 U.S.C. 223a(a)(1)(B)(i)"] is True


@pytest.mark.parametrize("kind_id", [found.id for found in kinds()])
def test_the_same_input_gives_the_same_letter(kind_id: str, directory: Directory) -> None:
    place = kind(kind_id).places[0]
    fields = complete_fields(kind_id)
    first, second = (draft(kind_id, place, "instagram", fields, directory, DAY) for _ in range(2))
    assert (first.text, first.warnings, first.next_steps) == (second.text, second.warnings, second.next_steps)


@pytest.mark.parametrize(
    ("place", "applies"),
    [
        ("US-TX", {"us-take-it-down", "dmca"}),
        ("FR", {"gdpr-erasure", "dsa-notice"}),
        ("DE", {"gdpr-erasure", "dsa-notice"}),
        ("NO", {"gdpr-erasure"}),
        ("LI", {"gdpr-erasure"}),
        ("GB-SCT", {"uk-gdpr-erasure"}),
        ("UK", {"uk-gdpr-erasure"}),
        ("IN", {"india-it-rules"}),
        ("AU-NSW", {"australia-esafety"}),
        ("CA-BC", {"canada-bc-crt"}),
        ("CA-ON", set()),
        ("BR", {"brazil-marco-civil"}),
        ("KR", {"korea-deletion-support"}),
        ("NG", set()),
    ],
)
def test_a_place_inherits_the_letters_of_its_country(place: str, applies: set[str], directory: Directory) -> None:
    everywhere = {found.id for found in kinds() if found.places == ("ZZ",)}
    assert {found.id for found in kinds() if found.applies(directory.chain(place))} == applies | everywhere


@pytest.mark.parametrize(
    ("kind_id", "place"),
    [
        ("gdpr-erasure", "US-TX"),
        ("gdpr-erasure", "GB"),
        ("dsa-notice", "NO"),
        ("uk-gdpr-erasure", "FR"),
        ("canada-bc-crt", "CA-ON"),
        ("india-it-rules", "PK"),
    ],
)
def test_a_law_of_elsewhere_is_not_claimed(kind_id: str, place: str, directory: Directory) -> None:
    with pytest.raises(NotForThisPlace, match="platform-report"):
        draft(kind_id, place, None, complete_fields(kind_id), directory, DAY)


@pytest.mark.parametrize("kind_id", ["us-take-it-down", "dmca"])
def test_us_laws_may_be_tried_elsewhere_with_a_word_of_warning(kind_id: str, directory: Directory) -> None:
    warning = "This is the law of another place. Companies there may still act on it, but some turn such letters down."
    fields = complete_fields(kind_id)
    assert warning in draft(kind_id, "NG", "x", fields, directory, DAY).warnings
    assert warning not in draft(kind_id, "US-TX", "x", fields, directory, DAY).warnings


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind_id": "take-down-please"}, UnknownKind),
        ({"place": "Texas"}, UnknownPlace),
        ({"place": "XX"}, UnknownPlace),
        ({"platform": "my ex's blog"}, UnknownPlatform),
        ({"fields": {"secret_of_a_person": "secret-words"}}, UnknownField),
    ],
)
def test_what_is_not_known_is_said_without_repeating_it(
    change: dict[str, Any], error: type[Exception], directory: Directory
) -> None:
    call = {"kind_id": "us-take-it-down", "place": "US-TX", "platform": "x", "fields": {"name": "Quillon"}, **change}
    with pytest.raises(error) as caught:
        draft(**call, directory=directory, today=DAY)
    said = str(caught.value)
    typed = ["Quillon", "secret", "take-down-please", "Texas", "XX", "blog"]
    assert said.endswith(".") and not [word for word in typed if word in said]


@pytest.mark.parametrize("who", ["someone_else", "not_sure"])
def test_no_copyright_notice_for_a_picture_somebody_else_took(who: str, directory: Directory) -> None:
    """Rule R41: no false statement, least of all a sworn one."""
    with pytest.raises(NoticeRefused, match="only for a picture that you") as caught:
        draft("dmca", "US", "x", complete_fields("dmca", who_took_it=who), directory, DAY)
    assert "platform-report" in caught.value.instead


@pytest.mark.parametrize("kind_id", ["dmca", "host-registrar"])
@pytest.mark.parametrize("age", ["yes", "not_sure"])
def test_letters_for_adults_are_refused_for_a_young_person(kind_id: str, age: str, directory: Directory) -> None:
    with pytest.raises(NoticeRefused) as caught:
        draft(kind_id, "US", None, complete_fields(kind_id, under_18=age), directory, DAY)
    assert caught.value.instead and "hotline" in str(caught.value)


def test_refusals_name_letters_that_there_are() -> None:
    ids = {found.id for found in kinds()}
    assert {name for found in kinds() for refusal in found.refusals for name in refusal.instead} <= ids
    options = kind("follow-up").element("first_notice")
    assert options and {option.value for option in options.options} <= ids


def test_a_copyright_notice_claims_ownership_only_when_told(directory: Directory) -> None:
    text = draft("dmca", "US", "x", {}, directory, DAY).text
    assert "own the copyright" not in text and "perjury" not in text


@pytest.mark.parametrize(
    ("kind_id", "limit", "due"),
    [
        ("us-take-it-down", "48 hours", date(2026, 11, 27)),
        ("india-it-rules", "2 hours", date(2026, 11, 26)),
        ("gdpr-erasure", "1 month", date(2026, 12, 25)),
        ("uk-gdpr-erasure", "1 month", date(2026, 12, 25)),
    ],
)
def test_time_limits_of_the_law(kind_id: str, limit: str, due: date, directory: Directory) -> None:
    found = draft(kind_id, PLACE[kind_id], "x", complete_fields(kind_id), directory, DAY)
    assert found.due == due
    clocks = [step for step in found.next_steps if limit in step]
    assert clocks == [
        f"The receiver has {limit}. If the image is still there after {due.day} {due:%B %Y}, use the follow-up letter."
    ]


def test_clocks_are_read_in_a_source_and_letters_without_one_name_no_day(directory: Directory) -> None:
    assert [found.id for found in kinds() if found.clock and not found.clock.source.confirmed] == []
    for found in kinds():
        if found.clock is None:
            assert draft(found.id, found.places[0], None, {}, directory, DAY).due is None


def test_a_month_ends_where_the_next_one_is_shorter(directory: Directory) -> None:
    found = draft("gdpr-erasure", "FR", None, {}, directory, date(2027, 1, 31))
    assert found.due == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("today", "overdue"),
    [(date(2026, 11, 4), False), (date(2026, 11, 5), True), (date(2026, 12, 1), True)],
)
def test_a_follow_up_says_that_the_time_is_over_only_when_it_is(
    today: date, overdue: bool, directory: Directory
) -> None:
    """Rule R41. Sent on the 2nd at an unknown hour, 48 hours can last until the end of the 4th."""
    fields = complete_fields("follow-up", first_notice="us-take-it-down", addressee="regulator", sent_on="2026-11-02")
    found = draft("follow-up", "US-TX", "x", fields, directory, today)
    assert "To: FTC TAKE IT DOWN Act reports, https://takeitdown.ftc.gov" in found.text
    ended = "The time limit of 48 hours (47 U.S.C. 223a) ended on 4 November 2026 at the latest."
    assert (ended in found.text) is overdue
    assert any("not over yet" in warning for warning in found.warnings) is not overdue


@pytest.mark.parametrize(
    ("link", "warning"),
    [
        ("https://example.net/", "front page of a site"),
        ("https://example.net/a\nhe said so", "does not look like a web address"),
        ("https://example.net/a", None),
    ],
)
def test_links_that_lead_nowhere_are_remarked(link: str, warning: str | None, directory: Directory) -> None:
    warnings = " ".join(draft("platform-report", "FR", None, {"urls": link}, directory, DAY).warnings)
    remarks = ("front page of a site", "does not look like a web address")
    assert [remark for remark in remarks if remark in warnings] == ([warning] if warning else [])


def test_copyright_notices_warn_that_they_show_the_name(directory: Directory) -> None:
    """Rule R42."""
    warnings = draft("dmca", "US", "x", complete_fields("dmca"), directory, DAY).warnings
    assert "Your name and contact can be passed on to the person who posted it" in warnings[0]
    for found in kinds():
        text = draft(found.id, found.places[0], None, complete_fields(found.id), directory, DAY).text
        site = found.to_platform and found.id not in ("dmca", "search-delisting", "preservation-request", "follow-up")
        assert ("not pass on my name" in text or "do not pass them on" in text) is site, found.id


def test_a_template_that_rests_on_something_unread_says_so(directory: Directory) -> None:
    unread = {found.id for found in kinds() if any(not source.confirmed for source in found.sources)}
    assert unread == {"gdpr-erasure", "korea-deletion-support"}
    for kind_id in unread:
        warnings = draft(kind_id, kind(kind_id).places[0], None, {}, directory, DAY).warnings
        assert any("was not read at its source" in warning for warning in warnings)


def test_every_source_has_a_page_or_is_unconfirmed() -> None:
    for found in kinds():
        sources = [*found.sources, *(element.source for element in found.elements if element.source)]
        assert [source.citation for source in sources if source.confirmed and not source.host] == []
        assert all(source.citation and source.checked_on <= DAY for source in sources)
