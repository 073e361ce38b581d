"""Filing what was read into a facts folder: one Parquet file a delivery and table, older rows of its slices replaced, in one step.

What a newer file covers it replaces, whatever the older one said: a tenant that is no longer listed is gone. Only files that an import
wrote are ever changed. Partners and customers go into one file each, cell by cell: a filled cell is never wiped by an empty one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polars as pl

from attain.errors import AttainError
from attain.facts.compared_names import BY, beside
from attain.facts.schema import TABLES
from attain.sources.ledger import LEDGER_FILE
from attain.sources.slices import slice_of

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from attain.facts.coding import Coder
    from attain.sources.ledger import Entry, Ledger
    from attain.sources.slices import Slice

STAGING = ".attain-import"
PLAN = "plan.json"
DIMENSIONS = ("partners", "customers")
IMPORTED = "imported.parquet"
READABLE = frozenset({".csv", ".parquet"})


@dataclass
class Plan:
    """The steps that put an import in place: staged files to move, files to remove, all below the folder."""

    moves: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    removals: list[str] = field(default_factory=list[str])

    def current(self, facts: Path, name: str) -> Path | None:
        """Give a file of the folder as the steps so far leave it, None where they, or nobody, leave it there."""
        staged = next((moved for moved, target in reversed(self.moves) if target == name), None)
        if staged is not None:
            return facts / STAGING / staged
        return facts / name if name not in self.removals and (facts / name).exists() else None


@contextmanager
def staging(facts: Path) -> Generator[Path]:
    """Give a folder to stage an import in; finishes one that was interrupted while it was put in place.

    Raises AttainError `import-running` where another import stages.
    """
    facts.mkdir(parents=True, exist_ok=True)
    folder = facts / STAGING
    if (folder / PLAN).exists():
        _carry_out(facts)
    try:
        folder.mkdir()
    except FileExistsError:
        message = "another import into this folder is running"
        raise AttainError("import-running", message, str(facts), f"if none is, remove {folder}") from None
    try:
        yield folder
    finally:
        if not (folder / PLAN).exists():
            shutil.rmtree(folder, ignore_errors=True)


def put_in_place(facts: Path, plan: Plan, ledger: Ledger) -> None:
    """Carry out a plan and write the ledger.

    An interruption before the plan is on disk changes nothing; one after it is made good by the next import.
    """
    folder = facts / STAGING
    (folder / LEDGER_FILE).write_text(ledger.written(), encoding="utf-8")
    steps = {"moves": [*plan.moves, (LEDGER_FILE, LEDGER_FILE)], "removals": plan.removals}
    draft = folder / f"{PLAN}.tmp"
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(steps, stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(folder / PLAN)
    _carry_out(facts, keep=True)


def _carry_out(facts: Path, keep: bool = False) -> None:
    folder = facts / STAGING
    steps = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    for name in steps["removals"]:
        (facts / name).unlink(missing_ok=True)
    for staged, target in steps["moves"]:
        # a step that was done before an interruption leaves nothing to move
        if (folder / staged).exists():
            (facts / target).parent.mkdir(parents=True, exist_ok=True)
            (folder / staged).replace(facts / target)
    (folder / PLAN).unlink()
    if not keep:
        shutil.rmtree(folder)


def file_name(table: str, stem: str, digest: str) -> str:
    """Name the file of a delivery in its table's folder, after the file it came from and its digest."""
    plain = re.sub(r"[^\w.-]+", "_", stem).strip("._") or "import"
    return f"{table}/{plain[:80]}-{digest[:12]}.parquet"


def check_table_is_a_folder(facts: Path, table: str) -> None:
    """Refuse where the user keeps a table as one file: imported files stand in a folder with the table's name."""
    if found := own_single_file(facts, table):
        hint = f"move it into a folder: {table}/{found.name}"
        raise AttainError("table-is-a-file", f"the table {table} is one file here", str(found), hint)


