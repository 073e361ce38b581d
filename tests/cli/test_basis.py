"""A score on another basis than Azure consumed revenue says so beside the number, wherever one is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.cli.basis import on_basis
from tests.sources.folders import import_one

SAMPLE = Path(__file__).parents[1] / "sources" / "samples" / "daily_rated_usage.csv"
WORDS = "on basis billed, not ACR"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = tmp_path_factory.mktemp("basis") / "facts"
    import_one(SAMPLE, facts)
    return facts


def said(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return " ".join(done.stdout.split())


def test_the_basis_that_microsoft_scores_needs_no_words() -> None:
    assert on_basis("acr") == ""
    assert on_basis("billed") == f" {WORDS}"


@pytest.mark.parametrize(
    ("command", "where"),
    [
        (("score", "--as-of", "2026-11-24", "--partner", "601", "--designation", "infrastructure"), f"of 100 {WORDS} "),
        (("score", "--as-of", "2026-11-24"), f"of 100 {WORDS} "),
        (
            (
                *("explain", "--as-of", "2026-11-24", "--partner", "601", "--designation", "infrastructure"),
                *("--metric", "usage_growth"),
            ),
            f"as of 2026-11-24 {WORDS}",
        ),
        (("status", "--as-of", "2026-11-24", "--partner", "601"), f"(partner 601) on 2026-11-24 {WORDS}"),
        (("history", "--partner", "601", "--designation", "infrastructure"), f"Infrastructure (Azure) {WORDS}"),
        (("diff", "--partner", "601", "--from", "2026-10-24", "--to", "2026-11-24"), f"recomputed by Attain {WORDS}"),
    ],
)
def test_every_command_says_the_basis_beside_the_number(folder: Path, command: tuple[str, ...], where: str) -> None:
    assert where in said(command[0], folder, *command[1:], "--basis", "billed")
    assert "not ACR" not in said(command[0], folder, *command[1:])


def test_the_comparison_with_microsofts_number_says_it_too(tmp_path: Path) -> None:
    import_one(SAMPLE, tmp_path / "facts")
    said(
        "report-score", tmp_path / "facts", "--partner", "601", "--as-of", "2026-11-20", "--designation", "infrastructure", "--points", "0"
    )
    assert f"beside ours {WORDS}" in said("reconcile", tmp_path / "facts", "--partner", "601", "--basis", "billed")


def test_rows_without_an_owner_say_what_assigns_them(tmp_path: Path) -> None:
    sample = SAMPLE.with_name("reseller_performance.csv")
    shown = said("import", sample, "--into", tmp_path / "facts")
    assert "3 unassigned" in shown
    assert "assign them" in shown
    assert "attain assign lists them and says whose a subscription is" in shown
    assert "assign them" not in said("import", SAMPLE, "--into", tmp_path / "other")
