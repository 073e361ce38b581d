"""Rows of a facts folder of which a better source tells: they are left out, whichever of the two is imported first (I-10).

Partners are compared by global account, as far as the folder and the file itself know who belongs to whom, and names by the catalog.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.compared_names import codes_of, is_name
from attain.facts.families import left_over, yields_to
from attain.sources.filing import READABLE, own_single_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from attain.facts.coding import Coder
    from attain.facts.families import Way
    from attain.sources.filing import Plan
    from attain.sources.ledger import Entry

_AT = "#at"
_CELLS = {"partner_id": "location", "global_id": "#account"}
_LOCATION = {"location": pl.String(), "#account": pl.String()}


@dataclass(frozen=True, slots=True)
class Comparing:
    """How rows of two files are compared: who belongs to whom (see `accounts_known`), and the names that are one."""

    accounts: pl.DataFrame
    coders: Mapping[str, Coder]


def accounts_known(facts: Path, staged: Path | None) -> pl.DataFrame:
    """Give the global account of each location (`location`, `#account`) that the folder's partners or a staged file of them name."""
    single = own_single_file(facts, "partners")
    files = [*([single] if single else []), *sorted((facts / "partners").glob("*")), *([staged] if staged else [])]
    frames = [pl.DataFrame(schema=_LOCATION)]
    for path in files:
        if path.suffix.casefold() not in READABLE:
            continue
        rows = pl.scan_csv(path, infer_schema=False) if path.suffix.casefold() == ".csv" else pl.scan_parquet(path)
        # a file of the user's own with a fault tells nothing here; the next load says what is wrong with it
        with suppress(pl.exceptions.PolarsError):
            if set(_CELLS) <= set(rows.collect_schema()):
                cells = rows.select(pl.col(name).cast(pl.String).str.strip_chars().alias(new) for name, new in _CELLS.items())
                frames.append(cells.filter((pl.col("#account") != "") & (pl.col("#account") != pl.col("location"))).collect())
    return pl.concat(frames).unique("location", keep="first", maintain_order=True)


def give_way(facts: Path, entries: list[Entry], family: str, table: str, new: Path, comparing: Comparing, plan: Plan) -> int:
    """Leave out of a staged file the rows that an import of a better family tells of; gives how many."""
    rows = pl.read_parquet(new)
    kept = rows
    for way in yields_to(family, table):
        better = way.among({entry.family for entry in entries})
        for name in (entry.tables[table] for entry in entries if entry.family in better and table in entry.tables):
            if (path := plan.current(facts, name)) is not None:
                kept = kept[_left(table, kept.lazy(), pl.scan_parquet(path), way, comparing)]
    if kept.height < rows.height:
        kept.write_parquet(new, compression="zstd")
    return rows.height - kept.height


def cut_worse(
    facts: Path, folder: Path, entries: list[Entry], family: str, table: str, new: Path, comparing: Comparing, plan: Plan
) -> dict[str, int]:
    """Plan the removal of rows of worse families of which the staged file of `family` tells; gives how many go, by file.

    Entries whose file goes altogether lose it.
    """
    removed: dict[str, int] = {}
    for entry, ways in _worse(entries, family, table):
        name = entry.tables[table]
        held = plan.current(facts, name)
        if held is None:
            continue
        rows = pl.read_parquet(held)
        kept = rows
        for way in ways:
            kept = kept[_left(table, kept.lazy(), pl.scan_parquet(new), way, comparing)]
        if kept.height == rows.height:
            continue
        removed[name] = rows.height - kept.height
        if kept.height:
            staged = f"cut-{len(plan.moves)}.parquet"
            kept.write_parquet(folder / staged, compression="zstd")
            plan.moves.append((staged, name))
        else:
            plan.removals.append(name)
            del entry.tables[table]
    return removed


def _worse(entries: list[Entry], family: str, table: str) -> Iterator[tuple[Entry, list[Way]]]:
    for entry in entries:
        if entry.family == family or table not in entry.tables:
            continue
        if ways := [way for way in yields_to(entry.family, table) if way.among([family])]:
            yield entry, ways


def _left(table: str, rows: pl.LazyFrame, told: pl.LazyFrame, way: Way, comparing: Comparing) -> pl.Series:
    """Give the places of the rows that stay."""
    left = left_over(_compared(table, rows.with_row_index(_AT), way, comparing, (_AT,)), _compared(table, told, way, comparing, ()), way)
    return left.select(_AT).collect()[_AT]


def _compared(table: str, rows: pl.LazyFrame, way: Way, comparing: Comparing, beside: tuple[str, ...]) -> pl.LazyFrame:
    """Give the columns of a way as they are compared: an empty cell is none, a partner is its global account, a name its code."""
    types = rows.collect_schema()
    cells: list[pl.Expr] = []
    for name in way.columns:
        if is_name(table, name):
            cells.append(codes_of(rows, name, comparing.coders).alias(name))
        elif name not in types:
            cells.append(pl.lit(None, dtype=pl.String).alias(name))
        elif types[name] == pl.String():
            cells.append(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name))
        else:
            cells.append(pl.col(name))
    read = rows.select(*cells, *beside)
    if "partner_id" not in way.columns:
        return read
    moved = read.join(comparing.accounts.lazy(), left_on="partner_id", right_on="location", how="left", maintain_order="left")
    return moved.with_columns(pl.coalesce("#account", "partner_id").alias("partner_id")).drop("#account")
