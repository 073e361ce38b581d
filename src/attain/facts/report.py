"""What a load found: rows by file, and everything a person should know about them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.facts.rejects import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.facts.facts import Facts
    from attain.rulebook.model import Designation

DEFAULT_MAX_REJECTS = Fraction(1, 100)
SEVERAL = ", "
"""Parts the tables that one file fills."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """The rows of one file (or load): rows = kept + repeated + rejected + left out.

    `unassigned` rows are kept but have no partner or tenant; `left_out` ones tell nothing that a score needs. `table` names several
    where one file fills several.
    """

    file: str
    table: str
    rows: int
    kept: int
    repeated: int
    rejected: int
    unassigned: int
    left_out: int = 0

    def fills(self, table: str) -> bool:
        """Say whether rows of the file are rows of a table."""
        return table in self.table.split(SEVERAL)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load found. `rejects` are the rows set aside, by file and row; `warnings` are lines for a person.

    `unread` are those of them that tell of a file or column which seems meant to be read, and is not: it may cost points.
    """

    files: tuple[FileReport, ...]
    rejects: tuple[Reject, ...]
    warnings: tuple[str, ...]
    unread: tuple[str, ...] = ()

    def excess(self, max_rejects: Fraction) -> str | None:
        """Name the first table of which more than `max_rejects` of the rows are set aside; None where there is none."""
        for table in dict.fromkeys(file.table for file in self.files):
            files = [file for file in self.files if file.table == table]
            if sum(file.rejected for file in files) > max_rejects * sum(file.rows for file in files):
                return table
        return None

    def rejected(self, table: str) -> tuple[int, int]:
        """Give how many rows of a table were set aside, of how many."""
        files = [file for file in self.files if file.fills(table)]
        return sum(file.rejected for file in files), sum(file.rows for file in files)

    def unassigned(self, table: str) -> int:
        """Count the rows of a table that have no partner or tenant."""
        return sum(file.unassigned for file in self.files if file.fills(table))


def blocked_metrics(missing: Iterable[str], designations: Iterable[Designation]) -> dict[str, tuple[str, ...]]:
    """Name, for each missing table, the metrics (`designation metric`, or `designation track`) that it feeds."""
    blocked: dict[str, dict[str, None]] = {table: {} for table in missing}
    for designation in designations:
        for metric in designation.metrics:
            needs = {pool.table for pool in metric.pools} | ({"certifications"} if metric.steps else set[str]())
            for table in needs & blocked.keys():
                blocked[table][f"{designation.id} {metric.id}"] = None
        for entry in designation.tracks:
            assign = None if entry.value is None else entry.value.assign
            if assign is not None and assign.kind == "customer_segments" and "customers" in blocked:
                blocked["customers"][f"{designation.id} track"] = None
    return {table: tuple(metrics) for table, metrics in blocked.items()}


def unknown_designations(facts: Facts, known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Name, by table, the designations of enrollments and reported scores that are no designation: their rows count for nothing.

    Facts that were refused hold no rows any more: nothing is named.
    """
    known = frozenset(known)
    found = {
        table: tuple(sorted(set(facts.scan(table).select("designation").collect().to_series()) - known))
        for table in ("enrollments", "reported_scores")
        if table in facts.tables and facts.kept
    }
    return {table: names for table, names in found.items() if names}


def unknown_reported_names(facts: Facts, designations: Mapping[str, Designation]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Name the tracks and metrics of reported scores that their designation never had: their rows cannot be compared.

    One tuple each: the designation, the column, the name, and the known ones. `unknown_designations` names those of no designation.
    """
    if "reported_scores" not in facts.tables or not facts.kept:
        return []
    rows = facts.scan("reported_scores").select("designation", "track", "metric").unique().sort("designation", "track", "metric").collect()
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for designation, track, metric in rows.iter_rows():
        if designation in designations:
            for column, name, known in (
                ("track", track, track_names(designations[designation])),
                ("metric", metric, ("total", *(one.id for one in designations[designation].metrics))),
            ):
                if name and name not in known:
                    found[designation, column, name] = known
    return [(*key, known) for key, known in found.items()]


def track_names(designation: Designation) -> tuple[str, ...]:
    """Name the tracks that a designation has or had."""
    return tuple(dict.fromkeys(name for entry in designation.tracks if entry.value is not None for name in entry.value.names))


def month_ranges(months: Iterable[int]) -> str:
    """Write month numbers as ranges: `2024-11 to 2026-09, 2026-11`."""
    runs: list[list[int]] = []
    for month in sorted(months):
        if runs and month == runs[-1][-1] + 1:
            runs[-1][1:] = [month]
        else:
            runs.append([month])
    return ", ".join(" to ".join(f"{month // 12}-{month % 12 + 1:02}" for month in run) for run in runs)
