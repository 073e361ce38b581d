"""Facts of a store as of one load: the conformed files that it names, wherever they are."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError
from attain.facts.coding import coders
from attain.facts.facts import MONTH_FILE, Facts, FactsFile
from attain.facts.first_pass import USAGE
from attain.facts.rejects import Reject
from attain.facts.report import SEVERAL, FileReport, LoadReport
from attain.facts.schema import TABLES
from attain.store.derived import azure_detail, files_derived_from
from attain.store.people import erased_people, main_ids, people_rows
from attain.store.place import Place
from attain.store.state import BY_LOAD, Load, State
from attain.store.tables import CONFORMED, REJECTS, SLICE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from attain.facts.coding import Coder
    from attain.rulebook.catalog import Catalog


@dataclass(frozen=True)
class StoreFacts(Facts):
    """Facts of a store. `place` is the store, `load` the last one that counts, `state` what it left, `coders` give its codes of names."""

    place: Place = field(default_factory=lambda: Place(""))
    state: State = field(default_factory=State, repr=False)
    load: int = 0
    coders: Mapping[str, Coder] = field(default_factory=dict[str, "Coder"], repr=False, compare=False)

    @property
    def kept(self) -> bool:
        """Say that there are conformed files: what a store refuses never gets into it."""
        return True

    def files(self, table: str, months: Iterable[int] | None = None) -> list[FactsFile]:
        """List the Parquet files of a conformed table, as paths or URLs; with `months` those of other months are left out.

        Raises KeyError where there is no such table.
        """
        held = sorted(self.state.of(f"{CONFORMED}{table}"), key=lambda file: (file.partition[SLICE] or "", file.path))
        if not held:
            raise KeyError(table)
        if months is not None:
            names: set[str | None] = {f"{month // 12:04}-{month % 12 + 1:02}" for month in months}
            held = [
                file for file in held if file.partition[SLICE] in names or not MONTH_FILE.fullmatch(file.partition[SLICE] or "")
            ] or held[:1]
        paths = [self.place.at(f"{CONFORMED}{table}/{file.path}") for file in held]
        return list(paths) if self.place.remote else [Path(path) for path in paths]

    def azure_detail(self, partner: str, months: Iterable[int] | None = None) -> pl.DataFrame:
        """Give the Azure usage of a global account by location and subscription, with the columns of `usage.COLUMNS`."""
        return azure_detail(self.place, self.state, self.coders, partner, months)

    def names_of_people(self, people: Collection[str]) -> dict[str, str]:
        """Give the names of some people by id, of those that have one."""
        rows = people_rows(self.place, self.state)
        main = main_ids(rows)
        erased = erased_people(rows)
        named = rows.filter(pl.col("person_name").is_not_null() & ~pl.col("person_id").is_in(list(erased))).sort("load")
        every = {main.get(str(person), str(person)): str(name) for person, name in named.select("person_id", "person_name").iter_rows()}
        return {person: name for person, name in every.items() if person in people}


def store_facts(place: Place, loads: list[Load], state: State, catalog: Catalog) -> StoreFacts:
    """Give the facts of a store after the last of `loads`.

    Raises AttainError `store-names` where the rulebook names by one name what the store tells apart.
    """
    coding = resumed(place, state, catalog)
    if coding is None:
        message = "the rulebook's catalog has changed: names that the store tells apart are one by now"
        raise AttainError("store-names", message, place.root, "run attain store rebuild")
    used = {
        kind: {code for slices in state.slices.values() for one in slices.values() for code in one.codes.get(kind, ())} for kind in coding
    }
    names = {kind: coder.in_order() for kind, coder in coding.items()}
    return StoreFacts(
        folder=Path(place.root),
        tables=frozenset(state.given),
        names=names,
        unknown={kind: coder.unknown({names[kind][code] for code in used[kind]}) for kind, coder in coding.items()},
        months={table: _months(state, table) for table in USAGE},
        masks={table: tuple(sorted({mask for one in state.slices.get(table, {}).values() for mask in one.masks})) for table in USAGE},
        digest=_digest(state, names),
        report=_report(place, loads, state),
        place=place,
        state=state,
        load=loads[-1].number if loads else 0,
        coders=coding,
    )


def resumed(place: Place, state: State, catalog: Catalog) -> dict[str, Coder] | None:
    """Give coders that go on where the store is, None where the catalog has made one name of two."""
    fresh = coders(catalog)
    files = state.of(f"{CONFORMED}names")
    if not files:
        return fresh
    rows = pl.read_parquet([place.at(f"{CONFORMED}names/{file.path}") for file in files]).sort("kind", "code")
    for kind, coder in fresh.items():
        if not coder.resume(rows.filter(pl.col("kind") == kind)["name"].to_list()):
            return None
    return fresh


def _months(state: State, table: str) -> dict[str, tuple[int, ...]]:
    months: dict[str, list[int]] = {}
    for name, one in sorted(state.slices.get(table, {}).items()):
        for basis in one.bases:
            months.setdefault(basis, []).append(int(name[:4]) * 12 + int(name[5:]) - 1)
    return {basis: tuple(found) for basis, found in sorted(months.items())}


def _digest(state: State, names: dict[str, tuple[str, ...]]) -> str:
    digest = hashlib.sha256(repr(sorted(names.items())).encode())
    for table, files in sorted(state.files.items()):
        if table.startswith(CONFORMED):
            for one in sorted(f"{table}/{file.partition.get(SLICE)} {file.sha256}" for file in files):
                digest.update(one.encode())
    for one in sorted(file.sha256 for file in files_derived_from(state)):
        digest.update(one.encode())
    return digest.hexdigest()


def _files(load: Load, tables: Collection[str], unassigned: int) -> Iterator[FileReport]:
    """Tell of the rows of one load: of a facts folder by table, of a source's file together, for one row may fill several tables."""
    names = [file["name"] for file in load.files] or [""]
    by_table: dict[str, list[int]] = load.report.get("by_table", {})
    if by_table:
        for table, (rows, kept, repeated, rejected) in by_table.items():
            if table in tables:
                name = next((name for name in names if name.startswith(table)), names[0])
                yield FileReport(name, table, rows, kept, repeated, rejected, unassigned if table == "azure_usage" else 0)
        return
    counts = (load.rows_in, load.kept, load.repeated, load.rejected, unassigned)
    yield FileReport(names[0], SEVERAL.join(tables), *counts, left_out=load.left_out)


