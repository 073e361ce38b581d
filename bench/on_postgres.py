"""Run every test of the web workspace and the REST interface on a PostgreSQL of their own: `python -m bench postgres`.

`make test-postgres` runs those of the data layer; this runs the others too, which ask no other questions of a database.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.score import machine
from tests.databases.cluster import ADDRESS, cluster, programs

ROOT = Path(__file__).resolve().parents[1]


def main(given: list[str]) -> None:
    """Run them and say how they ended; ends with what pytest ended with."""
    parser = argparse.ArgumentParser(prog="python -m bench postgres", description=__doc__)
    parser.add_argument("--processes", type=int, default=2, help="tests at a time [default: 2]")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="files or folders of tests; all unless given")
    chosen = parser.parse_args(given)
    version = subprocess.run([programs() / "postgres", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    started = time.perf_counter()
    with cluster() as address:
        command = [sys.executable, "-m", "pytest", "-q", "-n", str(chosen.processes), "-m", "web", *chosen.tests]
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, ADDRESS: address}, check=False).returncode
    print(f"\n{version}: {time.perf_counter() - started:.0f} seconds. {machine()}")
    sys.exit(ended)
