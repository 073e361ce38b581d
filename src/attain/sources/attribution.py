"""Who recognizes a row of an Insights report, and rows that tell of one thing several times (I-10).

Microsoft gives one row per attribution, and twins where several locations or attributions count for one customer: rows of one attribution
are added up; across attributions, and between twins that are flagged as duplicates, associations are united and the larger is taken.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from attain.facts.schema import ASSOCIATIONS
from attain.sources.cells import NO, YES, whole_id
from attain.sources.intake import RowFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from attain.sources.files import Row
    from attain.sources.gather import Key
    from attain.sources.intake import Intake, Sheet

Value = TypeVar("Value")

DUPLICATE = "1"


def is_flag(text: str) -> bool:
    """Say whether a cell says that its row is a duplicate, or that it is none: what an unknown word says is not guessed."""
    return whole_id(text.casefold()) in YES | NO


class TwinsFlagged(Exception):
    """A file flags twins, and is being read as one that flags none."""


class Attributions:
    """Reads the field `attribution` and, with the field `flag`, what tells twins from rows that add up.

    `unsettled` names the fields in which two rows for the same usage may differ and still be twins. `constant` is the association of every
    row of a source that needs no column for it. Where a file flags no row, rows of one attribution add up whatever their other cells say:
    with `when_flagged`, what twins share is not looked at before an intake says that there are some, and the first flagged row raises
    `TwinsFlagged`.
    """

    def __init__(self, intake: Intake, unsettled: Iterable[str], constant: str = "", *, when_flagged: bool = False) -> None:
        self._intake, self._constant = intake, constant
        self._tells = intake.twins or not when_flagged
        self._unsettled = ("attribution", "flag", *unsettled)
        self._labels: dict[str, str] = {}
        self.known = bool(constant)
        """True where any file of the delivery says who recognizes its rows."""

        self.detail: tuple[int, ...] = ()
        """Places of the cells that twins share, where twins are told apart."""

        self.flagging = False
        """True where twins are told apart in the file."""

    def open(self, sheet: Sheet) -> None:
        """Begin a file, saying what is unknown without a column of attributions."""
        self._sheet = sheet
        self.known = self.known or sheet.columns.has("attribution")
        used = {place for name in self._unsettled for place in sheet.columns.places(name)}
        self.flagging = self._tells and sheet.columns.has("flag")
        self.detail = tuple(place for place in range(sheet.columns.width) if place not in used) if self.flagging else ()
        if not self.known:
            self._intake.tally.warn("the file names no attribution: the associations table decides what is recognized")

    def code(self, row: Row) -> str:
        """Give the association of a row: its code, `?` and the label where it is unknown, `?` alone where the row names none."""
        label = self._sheet.text(row, "attribution") if self._sheet.columns.has("attribution") else ""
        if not label:
            return self._constant or "?"
        known = self._labels.get(label)
        if known is None:
            # Two unknown labels stay two attributions: their amounts are not added up
            known = self._labels[label] = self._intake.catalog.associations.match(label) or f"?{label}"
            if known.startswith("?"):
                near = self._intake.catalog.associations.nearest(label)
                self._intake.tally.warn(
                    f"attribution {label!r} is unknown and counts for nothing" + (f"; nearest: {', '.join(near)}" if near else "")
                )
        return known

    def codes(self, labels: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Give the associations of labels, as `code` does, and say for which of them it has a warning that was not given yet."""
        codes, due = [self._constant or "?"] * len(labels), [False] * len(labels)
        for place, label in enumerate(labels.to_list()):
            if label:
                found = self._labels.get(label) or self._intake.catalog.associations.match(label)
                codes[place], due[place] = found or f"?{label}", found is None
        return pl.Series(codes, dtype=pl.String), pl.Series(due, dtype=pl.Boolean)

    def part(self, row: Row) -> Key:
        """Give the attribution and, where twins are flagged, a digest of the rest of the row and the flag: twins differ in it alone.

        Raises RowFault where the flag is none.
        """
        flag = self._sheet.text(row, "flag") if self._sheet.columns.has("flag") else ""
        if not is_flag(flag):
            raise RowFault(self._sheet.columns.column("flag"), flag, "neither 1 nor 0: it does not say whether the row is a duplicate")
        attribution, flagged = self.code(row), self.is_flagged(flag)
        if not self.flagging:
            return (attribution, "", "")
        rest = blake2b("\x1f".join(row[place] for place in self.detail).encode(), digest_size=16).hexdigest()
        return (attribution, rest, DUPLICATE if flagged else "0")

    def is_flagged(self, flag: str) -> bool:
        """Say whether a cell of the field `flag` says that its row is a duplicate. Raises TwinsFlagged where twins are not told apart."""
        flagged = whole_id(flag.casefold()) in YES
        if flagged and not self._tells:
            raise TwinsFlagged
        return flagged

    @staticmethod
    def cell(codes: set[str]) -> str:
        """Write association codes as the contract has them."""
        return "+".join(code for code in ASSOCIATIONS if code in codes)


def united(
    parts: Mapping[Key, Value], add: Callable[[Value, Value], Value], larger: Callable[[Value, Value], Value]
) -> tuple[Value, set[str]]:
    """Unite the rows of one usage as I-10 says: parts are (attribution, rest of the row, flag) with the sum of their rows.

    Gives the value that counts once, and the association codes.
    """
    twins: dict[tuple[str, str], Value] = {}
    for (attribution, rest, _), value in parts.items():
        known = twins.get((attribution, rest))
        twins[attribution, rest] = value if known is None else larger(known, value)
    sums: dict[str, Value] = {}
    for (attribution, _), value in twins.items():
        sums[attribution] = add(sums[attribution], value) if attribution in sums else value
    values = iter(sums.values())
    largest = next(values)
    for value in values:
        largest = larger(largest, value)
    return largest, {attribution for attribution in sums if not attribution.startswith("?")}
