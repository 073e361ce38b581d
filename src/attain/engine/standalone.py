"""A standalone Spark cluster on this machine, from the PySpark wheel alone: a master and workers, each a process of its own.

`python -m attain.engine.standalone --workers 2` starts one, prints its address and stops it at Ctrl-C. It is how a cluster is tried, tested
and measured; on many machines the same two commands run there (docs/scale.md).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType, TracebackType

HERE = "127.0.0.1"
STARTED = re.compile(r"Starting Spark master at (spark://\S+)")
REGISTERED = "Successfully registered with master"
PATIENCE = 60
"""Seconds that a process may take to start."""


@dataclass
class Standalone:
    """A master and `workers` workers of `cores` cores and `memory` (such as `1g`) each; a context that stops what it started.

    Raises AttainError where PySpark or Java is missing, and where a process does not start in time, with its last words.
    """

    workers: int = 2
    cores: int = 1
    memory: str = "1g"
    folder: Path | None = None
    """Where the processes write their logs and scratch files; a temporary folder unless named."""
    master: str = field(init=False, default="")
    processes: list[subprocess.Popen[bytes]] = field(init=False, default_factory=list["subprocess.Popen[bytes]"])
    _scratch: tempfile.TemporaryDirectory[str] | None = field(init=False, default=None)

    def __enter__(self) -> Standalone:
        """Start the master, then every worker, and wait until all of them are ready."""
        if self.folder is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="attain-spark-", ignore_cleanup_errors=True)
        try:
            self.master = self._start("master", ["org.apache.spark.deploy.master.Master", "--host", HERE, "--port", "0"], STARTED)
            for number in range(self.workers):
                self.add_worker(number)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop every process."""
        self.stop()

    def add_worker(self, number: int) -> subprocess.Popen[bytes]:
        """Start one more worker and wait until the master knows it."""
        name = f"worker-{number}"
        size = ["--cores", str(self.cores), "--memory", self.memory, "--work-dir", str(self._home / name)]
        self._start(name, ["org.apache.spark.deploy.worker.Worker", "--host", HERE, *size, self.master], re.compile(f"({REGISTERED})"))
        return self.processes[-1]

    def stop(self) -> None:
        """Stop every process, and kill what has not gone after a few seconds."""
        for process in reversed(self.processes):
            _signal(process, signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
        self.processes.clear()
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    @property
    def _home(self) -> Path:
        return Path(self._scratch.name) if self._scratch is not None else self.folder or Path()

    def _start(self, name: str, arguments: Sequence[str], ready: re.Pattern[str]) -> str:
        """Start one process and give what `ready` finds in its log."""
        log = self._home / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "SPARK_LOCAL_IP": HERE, "SPARK_WORKER_DIR": str(self._home), "SPARK_NO_DAEMONIZE": "1"}
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [str(spark_class()), *arguments], stdout=stream, stderr=subprocess.STDOUT, env=environment, start_new_session=True
            )
        self.processes.append(process)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            said = log.read_text(encoding="utf-8", errors="replace")
            if found := ready.search(said):
                return found.group(1)
            if process.poll() is not None:
                raise _not_started(name, said)
            time.sleep(1)
        raise _not_started(name, log.read_text(encoding="utf-8", errors="replace"))


def spark_class() -> Path:
    """Find the start script in the PySpark package; raises AttainError where PySpark is not installed."""
    found = importlib.util.find_spec("pyspark")
    if found is None or not found.submodule_search_locations:
        raise AttainError("no-spark", "PySpark is not installed", hint="install attain[spark] and Java 17")
    return Path(found.submodule_search_locations[0]) / "bin" / "spark-class"


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a process and what it started: a worker starts an executor for each application."""
    if process.poll() is None:
        os.killpg(process.pid, number)


def _not_started(name: str, said: str) -> AttainError:
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
    return AttainError("spark-not-started", f"the {name} did not start: {last}", hint="Spark needs Java 17 or later, and a free port")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a cluster until it is interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m attain.engine.standalone", description="Run a Spark master and workers on this machine."
    )
    parser.add_argument("--workers", type=int, default=2, help="how many workers (2)")
    parser.add_argument("--cores", type=int, default=1, help="cores of each worker (1)")
    parser.add_argument("--memory", default="1g", help="memory of each worker (1g)")
    parser.add_argument("--logs", type=Path, help="folder for logs and scratch files (a temporary one)")
    chosen = parser.parse_args(arguments)
    stop = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    try:
        with Standalone(chosen.workers, chosen.cores, chosen.memory, chosen.logs) as cluster:
            sys.stdout.write(f"{cluster.master} is ready with {chosen.workers} workers; Ctrl-C stops it\n")
            sys.stdout.flush()
            stop.wait()
    except AttainError as error:
        sys.stderr.write(f"attain: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
