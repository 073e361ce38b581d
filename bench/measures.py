"""What is measured, each by itself in a process of its own: `python -m bench.measures NAME FOLDER` prints one line of JSON."""

from __future__ import annotations

import datetime as dt
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from bench.data import DAY, HISTORY_MONTHS, Data, Size, write

ONE_PARTNER = 50
TENTH = 10
Measure = Callable[[Data], Callable[[], Any]]
"""Prepares, and gives what is timed."""

NEEDED = {
    "azure_usage": ("month", "service", "offer", "basis", "associations", "acr"),
    "workload_usage": ("month", "workload", "associations", "paid_licenses", "active_users", "capacity"),
    "workload_revenue": ("month", "workload", "associations", "revenue"),
    "certifications": ("certification", "earned_on", "expires_on", "status"),
}
AMOUNTS = {"azure_usage": "acr", "workload_usage": "active_users", "workload_revenue": "revenue", "certifications": "certification"}


def floor(data: Data, *, detail: bool, lean: bool) -> Callable[[], Any]:
    """One group-by per table at partner and tenant (or person), over the months that a score reads.

    It reads every column that the score needs (`lean`: the amount alone), and takes the largest value of each that it does not add up.
    """

    def gather(table: str) -> pl.LazyFrame:
        amount = AMOUNTS[table]
        others = [] if lean else [name for name in NEEDED[table] if name != amount]
        entity = "person_id" if table == "certifications" else "tenant_id"
        rows = pl.scan_parquet(data.files(table, detail=detail))
        return rows.group_by("partner_id", entity).agg(pl.col(amount).sum(), pl.col(others).max())

    def run() -> list[int]:
        return [gather(table).collect(engine="streaming").height for table in NEEDED]

    return run


def attain_all(data: Data) -> Callable[[], Any]:
    from attain.workspace import Workspace

    workspace = Workspace(data.facts, data.book)
    return lambda: len(workspace.score(DAY))


def attain_security(data: Data) -> Callable[[], Any]:
    from attain.workspace import Workspace

    workspace = Workspace(data.facts, data.book)
    return lambda: len(workspace.score(DAY, designations=["security"]))


def attain_history(data: Data) -> Callable[[], Any]:
    from attain.scoring.history import history

    return lambda: sum(len(found) for found in history(data.book, data.facts, history_days()))


def history_days() -> list[dt.date]:
    """List a day of each of the last 24 months, the latest first."""
    months = [DAY.year * 12 + DAY.month - 1 - back for back in range(HISTORY_MONTHS)]
    return [dt.date(month // 12, month % 12 + 1, DAY.day) for month in months]


def duckdb_security(data: Data) -> Callable[[], Any]:
    from bench.by_hand import duckdb_scores

    return lambda: duckdb_scores(data).height


def pandas_security(data: Data) -> Callable[[], Any]:
    from bench.by_hand import write_tenth
    from bench.in_pandas import pandas_scores

    folder = write_tenth(data, TENTH)
    return lambda: len(pandas_scores(data, folder))


MEASURES: dict[str, Measure] = {
    "floor-raw": lambda data: floor(data, detail=True, lean=False),
    "floor": lambda data: floor(data, detail=False, lean=False),
    "floor-lean": lambda data: floor(data, detail=False, lean=True),
    "attain": attain_all,
    "attain-security": attain_security,
    "duckdb-security": duckdb_security,
    "pandas-security": pandas_security,
    "history": attain_history,
}


def measure(name: str, folder: Path) -> dict[str, Any]:
    """Measure once cold (to fill the file cache and compile what is compiled once) and then once more."""
    run = MEASURES[name](Data(folder))
    if name != "history":
        run()
    started, used = time.perf_counter(), time.process_time()
    run()
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used}


def one_partner(folder: Path) -> dict[str, Any]:
    """Score random partners one by one, each in all designations."""
    from attain.workspace import Workspace

    data = Data(folder)
    workspace = Workspace(data.facts, data.book)
    # One more for each turn of the warming up, none measured twice.
    *warming, chosen = random.Random(1).sample(data.accounts, 3), random.Random(2).sample(data.accounts, ONE_PARTNER)
    for partner in warming[0]:
        workspace.score(DAY, partners=[partner])
    times: list[tuple[float, float]] = []
    for partner in chosen:
        started, used = time.perf_counter(), time.process_time()
        workspace.score(DAY, partners=[partner])
        times.append((time.perf_counter() - started, time.process_time() - used))
    by_wall, by_cpu = sorted(wall for wall, _ in times), sorted(cpu for _, cpu in times)
    half = len(times) // 2
    return {"seconds": by_wall[half], "cpu": by_cpu[half], "slowest": by_wall[-1]}


def written(folder: Path, size: Size) -> dict[str, Any]:
    """Write the facts."""
    started, used = time.perf_counter(), time.process_time()
    rows = write(folder, size)
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used, "rows": rows}


def loaded(folder: Path) -> dict[str, Any]:
    """Load the facts for the first time: check, conform, aggregate."""
    data = Data(folder)
    started, used = time.perf_counter(), time.process_time()
    facts = data.facts
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    tables = ("azure_detail", "azure_usage", "workload_usage", "workload_revenue", "certifications", "accounts", "customers")
    return {
        "seconds": seconds,
        "cpu": cpu,
        "rows": {table: data.rows(table) for table in tables},
        "months": data.months,
        "digest": facts.digest,
    }


def main(name: str, folder: str, *numbers: str) -> None:
    """Run one measure and print it."""
    path = Path(folder)
    if name == "write":
        result = written(path, Size(*(int(number) for number in numbers)))
    elif name == "load":
        result = loaded(path)
    elif name == "one-partner":
        result = one_partner(path)
    elif name == "compare":
        from bench.by_hand import compared

        result = compared(Data(path))
    else:
        result = measure(name, path)
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
