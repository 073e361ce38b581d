"""What is done with a standalone cluster, one scenario a process: `python cluster_scenarios.py NAME FOLDER`."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from pathlib import Path

import attain
from attain.engine.backends import SparkBackend
from attain.engine.standalone import Standalone
from attain.errors import AttainError
from attain.facts.facts import Facts
from attain.scoring.result import Scores
from tests.oracle.random_facts import random_facts
from tests.scoring.disk import write_facts

DAY = dt.date(2026, 11, 24)
SETTINGS = {"spark.executor.memory": "512m", "spark.sql.shuffle.partitions": "4", "spark.log.level": "OFF"}


def facts_in(folder: Path) -> Facts:
    """Write and load random facts around the thresholds of Security."""
    return attain.load(write_facts(random_facts(77, partners=6, designation="security", edition_day=DAY), folder / "facts"))


def equal(folder: Path) -> None:
    """Score on two workers, kill one, score again."""
    facts = facts_in(folder)
    on_polars = attain.score(facts, on=DAY, designations=["security"])
    with Standalone(workers=2, folder=folder) as cluster:
        backend = SparkBackend.connect(cluster.master, SETTINGS, time_limit=300)
        _compare("two workers", facts, backend, on_polars)
        os.killpg(cluster.processes[-1].pid, signal.SIGKILL)
        _compare("one killed", facts, backend, on_polars)
        backend.session.stop()


def _compare(what: str, facts: Facts, backend: SparkBackend, expected: Scores) -> None:
    scores = attain.score(facts, on=DAY, designations=["security"], backend=backend)
    sys.stdout.write(f"{what}: {'equal' if scores.frame.equals(expected.frame) else 'different'}\n")


def silent(folder: Path) -> None:
    """Ask a cluster that has no worker."""
    facts = facts_in(folder)
    with Standalone(workers=0, folder=folder) as cluster:
        backend = SparkBackend.connect(cluster.master, SETTINGS, time_limit=5)
        try:
            attain.score(facts, on=DAY, designations=["security"], backend=backend)
        except AttainError as error:
            sys.stdout.write(f"{error}\n")
        backend.session.stop()


if __name__ == "__main__":
    {"equal": equal, "silent": silent}[sys.argv[1]](Path(sys.argv[2]))
