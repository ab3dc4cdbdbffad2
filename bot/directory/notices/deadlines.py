"""Time limits as dates. A limit in hours ends with the day after which no hour of it can be left."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from bot.directory.notices.model import Clock


def due(clock: Clock, start: date) -> date:
    """The last day of the limit for a letter sent on `start`, at whatever hour."""
    if clock.months:
        month = start.month - 1 + clock.months
        year, month = start.year + month // 12, month % 12 + 1
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return start + timedelta(days=-(-(clock.hours or 0) // 24))
