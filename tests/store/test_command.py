"""The command line of a store."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from attain.cli.app import app
from attain.cli.loads import NARROW, table_of
from attain.cli.printing import fitting
from attain.errors import AttainError
from attain.store.store import empty_load

SCORE = ("--as-of", "2026-11-24", "--partner", "1000001", "--designation", "security", "--format", "csv")


def said(*arguments: str | Path) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, AttainError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_from_init_to_an_archive(demo: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert "a store was made" in said("init", store)
    assert "azure_usage" in said("import", demo, "--into", store)
    assert "nothing is changed" in said("import", demo, "--into", store)
    assert any(line.startswith("1 ") and "contract:" in line for line in said("loads", store).splitlines())
    scored = said("score", store, *SCORE)
    assert scored == said("score", demo, *SCORE)
    assert scored == said("score", store, *SCORE, "--store-version", "1")
    with pytest.raises(AttainError, match="there is no load 2"):
        said("status", store, "--as-of", "2026-11-24", "--store-version", "2")
    assert said("score", store, *SCORE, "--keep") == scored
    assert "polars" in said("loads", store, "--runs")
    assert "nothing was restated" in said("loads", store, "--restated", "1")
    assert "no row was set aside" in said("loads", store, "--rejects", "1")
    assert "every person has one id" in said("loads", store, "--people")
    assert "azure_usage" in said("check", store)
    assert said("store", "check", store) == "all is well: 1 load\n"
    assert "rebuilt, as load 2" in said("store", "rebuild", store)
    assert "all is well: 2 loads" in said("store", "check", store)
    said("store", "export", store, tmp_path / "store.tar")
    assert "2 loads are in" in said("store", "import-archive", tmp_path / "store.tar", tmp_path / "again")
    assert said("score", tmp_path / "again", *SCORE) == scored


def test_what_is_not_read_of_a_facts_folder_is_said(demo: Path, tmp_path: Path) -> None:
    facts = shutil.copytree(demo, tmp_path / "facts", ignore=shutil.ignore_patterns(".attain"))
    (facts / "certifcations.csv").write_text("partner_id\n", encoding="utf-8")
    said("init", tmp_path / "store")
    shown = " ".join(said("import", facts, "--into", tmp_path / "store").replace("│", " ").split())
    assert "certifcations.csv: not read, it is no contract table" in shown


def test_a_facts_folder_goes_into_a_store_alone(demo: Path, tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="goes into a store only"):
        said("import", demo, "--into", tmp_path / "folder")


@pytest.mark.parametrize("width", [60, 80, NARROW])
def test_loads_are_readable_at_any_width(width: int) -> None:
    files = [{"name": "AzureUsage-2026-10.csv", "sha256": ""}]
    counts = {"rows_in": 1_986_049, "kept": 1_986_000, "rejected": 49, "restated": 12}
    load = replace(empty_load(12, "import"), at="2026-11-05T06:30:00+00:00", source="insights_azure_usage", files=files, **counts)
    stream = StringIO()
    Console(file=stream, width=width).print(table_of([load], narrow=width < NARROW))
    lines = stream.getvalue().splitlines()
    assert max(len(line) for line in lines) <= width
    # no name and no number is cut in two
    for whole in ("2026-11-05 06:30", "insights_azure_usage:", "AzureUsage-2026-10.csv", "1,986,049", "1,986,000", "49", "12"):
        assert any(whole in line for line in lines), (whole, lines)


@pytest.mark.parametrize(("width", "a_row_each"), [(60, False), (80, False), (200, True)])
def test_what_a_store_remembers_is_readable_at_any_width(width: int, a_row_each: bool) -> None:
    run = "0f8fad5bd9cb469fa16570867728950e"
    records = [
        {"run": run, "kept at": "2026-11-05 06:30:00", "load": load, "rows": 127_636, "engine": "polars", "rulebook": None, "hint": "[i]"}
        for load in (1, 2)
    ]
    stream = StringIO()
    console = Console(file=stream, width=width)
    console.print(fitting(records, console))
    lines = stream.getvalue().splitlines()
    assert max(len(line) for line in lines) <= width
    assert sum(run in line and "2026-11-05 06:30:00" in line for line in lines) == (2 if a_row_each else 0)
    assert sum(run in line for line in lines) == sum("[i]" in line for line in lines) == 2
    assert sum("127636" in line for line in lines) == sum("2026-11-05 06:30:00" in line for line in lines) == 2
