"""When a channel may tell of something: at once or with the next digest, and never in its quiet hours."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attain.alerts.models import Pace

if TYPE_CHECKING:
    from attain.alerts.models import Channel

_DAY = dt.timedelta(days=1)
_WEEK = 7


def due(channel: Channel, now: dt.datetime) -> dt.datetime:
    """Give the moment (UTC) at which something noticed `now` is told: now, or at the next digest, after the quiet hours."""
    return after_quiet_hours(channel, now if Pace(channel.pace) is Pace.AT_ONCE else _next_digest(channel, now))


def after_quiet_hours(channel: Channel, moment: dt.datetime) -> dt.datetime:
    """Give the moment (UTC), or the end of the quiet hours where it lies in them.

    Hours are those that a clock of the channel's time zone shows, also on days on which it is put forward or back.
    """
    begin, end = channel.quiet_from, channel.quiet_until
    if begin is None or end is None or begin == end:
        return moment.astimezone(dt.UTC)
    zone = ZoneInfo(channel.zone)
    local = moment.astimezone(zone)
    clock = local.time()
    over_midnight = begin > end
    within = (clock >= begin or clock < end) if over_midnight else begin <= clock < end
    if not within:
        return moment.astimezone(dt.UTC)
    day = local.date() + _DAY if over_midnight and clock >= begin else local.date()
    return _at(day, end, zone, moment)


def _next_digest(channel: Channel, now: dt.datetime) -> dt.datetime:
    zone = ZoneInfo(channel.zone)
    today = now.astimezone(zone).date()
    days = (today + dt.timedelta(days=ahead) for ahead in range(_WEEK + 2))
    moments = (
        _at(day, channel.digest_at, zone, now) for day in days if Pace(channel.pace) is Pace.DAILY or day.weekday() == channel.digest_on
    )
    return next(moment for moment in moments if moment >= now)


def _at(day: dt.date, clock: dt.time, zone: ZoneInfo, after: dt.datetime) -> dt.datetime:
    """Give the moment at which the clock shows a time on a day: the second of two where the first is before `after`."""
    first = dt.datetime.combine(day, clock, zone).astimezone(dt.UTC)
    return first if first >= after else dt.datetime.combine(day, clock.replace(fold=1), zone).astimezone(dt.UTC)
