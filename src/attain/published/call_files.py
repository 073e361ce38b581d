"""The call list as rows of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.advise.columns import Columns, Record
    from attain.published.calls import Call

COLUMNS: Columns = {
    "rank": "count",
    "partner_id": "text",
    "name": "text",
    "country": "text",
    "designation": "text",
    "status": "text",
    "reason": "text",
    "sentence": "text",
    "last_on": "day",
    "last_called": "yes",
    "last_note": "text",
}


def records(calls: Iterable[Call]) -> Iterator[Record]:
    """Give the lines of a call list one by one, the most pressing first."""
    for rank, call in enumerate(calls, 1):
        totals, last = call.reseller.totals, call.last
        yield {
            "rank": rank,
            "partner_id": call.reseller.partner_id,
            "name": call.reseller.name,
            "country": call.reseller.country,
            "designation": call.reseller.designation,
            "status": totals.status if totals is not None else "",
            "reason": call.reason.name.lower(),
            "sentence": call.sentence,
            "last_on": None if last is None else last.recorded_at.date(),
            "last_called": None if last is None else last.called,
            "last_note": "" if last is None else last.note,
        }
