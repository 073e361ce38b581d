"""Resellers as a file: one line for each that a list holds, with empty cells for what its consent hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.facts.spreadsheet import neutral
from attain.published.downloads import CSV_TYPE, XLSX_TYPE, text_pieces, workbook_pieces
from attain.published.shapes import exact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from attain.published.downloads import Cell
    from attain.published.resellers import Reseller

COLUMNS = (
    "partner_id",
    "name",
    "country",
    "consent",
    "consent_until",
    "designation",
    "track",
    "total",
    "distance",
    "qualifies",
    "complete",
    "status",
    "next_date",
    "next_event",
    "at_risk_on",
    "blocking",
    "metrics_at_zero",
    "unclaimed_points",
    "data_month",
    "as_of",
)
"""`distance` is what is missing to the total that qualifies, less than nothing beyond it; amounts are cut at six decimals."""


def cells(row: Reseller) -> list[Cell]:
    """Give the cells of a reseller in the order of the columns."""
    totals, detail = row.totals, row.detail
    head: list[Cell] = [row.partner_id, row.name, row.country, row.seen.consent or "none", row.seen.until, row.designation]
    if totals is None:
        return [_safe(cell) for cell in (*head, *(None for _ in COLUMNS[len(head) :]))]
    return [
        _safe(cell)
        for cell in (
            *head,
            totals.track,
            exact(totals.total_micro),
            exact(totals.distance_micro),
            totals.qualifies,
            totals.complete,
            totals.status,
            totals.next_date,
            totals.next_event,
            totals.at_risk_on,
            None if detail is None else detail.blocking,
            None if detail is None else detail.at_floor,
            None if detail is None else exact(detail.unclaimed_micro),
            totals.data_month,
            totals.day,
        )
    ]


def _safe(cell: Cell) -> Cell:
    """Keep a text from running as a formula."""
    return neutral(cell) if isinstance(cell, str) else cell


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
