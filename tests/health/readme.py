"""The README's blocks of output: each starts with `$ attain`, and one that ends with `...` shows the beginning only.

`make readme` (this module run by itself) prints them anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.health.repository import ROOT

README = ROOT / "README.md"
BLOCK = re.compile(r"^```text\n\$ attain (?P<arguments>[^\n]*)\n(?P<output>.*?)^```$", flags=re.MULTILINE | re.DOTALL)
WIDTH = "120"
CUT = "..."
PROGRAM = "import sys; sys.argv[0] = 'attain'; from attain.cli.app import main; main()"


@dataclass(frozen=True)
class Block:
    """One command and the lines shown for it."""

    arguments: str
    shown: list[str]

    def printed(self, folder: Path) -> list[str]:
        """Run the command in a folder and give what the block should show: as many lines as it does, where it is cut."""
        lines = printed(self.arguments, folder)
        return [*lines[: len(self.shown) - 1], CUT] if self.shown[-1] == CUT else lines


def printed(arguments: str, folder: Path) -> list[str]:
    """Run `attain` in a folder and give the lines it prints, without spaces at their ends."""
    environment = {**os.environ, "COLUMNS": WIDTH, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", PROGRAM, *shlex.split(arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def blocks(text: str) -> list[Block]:
    """Give the blocks of a document, in order."""
    return [Block(found["arguments"], found["output"].rstrip().splitlines()) for found in BLOCK.finditer(text)]


def rewrite(path: Path = README) -> None:
    """Run every command of the document on fresh demo facts and write what they print into it."""
    text = path.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        printed("demo demo", Path(folder))
        fresh = {block.arguments: block.printed(Path(folder)) for block in blocks(text)}
    text = BLOCK.sub(lambda found: "\n".join(["```text", f"$ attain {found['arguments']}", *fresh[found["arguments"]], "```"]), text)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
