"""What a delivery covers of a table, and what it says otherwise there: rows it replaces, keys it drops, months it restates."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.facts.compared_names import BY, beside
from attain.facts.money import to_dollars, to_units
from attain.facts.schema import TABLES
from attain.store.detail import codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.facts.coding import Coder

MAX_DROPPED = Fraction(5, 100)
"""Our own measure of a file that was filtered before it was downloaded: more of a slice's keys than this are missing from it."""
RESTATED = {
    "table": pl.String(),
    "partner_id": pl.String(),
    "month": pl.Date(),
    "measure": pl.String(),
    "before": pl.Int64(),
    "after": pl.Int64(),
}
_SCALE = 10_000


@dataclass(frozen=True, slots=True)
class Cut:
    """What a file covers in a table: the values of `columns` it holds and, with `between`, the range of that column for each of them.

    With `fills`, a cell that the newer row leaves empty keeps what the older row said.
    """

    columns: tuple[str, ...]
    between: str = ""
    fills: bool = False


CUTS = {
    "azure_usage": Cut(("month", "partner_id", "basis")),
    "workload_usage": Cut(("month", "partner_id")),
    "workload_revenue": Cut(("month", "partner_id")),
    "certifications": Cut(("partner_id",)),
    "associations": Cut(("partner_id",)),
    "enrollments": Cut(("partner_id",)),
    "reported_scores": Cut(("partner_id", "as_of")),
}
"""By table, where a source says nothing else."""


def split(table: str, old: pl.DataFrame, new: pl.DataFrame, cut: Cut, coders: Mapping[str, Coder]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split the rows of older deliveries into those that `new` covers and those that it leaves alone; spellings of one name are one."""
    if not old.height:
        return old, old
    edges = [pl.col(cut.between).min().alias("#from"), pl.col(cut.between).max().alias("#to")] if cut.between else []
    held, told = (beside(rows.lazy(), table, cut.columns, coders).collect() for rows in (old, new))
    columns = [f"{BY}{name}" for name in cut.columns]
    slices = told.group_by(columns).agg(pl.lit(value=True).alias("#covered"), *edges).with_columns(pl.lit(value=True).alias("#covered"))
    met = held.join(slices, on=columns, how="left", nulls_equal=True, maintain_order="left")
    inside = pl.col("#covered").fill_null(value=False)
    if cut.between:
        inside = inside & pl.col(cut.between).is_between(pl.col("#from"), pl.col("#to")).fill_null(value=False)
    return met.filter(inside).select(old.columns), met.filter(~inside).select(old.columns)


def filled(table: str, old: pl.DataFrame, new: pl.DataFrame, coders: Mapping[str, Coder]) -> pl.DataFrame:
    """Give `new` with its empty cells filled from the rows of `old` under the same key."""
    key = TABLES[table].key
    by = [f"{BY}{name}" for name in key]
    cells = [name for name in new.columns if name not in {*key, "load_id", "source"}]
    held, told = (beside(rows.lazy(), table, key, coders).collect() for rows in (old, new))
    known = held.select(*by, *(pl.col(name).alias(f"#{name}") for name in cells)).unique(by, keep="first", maintain_order=True)
    met = told.join(known, on=by, how="left", nulls_equal=True, maintain_order="left")
    return met.with_columns(pl.coalesce(name, f"#{name}").alias(name) for name in cells).select(new.columns)


def check_drops(
    table: str,
    old: pl.DataFrame,
    new: pl.DataFrame,
    cut: Cut,
    coders: Mapping[str, Coder],
    max_dropped: Fraction,
    title: str,
    people: Mapping[str, str] | None = None,
) -> None:
    """Refuse a delivery that leaves out more than `max_dropped` of the keys of a slice that it covers (`old` are the covered rows).

    `people` gives the one id of each person who is known by several, so that nobody is missed who goes by another now.

    Raises AttainError `slice-shrinks` for the slice that loses most.
    """
    if not old.height:
        return
    key = list(TABLES[table].key)
    if people and "person_id" in key:
        by_one = pl.col("person_id").replace(list(people), list(people.values()))
        old, new = old.with_columns(by_one), new.with_columns(by_one)
    before, after = (_keys(table, rows, key, coders) for rows in (old, new))
    gone = before.join(after, on=key, how="anti", nulls_equal=True)
    if not gone.height:
        return
    columns = list(cut.columns)
    if columns:
        counts = before.group_by(columns).len("#keys").join(gone.group_by(columns).len("#gone"), on=columns, nulls_equal=True)
    else:
        counts = pl.DataFrame({"#keys": [before.height], "#gone": [gone.height]})
    for row in counts.sort("#gone", *columns, descending=[True, *(False for _ in columns)]).iter_rows(named=True):
        if Fraction(row["#gone"], row["#keys"]) > max_dropped:
            named = f" for {', '.join(f'{name} {_shown(row[name])}' for name in columns)}" if columns else ""
            raise AttainError(
                "slice-shrinks",
                f"{row['#gone']:,} of the {row['#keys']:,} rows that the store has{named} in {table} are not in it",
                title,
                "was it filtered before the download? if it is right as it is, say --replace",
            )


def _keys(table: str, rows: pl.DataFrame, key: list[str], coders: Mapping[str, Coder]) -> pl.DataFrame:
    named = [column.name for column in TABLES[table].columns if column.kind == "name" and column.name in key]
    return rows.select(*(codes(rows[name], coders[name]) if name in named else pl.col(name) for name in key)).unique()


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


def restatements(table: str, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Give what `new` says otherwise of months that `old` (the covered rows) told of: RESTATED, amounts and counts in ten-thousandths."""
    if not old.height or "month" not in old.columns:
        return pl.DataFrame(schema=RESTATED)
    sums = _sums(table, old).join(_sums(table, new), on=["partner_id", "month", "measure"], how="left", suffix="#new", nulls_equal=True)
    changed = sums.with_columns(after=pl.col("sum#new").fill_null(0)).filter(pl.col("sum") != pl.col("after"))
    return changed.select(pl.lit(table).alias("table"), "partner_id", "month", "measure", pl.col("sum").alias("before"), "after").sort(
        pl.all()
    )


def _sums(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    parts: list[pl.DataFrame] = []
    for column in TABLES[table].columns:
        if column.kind not in {"money", "count"}:
            continue
        name = column.name
        amounts = to_units(rows[name]) if column.kind == "money" else rows[name] * _SCALE
        measure = pl.format("{} ({})", pl.lit(name), "basis") if "basis" in rows.columns else pl.lit(name)
        summed = rows.select("partner_id", "month", measure.alias("measure"), amounts.alias("sum"))
        parts.append(summed.group_by("partner_id", "month", "measure").agg(pl.col("sum").sum()))
    return pl.concat(parts)


def in_dollars(rows: pl.DataFrame) -> pl.DataFrame:
    """Give restatements with `before` and `after` as decimals."""
    return rows.with_columns(to_dollars(rows["before"]), to_dollars(rows["after"]))
