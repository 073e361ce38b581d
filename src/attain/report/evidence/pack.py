"""What an evidence pack holds: a cover and parts, each a table of plain values, and the manifest that names them by their digests."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attain.advise.columns import ColumnKind

Cell = str | bool | int | Decimal | dt.date | None
FORMAT = 1
"""Raised with every change of what the files of a pack look like: packs of another format are not made again."""


@dataclass(frozen=True)
class Part:
    """One table of a pack. `columns` gives each column's kind, by its id; amounts are decimals cut at six places."""

    id: str
    title: str
    columns: dict[str, ColumnKind]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def digest(self) -> str:
        """Name the content by its SHA-256: that of its columns and rows as JSON."""
        content = {"columns": list(self.columns), "rows": [[plain(cell) for cell in row] for row in self.rows]}
        return hashlib.sha256(canonical(content)).hexdigest()

    def records(self) -> list[dict[str, Cell]]:
        """Give one dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Metric:
    """One metric of one track as the PDF tells of it: how its number comes about and the rows behind it, by their place in the part `rows`.

    `counted` are the rows with a share in the number, the largest first; `others` those without, near misses first.
    """

    track: str
    metric: str
    name: str
    formulas: tuple[str, ...]
    counted: tuple[int, ...]
    others: tuple[int, ...]


@dataclass(frozen=True)
class Prepared:
    """By whom, when and what for a pack is made. `at` is in UTC; `role` says in what role, no more of the person; `ticket` may be empty."""

    at: dt.datetime
    role: str
    ticket: str = ""

    @property
    def iso(self) -> str:
        """Write the time as commands and the manifest have it."""
        return f"{self.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def at_words(self) -> str:
        """Write the time for reading."""
        return f"{self.at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Cover:
    """What a pack is about. `asked` is the day asked for and `day` that of the numbers; `verdict` is the outcome in one sentence."""

    partner_id: str
    partner: str
    designation: str
    designation_name: str
    designation_title: str
    edition: str
    track: str
    track_name: str
    track_reason: str
    asked: dt.date
    day: dt.date
    basis: str
    names_shown: bool
    verdict: str
    total: str
    reported_total: str
    maximum: str
    qualified: str
    needs: str
    day_reason: str


@dataclass(frozen=True)
class Versions:
    """What a pack was made from. `load` is 0 for a facts folder."""

    load: int
    facts: str
    rulebook: str
    attain: str
    engine: str


@dataclass(frozen=True)
class Evidence:
    """A whole pack, before it is written as any file."""

    cover: Cover
    prepared: Prepared
    versions: Versions
    parts: tuple[Part, ...]
    metrics: tuple[Metric, ...]
    commands: tuple[str, ...]

    def part(self, name: str) -> Part:
        """Give the part of an id."""
        return next(part for part in self.parts if part.id == name)

    @property
    def digest(self) -> str:
        """Name the content of all parts by one SHA-256, that stands in every file of the pack."""
        return hashlib.sha256(canonical({part.id: part.digest for part in self.parts})).hexdigest()


def manifest(evidence: Evidence, files: dict[str, bytes], fonts: str = "") -> bytes:
    """Give the manifest: what the pack is about, what it was made from, and the digests of its parts and `files`, as JSON.

    `fonts` are those that the PDF needed besides the typesetter's own; they stand among the versions where there are any.
    """
    cover = evidence.cover
    content = {
        "format": FORMAT,
        "partner_id": cover.partner_id,
        "designation": cover.designation,
        "edition": cover.edition,
        "track": cover.track,
        "as_of": cover.day.isoformat(),
        "basis": cover.basis,
        "names_shown": cover.names_shown,
        "prepared_at": evidence.prepared.iso,
        "prepared_by_role": evidence.prepared.role,
        "ticket": evidence.prepared.ticket,
        "versions": {
            "store_version": evidence.versions.load or None,
            "facts": evidence.versions.facts,
            "rulebook": evidence.versions.rulebook,
            "attain": evidence.versions.attain,
            "engine": evidence.versions.engine,
            **({"fonts": fonts} if fonts else {}),
        },
        "commands": list(evidence.commands),
        "content": evidence.digest,
        "parts": {part.id: {"rows": len(part.rows), "sha256": part.digest} for part in evidence.parts},
        "files": {name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in sorted(files.items())},
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def canonical(content: object) -> bytes:
    """Write plain values as JSON in the one way that is digested."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def plain(cell: Cell) -> str | bool | int | None:
    """Give a cell as JSON has it: decimals and days as text."""
    if isinstance(cell, Decimal):
        return decimal_text(cell)
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def decimal_text(value: Decimal) -> str:
    """Write a decimal without needless zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
