"""Rows of Insights reports that were read by column, added up by key, but for keys that need more than a sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import polars as pl

from attain.facts import money
from attain.facts.order import groups_of_few, groups_of_runs, in_order, packed, runs, runs_in_order
from attain.facts.staging import Staging
from attain.sources.attribution import Attributions
from attain.sources.twins import TWIN
from attain.sources.uniting import KINDS, NUMBER, codes_in, kinds_of, united

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
        """Give the sums of each month, sorted by key, with the bits of their associations; put into `apart` keys that it has, too."""
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
                rows, number = _sorted(_whole(self._staging.frame(month, part)), key, names)
                if (others := self._among(rows, known)) is not None:
                    self._put_apart(month_text(month), rows.filter(others), apart)
                    rows, number = rows.filter(~others), number.filter(~others)
                yield month, self._summed(rows, number)

    def told(self, month: int, summed: pl.DataFrame, constant: str = "") -> pl.DataFrame:
        """Give sums with their month, and names and associations as the contract has them; `constant` is the association of all rows."""
        *owners, named = self._shape.key
        kinds: list[int] = summed[KINDS].unique().sort().to_list()
        cells = [constant or Attributions.cell(codes_in(one)) for one in kinds]
        distinct = list(dict.fromkeys(cells))
        place = pl.Series([distinct.index(cell) for cell in cells], dtype=pl.UInt32)
        associations = place.gather(summed[KINDS].replace_strict(kinds, range(len(kinds)), return_dtype=pl.UInt32)) if kinds else place
        return summed.select(
            pl.lit(month, dtype=pl.Int32).alias("month"),
            *owners,
            summed[named].cat.to(pl.Enum(self._texts.texts(named))),
            associations.cat.to(pl.Enum(distinct)).alias(KINDS),
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

    def _among(self, rows: pl.DataFrame, keys: pl.DataFrame) -> pl.Series | None:
        """Say of which rows the key is among some; None where no row's is."""
        if not keys.height:
            return None
        # that it may be is told in a small part of the time that a join takes
        maybe = rows.select(self._shape.digest.is_in(keys.select(self._shape.digest).to_series().implode())).to_series()
        if not maybe.any():
            return None
        some = rows.select(self._shape.key).with_row_index("#row").filter(maybe).join(keys, on=list(self._shape.key), how="semi")
        return pl.Series([False]).new_from_index(0, rows.height).scatter(some["#row"], values=True)

    def _summed(self, rows: pl.DataFrame, number: pl.Series) -> pl.DataFrame:
        """Add up rows, sorted by key, whose number is equal where the key is; most keys of most files have one row, its own sum."""
        key, values = self._shape.key, self._shape.values
        kinds = kinds_of(self._texts.texts("attribution").to_list())
        steps = (number != number.shift(1)).fill_null(value=False)
        if int(steps.sum()) == max(0, rows.height - 1):
            return rows.select(*key, kinds.gather(rows["attribution"]).alias(KINDS), *values)
        parts = ["attribution", *(["flag"] if "flag" in rows.columns else []), *self._shape.parts]
        # keys are numbered again: so many bits as rows need leave room for the attributions of any file
        number = steps.cum_sum().alias(NUMBER)
        each = packed([number, *(rows[name].to_physical() for name in parts)])
        assert each is not None
        if not each.is_sorted():
            order = each.arg_sort()
            rows, number, each = rows[order], number.gather(order), each.gather(order)
        last = (each != each.shift(-1)).fill_null(value=True)
        whole = rows.select(*key, *parts).filter(last).with_columns(_totals(rows[name], last) for name in values)
        of_whole = number.filter(last)
        told = kinds.gather(whole["attribution"]).alias(KINDS)
        several = of_whole.is_duplicated()
        if not several.any():
            return whole.select(*key, told, *values)
        lone = whole.select(*key, told, *values, of_whole).filter(~several)
        heads = whole.select(*key, of_whole).filter(several).unique(NUMBER, keep="first")
        known = pl.DataFrame([told, of_whole]).filter(several).group_by(NUMBER).agg(pl.col(KINDS).bitwise_or())
        if "flag" in parts:
            # what twins share shows in single rows alone
            apart = rows.with_columns(number).filter(number.is_in(heads[NUMBER].implode()))
        else:
            apart = whole.with_columns(of_whole).filter(several)
        ranks = {name: _ranks(self._texts.texts(name)) for name in self._shape.parts}
        found = united(apart, values, self._shape.parts, ranks)
        together = heads.join(known, on=NUMBER).join(found, on=NUMBER).select(lone.columns)
        return pl.concat([lone, together]).sort(NUMBER).drop(NUMBER)


def _ranks(texts: pl.Series) -> pl.Series:
    """Give the places of texts in their order by their number, which is one more than in their list; the empty one comes first."""
    return pl.concat([pl.Series([0], dtype=pl.UInt32), texts.rank("ordinal").cast(pl.UInt32)])


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
    owner = groups_of_few(rows, owners) if owner is None else owner
    if owner is None:
        rows = in_order(rows, owners)
        owner = runs(rows, owners)
    number = packed([owner, names.rank("dense").gather(rows[key[-1]])])
    assert number is not None
    if number.is_sorted():
        return rows, number
    order = number.arg_sort()
    return rows[order], number.gather(order)
