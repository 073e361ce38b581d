"""What the system refuses, what a reader has had enough of, and amounts on another basis: one line each, and what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
