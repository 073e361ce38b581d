"""When an action acts: from the next refresh after its days; and what that means for the months of facts that it changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.advise.ahead import refresh_day_of
from attain.lifecycle.windows import next_refresh
from attain.scoring.windows import YEAR, first_day, latest_refreshed_month, month_number

if TYPE_CHECKING:
    from attain.advise.action_costs import ActionKind, Takes
    from attain.advise.hypothesis import Hypotheses

OF_PEOPLE: frozenset[ActionKind] = frozenset({"certify", "renew"})
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Timing:
    """Actions begun on a day. With `dated` their changes begin when they are done; else they hold as if they had always been there.

    `hypotheses` are those of the day for which the actions are made.
    """

    hypotheses: Hypotheses
    start: dt.date
    dated: bool

    def acts_on(self, kind: ActionKind, takes: Takes, start: dt.date | None = None) -> dt.date:
        """Give the first refresh that shows it: for usage that of the month in which it is done; certificates have their own."""
        done = (start or self.start) + dt.timedelta(days=takes.days)
        if kind in OF_PEOPLE:
            return done + dt.timedelta(days=self.hypotheses.book.programme.on(done).skilling_refresh_days)
        day = refresh_day_of(self.hypotheses, done)
        month = _first_month(kind, done)
        refresh = next_refresh(day, done)
        while latest_refreshed_month(refresh, day) < month:
            refresh = next_refresh(day, refresh)
        return refresh

    def latest_start(self, kind: ActionKind, takes: Takes, by: dt.date) -> dt.date | None:
        """Give the last day to begin so that it shows by a day; None where that lies before the start."""
        day = by
        while day >= self.start:
            if self.acts_on(kind, takes, day) <= by:
                return day
            day -= ONE_DAY
        return None

    def done_on(self, takes: Takes) -> dt.date:
        """Give the day on which it is done."""
        return self.start + dt.timedelta(days=takes.days)

    def since(self, kind: ActionKind, takes: Takes) -> dt.date | None:
        """Give the month from which facts have it, as its first day; None where it holds all along."""
        return first_day(_first_month(kind, self.done_on(takes))) if self.dated else None

    def months(self, kind: ActionKind, takes: Takes, table: str) -> int:
        """Count the months up to the data month of a table that have it, twelve at most."""
        window = self.hypotheses.plan.windows.get(table)
        if not self.dated or window is None:
            return YEAR
        return min(window.data_month - _first_month(kind, self.done_on(takes)) + 1, YEAR)


def _first_month(kind: ActionKind, done: dt.date) -> int:
    """Give the first month that has it: seats, users and associations stand at its end; consumption takes a whole one."""
    month = month_number(done)
    return month + 1 if kind == "raise_consumption" and done.day > 1 else month
