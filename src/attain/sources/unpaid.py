"""What a report calls products that nobody pays for; Microsoft lists none of the words, so one that is not known is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.sources.source import fold

if TYPE_CHECKING:
    from attain.sources.intake import Sheet, Tally
    from attain.sources.workload_columns import BlockOfRows

PAID = frozenset({"", "paid", "paidsku"})
TRIALS = frozenset({"trial", "trials", "trialsku", "freetrial"})
UNPAID = frozenset({"free", "freesku"}) | TRIALS


class Payment:
    """Reads the field that tells paid from other products, of whose words `unpaid` are those that are not paid for."""

    def __init__(self, tally: Tally, field: str, unpaid: frozenset[str]) -> None:
        self._tally, self._field, self._unpaid = tally, field, unpaid

    def is_unpaid(self, label: str) -> bool:
        """Say whether a label is of a product that nobody pays for."""
        return fold(label) in self._unpaid

    def note(self, sheet: Sheet, label: str) -> None:
        """Tell once of a label that is not known."""
        if not self._is_known(label):
            self._tally.warn(self._told(sheet, label))

    def of_block(self, block: BlockOfRows) -> pl.Series:
        """Say of which rows of a block nobody pays for the product; the first of a label that is to be told of comes singly."""
        labels = block.repeated(self._field)
        given: list[str] = labels.texts.to_list()
        due = [not self._is_known(label) and self._told(block.sheet, label) not in self._tally.warnings for label in given]
        block.plain.first_singly(labels, pl.Series(due, dtype=pl.Boolean))
        return labels.spread(pl.Series([self.is_unpaid(label) for label in given], dtype=pl.Boolean))

    def _is_known(self, label: str) -> bool:
        return fold(label) in PAID | self._unpaid

    def _told(self, sheet: Sheet, label: str) -> str:
        return f"{sheet.columns.column(self._field)} {label!r} is not known (Paid, Trial): its rows are taken as paid for"
