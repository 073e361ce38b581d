"""Write a synthetic facts folder: one file a month for usage and revenue, one file for each other table."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from attain.errors import AttainError
from attain.facts.schema import TABLES
from attain.facts.synthetic import people, usage
from attain.facts.synthetic.cast import cast_facts
from attain.facts.synthetic.layout import contract_columns, dollars
from attain.facts.synthetic.plan import DemoPlan
from attain.facts.synthetic.population import Population, customers, populate

Progress = Callable[[str, int, int], None]
"""Called as `progress(table, done, total)` after each file of a table."""

ROW_GROUP = 120_000
_MONTHLY = ("azure_usage", "workload_usage", "workload_revenue")


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What `write_demo` wrote: rows and bytes of each table, the months covered and the folder."""

    folder: Path
    rows: dict[str, int]
    size: dict[str, int]
    first_month: dt.date
    last_month: dt.date


def write_demo(plan: DemoPlan, folder: Path, *, overwrite: bool = False, progress: Progress | None = None) -> DemoSummary:
    """Write the facts of `plan` into `folder`: every table of the contract, as Parquet or CSV.

    The same plan gives the same rows in the same order on every machine. Usage is written a month at a time, so that memory does not
    grow with the months. Raises AttainError `demo-folder` where the folder already holds facts and `overwrite` is not given, or is a file.
    """
    _make_room(folder, overwrite)
    population = populate(plan)
    cast = cast_facts(plan)
    rows: dict[str, int] = {}
    size: dict[str, int] = {}
    for table, frames in _tables(plan, population, cast):
        rows[table] = size[table] = 0
        total = plan.months if table in _MONTHLY else 1
        for done, (month, frame) in enumerate(frames, start=1):
            path = folder / f"{table}.{plan.format}" if month is None else folder / table / f"{month:%Y-%m}.{plan.format}"
            size[table] += _write(table, frame, path)
            rows[table] += len(frame)
            if progress is not None:
                progress(table, done, total)
    return DemoSummary(folder, rows, size, plan.month(plan.months - 1), plan.month(0))


def _make_room(folder: Path, overwrite: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise AttainError("demo-folder", "is a file, not a folder", str(folder), "name a folder that does not exist yet")
    present = [path for table in TABLES for path in (folder / table, folder / f"{table}.csv", folder / f"{table}.parquet") if path.exists()]
    if present and not overwrite:
        raise AttainError("demo-folder", f"already holds {present[0].name}", str(folder), "name another folder, or give --overwrite")
    for path in present:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def _tables(
    plan: DemoPlan, population: Population, cast: dict[str, pl.DataFrame]
) -> Iterator[tuple[str, Iterator[tuple[dt.date | None, pl.DataFrame]]]]:
    """Give each table as an iterator of (month or None, rows), the cast first."""

    def monthly(table: str, months: Iterator[tuple[dt.date, pl.DataFrame]]) -> Iterator[tuple[dt.date | None, pl.DataFrame]]:
        own = cast[table]
        for month, frame in months:
            yield month, pl.concat([own.filter(pl.col("month") == month), contract_columns(table, frame)])

    def whole(table: str, frame: pl.DataFrame | None) -> Iterator[tuple[dt.date | None, pl.DataFrame]]:
        yield None, cast[table] if frame is None else pl.concat([cast[table], contract_columns(table, frame)])

    yield "partners", whole("partners", population.partners)
    yield "customers", whole("customers", customers(plan, population))
    yield "certifications", whole("certifications", people.certifications(plan, population))
    yield "associations", whole("associations", people.associations(plan, population))
    yield "enrollments", whole("enrollments", people.enrollments(plan, population))
    yield "reported_scores", whole("reported_scores", None)
    yield "workload_revenue", monthly("workload_revenue", usage.revenue_months(usage.revenue_lines(plan, population)))
    yield "workload_usage", monthly("workload_usage", usage.workload_months(usage.workload_lines(plan, population)))
    yield "azure_usage", monthly("azure_usage", usage.azure_months(usage.azure_lines(plan, population)))


def _write(table: str, frame: pl.DataFrame, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    money = [column.name for column in TABLES[table].columns if column.kind == "money"]
    frame = frame.with_columns(dollars(pl.col(name)) for name in money)
    if path.suffix == ".csv":
        months = [column.name for column in TABLES[table].columns if column.kind == "month"]
        frame.with_columns(*(pl.col(name).dt.strftime("%Y-%m") for name in months), pl.col(pl.String).replace("", None)).write_csv(path)
    else:
        frame.write_parquet(path, compression="zstd", row_group_size=ROW_GROUP, statistics=True)
    return path.stat().st_size
