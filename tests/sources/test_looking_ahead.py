"""What a file shows of its dates and numbers is the same whether its rows are looked at by column or one by one."""

from __future__ import annotations

import csv
import random
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from attain.sources import blocks
from attain.sources.cells import Conventions, text_of
from attain.sources.documents import open_document
from attain.sources.files import rows_of
from attain.sources.looking_ahead import look_ahead
from attain.sources.registry import SOURCES
from attain.sources.source import Columns

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    *("MPNID", "CustomerTenantId", "Month", "Product", "AvailableSeatsEOP", "BilledRevenueUSD", "CPORRevenue", "SubscriptionId"),
    *("SubscriptionStartDate", "Note"),
)
AMBIGUOUS = {
    "Month": ["1/1/2026", "2/2/2026"],
    "SubscriptionStartDate": ["", "3/4/2026", "5/6/2026"],
    "BilledRevenueUSD": ["", "7"],
}
DECIDING = {
    "Month": ["10/1/2026", "1/10/2026", "2026-10-01", "x"],
    "SubscriptionStartDate": ["13/4/2026", "4/13/2026", "2026-01-01", "null"],
    "BilledRevenueUSD": ["1,234", "1.5", "1,5", "1,234.5", "1.234,5", "x,y"],
    "CPORRevenue": ["0.5", "0,5", "1,234"],
    "AvailableSeatsEOP": ["1,234", "1.0", "1.000", "1,234,567"],
}


def _one_by_one(path: Path, columns: Columns, conventions: Conventions) -> None:
    """Show each cell to the conventions that may still learn from its column."""
    source = SOURCES["insights_subscriptions"]
    by_kind = {
        "date": conventions.observe_date,
        "month": conventions.observe_month,
        "count": conventions.observe_count,
        "number": conventions.observe_number,
    }
    open_places = {
        kind: {place for field in source.fields if field.kind == kind for place in columns.places(field.name)} for kind in by_kind
    }
    for _, row in islice(rows_of(open_document(path)), 1, None):
        if len(row) >= columns.width:
            for kind, observe in by_kind.items():
                open_places[kind] = {place for place in open_places[kind] if not observe(text_of(row[place]))}


@pytest.mark.parametrize("seed", range(30))
def test_by_column_as_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(blocks, "FIRST_BLOCK", 300)
    chance = random.Random(seed)
    rows = [[chance.choice(AMBIGUOUS.get(name, ["", "7"])) for name in HEADER] for _ in range(60)]
    for _ in range(seed % 4):
        column = chance.choice(list(DECIDING))
        rows[chance.randrange(60)][HEADER.index(column)] = chance.choice(DECIDING[column])
    rows[chance.randrange(60)] = ["short", "10/1/2026"]
    path = tmp_path / "f.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([HEADER, *rows])
    columns = Columns(SOURCES["insights_subscriptions"], HEADER, "f.csv")
    found, expected = Conventions(), Conventions()
    look_ahead(SOURCES["insights_subscriptions"], open_document(path), columns, found)
    _one_by_one(path, columns, expected)
    assert (found.mark, found.order) == (expected.mark, expected.order)
