"""`attain score --engine spark` on a store gives the rows of Polars and keeps them there with the engine's name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from attain.store.scores import runs
from attain.store.store import Store
from tests.oracle.random_facts import random_facts
from tests.scoring.disk import write_facts
from tests.spark.cluster_scenarios import DAY

pytestmark = pytest.mark.spark


def attain_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own: a process has one Spark driver."""
    command = [sys.executable, "-c", "from attain.cli.app import main; main()", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_a_store_is_scored_on_spark_and_keeps_the_run(tmp_path: Path) -> None:
    folder = write_facts(random_facts(5, partners=4, designation="security", edition_day=DAY), tmp_path / "facts")
    store = tmp_path / "store"
    assert attain_command("init", str(store)).returncode == 0
    assert attain_command("import", str(folder), "--into", str(store)).returncode == 0
    asked = ("score", str(store), "--as-of", str(DAY), "--designation", "security", "--format", "csv", "--keep")
    on_polars, on_spark = attain_command(*asked), attain_command(*asked, "--engine", "spark", "--master", "local[2]")
    assert on_spark.returncode == 0, on_spark.stderr[-2000:]
    assert on_spark.stdout == on_polars.stdout
    assert len(on_spark.stdout.splitlines()) > 20
    assert [run.engine for run in runs(Store.open(store).place)] == ["polars", "spark"]


def test_a_master_without_spark_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "partners.csv").write_text("partner_id\n1\n", encoding="utf-8")
    done = attain_command("score", str(tmp_path), "--as-of", str(DAY), "--master", "spark://nowhere:7077")
    assert done.returncode == 2
    assert "--engine spark" in done.stderr
