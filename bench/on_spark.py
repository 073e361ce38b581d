"""Measure the same scores on Polars and on a standalone Spark cluster of one and two workers of one core, and with a worker killed."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench.data import MONTHS, Data
from bench.score import GIB, add_sizes, machine, process, sizes_of

MODULE = "bench.spark_measures"
MIB = 2**20
CLUSTERS = (
    ("spark", 1, "Spark, one worker of one core"),
    ("spark", 2, "Spark, two workers of one core"),
    ("killed", 2, "the same, one worker killed with SIGKILL in the middle"),
)


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench spark", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="facts that `python -m bench score FOLDER` wrote; written anew unless given")
    add_sizes(parser)
    parser.add_argument("--memory", default="2g", help="heap of an executor [default: 2g]")
    parser.add_argument("--designations", nargs="*", default=[], help="designations scored [default: all]")
    parser.add_argument("--output", type=Path, help="write the table here too")
    return parser.parse_args(given)


def line(label: str, found: dict[str, Any], polars: dict[str, Any]) -> str:
    cpu = found["cpu"]
    cells = [f"{found['seconds']:.1f}", f"{found['seconds'] / polars['seconds']:.1f}", f"{cpu:.1f}", f"{cpu / polars['cpu']:.1f}"]
    spark = (
        [f"{found['shuffled'] / MIB:.0f}", f"{found['spilled'] / MIB:.0f}", f"{found['results'] / MIB:.1f}", f"{found['tasks']:,}"]
        if "tasks" in found
        else ["", "", "", ""]
    )
    memory = f"{found['memory'] / GIB:.2f}"
    return f"| {label} | {' | '.join([*cells, memory, *spark])} |"


def report(facts: Path, work: Path, memory: str, designations: list[str]) -> str:
    """Measure everything and give the Markdown; stops where a score differs from that of Polars."""
    data = Data(facts)
    rows = {table: data.rows(table) for table in ("azure_usage", "workload_usage", "certifications", "accounts")}
    polars = process("polars", facts, work, 0, memory, *designations, module=MODULE)
    found = [process(name, facts, work, workers, memory, *designations, module=MODULE) for name, workers, _ in CLUSTERS]
    killed = found[-1]
    return "\n".join(
        [
            f"{rows['azure_usage']:,} Azure rows, {rows['workload_usage']:,} of workload usage, {rows['certifications']:,} certificates, "
            f"{rows['accounts']:,} partners; {', '.join(designations) or 'all designations'}, {polars['rows']:,} rows of scores. Executors "
            f"with {memory} of heap. {machine()}.",
            "",
            "| engine | seconds | ratio | CPU seconds | ratio | peak GiB | shuffled MiB | spilled MiB | results MiB | tasks |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            line("Polars, two threads", polars, polars),
            *(line(label, one, polars) for one, (_, _, label) in zip(found, CLUSTERS, strict=True)),
            "",
            f"- Every score of Spark equal to that of Polars, also with {killed['lost']} executor lost in the middle "
            f"({killed['failed']} tasks failed and were run again); undisturbed the same session took {killed['undisturbed']:.1f} s.",
            f"- The first score of a session, which starts executors and compiles, took {found[0]['cold']:.1f} s with one worker and "
            f"{found[1]['cold']:.1f} s with two; the driver's Python used {found[1]['driver_cpu']:.1f} s of CPU.",
            "",
        ]
    )


def main(given: list[str]) -> None:
    options = arguments(given)
    home = Path(tempfile.mkdtemp(prefix="attain-bench-spark-"))
    try:
        facts = options.folder or home / "facts"
        if options.folder is None:
            process("write", facts, *sizes_of(options, home), MONTHS)
        text = report(facts, home, options.memory, options.designations)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(text)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
