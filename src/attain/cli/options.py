"""Options that several commands share, declared once."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer


class OutputFormat(StrEnum):
    """How results are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


FactsPath = Annotated[Path, typer.Argument(help="The facts folder or store.", metavar="FACTS")]
StoreVersion = Annotated[
    int | None, typer.Option(metavar="LOAD", help="Of a store: the facts as load LOAD left them; attain loads lists them.")
]
KnownOn = Annotated[str | None, typer.Option(metavar="DAY", help="Of a store: only what was imported by the end of this day (UTC).")]
Partner = Annotated[str, typer.Option(help="The partner; a location means its global account.")]
AsOf = Annotated[str, typer.Option(help="The day, as 2026-11-24.")]
Partners = Annotated[list[str] | None, typer.Option("--partner", help="Only this partner; may be given more than once.")]
Designations = Annotated[list[str] | None, typer.Option("--designation", help="Only this designation; may be given more than once.")]
EditionName = Annotated[str | None, typer.Option(help="Score by this edition, whatever the day.")]
Basis = Annotated[str, typer.Option(help="The amounts to score: acr, list, billed or amortized.")]
RefreshDay = Annotated[int | None, typer.Option(help="Day of the month from which the month before counts.")]
MaxRejects = Annotated[str, typer.Option(help="Share of a table's rows that may be set aside, such as 1% or 0.5%.")]
FileFormat = Annotated[
    OutputFormat, typer.Option("--format", metavar="FORMAT", help="How to write the result: table, csv, json or parquet.")
]


def _file_or_none(path: Path | None) -> Path | None:
    """Take `-` for standard output, as tools that write files do."""
    return None if path is not None and str(path) == "-" else path


Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", callback=_file_or_none, help="File to write; - is standard output, as where none is named."),
]


Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", callback=_file_or_none, help="File to write; - is standard output, as where none is named."),
]
"""As `Output`, for commands whose option was called so first."""


def today() -> dt.date:
    """Give the day that it is where the person is: what a command means where no day is given."""
    return dt.date.today()  # noqa: DTZ011 - a person's day, not that of a server's zone


def day_of(text: str, option: str = "--as-of") -> dt.date:
    """Read the day that an option gives; wrong usage where it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2026-11-24", param_hint=option) from error


def share_of(text: str, option: str = "--max-rejects") -> Fraction:
    """Read a share such as `1%` or `0.01` that an option gives; wrong usage where it is none."""
    number = text.strip()
    try:
        share = Fraction(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise typer.BadParameter(f"{text!r} is no share; write it as 1% or 0.01", param_hint=option)
    return share


def check_output(file_format: OutputFormat, output: Path | None) -> None:
    """Refuse a table that is to go into a file."""
    if output is not None and file_format is OutputFormat.table:
        raise typer.BadParameter("a table goes to the screen; choose csv, json or parquet for a file", param_hint="--format")
