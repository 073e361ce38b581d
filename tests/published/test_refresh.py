"""`attain refresh` as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from attain.facts.synthetic import DemoPlan, write_demo

pytestmark = pytest.mark.web
SOURCE = Path(__file__).parents[2] / "src"
DAY = "2026-11-24"


def refresh(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
    environment = {**kept, "ATTAIN_HOME": str(home), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", "from attain.cli.app import main; main()", "refresh", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_refresh_publishes_once_and_says_so(tmp_path: Path) -> None:
    store, home = tmp_path / "facts", tmp_path / "home"
    write_demo(DemoPlan(partners=4, seed=2, tenants=20, azure_rows=800, usage_rows=600, certificates=40), store)
    first = refresh(home, "--store", str(store), "--as-of", DAY)
    assert (first.returncode, first.stdout) == (0, f"Published 4 partners as of {DAY}.\n"), first.stderr
    again = refresh(home, "--store", str(store), "--as-of", DAY)
    assert (again.returncode, again.stdout) == (0, f"Nothing to do: 4 partners are published as of {DAY} from these facts.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--store", "nowhere"], 1, "there is no such store or facts folder"),
        (["--store", ".", "--as-of", "yesterday"], 2, "is no date"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    done = refresh(tmp_path / "home", *arguments)
    assert done.returncode == code
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
