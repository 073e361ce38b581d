"""What one load leaves: the files of every table, and what a reader wants to know of them without opening one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter

QUERY = "query: "
"""Begins the one of a load's filters that is the query that a report was made by."""
FORMAT = 5
"""Raised with every change of the conformed tables, so that the next import makes them anew."""


BY_LOAD = 3
"""The format from which slices count the rows without an owner by load."""


@dataclass(frozen=True)
class StoredFile:
    """One Parquet file below its table's folder. `loads` counts its rows by the load that brought them (detail tables)."""

    path: str
    size: int
    rows: int
    sha256: str
    partition: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    loads: dict[int, int] = field(default_factory=dict[int, int])


def _by_load(counted: Any) -> Any:
    """Take the one number that a state before format 3 has for none by load: the rows of `loads` have what each brought."""
    return {} if isinstance(counted, int) else counted


ByLoad = Annotated[dict[int, int], BeforeValidator(_by_load)]


@dataclass(frozen=True)
class Slice:
    """One month of a conformed usage table, or a whole table without a month (`all`).

    `inputs` tells what it was made from: equal inputs give equal rows. `codes` are the codes in use, by kind of name; `unassigned`
    counts the rows without a partner or tenant, by load, whose names are among those of `codes`; `empty` the empty cells of each column
    of counts: they count 0.
    """

    inputs: str
    bases: tuple[str, ...] = ()
    masks: tuple[int, ...] = ()
    codes: dict[str, tuple[int, ...]] = field(default_factory=dict[str, "tuple[int, ...]"])
    unassigned: ByLoad = field(default_factory=dict[int, int])
    warnings: tuple[str, ...] = ()
    empty: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class State:
    """All tables as of one load: the files of each, the slices of the conformed ones, which numbering names are coded
    by, and the contract tables that were ever given, rows or not.
    """

    files: dict[str, tuple[StoredFile, ...]] = field(default_factory=dict[str, "tuple[StoredFile, ...]"])
    slices: dict[str, dict[str, Slice]] = field(default_factory=dict[str, "dict[str, Slice]"])
    coding: str = ""
    given: tuple[str, ...] = ()
    format: int = FORMAT

    def of(self, table: str, **partition: str) -> tuple[StoredFile, ...]:
        """Give the files of a table, those of one partition where it is named."""
        return tuple(
            file for file in self.files.get(table, ()) if all(file.partition.get(name) == value for name, value in partition.items())
        )

    @property
    def unassigned(self) -> dict[int, int]:
        """Count the rows of Azure usage that have no partner or tenant as of now, by the load that brought them.

        A state before format 3 counts none: ask its loads.
        """
        found: Counter[int] = Counter()
        for one in self.slices.get("azure_usage", {}).values():
            found.update(one.unassigned)
        return dict(found)

    def with_files(self, table: str, files: tuple[StoredFile, ...]) -> State:
        """Give the state with other files of a table."""
        return replace(self, files={**self.files, table: files})


@dataclass(frozen=True)
class Load:
    """One row of `loads`: an import that ended. `number` counts them from 1; `versions` names the version of every table after it."""

    number: int
    at: str
    kind: str
    source: str
    family: str
    files: list[dict[str, str]]
    options: dict[str, Any]
    columns: list[list[str]]
    filters: list[str]
    basis: str
    currencies: list[str]
    rates: dict[str, str]
    redacted: bool
    rows_in: int
    kept: int
    rejected: int
    unassigned: int
    restated: int
    report: dict[str, Any]
    versions: dict[str, int]
    attain: str

    @property
    def repeated(self) -> int:
        """Count the rows that another row of the same files says again."""
        return int(self.report.get("repeated", 0))

    @property
    def left_out(self) -> int:
        """Count the rows that tell nothing that a score needs; rows in = kept + rejected + repeated + left out."""
        return sum(int(count) for count in self.report.get("left_out", {}).values())

    @property
    def digests(self) -> frozenset[str]:
        """Give the SHA-256 of its files."""
        return frozenset(file["sha256"] for file in self.files)


STATE = TypeAdapter(State)
