"""The table of loads: one row an import, the last thing that an import writes, and the first that a reader reads."""

from __future__ import annotations

import io
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import polars as pl

from attain.errors import AttainError
from attain.store.place import MARKER
from attain.store.state import STATE, Load, State
from attain.store.tables import LOADS, DeltaFiles, add_action, commit, files_held
from attain.store.writing import write_file

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from attain.store.place import Place

_JSON = ("files", "options", "columns", "filters", "currencies", "rates", "report", "versions")


class Loads:
    """The loads of a store. The table's version n holds the loads 1 to n: a number is taken by whoever commits that version."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._delta = DeltaFiles(place, LOADS)

    def every(self) -> list[Load]:
        """Give all loads, oldest first."""
        files = files_held(self._delta.open())
        if not files:
            return []
        columns = [_column(field.name) for field in fields(Load)]
        rows = pl.scan_parquet([self.place.at(f"{LOADS}/{path}") for path in files]).select(columns).sort("load").collect()
        return [_load(row) for row in rows.iter_rows(named=True)]

    def newest(self) -> tuple[Load, State] | None:
        """Give the newest load and its state, None where nothing was imported yet."""
        files = files_held(self._delta.open())
        return self._read(max(files)) if files else None

    def numbered(self, number: int) -> tuple[Load, State]:
        """Give the load of a number. Raises AttainError `no-such-load`."""
        files = files_held(self._delta.open())
        for path in files:
            if path.startswith(_prefix(number)):
                return self._read(path)
        hint = f"attain loads lists them; the newest is {len(files)}" if files else "nothing is imported yet"
        raise AttainError("no-such-load", f"there is no load {number}", self.place.root, hint)

    def known_on(self, day: dt.date) -> tuple[Load, State]:
        """Give the last load of a day or before it (days end at midnight UTC). Raises AttainError `no-such-load`."""
        before = [load.number for load in self.every() if load.at[:10] <= day.isoformat()]
        if not before:
            raise AttainError("no-such-load", f"nothing was imported on or before {day}", self.place.root, "attain loads lists the imports")
        return self.numbered(before[-1])

    def append(self, load: Load, state: State, scratch: Path) -> bool:
        """Write the row of a load; False where another import has taken its number meanwhile."""
        table = self._delta.open()
        if table.version() != load.number - 1:
            return False
        row: dict[str, Any] = {_column(field.name): getattr(load, field.name) for field in fields(load)}
        row |= {name: json.dumps(row[name], ensure_ascii=False) for name in _JSON}
        row["state"] = STATE.dump_json(state).decode()
        file = write_file(self.place, scratch, LOADS, pl.DataFrame([row]), name=f"{_prefix(load.number)}")
        return commit(table, [add_action(file)], [])

    def _read(self, path: str) -> tuple[Load, State]:
        content = self.place.read(f"{LOADS}/{path}")
        if content is None:
            raise AttainError(
                "store-damaged", "the row of a load is missing", self.place.at(f"{LOADS}/{path}"), "restore it from an archive"
            )
        row = pl.read_parquet(io.BytesIO(content)).row(0, named=True)
        return _load(row), STATE.validate_json(row["state"])


def _prefix(number: int) -> str:
    return f"{number:08}-"


def _column(name: str) -> str:
    return "load" if name == "number" else name


def _load(row: dict[str, Any]) -> Load:
    values = {field.name: row[_column(field.name)] for field in fields(Load)}
    return Load(**{name: json.loads(value) if name in _JSON else value for name, value in values.items()})


def read_marker(place: Place) -> dict[str, Any]:
    """Read the marker of a store. Raises AttainError where there is none, or where it is of a later version."""
    content = place.read(MARKER)
    if content is None:
        raise AttainError("no-store", "this is no store", place.root, "make one with attain init, or import into it")
    marker: dict[str, Any] = json.loads(content)
    return marker
