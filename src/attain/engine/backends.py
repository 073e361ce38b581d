"""Where lazy frames run: Polars on this machine, or Apache Spark. The only module that names Spark.

A backend reads conformed Parquet files into a Narwhals lazy frame and brings small results (one row a partner, or one partner's entities)
back as a Polars frame. Rows of facts are never collected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import narwhals as nw
import polars as pl

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attain.engine.rows import Rows

SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # A table has a file a month: the driver lists them sooner than a job would.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
}
LOCAL_SETTINGS = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""Where everything runs in one process, nothing listens beyond this machine, and its name need not resolve."""


class Backend(Protocol):
    """What the score asks of an engine."""

    @property
    def name(self) -> str:
        """Name the engine, as a stored score records it."""
        ...

    def scan(self, files: Sequence[Path]) -> Rows:
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

    def scan(self, files: Sequence[Path]) -> Rows:
        """Read Parquet files of one table lazily, as one frame."""
        return nw.from_native(pl.scan_parquet(list(files)))

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

    @classmethod
    def connect(cls, master: str = "local[2]", **settings: str) -> SparkBackend:
        """Start or join a Spark session on `master`, with further Spark `settings` by name (dots written as they are).

        Raises AttainError where PySpark is not installed.
        """
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415 - PySpark is an extra, and slow to import
        except ImportError as error:
            raise AttainError("no-spark", "PySpark is not installed", hint="install attain[spark] and Java 17") from error
        builder: Any = SparkSession.builder
        builder = builder.master(master).appName("attain")
        for name, value in {**SPARK_SETTINGS, **(LOCAL_SETTINGS if master.startswith("local") else {}), **settings}.items():
            builder = builder.config(name, value)
        return cls(builder.getOrCreate())

    def scan(self, files: Sequence[Path]) -> Rows:
        """Read Parquet files of one table lazily, as one frame."""
        return nw.from_native(self.session.read.parquet(*(str(file) for file in files)))

    def collect(self, frame: Rows) -> pl.DataFrame:
        """Run a lazy frame on the cluster and bring its result here as Arrow."""
        arrow: Any = frame.to_native().toArrow()
        return pl.DataFrame(arrow)

    def collect_all(self, frames: Sequence[Rows]) -> list[pl.DataFrame]:
        """Run lazy frames one after the other."""
        return [self.collect(frame) for frame in frames]
