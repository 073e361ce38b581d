"""What the written documents name: commands with their options, endpoints; found in code, in lines or in blocks."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from handbook.commands import commands
from handbook.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)\s*$", flags=re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?<=\n\n)(?:    [^\n]+\n)+")
_SPAN = re.compile(r"`([^`\n]+)`")
_CALL = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\S*/)?attain (?P<rest>[^-].*)$")
_ENDPOINT = re.compile(r"^(?:(?P<method>GET|POST|PUT|PATCH|DELETE) )?(?P<path>/api/v1/[\w/{}.-]*)$")


@dataclass(frozen=True)
class Mention:
    """A command as a document writes it: where, the words after `attain`, its name (empty where there is no such), its options."""

    document: str
    written: str
    command: str
    options: tuple[str, ...]


@cache
def documents() -> dict[str, str]:
    """Give the written documents that tell how to use Attain, by their path in the repository."""
    paths: list[Path] = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "adr")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def _code(text: str) -> Iterator[str]:
    """Give every piece of code of a document: the lines of blocks, with continued ones joined, and what stands between backquotes."""
    blocks = [found["body"] for found in _BLOCK.finditer(text)]
    rest = _BLOCK.sub("", text)
    blocks += [found[0] for found in _INDENTED.finditer(rest)]
    for block in blocks:
        yield from (line.strip() for line in block.replace("\\\n", " ").splitlines())
    yield from _SPAN.findall(rest)


def mentioned_commands() -> list[Mention]:
    """Give every command that a document shows."""
    return [
        _mention(document, found["rest"])
        for document, text in documents().items()
        for piece in _code(text)
        if (found := _CALL.match(piece.partition("  #")[0].partition(" | ")[0].strip()))
    ]


def _mention(document: str, written: str) -> Mention:
    try:
        words = shlex.split(written.replace("[", " ").replace("]", " "))
    except ValueError:
        words = written.split()
    for length in (3, 2, 1):
        name = " ".join(words[:length])
        if name in commands():
            options = tuple(
                option.split("=")[0] for word in words[length:] for option in word.split("|") if option.startswith("-") and len(option) > 1
            )
            return Mention(document, written, name, options)
    return Mention(document, written, "", ())


def mentioned_endpoints() -> list[tuple[str, str, str]]:
    """Give every endpoint that a document names: the document, the method (empty where it names none) and the path."""
    return [
        (document, found["method"] or "", found["path"])
        for document, text in documents().items()
        for piece in _code(text)
        if (found := _ENDPOINT.match(piece))
    ]
