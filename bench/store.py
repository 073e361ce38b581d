"""Measure the store: imports against a mere conversion, the same file again, one more month against a full rebuild, one partner warm."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench.data import MONTHS
from bench.import_floor import FLOORS
from bench.measures import ONE_PARTNER
from bench.score import GIB, add_sizes, best, machine, process, sizes_of

MODULE = "bench.store_measures"
FILES = {
    "contract": "contract CSV",
    "full": "AzureUsage CSV, all columns",
    "insights": "AzureUsage CSV, six columns",
    "daily": "daily-rated usage CSV, all columns",
    "office": "OfficeUsage CSV, all columns",
}
DONE_TO_A_FILE = {
    "convert": "Polars converts it to Parquet",
    "floor": "Polars does what an import cannot do without, and checks nothing",
    "import": "import into an empty store",
    "again": "the same bytes again",
}
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

    made = run("prepare")
    measured = [(done, file) for file in FILES for done in DONE_TO_A_FILE if done != "floor" or file in FLOORS]
    taken = turns(tuple(f"{done}-{file}" for done, file in measured))
    sizes = "; ".join(f"{title}, {made['file_rows'][name]:,} rows, {made['sizes'][name] / 1e6:.0f} MB" for name, title in FILES.items())
    lines = [
        f"One file each, of {made['month']} or made up: {sizes}. {machine()}.",
        "",
        "| measure | seconds | CPU seconds | ratio | peak GiB |",
        "|---|---:|---:|---:|---:|",
        *(line(f"{FILES[name]}: {DONE_TO_A_FILE[done]}", taken[f"{done}-{name}"], taken[f"convert-{name}"]) for done, name in measured),
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
