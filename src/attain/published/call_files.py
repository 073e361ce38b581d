"""The call list as rows of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def records(calls: Iterable[Call]) -> list[Record]:
    """Give the lines of a call list, the most pressing first."""
    return [
        {
            "rank": rank,
            "partner_id": call.reseller.partner_id,
            "name": call.reseller.name,
            "country": call.reseller.country,
            "designation": call.reseller.designation,
            "status": call.reseller.totals.status if call.reseller.totals is not None else "",
            "reason": call.reason.name.lower(),
            "sentence": call.sentence,
            "last_on": None if call.last is None else call.last.recorded_at.date(),
            "last_called": None if call.last is None else call.last.called,
            "last_note": "" if call.last is None else call.last.note,
        }
        for rank, call in enumerate(calls, 1)
    ]
