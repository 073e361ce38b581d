"""Where nothing may be written, an import says so in one line, and scores are given all the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from tests.sources.folders import training, usage, write_csv

CHILD = """
import os, sys
from attain.cli.app import main

def run(arguments):
    sys.argv = ["attain", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code or 0
    return 0

parted = sys.argv.index("--")
spare, asked = sys.argv[1:parted], sys.argv[parted + 1:]
# once in a spare place, so that what is loaded on the way is loaded before the rights to read it are given up
assert run(spare) == 0
sys.stdout.flush()
print("----", flush=True)
print("----", file=sys.stderr, flush=True)
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
os.umask(0o022)
sys.exit(run(asked))
"""
SCORE = ("--as-of", "2026-11-24", "--partner", "100", "--designation", "security", "--format", "csv")


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder that anybody may read."""
    with tempfile.TemporaryDirectory(prefix="attain-read-only-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)


@pytest.fixture(params=["store", "folder"])
def facts(request: pytest.FixtureRequest, place: Path) -> Path:
    """Give a store or a facts folder, with a twin beside it that may be written."""
    made = place / "facts"
    if request.param == "store":
        Store.create(made)
    for path in (write_csv(place / "a.csv", [usage(Month="2026-09-01")]), write_csv(place / "t.csv", [training()])):
        import_files([path], made, Options())
    shutil.copytree(made, place / "spare")
    for path in sorted(made.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    made.chmod(0o555)
    return made


def attain(*arguments: str | Path, facts: Path) -> subprocess.CompletedProcess[str]:
    """Run a command on `facts` as one who may not write there."""
    asked = [str(argument) for argument in arguments]
    spare = [argument.replace(str(facts), str(facts.parent / "spare")) for argument in asked]
    command = [sys.executable, "-c", CHILD, *spare, "--", *asked]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def contents(facts: Path) -> dict[str, bytes]:
    return {path.relative_to(facts).as_posix(): path.read_bytes() for path in facts.rglob("*") if path.is_file()}


@pytest.mark.parametrize("rows", [[usage(Month="2026-10-01")], [training(), training(MCPID="MC-7")]], ids=["usage", "training"])
def test_an_import_is_refused_in_one_line(facts: Path, rows: list[dict[str, str]]) -> None:
    before = contents(facts)
    more = write_csv(facts.parent / "more.csv", rows)
    done = attain("import", more, "--into", facts, facts=facts)
    said = done.stderr.partition("----\n")[2].strip().splitlines()
    assert done.returncode == 1, done.stderr
    assert len(said) == 1, done.stderr
    assert said[0].startswith(f"attain: {facts}")
    assert "permission denied" in said[0]
    assert "check its permissions" in said[0]
    assert done.stdout.partition("----\n")[2].strip() == ""
    assert contents(facts) == before


def test_scores_are_given_all_the_same(facts: Path) -> None:
    before = contents(facts)
    done = attain("score", facts, *SCORE, facts=facts)
    assert done.returncode == 0, done.stderr
    spare, _, asked = done.stdout.partition("----\n")
    assert asked == spare != ""
    assert contents(facts) == before


def test_a_store_that_cannot_be_made_is_refused_in_one_line(facts: Path) -> None:
    for place in (facts / "new", facts / "new" / "deeper"):
        done = attain("init", place, facts=facts)
        said = done.stderr.partition("----\n")[2].strip().splitlines()
        assert done.returncode == 1, done.stderr
        assert said == [f"attain: {facts / 'new'}: permission denied (check its permissions, or name another file or folder)"]
    (facts.parent / "spare" / "empty").mkdir()
    facts.chmod(0o755)
    (facts / "empty").mkdir(mode=0o555)
    done = attain("init", facts / "empty", facts=facts)
    assert done.returncode == 1, done.stderr
    assert "permission denied (check its permissions" in done.stderr.partition("----\n")[2]
    assert not list((facts / "empty").iterdir())
