"""How a file writes dates and numbers, learned from all of it where a cell could mean two things."""

from __future__ import annotations

from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl

from attain.sources.blocks import NUMBER, blocks_of
from attain.sources.cells import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.cells import Conventions
    from attain.sources.documents import Document
    from attain.sources.files import Row
    from attain.sources.source import Columns, Source

_TELLING = r"[.,]"
"""What a number has that shows how the file writes numbers."""


def look_ahead(source: Source, document: Document, columns: Columns, conventions: Conventions) -> None:
    """Show the file's dates and numbers to its conventions, in their order, until they are settled."""
    watched = {field.kind: set[int]() for field in source.fields}
    for field in source.fields:
        watched[field.kind].update(columns.places(field.name))
    dates, months, counts, numbers = (watched.get(kind, set[int]()) for kind in ("date", "month", "count", "number"))
    if not dates and not months and not counts and not numbers:
        return
    for row in _telling_rows(document, columns.width, frozenset(dates | months), frozenset(counts | numbers)):
        dates = {place for place in dates if not conventions.observe_date(text_of(row[place]))}
        months = {place for place in months if not conventions.observe_month(text_of(row[place]))}
        counts = {place for place in counts if not conventions.observe_count(text_of(row[place]))}
        numbers = {place for place in numbers if not conventions.observe_number(text_of(row[place]))}
        if not dates and not months and not counts and not numbers:
            return


def _telling_rows(document: Document, width: int, dates: frozenset[int], numbers: frozenset[int]) -> Iterator[Row]:
    """Give the rows that may show anything: of those that are read by column, without the others' cells, one of each date.

    A cell that shows nothing shows nothing wherever it comes again.
    """
    for block in blocks_of(document, width, dates | numbers):
        picked: list[tuple[int, Row]] = []
        if block.cells is not None and block.cells.height:
            picked = _picked(block.cells, width, dates, numbers)
        yield from (row for _, row in merge(picked, block.rows, key=itemgetter(0)) if len(row) >= width)


def _picked(cells: pl.DataFrame, width: int, dates: frozenset[int], numbers: frozenset[int]) -> list[tuple[int, Row]]:
    telling = pl.Series([False]).new_from_index(0, cells.height)
    for place in dates:
        telling = telling | cells[str(place)].is_first_distinct()
    for place in numbers:
        telling = telling | cells[str(place)].str.contains(_TELLING)
    names = {str(place) for place in dates | numbers}
    rows = cells.filter(telling)
    nothing = [""] * rows.height
    columns = [rows[str(place)].to_list() if str(place) in names else nothing for place in range(width)]
    return [(number, list(row)) for number, *row in zip(rows[NUMBER].to_list(), *columns, strict=True)]
