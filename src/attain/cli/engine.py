"""Choosing the engine that scores: Polars on this machine, or a Spark cluster."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from attain.errors import AttainError

if TYPE_CHECKING:
    from attain.workspace import Workspace


class Engine(StrEnum):
    """Where a score is computed."""

    polars = "polars"
    spark = "spark"


EngineName = Annotated[Engine, typer.Option("--engine", help="Where to compute: polars, on this machine, or spark.")]
Master = Annotated[str | None, typer.Option("--master", metavar="URL", help="Of Spark: the cluster, such as spark://HOST:7077.")]
TimeLimit = Annotated[
    int, typer.Option("--time-limit", min=1, metavar="MINUTES", help="Of Spark: how long one question may take; a cluster may vanish.")
]
MINUTES = 60
SPARK_HERE = "local[*]"


def on_engine(workspace: Workspace, engine: Engine, master: str | None, minutes: int) -> Workspace:
    """Give the workspace on the engine asked for; AttainError where Spark or its cluster is not there, or cannot read the store."""
    if engine is Engine.polars:
        if master is not None:
            raise typer.BadParameter("a cluster is Spark's; say --engine spark too", param_hint="--master")
        return workspace
    from attain.engine.backends import SparkBackend
    from attain.store.facts import StoreFacts

    if isinstance(workspace.facts, StoreFacts) and workspace.facts.place.remote:
        raise AttainError(
            "spark-objects",
            "Spark reads stores in folders, not those on objects",
            workspace.facts.place.root,
            "leave out --engine, or bring it into a folder that all workers see: attain store export, then import-archive",
        )
    return replace(workspace, backend=SparkBackend.connect(master or SPARK_HERE, time_limit=minutes * 60))
