"""The environment variables that Attain reads, found in its code, and what the documents say of each.

A variable is described once, in a row of a table of `docs/` whose first column is called `variable`. The reference gathers the rows.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from handbook.markdown import code, table
from handbook.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = ROOT / "src" / "attain"
NAME = re.compile(r"ATTAIN_[A-Z_]+")

_LINK = re.compile(r"\]\((?!https?:)(.)")


@dataclass(frozen=True)
class Described:
    """What a document says of a variable: `says` is what it sets, `otherwise` what holds where it is not set."""

    document: str
    says: str
    otherwise: str


@cache
def read_by_the_code() -> dict[str, tuple[str, ...]]:
    """Give every variable that a module names, with the modules; words of docstrings and messages do not count."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
                found[node.value].append(path.relative_to(PACKAGE).as_posix())
    return {name: tuple(dict.fromkeys(found[name])) for name in sorted(found)}


def described() -> dict[str, list[Described]]:
    """Give what the documents say of each variable; a row may describe several that belong together."""
    found: dict[str, list[Described]] = defaultdict(list)
    for path in sorted((ROOT / "docs").glob("**/*.md")):
        for names, said in _rows(path):
            for name in names:
                found[name].append(said)
    return dict(found)


def _rows(path: Path) -> Iterator[tuple[list[str], Described]]:
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        inside = inside or cells[0] == "variable"
        if inside and (names := NAME.findall(cells[0])):
            yield names, Described(path.relative_to(ROOT / "docs").as_posix(), cells[1], cells[2] if len(cells) > 2 else "")


def page() -> str:
    """Write all settings."""
    known = described()
    rows = [
        (
            code(name),
            _from_here(said.says, said.document),
            _from_here(said.otherwise, said.document),
            f"[{_title(said.document)}](../{said.document})",
        )
        for name in read_by_the_code()
        for said in known.get(name, [])
    ]
    return table(("variable", "says", "unless set", "more"), rows)


def _title(document: str) -> str:
    return (ROOT / "docs" / document).read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _from_here(text: str, document: str) -> str:
    """Turn links of a document into links of a page of the reference."""
    return _LINK.sub(lambda found: f"](../{document if found[1] == '#' else ''}{found[1]}", text)
