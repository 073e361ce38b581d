"""A store: the one door to its loads, facts and imports."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import polars as pl

from attain.errors import AttainError
from attain.facts import usage
from attain.facts.coding import coders
from attain.facts.disk import writing_into
from attain.facts.families import CONTRACT
from attain.store.conforming import StoreConforming
from attain.store.covering import MAX_DROPPED, in_dollars
from attain.store.delivery import DIMENSIONS, Staged, stage
from attain.store.facts import StoreFacts, resumed, store_facts
from attain.store.loads import Loads, read_marker
from attain.store.lock import only_import
from attain.store.merging import Merging
from attain.store.place import MARKER, Place
from attain.store.state import FORMAT, Load, State
from attain.store.tables import CONFORMED, LOADS, SCORES, SLICE, DeltaFiles, all_tables
from attain.store.writing import WritingBeside, write_file

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Generator, Mapping, Sequence
    from fractions import Fraction

    from attain.facts.first_pass import Progress
    from attain.rulebook.catalog import Catalog
    from attain.store.delivery import Delivered

STORE_FORMAT = 1
SCRATCH = ".attain-scratch"
_TRIES = 10
_AT_ONCE = 4
"""So many tables are committed side by side."""


def _silent(_text: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Imported:
    """What became of a delivery: its load (the earlier one where `already`), and the rows of older loads that it replaced, by table."""

    load: Load
    staged: Staged | None = None
    replaced: dict[str, int] | None = None
    restated: pl.DataFrame | None = None
    rebuilt: tuple[str, ...] = ()

    def restated_rows(self, most: int) -> list[dict[str, Any]]:
        """Give the first restatements: table, partner_id, month, measure, and the decimals before and after."""
        return [] if self.restated is None else in_dollars(self.restated.head(most)).to_dicts()

    @property
    def already(self) -> bool:
        """Say whether the same files were imported before with the same choices, so that nothing was done."""
        return self.staged is None


@dataclass(frozen=True)
class Store:
    """An opened store. Readers take what one load names and never wait; imports into a folder wait for each other."""

    place: Place
    marker: dict[str, Any]

    @classmethod
    def create(cls, source: Path | str) -> Store:
        """Make a store in an empty or missing folder, or below an `s3://` URL.

        Raises AttainError `store-exists`, and `not-empty` where other files are there; OSError where the folder cannot be made or written.
        """
        place = Place.of(source)
        if place.read(MARKER) is not None:
            raise AttainError("store-exists", "this is a store already", place.root, "import into it with attain import ... --into")
        if not place.remote and place.local.exists():
            if not place.local.is_dir():
                raise AttainError("not-a-folder", "this is a file", place.root, "name a folder that does not exist yet")
            others = sorted(path.name for path in place.local.iterdir() if path.name not in all_tables() and path.name != "conformed")
            if others:
                raise AttainError("not-empty", f"the folder holds {others[0]}", place.root, "name a folder that does not exist yet")
        if not place.remote:
            place.local.mkdir(parents=True, exist_ok=True)
            if not os.access(place.local, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place.root)
        for name in all_tables():
            DeltaFiles(place, name).create()
        marker = {"format": STORE_FORMAT, "id": uuid4().hex, "created": _now()}
        # last: where the marker is, everything is
        place.write(MARKER, (json.dumps(marker, indent=1) + "\n").encode())
        return cls(place, marker)

    @classmethod
    def open(cls, source: Path | str) -> Store:
        """Open a store. Raises AttainError `no-store`, and `store-newer` where a later version of Attain made it."""
        place = Place.of(source)
        marker = read_marker(place)
        if marker.get("format") != STORE_FORMAT:
            raise AttainError("store-newer", "the store was made by another version", place.root, "use that version of Attain")
        return cls(place, marker)

    @property
    def loads(self) -> Loads:
        """Give the loads."""
        return Loads(self.place)

    @property
    def identity(self) -> str:
        """Give the id that the store was made with."""
        return str(self.marker["id"])

    def held(self, source: str, digests: Callable[[], frozenset[str]], options: Mapping[str, Any]) -> Load | None:
        """Find the load of just these files with the same choices whose rows are all still there; `digests` are asked for if need be."""
        newest = self.loads.newest()
        return None if newest is None else _same(self.loads.every(), newest[1], source, digests, options)

    def facts(self, catalog: Catalog, *, load: int | None = None, known_on: dt.date | None = None) -> StoreFacts:
        """Give the facts after the newest load, after load `load`, or as they were known at the end of a day.

        Raises AttainError `no-such-load`, `store-empty` where nothing was imported yet, `store-names` where the catalog asks for a rebuild.
        """
        if load is not None:
            last, state = self.loads.numbered(load)
        elif known_on is not None:
            last, state = self.loads.known_on(known_on)
        else:
            newest = self.loads.newest()
            if newest is None:
                raise AttainError(
                    "store-empty",
                    "nothing is imported yet",
                    self.place.root,
                    f"import files with attain import FILE --into {self.place.root}",
                )
            last, state = newest
        before = [one for one in self.loads.every() if one.number <= last.number]
        return store_facts(self.place, before, state, catalog)

    def take(
        self,
        deliveries: Sequence[Delivered],
        catalog: Catalog,
        *,
        max_dropped: Fraction | None = MAX_DROPPED,
        check: Callable[[Staged], None] | None = None,
        progress: Progress | None = None,
        say: Callable[[str], None] = _silent,
    ) -> list[Imported]:
        """Import deliveries, each as a load of its own; where one is refused none is kept.

        `check` may refuse a delivery once it is read; `max_dropped` is the share of a slice's keys that it may leave out, None any. Raises
        AttainError for what refuses a delivery, and `store-busy`.
        """
        with self.importing(say) as scratch:
            staged: dict[int, Staged] = {}
            for _ in range(_TRIES):
                done = self._attempt(deliveries, staged, catalog, scratch, max_dropped, check, progress)
                if done is not None:
                    return done
            raise AttainError("store-busy", "other imports keep ending first", self.place.root, "try again later")

    def rebuild(self, catalog: Catalog, progress: Progress | None = None, say: Callable[[str], None] = _silent) -> Load:
        """Make all conformed tables anew from the detail rows, as a load of its own."""
        with self.importing(say) as scratch:
            for _ in range(_TRIES):
                newest = self.loads.newest()
                if newest is None:
                    raise AttainError("store-empty", "nothing is imported yet", self.place.root, "import files first")
                last, state = newest
                bare = {name: files for name, files in state.files.items() if not name.startswith(CONFORMED)}
                fresh = replace(state, files=bare, slices={}, coding=uuid4().hex, format=FORMAT)
                with WritingBeside(self.place, scratch) as beside:
                    conforming = StoreConforming(self.place, scratch, fresh, coders(catalog), beside, progress)
                    after = beside.finished(_with_empties(self.place, scratch, conforming.run()))
                load = replace(empty_load(last.number + 1, "rebuild"), versions=last.versions)
                done = self.finish(load, after, state, last.versions, scratch)
                if done is not None:
                    return done
            raise AttainError("store-busy", "imports keep ending first", self.place.root, "try again later")

    @contextmanager
    def importing(self, say: Callable[[str], None]) -> Generator[Path]:
        """Hold off other imports and give a scratch folder; what an import that was killed left there is removed."""
        with ExitStack() as stack:
            if self.place.remote:
                stack.enter_context(writing_into(Path(tempfile.gettempdir())))
                yield Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attain-")))
                return
            stack.enter_context(writing_into(self.place.local))
            stack.enter_context(only_import(self.place.local, say))
            scratch = self.place.local / SCRATCH
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            yield scratch

    def _attempt(
        self,
        deliveries: Sequence[Delivered],
        staged: dict[int, Staged],
        catalog: Catalog,
        scratch: Path,
        max_dropped: Fraction | None,
        check: Callable[[Staged], None] | None,
        progress: Progress | None,
    ) -> list[Imported] | None:
        """Try once on top of the newest load; None where another import has ended meanwhile."""
        newest = self.loads.newest()
        state = newest[1] if newest else State(coding=uuid4().hex)
        versions = newest[0].versions if newest else {}
        number = newest[0].number if newest else 0
        every = self.loads.every()
        prepared: list[Imported] = []
        states: list[State] = []
        for place, delivered in enumerate(deliveries):
            same = _same(every, state, delivered.source, partial(_digests, delivered), delivered.options)
            if same is not None:
                prepared.append(Imported(same))
                states.append(state)
                continue
            if place not in staged:
                one = stage(delivered, catalog, scratch / str(place), progress)
                if check is not None:
                    check(one)
                staged[place] = one
            number += 1
            imported, state = self._prepare(
                staged[place], number, state, catalog, scratch, max_dropped, progress, _withdrawn(every, delivered)
            )
            prepared.append(imported)
            states.append(state)
        before = newest[1] if newest else State()
        for place, (imported, after) in enumerate(zip(prepared, states, strict=True)):
            if imported.already:
                continue
            done = self.finish(imported.load, after, before, versions, scratch)
            if done is None:
                return None
            prepared[place] = replace(imported, load=done)
            before, versions = after, done.versions
        return prepared

    def _prepare(
        self,
        staged: Staged,
        number: int,
        state: State,
        catalog: Catalog,
        scratch: Path,
        max_dropped: Fraction | None,
        progress: Progress | None,
        withdrawn: frozenset[int],
    ) -> tuple[Imported, State]:
        coding = resumed(self.place, state, catalog)
        if coding is None or state.format != FORMAT:
            state = replace(state, files={name: files for name, files in state.files.items() if not name.startswith(CONFORMED)}, slices={})
            state, coding = replace(state, coding=uuid4().hex, format=FORMAT), coders(catalog)
        delivered, report = staged.delivered, staged.report
        rejects = [*delivered.rejects, *report.rejects]
        with WritingBeside(self.place, scratch) as beside:
            merging = Merging(self.place, scratch, state, number, staged, coding, max_dropped, beside, withdrawn)
            merged = merging.run(rejects)
            merged = replace(merged, given=tuple(sorted({*merged.given, *staged.rows})))
            conforming = StoreConforming(self.place, scratch, merged, coding, beside, progress, merging.written)
            after = beside.finished(_with_empties(self.place, scratch, conforming.run()))
        restated = pl.concat(merging.restated) if merging.restated else None
        counts = staged.counts
        ownerless = after.unassigned.get(number, 0)
        load = replace(
            empty_load(number, "import"),
            source=delivered.source,
            family=delivered.family,
            files=list(delivered.files),
            options=dict(delivered.options),
            columns=[list(columns) for columns in delivered.columns],
            filters=list(delivered.filters),
            basis=delivered.basis,
            currencies=list(delivered.currencies),
            rates=dict(delivered.rates),
            redacted=delivered.redacted,
            rows_in=counts.rows_in,
            kept=counts.kept,
            rejected=counts.rejected,
            unassigned=counts.unassigned if delivered.rows_in is not None else ownerless,
            restated=restated.height if restated is not None else 0,
            report={
                **delivered.report,
                "written": staged.written,
                "by_table": staged.by_table,
                "replaced": dict(merging.replaced),
                "repeated": counts.repeated,
                "warnings": list(report.warnings),
            },
        )
        return Imported(load, staged, dict(merging.replaced), restated, tuple(conforming.rebuilt)), after

    def finish(self, load: Load, after: State, before: State, versions: dict[str, int], scratch: Path) -> Load | None:
        """Commit the tables that changed, then the load that names them; None where another import took its number."""
        changed = [
            name
            for name in all_tables()
            if name not in {LOADS, SCORES} and (name not in versions or after.files.get(name, ()) != before.files.get(name, ()))
        ]

        # most of it is waiting, for the disk or for objects; nobody sees any of it before the load names it
        def hold(name: str) -> int:
            return DeltaFiles(self.place, name).hold(after.files.get(name, ()))

        with ThreadPoolExecutor(_AT_ONCE, "committing") as beside:
            held = beside.map(hold, changed)
            load = replace(load, versions={**versions, **dict(zip(changed, held, strict=True))})
        return load if self.loads.append(load, after, scratch) else None


def _with_empties(place: Place, scratch: Path, state: State) -> State:
    """Give every conformed usage table a file, so that a reader finds its columns where it has no rows yet."""
    for name, columns in usage.COLUMNS.items():
        table = f"{CONFORMED}{name}"
        if not state.of(table):
            file = write_file(place, scratch, table, pl.DataFrame(schema=columns), {SLICE: "none"})
            state = state.with_files(table, (file,))
    return state


def _digests(delivered: Delivered) -> frozenset[str]:
    return delivered.digests


def _same(loads: list[Load], state: State, source: str, digests: Callable[[], frozenset[str]], options: Mapping[str, Any]) -> Load | None:
    """Find the load of the same files with the same choices; `digests` are asked for only where a load may be it."""
    of_source = [load for load in loads if load.kind == "import" and load.source == source]
    if not of_source:
        return None
    live: dict[int, int] = {}
    for name, files in state.files.items():
        if name in DIMENSIONS:
            continue
        for file in files:
            for load, rows in file.loads.items():
                live[load] = live.get(load, 0) + rows
    wanted = json.loads(json.dumps(dict(options)))
    found = digests()
    for load in reversed(of_source):
        if load.digests == found and load.options == wanted:
            written: dict[str, int] = load.report["written"]
            if live.get(load.number, 0) == sum(rows for table, rows in written.items() if table not in DIMENSIONS):
                return load
    return None


def _withdrawn(loads: list[Load], delivered: Delivered) -> frozenset[int]:
    """Name the loads of files that are in `delivered` too: read with other choices, they say the same rows otherwise."""
    if delivered.family == CONTRACT:
        return frozenset()
    return frozenset(load.number for load in loads if load.kind == "import" and load.digests & delivered.digests)


def empty_load(number: int, kind: str) -> Load:
    """Give a load of now that has read nothing."""
    return Load(
        number, _now(), kind, "", "", [], {}, [], [], "", [], {}, redacted=False, rows_in=0, kept=0, rejected=0, unassigned=0,
        restated=0, report={}, versions={}, attain=_version(),
    )  # fmt: skip


def _version() -> str:
    try:
        return package_version("attain")
    except PackageNotFoundError:
        return ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
