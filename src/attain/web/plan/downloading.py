"""The rows of the pages of Plan as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.advise import coverage as covering
from attain.advise import fragility as breaking
from attain.advise import impact as changing
from attain.advise import near as nearing
from attain.advise import outlook
from attain.advise import seats as seating
from attain.errors import AttainError, did_you_mean
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.plan import coverage, forecast, fragility, near, rule_change, seats
from attain.web.plan.asking import Asked, asked, nothing_yet

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase

    from attain.advise.columns import Columns, Record
    from attain.people.access import AttainRequest

TITLE = "Download"


def _near(about: Asked) -> list[Record] | None:
    found = near.near_list(about)
    return None if found is None else nearing.records(near.narrowed(about, found))


def _coverage(about: Asked) -> list[Record] | None:
    found = coverage.covered(about)
    return None if found is None else covering.records(coverage.narrowed(about, found))


def _seats(about: Asked) -> list[Record] | None:
    found = seats.seat_use(about)
    return None if found is None else seating.seat_records(seats.narrowed(about, found))


def _losses(about: Asked) -> list[Record] | None:
    found = fragility.fragile(about)
    return None if found is None else breaking.loss_records(fragility.narrowed(about, found))


def _margins(about: Asked) -> list[Record] | None:
    found = fragility.fragile(about)
    return None if found is None else breaking.margin_records(found)


def _forecast(about: Asked) -> list[Record] | None:
    found = forecast.forecast_of(about)
    return None if found is None else outlook.records(found)


def _rule_change(about: Asked) -> list[Record] | None:
    found = rule_change.compared(about, rule_change.chosen(about))
    return None if found is None else list(changing.records(found))


FOUND: dict[str, tuple[Columns, Callable[[Asked], list[Record] | None]]] = {
    "near": (nearing.COLUMNS, _near),
    "coverage": (covering.COLUMNS, _coverage),
    "seats": (seating.SEAT_COLUMNS, _seats),
    "losses": (breaking.LOSS_COLUMNS, _losses),
    "margins": (breaking.MARGIN_COLUMNS, _margins),
    "forecast": (outlook.COLUMNS, _forecast),
    "rule-change": (changing.COLUMNS, _rule_change),
}
"""What there is to download: its columns, and its rows (None while they are being worked out)."""


@needs(Access.EXPORT)
def download(request: AttainRequest, partner_id: str, name: str, kind: str) -> HttpResponseBase:
    """Send the rows that a page shows with the filters of its address, as a file."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    if name not in FOUND:
        raise AttainError("unknown-download", f"there is nothing called {name!r}", hint=did_you_mean(name, FOUND))
    columns, records = FOUND[name]
    rows = records(about)
    return about.wait() if rows is None else about.file(name, kind, columns, rows)
