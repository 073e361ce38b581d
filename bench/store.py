"""Measure the store: imports against a mere conversion, the same file again, one more month against a full rebuild, one partner warm."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench.data import MONTHS
from bench.measures import ONE_PARTNER
from bench.score import GIB, add_sizes, best, machine, process, sizes_of
from bench.store_measures import FULL_ROWS

MODULE = "bench.store_measures"
OF_A_FILE = (
    "convert-contract",
    "import-contract",
    "again-contract",
    "convert-full",
    "import-full",
    "again-full",
    "convert-insights",
    "import-insights",
    "again-insights",
)
OF_THE_STORE = ("one-more", "rebuild", "score")


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench store", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="facts that `python -m bench score FOLDER` wrote; written anew unless given")
    add_sizes(parser)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each measure, the best of which counts")
    parser.add_argument("--files-only", action="store_true", help="measure the imports of one file, not those of all months")
    parser.add_argument("--output", type=Path, help="write the table here too")
    return parser.parse_args(given)


def line(label: str, found: dict[str, Any], against: dict[str, Any]) -> str:
    ratio = f"{found['seconds'] / against['seconds']:.2f} ({found['cpu'] / against['cpu']:.2f})"
    return f"| {label} | {found['seconds']:.2f} | {found['cpu']:.2f} | {ratio} | {found['memory'] / GIB:.2f} |"


def report(facts: Path, work: Path, rounds: int, *, files_only: bool) -> str:
    """Measure everything and give the Markdown. `work` is a folder to come, on the same disk as the facts."""

    def run(name: str) -> dict[str, Any]:
        return process(name, facts, work, module=MODULE)

    def turns(names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        found = [{name: run(name) for name in names} for _ in range(rounds)]
        return {name: best(name, found) for name in names}

    made, taken = run("prepare"), turns(OF_A_FILE)
    sizes = {name: f"{size / 1e6:.0f} MB" for name, size in made["sizes"].items()}
    plain, full, download = taken["convert-contract"], taken["convert-full"], taken["convert-insights"]
    lines = [
        f"One file: {made['month_rows']:,} Azure rows of {made['month']}, {sizes['contract']} as a contract table and {sizes['insights']} "
        f"as AzureUsage of Partner Center with six columns; AzureUsage with all columns: {min(made['month_rows'], FULL_ROWS):,} rows, "
        f"{sizes['full']}. {machine()}.",
        "",
        "| measure | seconds | CPU seconds | ratio | peak GiB |",
        "|---|---:|---:|---:|---:|",
        line("contract CSV: Polars converts it to Parquet", plain, plain),
        line("contract CSV: import into an empty store", taken["import-contract"], plain),
        line("contract CSV: the same bytes again", taken["again-contract"], plain),
        line("AzureUsage CSV, all columns: Polars converts it to Parquet", full, full),
        line("AzureUsage CSV, all columns: import into an empty store", taken["import-full"], full),
        line("AzureUsage CSV, all columns: the same bytes again", taken["again-full"], full),
        line("AzureUsage CSV, six columns: Polars converts it to Parquet", download, download),
        line("AzureUsage CSV, six columns: import into an empty store", taken["import-insights"], download),
        line("AzureUsage CSV, six columns: the same bytes again", taken["again-insights"], download),
    ]
    if files_only:
        return "\n".join([*lines, ""])
    run("before")
    taken = turns(OF_THE_STORE)
    whole, one, rows = taken["rebuild"], run("one-partner"), made["rows"]
    lines += [
        line("**all months into an empty store, and scores of all partners**", whole, whole),
        line("**one more month into the store, and scores of all partners**", taken["one-more"], whole),
        line("scores of all partners alone", taken["score"], whole),
        "",
        f"- The store: {rows['azure_usage']:,} Azure rows, {rows['workload_usage']:,} of workload usage, {rows['workload_revenue']:,} of "
        f"revenue, {made['partners']:,} partners.",
        f"- One partner of the store, all designations, warm (median of {ONE_PARTNER} random partners): {one['seconds'] * 1000:.0f} ms "
        f"({one['cpu'] * 1000:.0f} ms of CPU), the slowest {one['slowest'] * 1000:.0f} ms.",
        "",
    ]
    return "\n".join(lines)


def main(given: list[str]) -> None:
    options = arguments(given)
    home = Path(tempfile.mkdtemp(prefix=".attain-bench-", dir=options.folder.parent if options.folder else None))
    try:
        facts = options.folder or home / "facts"
        if options.folder is None:
            process("write", facts, *sizes_of(options, home), MONTHS)
        text = report(facts, home / "work", options.rounds, files_only=options.files_only)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(text)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