def _report(place: Place, loads: list[Load], state: State) -> LoadReport:
    """Tell of the loads that still have rows in the store; what newer ones replaced altogether is no longer of interest."""
    live: dict[int, dict[str, int]] = {}
    for table in TABLES:
        for file in state.of(table):
            for load, rows in file.loads.items():
                live.setdefault(load, {})[table] = live.get(load, {}).get(table, 0) + rows
    files: list[FileReport] = []
    rejecting: list[int] = []
    unassigned = state.unassigned if state.format >= BY_LOAD else {load.number: load.unassigned for load in loads}
    for load in loads:
        if load.number not in live:
            continue
        files += _files(load, live[load.number], unassigned.get(load.number, 0))
        if load.rejected:
            rejecting.append(load.number)
    rejects: list[Reject] = []
    if rejecting and state.of(REJECTS):
        rows = pl.read_parquet([place.at(f"{REJECTS}/{file.path}") for file in state.of(REJECTS)]).filter(pl.col("load").is_in(rejecting))
        rejects = [Reject(**row) for row in rows.drop("load").sort("file", "row").iter_rows(named=True)]
    warnings = [warning for slices in state.slices.values() for one in slices.values() for warning in one.warnings]
    for table, slices in sorted(state.slices.items()):
        empty = sum((Counter(one.empty) for one in slices.values()), Counter[str]())
        warnings += [f"{table}: empty cells of {name} count 0: {count:,}" for name, count in sorted(empty.items())]
    return LoadReport(tuple(files), tuple(rejects), tuple(warnings))