def own_single_file(facts: Path, table: str) -> Path | None:
    """Find the one file in which the user keeps a table, None where there is none."""
    files = (path for path in facts.iterdir() if path.is_file() and path.suffix.casefold() in READABLE)
    return next((path for path in files if path.stem.casefold() == table), None)


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices that a staged file of a table covers."""

    table: str
    cut: Slice
    coders: Mapping[str, Coder]
    held: pl.DataFrame
    """The distinct values of the slice's columns as they are compared (BY), with `#from` and `#to` for a range."""

    @classmethod
    def of(cls, path: Path, table: str, cut: Slice, coders: Mapping[str, Coder]) -> Slices:
        """Read them."""
        by = [f"{BY}{name}" for name in cut.columns]
        rows = beside(pl.scan_parquet(path), table, cut.columns, coders)
        if not cut.between:
            return cls(table, cut, coders, rows.select(by).unique().collect(engine="streaming"))
        edges = (pl.col(cut.between).min().alias("#from"), pl.col(cut.between).max().alias("#to"))
        return cls(table, cut, coders, rows.group_by(by).agg(*edges).collect(engine="streaming"))

    def within(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Keep the rows inside the slices."""
        if not self.cut.between:
            return self._joined(rows, "semi", nulls_equal=True)
        inside = pl.col(self.cut.between).is_between(pl.col("#from"), pl.col("#to"))
        return self._joined(rows, "inner").filter(inside).drop("#from", "#to")

    def outside(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Keep all other rows."""
        if not self.cut.between:
            return self._joined(rows, "anti", nulls_equal=True)
        inside = pl.col(self.cut.between).is_between(pl.col("#from"), pl.col("#to")).fill_null(value=False)
        return self._joined(rows, "left").filter(~inside).drop("#from", "#to")

    def _joined(self, rows: pl.LazyFrame, how: Literal["semi", "anti", "inner", "left"], *, nulls_equal: bool = False) -> pl.LazyFrame:
        by = [f"{BY}{name}" for name in self.cut.columns]
        compared = beside(rows, self.table, self.cut.columns, self.coders)
        return compared.join(self.held.lazy(), on=by, how=how, nulls_equal=nulls_equal).drop(by)


def cut_older(
    facts: Path,
    folder: Path,
    entries: list[Entry],
    family: str,
    table: str,
    new: Path,
    plan: Plan,
    coders: Mapping[str, Coder],
) -> dict[str, int]:
    """Plan the removal, from the files of older imports of a family, of the rows in the slices that `new` covers.

    Gives how many go, by file; entries whose file goes altogether lose it.
    """
    removed: dict[str, int] = {}
    cut = slice_of(family, table)
    if cut is None:
        return removed
    for entry in entries:
        name = entry.tables.get(table)
        held = None if entry.family != family or name is None else plan.current(facts, name)
        if name is None or held is None:
            continue
        if cut.fills:
            _fill(held, table, new, coders)
        slices = Slices.of(new, table, cut, coders)
        rows = pl.scan_parquet(held)
        count = slices.within(rows).select(pl.len()).collect(engine="streaming").item()
        if not count:
            continue
        removed[name] = count
        if count == rows.select(pl.len()).collect().item():
            plan.removals.append(name)
            del entry.tables[table]
        else:
            staged = f"cut-{len(plan.moves)}.parquet"
            slices.outside(rows).sink_parquet(folder / staged, compression="zstd")
            plan.moves.append((staged, name))
    return removed


def _fill(older: Path, table: str, new: Path, coders: Mapping[str, Coder]) -> None:
    """Give the cells that a staged row leaves empty what an older row of its key says."""
    key = list(TABLES[table].key)
    by = [f"{BY}{name}" for name in key]
    fresh, there = (beside(pl.scan_parquet(path), table, key, coders) for path in (new, older))
    fresh = fresh.collect()
    known = there.join(fresh.lazy().select(by), on=by, how="semi").drop(key).collect(engine="streaming")
    if not known.height:
        return
    columns = [column.name for column in TABLES[table].columns if column.name in {*fresh.columns, *known.columns}]
    met = fresh.join(known, on=by, how="left", suffix="#known", maintain_order="left")
    joined = _joined_names(fresh, known, by)
    cells = {
        column: pl.coalesce([pl.col(name) for name in (column, f"{column}#known") if name in joined])
        for column in columns
        if column not in key
    }
    met.select(*key, *(cell.alias(column) for column, cell in cells.items())).select(columns).write_parquet(new, compression="zstd")


def merge_dimension(facts: Path, folder: Path, table: str, new: Path, plan: Plan) -> str:
    """Plan the merge of partners or customers into the folder's imported ones; keys that the user keeps in files of their own stay theirs.

    Gives a warning for the user where the table is theirs altogether, empty where all is well.
    """
    if single := own_single_file(facts, table):
        return f"{single.name} is yours and is left as it is: names, segments and accounts of this file are not taken over"
    key = TABLES[table].key[0]
    fresh = pl.read_parquet(new)
    target = facts / table / IMPORTED
    known = pl.read_parquet(target) if target.exists() else fresh.clear()
    for path in sorted((facts / table).glob("*")):
        if path.name != IMPORTED and path.suffix.casefold() in READABLE:
            own = (
                pl.read_csv(path, columns=[key], infer_schema=False)
                if path.suffix.casefold() == ".csv"
                else pl.read_parquet(path, columns=[key])
            )
            theirs = own.select(pl.col(key).cast(pl.String).str.strip_chars().str.to_lowercase().alias("#own"))
            fresh = fresh.join(theirs, left_on=pl.col(key).str.to_lowercase(), right_on="#own", how="anti")
    columns = [column.name for column in TABLES[table].columns if column.name in {*fresh.columns, *known.columns}]
    merged = fresh.join(known, on=key, how="full", coalesce=True, suffix="#known").select(
        key,
        *(
            pl.coalesce([pl.col(name) for name in (column, f"{column}#known") if name in _joined_names(fresh, known, [key])]).alias(column)
            for column in columns
            if column != key
        ),
    )
    staged = f"{table}-merged.parquet"
    merged.sort(key).write_parquet(folder / staged, compression="zstd")
    plan.moves.append((staged, f"{table}/{IMPORTED}"))
    return ""


def _joined_names(fresh: pl.DataFrame, known: pl.DataFrame, key: list[str]) -> set[str]:
    both = (set(fresh.columns) & set(known.columns)) - set(key)
    return {*fresh.columns, *known.columns, *(f"{name}#known" for name in both)}
