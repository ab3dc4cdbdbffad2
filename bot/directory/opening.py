"""Opening hours as times: read from their text where that is unambiguous, and asked "is it open now?"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from bot.directory.facts import Service

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_NAMES = {**{day: [day] for day in DAYS}, "daily": list(DAYS), "weekdays": list(DAYS[:5])}
_NAMES |= {"weekends": list(DAYS[5:]), "weekend": list(DAYS[5:]), "every day": list(DAYS)}
_ALWAYS = re.compile(r"24/7|(daily |every day,? )?24 ?h(ours?)?( a day)?|24 hours a day,? 7 days a week")
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?"
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?\s?(am|pm)?")
_CLOCK = r"(?:\d{1,2}(?::\d{2})?\s?(?:am|pm)?|midnight|noon)"
_WHEN = rf"(?P<days>{_DAY}(?:\s?-\s?{_DAY})?|daily|every day|weekdays|weekends?)"
_SPAN = rf"(?P<start>{_CLOCK})\s?-\s?(?P<end>{_CLOCK})"
_PART = re.compile(rf"{_WHEN},?\s(?:(?P<whole>24 ?h(?:ours)?)|{_SPAN})")
_SEPARATOR = re.compile(r",\s?|;\s?|\sand\s")
_LAST = re.compile(r"(.+?),?\s(daily|every day)")


@dataclass(frozen=True, slots=True)
class Span:
    """Open on these days from `start` to `end`; an end that is not after the start is on the next day."""

    days: tuple[str, ...]
    start: time
    end: time

    def holds(self, moment: datetime) -> bool:
        """Whether it is open at this local moment."""
        today, before = DAYS[moment.weekday()], DAYS[(moment.weekday() - 1) % 7]
        now = moment.time()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        return (today in self.days and now >= self.start) or (before in self.days and now < self.end)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a service answers: always, or in spans of the local time of an IANA time zone."""

    always: bool = False
    timezone: str | None = None
    times: tuple[Span, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a data file would hold it."""
        if self.always:
            return {"always": True}
        return {
            "timezone": self.timezone,
            "times": [
                {"days": list(span.days), "from": f"{span.start:%H:%M}", "to": f"{span.end:%H:%M}"}
                for span in self.times
            ],
        }


def from_json(content: Mapping[str, Any] | None) -> Opening | None:
    """The opening hours that a data file or a row holds, None where it holds none."""
    if not content:
        return None
    if content.get("always"):
        return Opening(always=True)
    spans = tuple(
        Span(tuple(span["days"]), time.fromisoformat(span["from"]), time.fromisoformat(span["to"]))
        for span in content["times"]
    )
    return Opening(timezone=content["timezone"], times=spans)


def parse(text: str | None, timezone: str | None) -> Opening | None:
    """The opening hours that a text such as "Mon-Fri 9:00-17:00, Sat 10am-2pm" states.

    None where the text says more or less than days and times ("hours vary", "(2019 page)", no days), or
    where it states times and `timezone` is not known: then it stays a text.
    """
    words = " ".join((text or "").casefold().replace("–", "-").split())
    if _ALWAYS.fullmatch(words):
        return Opening(always=True)
    if not timezone or not words:
        return None
    if turned := _LAST.fullmatch(words):
        words = f"daily {turned.group(1)}"
    spans = _spans(words)
    return Opening(timezone=timezone, times=spans) if spans else None


def open_now(service: Service, now: datetime) -> bool | None:
    """Whether a service answers at this moment, None where its hours are not known or not confirmed, or where
    this machine does not know the time zone.

    `now` must have a time zone; ValueError says so where it has none.
    """
    if now.tzinfo is None:
        raise ValueError("Give the moment with its time zone.")
    opening = service.shown_opening
    if opening is None:
        return None
    if opening.always:
        return True
    try:
        local = now.astimezone(ZoneInfo(opening.timezone or "UTC"))
    except ZoneInfoNotFoundError:
        return None
    return any(span.holds(local) for span in opening.times)


def _spans(words: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    place = 0
    while place < len(words):
        found = _PART.match(words, place)
        if not found:
            return ()
        days = _days(found["days"])
        start = time(0) if found["whole"] else _clock(found["start"])
        end = time(0) if found["whole"] else _clock(found["end"])
        if days is None or start is None or end is None:
            return ()
        spans.append(Span(days, start, end))
        place = found.end()
        separator = _SEPARATOR.match(words, place)
        if separator is None:
            break
        place = separator.end()
    return tuple(spans) if place == len(words) else ()


def _days(words: str) -> tuple[str, ...] | None:
    if words in _NAMES:
        return tuple(_NAMES[words])
    first, _, last = (part.strip()[:3] for part in words.partition("-"))
    if not last:
        return (first,)
    begin, end = DAYS.index(first), DAYS.index(last)
    return tuple(DAYS[(begin + step) % 7] for step in range((end - begin) % 7 + 1))


def _clock(words: str) -> time | None:
    if words in ("midnight", "noon"):
        return time(0 if words == "midnight" else 12)
    found = _TIME.fullmatch(words)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif found[2] is None:
        return None
    if hour == 24 and minute == 0:
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
