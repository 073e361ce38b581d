"""What the system refuses, what a reader has had enough of, and amounts on another basis: one line each, and what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from attain.cli.loading import UNREAD_SHOWN
from tests.cli.test_score import DAY, RUN, attain
from tests.oracle.build import M, azure
from tests.scoring.disk import write_facts


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [azure(month, 1, "700") | {"basis": "billed"} for month in range(M - 23, M + 1)]
    return write_facts({"azure_usage": rows}, tmp_path_factory.mktemp("billed") / "facts")


def test_a_folder_below_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = attain("demo", tmp_path / "file" / "demo")
    assert (done.returncode, done.stdout) == (1, "")
    place = tmp_path / "file" / "demo"
    assert done.stderr == f"attain: {place}: not a directory (check its permissions, or name another file or folder)\n"


def test_a_file_that_cannot_be_written_says_what_to_do(billed: Path, tmp_path: Path) -> None:
    done = attain("score", billed, "--as-of", DAY, "--designation", "security", "--format", "csv", "-o", tmp_path / "none" / "x.csv")
    assert done.returncode == 1
    assert "cannot be written: no such file or directory (name a file in a folder that is there and may be written)" in done.stderr


def test_a_closed_pipe_is_no_error(billed: Path) -> None:
    command = [sys.executable, "-c", RUN, "score", str(billed), "--as-of", DAY, "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"PYTHONPATH": "src"}) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert "Broken pipe" not in said
    assert "Traceback" not in said


def test_amounts_on_another_basis_are_pointed_at(billed: Path) -> None:
    words = ("score", billed, "--as-of", DAY, "--partner", "1001", "--designation", "data-ai")
    note = "note: azure_usage holds no amounts on basis acr, so Azure counts nothing; --basis billed scores what it holds"
    assert note in attain(*words).stderr
    assert note not in attain(*words, "--basis", "billed").stderr


def test_a_dash_is_standard_output(billed: Path) -> None:
    words = ("score", billed, "--as-of", DAY, "--designation", "data-ai", "--format", "csv")
    done = attain(*words, "-o", "-")
    assert (done.returncode, done.stdout) == (0, attain(*words).stdout)
    assert done.stdout.startswith("partner_id,")
    assert not Path("-").exists()


def test_facts_that_name_no_partner_say_that_there_is_nobody_to_score(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("tenant_id,name\n0f8fad5b-d9cb-469f-a165-70867728950e,Fabrikam\n", encoding="utf-8")
    words = ("score", tmp_path, "--as-of", DAY, "--designation", "security")
    done = attain(*words, "--format", "csv")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    note = "note: the facts name no partner, so there is nobody to score; add partners.csv, or a table that names them"
    assert note in done.stderr
    (tmp_path / "partners.csv").write_text("partner_id\n7\n", encoding="utf-8")
    assert note not in attain(*words, "--format", "csv").stderr


def test_scores_of_a_facts_folder_are_not_kept_and_the_way_to_a_store_is_said(billed: Path) -> None:
    done = attain("score", billed, "--as-of", DAY, "--designation", "security", "--keep")
    last = done.stderr.splitlines()[-1]
    assert (done.returncode, done.stdout) == (1, "")
    assert last == "attain: a facts folder keeps no scores (make a store with attain init, and import the folder into it)"


def test_a_command_to_copy_has_a_folder_with_blanks_in_quotation_marks(tmp_path: Path) -> None:
    folder = tmp_path / "my facts"
    folder.mkdir()
    header = "partner_id,person_id,certification,earned_on"
    (folder / "certifications.csv").write_text(f"{header}\n7,p1,SC-999,2026-01-01\n", encoding="utf-8")
    done = attain("score", folder, "--as-of", DAY, "--designation", "security", "--format", "csv")
    assert f"note: 1 name is not in the catalog; attain check '{folder}' lists them" in done.stderr
    assert f"Next: attain import FILE... --into '{tmp_path / 'my store'}'" in attain("init", tmp_path / "my store").stderr


def test_a_table_with_a_slip_in_its_name_is_pointed_at_by_every_command(billed: Path, tmp_path: Path) -> None:
    """A table that is not read costs points, and a score does not look like it."""
    facts = shutil.copytree(billed, tmp_path / "facts", ignore=shutil.ignore_patterns(".attain"))
    (facts / "certifcations.csv").write_text("partner_id,person_id,certification,earned_on\n", encoding="utf-8")
    (facts / "scores.csv").write_text("partner_id\n", encoding="utf-8")
    line = "certifcations.csv: not read, it is no contract table; did you mean certifications.csv?"
    assert line in attain("check", facts).stdout.splitlines()
    for command in (("score", "--partner", "1001"), ("status",), ("portfolio",)):
        said = attain(command[0], facts, "--as-of", DAY, *command[1:]).stderr
        assert said.count("certifcations") == 1
        assert f"note: {line}" in said.splitlines()
        assert "scores.csv" not in said


def test_of_many_tables_that_are_not_read_some_are_named(billed: Path, tmp_path: Path) -> None:
    facts = shutil.copytree(billed, tmp_path / "facts", ignore=shutil.ignore_patterns(".attain"))
    for number in range(UNREAD_SHOWN + 1):
        (facts / f"azure_usage_{number}.csv").write_text("x\n", encoding="utf-8")
    said = attain("score", facts, "--as-of", DAY, "--partner", "1001").stderr
    assert said.count("azure_usage_") == UNREAD_SHOWN
    assert f"note: 1 more that is not read; attain check {facts} lists them" in said.splitlines()
