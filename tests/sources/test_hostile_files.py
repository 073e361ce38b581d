"""Files made to harm whoever reads them are refused with a reason, in bounded time and memory, and nothing is written where they lead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources.documents import open_document
from attain.sources.files import rows_of
from attain.sources.workbooks import check_workbook
from tests.sources.hostile_files import FILES, book, cell, sheet

Outcome = tuple[str, str, float, int]
ROOT = Path(__file__).resolve().parents[2]
MOST_MEGABYTES = 600
"""Reading tables of any size needs Polars, which is about half of this by itself."""
MOST_SECONDS = 60.0
"""Far above what each takes alone, far below what a hang takes."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """What a process of its own made of all files, so that one that ends it does not end the tests."""
    folder = tmp_path_factory.mktemp("hostile") / "inputs"
    folder.mkdir()
    for name, (_, content) in FILES.items():
        (folder / name).write_bytes(content())
    command = [sys.executable, "-m", "tests.sources.hostile_files", str(folder)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)
    lines: list[Outcome] = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (lines[-1:], done.stderr[-2000:])
    assert not list(folder.parent.rglob("leading-elsewhere"))
    return lines


def test_every_hostile_file_is_refused_or_read_as_what_it_is(outcome: list[Outcome]) -> None:
    assert {name: said for name, said, _, _ in outcome} == {name: what for name, (what, _) in FILES.items()}


def test_no_hostile_file_takes_long_or_much_memory(outcome: list[Outcome]) -> None:
    assert [line for line in outcome if line[2] > MOST_SECONDS or line[3] > MOST_MEGABYTES] == []


@pytest.mark.parametrize("name", ["entity-between-far-cells.xlsx", "twice.xlsx", "encrypted.xlsx", "forged-size.xlsx", "expanding.xlsx"])
def test_a_workbook_is_refused_before_it_is_read(tmp_path: Path, name: str) -> None:
    """Not left to the library that reads it, which may be of another mind in its next release."""
    code, content = FILES[name]
    (tmp_path / name).write_bytes(content())
    with pytest.raises(AttainError) as caught:
        check_workbook(tmp_path / name)
    assert caught.value.code == code


@pytest.mark.parametrize("place", ["B2", "C9", "AA30"])
def test_a_sheet_with_gaps_is_read_as_ever(tmp_path: Path, place: str) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(book(sheet(f"<row r='1'>{cell('A1', 'a')}</row><row r='{place.lstrip('ABC')}'>{cell(place, 'b')}</row>")))
    rows = dict(rows_of(open_document(path)))
    assert rows[1][0] == "a"
    assert rows[int(place.lstrip("ABC"))][-1] == "b"
