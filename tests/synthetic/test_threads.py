"""The number of threads changes nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
import polars
from attain.facts.synthetic import DemoPlan, write_demo
write_demo(DemoPlan(partners=40, seed=9, months=4, format="csv"), Path(sys.argv[1]))
print(polars.thread_pool_size())
"""


def _written(folder: Path, threads: int) -> dict[str, str]:
    source = Path(__file__).parents[2] / "src"
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "PYTHONPATH": str(source)}
    run = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], env=environment, check=True, capture_output=True, text=True)
    assert run.stdout.strip() == str(threads)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.csv")}


def test_any_number_of_threads_writes_the_same_bytes(tmp_path: Path) -> None:
    one = _written(tmp_path / "one", 1)
    assert len(one) == 6 + 3 * 4
    assert _written(tmp_path / "five", 5) == one
