"""Examples of the handbook that are run: files are written, commands run in order, and what they print is held against the page.

- A fenced block with a title, as in ```` ```csv title="my-facts/partners.csv" ````, is a file of that name.
- A fenced block `text` that begins with `$ ` is a session: each line with `$ ` is a command for the shell, the lines below it are what
  it prints; where they end with `...`, only their beginning.

`make readme` (this module run by itself) writes what the commands print into the pages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.health.readme import CUT, PROGRAM, WIDTH
from tests.health.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = ("tutorial.md", "points.md", "power-bi.md", "rulebook.md")
"""The pages of `docs/` whose examples are run from an empty folder; `src` in it is the repository's."""

_BLOCK = re.compile(r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_PROMPT = "$ "


@dataclass(frozen=True)
class Step:
    """One command of a page and the lines shown for it."""

    command: str
    shown: tuple[str, ...]

    def fitting(self, printed: list[str]) -> tuple[str, ...]:
        """Give what the page should show of what was printed: as many lines as it does, where it is cut."""
        return (*printed[: len(self.shown) - 1], CUT) if self.shown[-1:] == (CUT,) else tuple(printed)


def sessions(body: str) -> Iterator[Step]:
    """Part a session into its commands."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        yield Step(command, tuple(shown))


def run(page: str, folder: Path) -> str:
    """Run the page's examples in a folder and give the page as it should be. AssertionError where a command fails."""
    (folder / "src").symlink_to(ROOT / "src")
    shims = folder / ".bin"
    shims.mkdir()
    for name, program in (("attain", f' -c "{PROGRAM}"'), ("python", "")):
        shim = shims / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}"{program} "$@"\n', encoding="utf-8")
        shim.chmod(0o700)

    def block(found: re.Match[str]) -> str:
        body = found["body"]
        if found["title"]:
            path = folder / found["title"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
        elif found["language"] == "text" and body.startswith(_PROMPT):
            body = "".join(f"{_PROMPT}{step.command}\n{_lines(step.fitting(_printed(step.command, folder)))}" for step in sessions(body))
        return f"{found[0][: found.start('body') - found.start()]}{body}```"

    return _BLOCK.sub(block, (ROOT / "docs" / page).read_text(encoding="utf-8"))


def _lines(lines: tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _printed(command: str, folder: Path) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATTAIN_", "DJANGO_"))}
    environment = kept | {
        "ATTAIN_HOME": str(folder / ".home"),
        "COLUMNS": WIDTH,
        "NO_COLOR": "1",
        "PATH": f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def rewrite() -> None:
    """Run every page on its own and write what the commands print into it."""
    for page in PAGES:
        with TemporaryDirectory() as folder:
            text = run(page, Path(folder))
        (ROOT / "docs" / page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
