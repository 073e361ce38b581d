"""Options that several commands share, declared once."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from attain.errors import AttainError


class OutputFormat(StrEnum):
    """How results are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


FactsPath = Annotated[Path, typer.Argument(help="The facts folder.", metavar="FACTS")]
AsOf = Annotated[str, typer.Option(help="The day, as 2026-11-24.")]
Partners = Annotated[list[str] | None, typer.Option("--partner", help="Only this partner; may be given more than once.")]
Designations = Annotated[list[str] | None, typer.Option("--designation", help="Only this designation; may be given more than once.")]
EditionName = Annotated[str | None, typer.Option(help="Score by this edition, whatever the day.")]
Basis = Annotated[str, typer.Option(help="The amounts to score: acr, list, billed or amortized.")]
RefreshDay = Annotated[int | None, typer.Option(help="Day of the month from which the month before counts.")]
FileFormat = Annotated[OutputFormat, typer.Option("--format", help="How to write the result.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of standard output.")]


def day_of(text: str) -> dt.date:
    """Read the day of `--as-of`; AttainError where it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise AttainError("no-date", f"{text!r} is no date", "--as-of", "write it as 2026-11-24") from error


def check_output(file_format: OutputFormat, output: Path | None) -> None:
    """Refuse a table that is to go into a file."""
    if output is not None and file_format is OutputFormat.table:
        raise typer.BadParameter("a table goes to the screen; choose csv, json or parquet for a file", param_hint="--format")
