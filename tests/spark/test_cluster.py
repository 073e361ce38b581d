"""A standalone cluster on this machine gives the scores of Polars, also when a worker dies; a cluster that is gone is said in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.spark

HERE = Path(__file__).parent


def run(scenario: str, folder: Path) -> str:
    """Run one scenario in a process of its own: a process has one Spark driver, and the other tests use theirs."""
    done = subprocess.run(
        [sys.executable, str(HERE / "cluster_scenarios.py"), scenario, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_cluster_gives_the_scores_of_polars_also_after_a_worker_is_killed(tmp_path: Path) -> None:
    assert run("equal", tmp_path).splitlines() == ["two workers: equal", "one killed: equal"]


def test_a_cluster_without_workers_is_given_up_in_time(tmp_path: Path) -> None:
    assert "the cluster gave no answer in 5 seconds" in run("silent", tmp_path)
