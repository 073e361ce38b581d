"""Rows of Insights reports that were read by column, added up by key, but for keys that need more than a sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import polars as pl

from attain.facts import money
from attain.facts.order import groups_of_runs, in_order, packed, runs, runs_in_order
from attain.facts.staging import Staging
from attain.sources.twins import TWIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from attain.facts.spellings import Spellings
    from attain.sources.gather import Gather
    from attain.sources.twins import Twins

Value = TypeVar("Value")

SUM_LIMIT = Decimal(10) ** (money.DIGITS - money.PLACES) - 1
"""All amounts together stay below it, so that each sum of some, rounded, is an amount of the contract's tables."""
COUNTS_LIMIT = 1 << 62
"""All counts of one column together stay below it, so that each sum of some has 64 bits."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[Value]):
    """What rows are added up by (`key`, of each month) and what is added up (`values`: exact amounts, or counts, some of them null).

    The last of the key is the number of its text, and so are attributions and the cells of `parts`, which tell rows of one key apart
    beside attribution and flag; a number of `parts` is one more, and 0 stands for an empty cell. `value` makes of a row's values what a
    Gather has.
    """

    key: tuple[str, ...]
    values: tuple[str, ...]
    value: Callable[[Mapping[str, Any]], Value]
    parts: tuple[str, ...] = ()

    @property
    def digest(self) -> pl.Expr:
        """Give a number of two keys that is equal where they are. Those of others seldom are."""
        return pl.sum_horizontal(pl.col(name).hash(seed) for seed, name in enumerate(self.key)).alias("#digest")


class Sums(Generic[Value]):
    """Rows with `month`, the key, `attribution`, the values and what tells twins, if anything does, see `Shape`."""

    def __init__(self, scratch: Path, texts: Spellings, twins: Twins, shape: Shape[Value]) -> None:
        self._staging = Staging(scratch, shape.key[1:-1][::-1])
        self._texts, self._twins, self._shape = texts, twins, shape
        self._spent: dict[str, Decimal | int] = {}

    def takes(self, rows: pl.DataFrame) -> bool:
        """Say whether the sums of these rows and all before have room where they are kept."""
        limits = (SUM_LIMIT if rows[name].dtype.is_decimal() else COUNTS_LIMIT for name in self._shape.values)
        return all(self._spent.get(name, 0) + _size(rows[name]) < limit for name, limit in zip(self._shape.values, limits, strict=True))

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows of a block."""
        for name in self._shape.values:
            self._spent[name] = self._spent.get(name, 0) + _size(rows[name])
        self._staging.add(rows)

    def by_key(self, apart: Gather[Value]) -> Iterator[tuple[int, pl.DataFrame]]:
        """Give the sums of each month, sorted by key, and put into `apart` what needs more than a sum.

        That are keys with several attributions or with flagged twins, and keys that rows read singly have, too.
        """
        self._twins.settle()
        key = self._shape.key
        keys = [key for key, _ in apart.items()]
        single = pl.DataFrame(keys, schema=["month", *key], orient="row", schema_overrides=dict.fromkeys(("month", *key), pl.String()))
        names = self._texts.texts(key[-1])
        numbers = pl.DataFrame({key[-1]: names, "#number": pl.int_range(len(names), dtype=pl.UInt32, eager=True)})
        # a name that no row by column has is in no key of theirs
        single = single.join(numbers, on=key[-1]).with_columns(pl.col("#number").alias(key[-1])).drop("#number")
        for month in self._staging.months:
            known = single.filter(pl.col("month") == month_text(month)).select(key)
            for part in range(self._staging.parts(month)):
                rows = _whole(self._staging.frame(month, part))
                summed, several = self._summed(rows, names)
                routed = pl.concat([several, known]).unique()
                # that a key may be among them is told in a small part of the time that a join takes
                digests = routed.select(self._shape.digest).to_series()
                if routed.height and (maybe := self._is_among(rows, digests)).any():
                    self._put_apart(month_text(month), rows.filter(maybe).join(routed, on=list(key), how="semi"), apart)
                    maybe = self._is_among(summed, digests)
                    rest = summed.filter(maybe).join(routed, on=list(key), how="anti")
                    summed, _ = _sorted(pl.concat([summed.filter(~maybe), rest]), key, names)
                yield month, summed

    def told(self, month: int, summed: pl.DataFrame, cells: list[str]) -> pl.DataFrame:
        """Give sums with their month, and names and associations as the contract has them; `cells` are those of each attribution."""
        *owners, named = self._shape.key
        distinct = list(dict.fromkeys(cells))
        place = pl.Series([distinct.index(cell) for cell in cells], dtype=pl.UInt32)
        return summed.select(
            pl.lit(month, dtype=pl.Int32).alias("month"),
            *owners,
            summed[named].cat.to(pl.Enum(self._texts.texts(named))),
            place.gather(summed["attribution"]).cat.to(pl.Enum(distinct)).alias("associations"),
            *self._shape.values,
        )

    def _put_apart(self, month: str, rows: pl.DataFrame, apart: Gather[Value]) -> None:
        *owners, named = self._shape.key
        names, codes = (self._texts.texts(name).to_list() for name in (named, "attribution"))
        parts = [(name, ["", *self._texts.texts(name).to_list()]) for name in self._shape.parts]
        for row in rows.iter_rows(named=True):
            key = (month, *(row[name] for name in owners), names[row[named]])
            # rows of a file that flags no twins have no digests
            twin = self._twins.name(tuple(int(row[name]) for name in TWIN if row.get(name) is not None))
            part = (codes[row["attribution"]], twin, row.get("flag", ""), *(texts[row[name]] for name, texts in parts))
            apart.add(key, part, self._shape.value(row))

    def _is_among(self, rows: pl.DataFrame, digests: pl.Series) -> pl.Series:
        """Say of which rows the key has one of some digests."""
        return rows.select(self._shape.digest).to_series().is_in(digests.implode())

    def _summed(self, rows: pl.DataFrame, names: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Add up rows by key and all that tells rows of one key apart, sorted by key; give the keys that have several of these apart.

        Most keys of most files have one row: it is its own sum.
        """
        key, values = self._shape.key, self._shape.values
        parts = ["attribution", *(["flag"] if "flag" in rows.columns else []), *self._shape.parts]
        columns = [*key, *parts]
        rows, number = _sorted(rows, key, names)
        steps = (number != number.shift(1)).fill_null(value=False)
        if int(steps.sum()) == max(0, rows.height - 1):
            return rows.select(*columns, *values), rows.clear().select(key)
        # keys are numbered again: so many bits as rows need leave room for the attributions of any file
        each = packed([steps.cum_sum(), *(rows[name].to_physical() for name in parts)])
        assert each is not None
        if not each.is_sorted():
            order = each.arg_sort()
            rows, number, each = rows[order], number.gather(order), each.gather(order)
        last = (each != each.shift(-1)).fill_null(value=True)
        whole = rows.select(columns).filter(last).with_columns(_totals(rows[name], last) for name in values)
        return whole, whole.select(key).filter(number.filter(last).is_duplicated())


def _size(values: pl.Series) -> Decimal | int:
    if values.dtype.is_decimal():
        return Decimal(str(values.abs().sum()))
    return int(values.sum())


def _totals(values: pl.Series, last: pl.Series) -> pl.Series:
    """Add up each run of values, given where runs end: what all up to there add up to, less the same of the run before."""
    nothing = Decimal(0) if values.dtype.is_decimal() else 0
    known = values.fill_null(nothing) if values.null_count() else values
    summed = known.cum_sum().filter(last)
    totals = summed - summed.shift(1, fill_value=nothing)
    if not values.null_count():
        return totals
    told = values.is_not_null().cast(pl.UInt32).cum_sum().filter(last)
    return totals.set(told == told.shift(1, fill_value=0), None)


def month_text(month: int) -> str:
    """Write a month, given as year * 12 + month - 1, such as `2026-10`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows of several blocks with the cells of columns that not all blocks had."""
    return rows.with_columns(pl.col("flag").fill_null("")) if "flag" in rows.columns else rows


def _sorted(rows: pl.DataFrame, key: tuple[str, ...], names: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Sort rows by their key, its last by names, as the store sorts them; with a number a row, rising, that is equal where the key is."""
    if not rows.height:
        return rows, pl.Series(dtype=pl.UInt64)
    owners = key[:-1]
    run = runs_in_order(rows, owners)
    owner = groups_of_runs(rows, owners) if run is None else run[-1]
    if owner is None:
        rows = in_order(rows, owners)
        owner = runs(rows, owners)
    number = packed([owner, names.rank("dense").gather(rows[key[-1]])])
    assert number is not None
    if number.is_sorted():
        return rows, number
    order = number.arg_sort()
    return rows[order], number.gather(order)
