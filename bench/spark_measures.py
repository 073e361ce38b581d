"""One score on one engine, in a process of its own: `python -m bench.spark_measures NAME FACTS FOLDER WORKERS MEMORY DESIGNATIONS` (JSON).

NAME is `polars` (its result is the one that others must equal), `spark`, or `killed` (a worker dies in the middle of the measured score).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from attain.engine.backends import Backend, SparkBackend
from attain.engine.standalone import Standalone
from attain.workspace import Workspace
from bench.data import DAY, Data

EXPECTED = "polars.arrow"
MIDDLE = 0.4
"""The share of the time of an undisturbed score after which a worker is killed."""
ENDED_WELL = "Success"


@dataclass
class Watched:
    """The most memory that the processes of the workers (worker and executor) held together, read from /proc."""

    cluster: Standalone
    peak: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.over.wait(0.5):
            groups = {str(process.pid) for process in self.cluster.processes[1:]}
            self.peak = max(self.peak, sum(resident(folder) for folder in Path("/proc").glob("[0-9]*") if group(folder) in groups))


def group(folder: Path) -> str:
    """Give the process group of a process, empty where it has gone."""
    try:
        return (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[2]
    except OSError:
        return ""


def resident(folder: Path) -> int:
    try:
        pages = int((folder / "statm").read_text(encoding="utf-8").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def score(data: Data, designations: list[str], backend: Backend | None) -> pl.DataFrame:
    return Workspace(data.facts, data.book, backend).score(DAY, designations=designations or None).frame


def timed(run: Callable[[], pl.DataFrame]) -> tuple[pl.DataFrame, float, float]:
    started, used = time.perf_counter(), time.process_time()
    found = run()
    return found, time.perf_counter() - started, time.process_time() - used


def on_polars(data: Data, folder: Path, designations: list[str]) -> dict[str, Any]:
    """Score twice on this machine and keep the result; the second time counts."""
    score(data, designations, None)
    found, seconds, cpu = timed(lambda: score(data, designations, None))
    found.write_ipc(folder / EXPECTED)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": seconds, "cpu": cpu, "rows": found.height, "memory": memory}


def on_spark(data: Data, folder: Path, designations: list[str], workers: int, memory: str, *, kill: bool) -> dict[str, Any]:
    """Score twice on a cluster; the second time counts, and what the event log tells of it."""
    logs = folder / f"events-{workers}-{kill}"
    logs.mkdir(parents=True, exist_ok=True)
    settings = {
        "spark.executor.memory": memory,
        "spark.driver.memory": "1g",
        "spark.executor.cores": "1",
        "spark.sql.shuffle.partitions": "16",
        "spark.log.level": "OFF",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": logs.as_uri(),
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
    }
    with Standalone(workers=workers, memory="6g", folder=folder / f"cluster-{workers}-{kill}") as cluster:
        watched = Watched(cluster)
        watcher = threading.Thread(target=watched.watch, daemon=True)
        watcher.start()
        backend = SparkBackend.connect(cluster.master, settings)
        _, cold, _ = timed(lambda: score(data, designations, backend))
        undisturbed = timed(lambda: score(data, designations, backend))[1] if kill else 0.0
        since = int(time.time() * 1000)
        killer = threading.Timer(MIDDLE * undisturbed, os.killpg, (cluster.processes[-1].pid, signal.SIGKILL))
        if kill:
            killer.start()
        found, seconds, driver = timed(lambda: score(data, designations, backend))
        backend.session.stop()
        watched.over.set()
        watcher.join()
    if not found.equals(pl.read_ipc(folder / EXPECTED)):
        raise SystemExit("the scores of Spark differ from those of Polars")
    told = {"seconds": seconds, "driver_cpu": driver, "cold": cold, "memory": watched.peak, "undisturbed": undisturbed}
    return told | from_events(logs, since)


def from_events(logs: Path, since: int) -> dict[str, Any]:
    """Add up what the tasks begun at `since` (milliseconds) or later say of themselves."""
    total = dict.fromkeys(("tasks", "failed", "cpu", "read", "rows", "shuffled", "spilled", "results", "lost", "largest"), 0)
    (log,) = (path for path in logs.iterdir() if path.is_file() and not path.name.startswith("."))
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["Event"] == "SparkListenerExecutorRemoved" and event["Timestamp"] >= since:
                total["lost"] += 1
            if event["Event"] != "SparkListenerTaskEnd" or event["Task Info"]["Launch Time"] < since:
                continue
            total["tasks"] += 1
            total["failed"] += event["Task End Reason"]["Reason"] != ENDED_WELL
            metrics = event.get("Task Metrics")
            if not metrics:
                continue
            total["cpu"] += metrics["Executor CPU Time"]
            total["read"] += metrics["Input Metrics"]["Bytes Read"]
            total["rows"] += metrics["Input Metrics"]["Records Read"]
            total["shuffled"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            total["spilled"] += metrics["Disk Bytes Spilled"]
            total["results"] += metrics["Result Size"]
            total["largest"] = max(total["largest"], metrics["Peak Execution Memory"])
    return total | {"cpu": total["cpu"] / 1e9}


def main(name: str, facts: str, folder: str, workers: str, memory: str, *designations: str) -> None:
    data, home, asked = Data(Path(facts)), Path(folder), list(designations)
    result = on_polars(data, home, asked) if name == "polars" else on_spark(data, home, asked, int(workers), memory, kill=name == "killed")
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
