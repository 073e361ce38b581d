"""Measure the score: write synthetic facts, load them, run every measure in a process of its own, print ratios as a Markdown table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

from bench.data import MONTHS
from bench.measures import ONE_PARTNER

GIB = 2**30
FULL = {"azure_rows": 50_000_000, "usage_rows": 10_000_000, "certificates": 1_000_000, "partners": 20_000, "tenants": 1_000_000}
BYTES_A_ROW = 120
"""Of disk, for an Azure row with the rows of other tables that go with it, as given and as loaded."""
TIMED = {
    "floor-raw": "floor: raw rows, a group-by a table",
    "floor": "floor: aggregated rows, a group-by a table",
    "floor-lean": "the same, reading the amount alone",
    "attain": "**Attain: all partners, six designations, all tracks**",
    "attain-security": "Attain: all partners, Security alone",
    "duckdb-security": "DuckDB, SQL by hand: Security alone",
    "pandas-security": "plain pandas: Security alone, a tenth of the partners",
}


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="where the facts are written; a temporary folder, removed at the end, unless given"
    )
    add_sizes(parser)
    for name, rows in FULL.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=f"[default: {rows:,}, in proportion]")
    parser.add_argument("--months", type=int, default=MONTHS, help="months of facts; fewer make the first scores of the history incomplete")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each measure, the best of which counts")
    parser.add_argument("--reuse", action="store_true", help="take the facts that are in the folder as they are")
    parser.add_argument("--output", type=Path, help="write the table here too")
    return parser.parse_args(given)


def process(name: str, folder: Path, *more: object, module: str = "bench.measures") -> dict[str, Any]:
    """Run one measure in a process of its own."""
    command = [sys.executable, "-m", module, name, str(folder), *(str(one) for one in more)]
    print(f"{name} ...", file=sys.stderr, flush=True)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def best(name: str, rounds: list[dict[str, dict[str, Any]]]) -> dict[str, Any]:
    """Take the least time of all rounds, and the most memory."""
    found = [round_[name] for round_ in rounds]
    return {
        "seconds": min(one["seconds"] for one in found),
        "cpu": min(one["cpu"] for one in found),
        "memory": max(one["memory"] for one in found),
    }


def add_sizes(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how much is written."""
    parser.add_argument("--scale", type=int, default=1, help="divide all sizes by this where facts are written")
    parser.add_argument("--rows", type=int, default=0, help="Azure rows to write, all other sizes in proportion; such as 200000000")


def sizes_of(options: argparse.Namespace, folder: Path) -> list[int]:
    """Give how much of everything is written, in the order of `FULL`; stops where the disk of `folder` has no room for it."""
    rows = options.rows or FULL["azure_rows"] // options.scale
    free = shutil.disk_usage(folder if folder.exists() else folder.absolute().parent).free
    if free < rows * BYTES_A_ROW:
        sys.exit(f"{rows:,} Azure rows and what belongs to them need {rows * BYTES_A_ROW / 1e9:.0f} GB; {free / 1e9:.0f} GB are free")
    return [count * rows // FULL["azure_rows"] for count in FULL.values()]


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    versions = f"Polars {pl.__version__}, DuckDB {duckdb.__version__}, pandas {pd.__version__}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, {versions}"


def row(label: str, found: dict[str, Any], *floors: dict[str, Any]) -> str:
    ratios = [f"{found['seconds'] / floor['seconds']:.2f} ({found['cpu'] / floor['cpu']:.2f})" for floor in floors]
    return f"| {label} | {found['seconds']:.2f} | {found['cpu']:.2f} | {' | '.join(ratios)} | {found['memory'] / GIB:.2f} |"


def report(folder: Path, options: argparse.Namespace) -> str:
    """Measure everything and give the Markdown."""
    sizes = [getattr(options, name) or count for name, count in zip(FULL, sizes_of(options, folder), strict=True)]
    write = None if options.reuse else process("write", folder, *sizes, options.months)
    load = process("load", folder)
    compared = process("compare", folder)
    if compared["sql"] or compared["pandas"]:
        sys.exit(f"the scores by hand differ from Attain's: {compared}")
    rounds = [{name: process(name, folder) for name in TIMED} for _ in range(options.rounds)]
    taken = {name: best(name, rounds) for name in TIMED}
    floors = (taken["floor-raw"], taken["floor"])
    one, history = process("one-partner", folder), process("history", folder)
    rows = load["rows"]
    lines = [
        f"{rows['azure_detail']:,} Azure rows ({rows['azure_usage']:,} aggregated), {rows['workload_usage']:,} rows of workload usage, "
        f"{rows['workload_revenue']:,} of revenue, {rows['certifications']:,} certificates, {rows['accounts']:,} partners, "
        f"{rows['customers']:,} tenants, {load['months']} months. {machine()}.",
        "",
        "| measure | seconds | CPU seconds | ratio to the raw floor | ratio to the aggregated floor | peak GiB |",
        "|---|---:|---:|---:|---:|---:|",
        *(row(label, taken[name], *floors) for name, label in TIMED.items()),
        row("Attain: 24 months of history, all partners", history, *floors),
        "",
        f"- One partner, all designations, warm (median of {ONE_PARTNER} random partners): {one['seconds'] * 1000:.0f} ms "
        f"({one['cpu'] * 1000:.0f} ms of CPU), the slowest {one['slowest'] * 1000:.0f} ms.",
        f"- 24 months of history cost {history['seconds'] / taken['attain']['seconds']:.1f} times one month "
        f"({history['cpu'] / taken['attain']['cpu']:.1f} in CPU).",
        f"- Scores by hand equal to Attain's, value and points: {compared['rows']:,} rows in SQL, {compared['pandas_rows']:,} in pandas.",
    ]
    if write is not None:
        for what, found in (("Writing the synthetic facts", write), ("Loading them for the first time", load)):
            took = f"{found['seconds']:.0f} s ({found['cpu']:.0f} s of CPU)"
            lines.append(f"- {what}: {took}, {found['memory'] / GIB:.2f} GiB at the peak.")
    return "\n".join(lines) + "\n"


def main(given: list[str]) -> None:
    options = arguments(given)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="attain-bench-"))
    try:
        text = report(folder, options)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
