"""Statuses as rows: one per partner and designation, for a table on a screen or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.scoring.rationals import cut
from attain.scoring.result import decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.lifecycle import Period, StatusOn
    from attain.scoring.statuses import PartnerOn

_TEXT = ("partner_id", "designation", "status", "status_name", "reason", "next_event", "next_meaning", "track")
_DATES = (
    "as_of",
    "next_date",
    "window_start",
    "window_end",
    "qualified_on",
    "best_on",
    "enrolled_on",
    "anniversary",
    "renewal_start",
    "renewal_end",
)
COLUMNS = (
    *("partner_id", "as_of", "designation", "status", "status_name", "reason", "next_date", "next_event", "next_meaning"),
    *("window_start", "window_end", "qualified_on", "best_points", "best_on"),
    *("enrolled_on", "recorded", "anniversary", "renewal_start", "renewal_end", "track"),
)
"""`best_points` is the highest total of the window so far, cut at six decimals like the points of a score."""


def status_frame(partners: Sequence[PartnerOn]) -> pl.DataFrame:
    """Give the statuses as one frame with `COLUMNS`, in the order of partners and designations; dates are dates, empty cells null."""
    rows = [_record(partner, status) for partner in partners for status in partner.on.statuses]
    others = {"recorded": pl.Boolean(), "best_points": pl.Int64()}
    types = {**dict.fromkeys(_TEXT, pl.String()), **dict.fromkeys(_DATES, pl.Date()), **others}
    frame = pl.DataFrame(rows, schema={name: types[name] for name in COLUMNS})
    return frame.with_columns(decimals(frame["best_points"]))


def _record(partner: PartnerOn, status: StatusOn) -> dict[str, object]:
    window, renewal = status.window, status.renewal_window
    return {
        "partner_id": partner.partner_id,
        "as_of": status.day,
        "designation": status.designation,
        "status": status.status,
        "status_name": status.status_name,
        "reason": status.reason,
        "next_date": status.next_date,
        "next_event": status.next_event,
        "next_meaning": status.next_meaning,
        "window_start": window.start,
        "window_end": window.end,
        "qualified_on": status.qualified_on,
        "best_points": None if status.best is None else cut(status.best.points),
        "best_on": None if status.best is None else status.best.day,
        "enrolled_on": status.enrolled_on,
        "recorded": status.recorded if status.held else None,
        "anniversary": status.anniversary,
        "renewal_start": _start(renewal),
        "renewal_end": _end(renewal),
        "track": status.track,
    }


def _start(period: Period | None) -> object:
    return None if period is None else period.start


def _end(period: Period | None) -> object:
    return None if period is None else period.end
