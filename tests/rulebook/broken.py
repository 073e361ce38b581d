"""Bad rulebooks as data: edits to the small book of `tests/rulebook/book`, and the exact faults each must be refused with."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attain.rulebook.load import read_book
from attain.rulebook.strict_yaml import read

HERE = Path(__file__).parent
BOOK = HERE / "book"


@dataclass(frozen=True)
class Broken:
    """One bad rulebook: what is replaced on which line of which file, and every fault, as the command line prints it."""

    name: str
    edits: tuple[dict[str, Any], ...]
    says: tuple[str, ...]


def broken_books() -> list[Broken]:
    """Read every case of `bad/*.yaml`."""
    cases = [case for path in sorted((HERE / "bad").glob("*.yaml")) for case in read(path).data["cases"]]
    return [Broken(case["name"], tuple(case["edits"]), tuple(case["says"])) for case in cases]


def write_book(folder: Path, edits: tuple[dict[str, Any], ...]) -> None:
    """Copy the small book to `folder` and edit it; an edit that finds nothing to replace is a fault of the test."""
    shutil.copytree(BOOK, folder, dirs_exist_ok=True)
    for edit in edits:
        path = folder / edit["file"]
        lines = path.read_text(encoding="utf-8").split("\n")
        at = edit["line"] - 1
        assert edit["replace"] in lines[at], f"{edit['file']}:{edit['line']} does not hold {edit['replace']!r}"
        lines[at] = lines[at].replace(edit["replace"], edit["with"])
        path.write_text("\n".join(lines), encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    """Say what keeps `folder` from being a rulebook, files named from the folder on."""
    _, faults = read_book(folder)
    return [str(fault).replace(f"{folder}/", "") for fault in faults]
