"""Opening hours: read from their text only where it is unambiguous, and asked around midnight and clock changes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.directory import Opening, open_now, seed_files
from bot.directory.facts import Service
from bot.directory.opening import from_json, parse

PARIS = "Europe/Paris"
ALL = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _span(days, start, end):
    return {"days": days, "from": start, "to": end}


@pytest.mark.parametrize("text", ["24/7", "24 h", "24 hours", "24 hours a day", "daily 24 hours"])
@pytest.mark.parametrize("timezone", [PARIS, None])
def test_around_the_clock_needs_no_time_zone(text, timezone):
    assert parse(text, timezone) == Opening(always=True)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("daily 9:00-23:00", [_span(ALL, "09:00", "23:00")]),
        ("Daily 7am-10pm", [_span(ALL, "07:00", "22:00")]),
        ("7am-11pm, every day", [_span(ALL, "07:00", "23:00")]),
        ("3pm-midnight daily", [_span(ALL, "15:00", "00:00")]),
        ("daily 16:00-24:00", [_span(ALL, "16:00", "00:00")]),
        ("daily 19:00-7:00", [_span(ALL, "19:00", "07:00")]),
        ("Mon-Fri 12pm-12am", [_span(ALL[:5], "12:00", "00:00")]),
        ("Sun-Thu 9:00-16:30", [_span(["sun", "mon", "tue", "wed", "thu"], "09:00", "16:30")]),
        (
            "Mon-Fri 8:00-20:00, Sat-Sun 12:00-19:00",
            [_span(ALL[:5], "08:00", "20:00"), _span(ALL[5:], "12:00", "19:00")],
        ),
        ("weekdays 9am-5pm; Sat 10am-2pm", [_span(ALL[:5], "09:00", "17:00"), _span(["sat"], "10:00", "14:00")]),
        ("Mon-Sat, 24 hours", [_span(ALL[:6], "00:00", "00:00")]),
    ],
)
def test_clear_texts(text, times):
    opening = parse(text, PARIS)
    assert opening.to_json() == {"timezone": PARIS, "times": times}
    assert from_json(opening.to_json()) == opening
    assert parse(text, None) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "9-5 daily",
        "14:00-22:00",
        "Mon-Sat from 8:00",
        "daily 6:00-24:00 (2023)",
        "24/7 in Finnish",
        "24/7 since 2021; archived page says Mon-Sat 9am-7pm",
        "15:00-21:00, not Fridays",
        "weekdays, hours vary",
        "daily 25:00-26:00",
        "daily 13pm-14pm",
        "Mon-Fri 9:00-17:00 and more",
    ],
)
def test_other_texts_stay_texts(text):
    assert parse(text, PARIS) is None


def _service(hours, timezone=PARIS, **more):
    given = {"id": "x", "jurisdiction": "FR", "name": "x", "purposes": ("crisis",), "confirmed": True}
    opening = parse(hours, timezone)
    return Service(**given | {"hours": hours, "opening": opening, "checked_on": date(2026, 11, 15)} | more)


def _at(text, timezone=PARIS):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone))


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        pytest.param("daily 9:00-23:00", "2026-11-25 08:59:59", False, id="before"),
        pytest.param("daily 9:00-23:00", "2026-11-25 09:00", True, id="first-moment"),
        pytest.param("daily 9:00-23:00", "2026-11-25 22:59:59", True, id="last-moment"),
        pytest.param("daily 9:00-23:00", "2026-11-25 23:00", False, id="closed-on-the-hour"),
        pytest.param("daily 16:00-24:00", "2026-11-25 23:59:59", True, id="until-midnight"),
        pytest.param("daily 16:00-24:00", "2026-11-26 00:00", False, id="closed-at-midnight"),
        pytest.param("Fri 19:00-7:00", "2026-11-27 23:00", True, id="friday-night"),
        pytest.param("Fri 19:00-7:00", "2026-11-28 06:59", True, id="into-saturday"),
        pytest.param("Fri 19:00-7:00", "2026-11-28 07:00", False, id="over-on-saturday"),
        pytest.param("Fri 19:00-7:00", "2026-11-27 06:00", False, id="not-the-night-before"),
        pytest.param("Sun 19:00-7:00", "2026-11-30 02:00", True, id="sunday-into-monday"),
        pytest.param("Mon-Sat, 24 hours", "2026-11-28 23:59", True, id="whole-saturday"),
        pytest.param("Mon-Sat, 24 hours", "2026-11-29 00:00", False, id="not-on-sunday"),
        # The clocks of Paris go forward on 29 March 2026 at 2:00 and back on 25 October 2026 at 3:00.
        pytest.param("daily 3:00-4:00", "2026-03-29 03:00", True, id="after-the-hour-that-is-not-there"),
        pytest.param("daily 2:00-3:00", "2026-10-25 02:30", True, id="in-the-hour-that-is-there-twice"),
    ],
)
def test_open_now(hours, moment, is_open):
    assert open_now(_service(hours), _at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param(datetime(2026, 3, 28, 8, 30, tzinfo=UTC), True, id="winter-half-past-nine"),
        pytest.param(datetime(2026, 3, 28, 7, 30, tzinfo=UTC), False, id="winter-half-past-eight"),
        pytest.param(datetime(2026, 3, 29, 7, 30, tzinfo=UTC), True, id="summer-half-past-nine"),
        pytest.param(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), False, id="first-half-past-two"),
        pytest.param(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), False, id="second-half-past-two"),
        pytest.param(datetime(2026, 10, 25, 8, 30, tzinfo=UTC), True, id="winter-again"),
    ],
)
def test_the_clock_of_the_country_counts(moment, is_open):
    assert open_now(_service("daily 9:00-17:00"), moment) is is_open


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        pytest.param(_service("24/7"), True, id="always"),
        pytest.param(_service("hours vary"), None, id="text-only"),
        pytest.param(_service("daily 9:00-17:00", "Moon/Sea"), None, id="no-such-time-zone"),
        pytest.param(_service(None), None, id="not-known"),
        pytest.param(_service("24/7", confirmed=False), None, id="not-confirmed"),
        pytest.param(_service("24/7", unconfirmed_fields=("hours",)), None, id="hours-not-confirmed"),
    ],
)
def test_what_is_not_known_is_not_guessed(service, answer):
    assert open_now(service, datetime(2026, 11, 25, 12, tzinfo=UTC)) is answer


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        open_now(_service("24/7"), datetime(2026, 11, 25, 12))


def test_the_shipped_hours(directory, rows):
    read = {row["id"]: from_json(row["opening"]) for row in rows["service"] if row["opening"]}
    assert len(read) > 250
    assert read["FR:service:3018-e-enfance-digital-violence-all-ages"].to_json() == {
        "timezone": PARIS,
        "times": [_span(ALL, "09:00", "23:00")],
    }
    for opening in read.values():
        assert opening.always or ZoneInfo(opening.timezone)
    service = directory.services("FR", "crisis", limit=1)[0]
    assert open_now(service, datetime(2026, 11, 25, 3, tzinfo=UTC)) is True
    assert service.to_json()["opening"] == {"always": True}


def test_times_given_beside_the_text_count(tmp_path):
    content = seed_files.load_yaml(seed_files.SEED / "jurisdictions" / "BR.yaml")
    given = {"timezone": "America/Sao_Paulo", "times": [_span(["mon"], "08:00", "09:00")]}
    content["helplines"] = [content["helplines"][0] | {"hours": "24/7", "opening": given}]
    rows = seed_files.rows_of([("jurisdiction", content)])
    assert rows["service"][0]["opening"] == given
