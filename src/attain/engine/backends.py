"""Where lazy frames run: Polars on this machine, or Apache Spark. The only module that names Spark.

A backend reads conformed Parquet files into a Narwhals lazy frame and brings small results (one row a partner, or one partner's entities)
back as a Polars frame. Rows of facts are never collected.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import narwhals as nw
import polars as pl

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from attain.engine.rows import Rows

SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # A table has a file a month: the driver lists them sooner than a job would.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
}
TIME_LIMIT = 3600
LOCAL_SETTINGS = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""Where everything runs on this machine, nothing listens beyond it, and its name need not resolve."""


class Backend(Protocol):
    """What the score asks of an engine."""

    @property
    def name(self) -> str:
        """Name the engine, as a stored score records it."""
        ...

    def scan(self, files: Sequence[Path | str]) -> Rows:
        """Read Parquet files of one table lazily, as one frame."""
        ...

    def collect(self, frame: Rows) -> pl.DataFrame:
        """Run a lazy frame and bring its (small) result to this process."""
        ...

    def collect_all(self, frames: Sequence[Rows]) -> list[pl.DataFrame]:
        """Run lazy frames together, so that what they share may run once, and bring their (small) results to this process."""
        ...


@dataclass(frozen=True)
class PolarsBackend:
    """The embedded default: Polars, with its streaming engine."""

    name: str = "polars"

    def scan(self, files: Sequence[Path | str]) -> Rows:
        """Read Parquet files of one table lazily, as one frame."""
        return nw.from_native(pl.scan_parquet([str(file) for file in files]))

    def collect(self, frame: Rows) -> pl.DataFrame:
        """Run a lazy frame with the streaming engine."""
        native: pl.LazyFrame = frame.to_native()
        return native.collect(engine="streaming")

    def collect_all(self, frames: Sequence[Rows]) -> list[pl.DataFrame]:
        """Run lazy frames in one query of the streaming engine."""
        natives: list[pl.LazyFrame] = [frame.to_native() for frame in frames]
        return pl.collect_all(natives, engine="streaming")


@dataclass(frozen=True)
class SparkBackend:
    """Apache Spark, for facts beyond one machine: the same expressions, the same integers.

    `session` is a `pyspark.sql.SparkSession`; PySpark comes with the `spark` extra and needs Java 17.
    """

    session: Any = field(repr=False)
    name: str = "spark"
    time_limit: int = TIME_LIMIT
    """Seconds that one question may take: a driver whose cluster has gone would wait for ever."""

    @classmethod
    def connect(cls, master: str = "local[2]", settings: Mapping[str, str] | None = None, *, time_limit: int = TIME_LIMIT) -> SparkBackend:
        """Start or join a Spark session on `master`, with further Spark `settings` by name.

        Raises AttainError where PySpark is not installed, and where the master does not answer.
        """
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415 - PySpark is an extra, and slow to import
        except ImportError as error:
            raise AttainError("no-spark", "PySpark is not installed", hint="install attain[spark] and Java 17") from error
        builder: Any = SparkSession.builder
        builder = builder.master(master).appName("attain")
        here = master.startswith(("local", "spark://127.0.0.1:", "spark://localhost:"))
        for name, value in {**SPARK_SETTINGS, **(LOCAL_SETTINGS if here else {}), **(settings or {})}.items():
            builder = builder.config(name, value)
        try:
            return cls(builder.getOrCreate(), time_limit=time_limit)
        except Exception as error:  # Java's errors come as several classes of two packages
            hint = "check the address of the master, and that Java 17 or later is installed"
            raise AttainError("no-cluster", f"no Spark session: {_last_cause(error)}", where=master, hint=hint) from error

    def scan(self, files: Sequence[Path | str]) -> Rows:
        """Read Parquet files of one table lazily, as one frame."""
        # Looking at the columns of a file is a job too.
        return nw.from_native(self._answer(lambda: self.session.read.parquet(*(str(file) for file in files))))

    def collect(self, frame: Rows) -> pl.DataFrame:
        """Run a lazy frame on the cluster and bring its result here as Arrow."""
        return pl.DataFrame(self._answer(frame.to_native().toArrow))

    def _answer(self, ask: Callable[[], Any]) -> Any:
        """Ask the cluster in a thread of its own, and take the job back when its time is over."""
        group, answer = uuid4().hex, Future[Any]()

        def run() -> None:
            try:
                self.session.sparkContext.setJobGroup(group, "attain", interruptOnCancel=True)
                answer.set_result(ask())
            except BaseException as error:  # handed to the thread that waits
                answer.set_exception(error)

        Thread(target=run, daemon=True).start()
        try:
            return answer.result(self.time_limit)
        except TimeoutError as error:
            self.session.sparkContext.cancelJobGroup(group)
            hint = "see whether workers are registered with the master and have memory free, or allow more time"
            raise AttainError("cluster-silent", f"the cluster gave no answer in {self.time_limit:,} seconds", hint=hint) from error
        except Exception as error:  # Java's errors come as several classes of two packages
            hint = "the logs of the driver and the workers say more"
            raise AttainError("cluster-failed", f"the cluster gave up: {_last_cause(error)}", hint=hint) from error

    def collect_all(self, frames: Sequence[Rows]) -> list[pl.DataFrame]:
        """Run lazy frames one after the other."""
        return [self.collect(frame) for frame in frames]


def _last_cause(error: Exception) -> str:
    """Find the innermost message of a Java error: the lines above it say where, not why."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (causes or [line for line in lines if not line.startswith("at ")] or [type(error).__name__])[-1 if causes else 0]
