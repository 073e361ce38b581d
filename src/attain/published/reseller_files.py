"""Resellers as a file: one line for each that a list holds, with empty cells for what its consent hides."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from attain.advise.portfolio import LISTED_COLUMNS
from attain.facts.spreadsheet import neutral
from attain.published.downloads import CSV_TYPE, XLSX_TYPE, text_pieces, workbook_pieces
from attain.published.shapes import MICRO, exact
from attain.scoring.rationals import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from attain.advise.columns import Columns, Record
    from attain.published.downloads import Cell
    from attain.published.resellers import Reseller

RECORD_COLUMNS: Columns = {
    "partner_id": "text",
    "name": "text",
    "country": "text",
    "consent": "text",
    "consent_until": "day",
    **LISTED_COLUMNS,
}
COLUMNS = tuple(RECORD_COLUMNS)


def _values(row: Reseller) -> list[Cell | Fraction]:
    """Give what the columns hold, None for what a consent hides."""
    totals, detail = row.totals, row.detail
    head: list[Cell | Fraction] = [row.partner_id, row.name, row.country, row.seen.consent or "none", row.seen.until, row.designation]
    if totals is None:
        return [*head, *(None for _ in COLUMNS[len(head) :])]
    return [
        *head,
        totals.track,
        Fraction(totals.total_micro, MICRO),
        Fraction(totals.distance_micro, MICRO),
        totals.qualifies,
        totals.complete,
        totals.status,
        totals.next_date,
        totals.next_event,
        totals.at_risk_on,
        None if detail is None else detail.blocking,
        None if detail is None else detail.at_floor,
        None if detail is None else Fraction(detail.unclaimed_micro, MICRO),
        totals.data_month,
        totals.day,
    ]


def records(rows: Iterable[Reseller]) -> Iterator[Record]:
    """Give resellers as records with `RECORD_COLUMNS`, one by one."""
    for row in rows:
        yield dict(zip(COLUMNS, _values(row), strict=True))


def cells(row: Reseller) -> list[Cell]:
    """Give the cells of a reseller in the order of the columns; no text of them runs as a formula."""
    return [_cell(value) for value in _values(row)]


def _cell(value: Cell | Fraction) -> Cell:
    if isinstance(value, Fraction):
        return exact(cut(value))
    return neutral(value) if isinstance(value, str) else value


def resellers_csv(rows: Iterable[Reseller]) -> Iterator[bytes]:
    """Give resellers as CSV; see `text_pieces`."""
    return text_pieces(COLUMNS, map(cells, rows))


def resellers_xlsx(rows: Iterable[Reseller]) -> Iterator[bytes]:
    """Give resellers as a workbook; see `workbook_pieces`."""
    return workbook_pieces(COLUMNS, map(cells, rows), "resellers")


FILES: dict[str, tuple[str, Callable[[Iterable[Reseller]], Iterator[bytes]]]] = {
    "csv": (CSV_TYPE, resellers_csv),
    "xlsx": (XLSX_TYPE, resellers_xlsx),
}
"""The kinds of file: content type, and how they are written."""
