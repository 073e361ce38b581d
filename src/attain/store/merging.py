"""A staged delivery merged into the detail tables of a store: what it covers is replaced, slice by slice; everything else stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.detail_order import in_detail_order
from attain.facts.families import CONTRACT
from attain.facts.order import LEAD, OWNER
from attain.facts.rows import FILE
from attain.facts.schema import TABLES
from attain.store.covering import CUTS, RESTATED, Cut, check_drops, filled, in_dollars, restatements, split
from attain.store.delivery import DIMENSIONS
from attain.store.detail import ordered, read_detail, stored, to_detail
from attain.store.held import JustWritten
from attain.store.people import erased_people, main_ids, people_rows
from attain.store.precedence import merged_cells
from attain.store.tables import PEOPLE, REJECTS, RESTATEMENTS, USAGE, columns_of, detail_columns
from attain.store.writing import WritingBeside, write_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path

    from attain.facts.coding import Coder
    from attain.facts.rejects import Reject
    from attain.store.delivery import Staged
    from attain.store.place import Place
    from attain.store.state import State, StoredFile


@dataclass
class Merging:
    """One delivery on its way into the detail tables, as load `number` on top of `state`. `max_dropped` None allows any loss of keys."""

    place: Place
    scratch: Path
    state: State
    number: int
    staged: Staged
    coders: Mapping[str, Coder]
    max_dropped: Fraction | None
    beside: WritingBeside
    withdrawn: frozenset[int] = frozenset()
    """Loads of the same files with other choices: their rows go altogether."""
    replaced: Counter[str] = field(default_factory=Counter[str])
    restated: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def __post_init__(self) -> None:
        """Keep what is written for those who conform it."""
        self.written = JustWritten(self.staged.spellings)

    def run(self, rejects: list[Reject]) -> State:
        """Write the files and give the state that names them.

        Raises AttainError `slice-shrinks` where the delivery looks filtered.
        """
        self._withdraw()
        for table, months in self.staged.rows.items():
            for month, parts in months.items():
                frames = [part.rows() for part in parts]
                new = frames[0] if len(frames) == 1 else pl.concat([rows.drop(OWNER, LEAD, strict=False) for rows in frames], rechunk=True)
                for family, rows in self._by_family(new):
                    self._merge(table, month, family, rows)
        self._append(REJECTS, [{"load": self.number, **_cells(reject)} for reject in rejects])
        self._people()
        changes = pl.concat([pl.DataFrame(schema=RESTATED), *self.restated])
        if changes.height:
            self._append_rows(RESTATEMENTS, in_dollars(changes).with_columns(load=pl.lit(self.number, dtype=pl.Int64)))
        return self.state

    def _by_family(self, new: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
        """Tell the rows of a first pass apart by the families of their files."""
        families = self.staged.families
        found = sorted({families[int(number)] for number in new[FILE].unique()}) or [self.staged.delivered.family]
        if len(found) == 1:
            return [(found[0], new)]
        numbers = {family: [number for number, other in enumerate(families) if other == family] for family in found}
        return [(family, new.filter(pl.col(FILE).is_in(numbers[family]))) for family in found]

    def _withdraw(self) -> None:
        for table in TABLES:
            files = self.state.of(table)
            for file in files:
                if table in DIMENSIONS or not self.withdrawn & set(file.loads):
                    continue
                rows = read_detail(self.place, table, [file]).filter(~pl.col("load_id").is_in(self.withdrawn))
                files = (*(other for other in files if other != file), *self._written(table, rows, file.partition))
            self.state = self.state.with_files(table, files)

    def _written(self, table: str, rows: pl.DataFrame, partition: dict[str, str | None]) -> list[StoredFile]:
        if not rows.height:
            return []
        loads = {int(load): int(count) for load, count in rows.group_by("load_id").len().sort("load_id").iter_rows()}
        rows = ordered(table, rows)
        file = write_file(self.place, self.scratch, table, stored(table, rows), partition, loads=loads)
        if table in USAGE or table in DIMENSIONS:
            # as `read_detail` would give them
            types = detail_columns(table)
            self.written.keep(file.path, rows.select(list(types)).cast(types))  # pyright: ignore[reportArgumentType] - as in `write_file`
        return [file]

    def _written_first(self, table: str, first: pl.DataFrame, partition: dict[str, str | None]) -> list[StoredFile]:
        """Write rows of a first pass as detail rows, all of this load, and keep them as they are."""
        if not first.height:
            return []
        spellings, loads = self.staged.spellings, {self.number: first.height}
        if LEAD not in first.columns:
            first = in_detail_order(table, first, spellings)

        def rows() -> pl.DataFrame:
            return to_detail(table, first, self.number, str(partition["source"]), spellings, coded=True)

        if not self.written.has_room(first.height):
            # it is read again before the import ends
            return [write_file(self.place, self.scratch, table, rows(), partition, loads=loads)]
        file = self.beside.write(table, rows, first.height, partition, loads)
        self.written.keep(file.path, first)
        return [file]

    def _merge(self, table: str, month: str, family: str, first: pl.DataFrame) -> None:
        """Merge rows of a first pass, all of one family, into what the store has of their table and month."""
        partition: dict[str, str | None] = {"month": f"{month}-01", "source": family} if table in USAGE else {"source": family}
        held = [file for file in self.state.of(table) if file.partition == partition]
        others = tuple(file for file in self.state.of(table) if file.partition != partition)
        if not held and table in USAGE:
            # nothing is replaced, nothing filled in, and nothing stands beside them
            self.state = self.state.with_files(table, (*others, *self._written_first(table, first, partition)))
            return
        new = to_detail(table, first, self.number, family, self.staged.spellings)
        old = read_detail(self.place, table, held)
        if table in DIMENSIONS:
            # a facts folder says who is who altogether; a report names just those of its months, and adds to what earlier ones said
            if family == CONTRACT and self.max_dropped is not None:
                check_drops(table, old, new, Cut(()), self.coders, self.max_dropped, self.staged.delivered.title)
            rows = merged_cells(table, new if family == CONTRACT else pl.concat([new, old])).with_columns(
                source=pl.lit(family), load_id=pl.lit(self.number, dtype=pl.Int64)
            )
            if old.height and rows.drop("load_id").sort(pl.all()).equals(
                old.drop("load_id").select(rows.drop("load_id").columns).sort(pl.all())
            ):
                return
        else:
            cut = self.staged.delivered.cuts.get((family, table)) or CUTS[table]
            covered, apart = split(table, old, new, cut, self.coders)
            if cut.fills:
                new = filled(table, covered, new, self.coders)
            if self.max_dropped is not None:
                people = main_ids(self._linked()) if table == "certifications" else None
                check_drops(table, covered, new, cut, self.coders, self.max_dropped, self.staged.delivered.title, people)
            if covered.height:
                self.replaced[table] += covered.height
                self.restated.append(restatements(table, covered, new))
            rows = pl.concat([apart, new])
        self.state = self.state.with_files(table, (*others, *self._written(table, rows, partition)))

    def _people(self) -> None:
        """Note names and links of people that are not known yet."""
        known = people_rows(self.place, self.state)
        names = {(person, name) for person, name in known.select("person_id", "person_name").iter_rows()}
        links = {(person, other) for person, other in known.select("person_id", "other_id").iter_rows()}
        fresh_links = [(person, other, None) for person, other in sorted(set(self.staged.delivered.links)) if (person, other) not in links]
        erased = erased_people(self._linked())
        fresh_names = [
            (person, None, name)
            for person, name in sorted(self.staged.names.items())
            if (person, name) not in names and person not in erased
        ]
        rows: list[dict[str, object]] = [
            {"person_id": person, "other_id": other, "person_name": name, "load": self.number}
            for person, other, name in (*fresh_names, *fresh_links)
        ]
        self._append(PEOPLE, rows)

    def _linked(self) -> pl.DataFrame:
        """Give the people that the store knows, with the links that the delivery brings."""
        known = people_rows(self.place, self.state)
        links = sorted(set(self.staged.delivered.links))
        rows = pl.DataFrame([{"person_id": person, "other_id": other} for person, other in links], schema=columns_of(PEOPLE), orient="row")
        return pl.concat([known, rows.select(known.columns)])

    def _append(self, table: str, rows: list[dict[str, object]]) -> None:
        if rows:
            self._append_rows(table, pl.DataFrame(rows, schema=columns_of(table), orient="row"))

    def _append_rows(self, table: str, rows: pl.DataFrame) -> None:
        file: StoredFile = write_file(self.place, self.scratch, table, rows)
        self.state = self.state.with_files(table, (*self.state.of(table), file))


def _cells(reject: Reject) -> dict[str, object]:
    return {name: getattr(reject, name) for name in ("file", "row", "column", "value", "reason", "hint", "given")}
