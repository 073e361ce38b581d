"""The repository as the health tests see it: its own files, as git would list them, and the syntax trees of its modules."""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "attain"

_NOT_OURS = {".git", ".venv", ".attain", ".hypothesis", "__pycache__", "build", "demo", "dist", "node_modules"}


@cache
def files() -> tuple[Path, ...]:
    """Give every file of the repository itself: no caches, no virtual environment, no demo facts."""
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _NOT_OURS and not name.endswith(("_cache", ".egg-info"))]
        # in a worktree .git is a file
        found.extend(Path(folder, name) for name in names if name not in _NOT_OURS)
    return tuple(sorted(found))


@cache
def texts() -> dict[Path, str]:
    """Give the text of every file that holds text."""
    found: dict[Path, str] = {}
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            found[path] = content.decode("utf-8", errors="replace")
    return found


@cache
def modules() -> tuple[Path, ...]:
    """Give every Python file of the repository."""
    return tuple(path for path in files() if path.suffix == ".py")


@cache
def tree(path: Path) -> ast.Module:
    """Give the syntax tree of one module."""
    return ast.parse(texts()[path], filename=str(path))


def modules_of(*packages: str) -> tuple[Path, ...]:
    """Give the modules of some of Attain's packages, by the packages' names."""
    return tuple(path for path in modules() if path.is_relative_to(PACKAGE) and path.relative_to(PACKAGE).parts[0] in packages)


def place(path: Path, line: int = 0) -> str:
    """Name a place in the repository as `path` or `path:line`."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{line}" if line else name
