"""Writing the files of a store. A file is finished and in its place before any commit names it."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import polars as pl
import pyarrow.parquet

from attain.facts.row_groups import row_group
from attain.store.state import StoredFile
from attain.store.tables import USAGE, columns_of, partitions_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from attain.store.place import Place
    from attain.store.state import State

LEVEL = 1
"""Of zstd: two thirds of the time of the usual level, and files as small."""
AT_ONCE = 2
_HARDLY_REPEATED = ("tenant_id", "subscription_id", "acr_usd", "revenue_usd")
_LOOKED_FOR = ("partner_id", "load_id")
"""Readers look for these; the bounds of others leave out nothing."""
parquet: Any = pyarrow.parquet


def write_file(
    place: Place,
    scratch: Path,
    table: str,
    rows: pl.DataFrame,
    partition: dict[str, str | None] | None = None,
    *,
    loads: dict[int, int] | None = None,
    name: str = "",
) -> StoredFile:
    """Write rows (the columns of the table but those of its partition) as one Parquet file of a table.

    The file is made in `scratch` and moved to a name that no other file has; it begins with `name`.
    """
    file = StoredFile(_path(table, partition or {}, name), 0, rows.height, "", partition or {}, loads or {})
    return _written(place, scratch, table, rows, file)


def _path(table: str, partition: dict[str, str | None], name: str) -> str:
    folder = "".join(f"{name}={partition[name]}/" for name in partitions_of(table))
    return f"{folder}{name}{uuid4().hex}.parquet"


def _written(place: Place, scratch: Path, table: str, rows: pl.DataFrame, file: StoredFile) -> StoredFile:
    """Write the rows of a file, and give it with its size and digest."""
    types = {name: kind for name, kind in columns_of(table).items() if name not in partitions_of(table)}
    made = scratch / f"{uuid4().hex}.parquet"
    scratch.mkdir(parents=True, exist_ok=True)
    coded = {name for name in types if isinstance(rows.schema[name], pl.Enum)} if table in USAGE else set[str]()
    plain = {name: kind for name, kind in types.items() if name not in coded}
    typed = rows.select(list(types)).cast(plain)  # pyright: ignore[reportArgumentType] - a dict of names and types is what cast takes
    if table in USAGE:
        _write_detail(typed, made)
    else:
        typed.write_parquet(made, compression="zstd", compression_level=LEVEL, row_group_size=row_group(rows.height), statistics=True)
    with made.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = made.stat().st_size
    place.put(made, f"{table}/{file.path}")
    return replace(file, size=size, sha256=digest)


def _write_detail(rows: pl.DataFrame, made: Path) -> None:
    """Write rows of usage as delivered: Arrow packs their GUIDs closer and with less work than Polars, which looks for repeats of each."""
    names = [name for name in rows.columns if name not in _HARDLY_REPEATED]
    parquet.write_table(
        rows.to_arrow(compat_level=pl.CompatLevel.oldest()),
        made,
        compression="zstd",
        compression_level=LEVEL,
        row_group_size=row_group(rows.height),
        use_dictionary=names,
        write_statistics=[name for name in _LOOKED_FOR if name in rows.columns],
        store_schema=False,
        store_decimal_as_integer=True,
    )


class WritingBeside:
    """Writes large files in threads of its own, beside whatever the import does next: nobody reads them before it ends.

    A file has neither size nor digest until `finished`, which no state may do without. At most AT_ONCE are under way: who brings another
    waits, so that memory does not grow with their number.
    """

    def __init__(self, place: Place, scratch: Path) -> None:
        self._place, self._scratch = place, scratch
        self._beside = ThreadPoolExecutor(AT_ONCE, "writing")
        self._files: dict[tuple[str, str], Future[StoredFile]] = {}

    def __enter__(self) -> Self:
        """Begin with nothing to write."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Wait for what is being written."""
        self._beside.shutdown(wait=True)

    def write(
        self,
        table: str,
        rows: Callable[[], pl.DataFrame],
        height: int,
        partition: dict[str, str | None],
        loads: dict[int, int] | None = None,
    ) -> StoredFile:
        """Have `rows`, so many as `height`, written as one file of a table, as `write_file` writes them.

        Raises what a file before could not be written for.
        """
        file = StoredFile(_path(table, partition, ""), 0, height, "", partition, loads or {})
        waiting = [coming for coming in self._files.values() if not coming.done()]
        for coming in waiting[: max(0, len(waiting) - AT_ONCE + 1)]:
            coming.result()
        self._files[table, file.path] = self._beside.submit(lambda: _written(self._place, self._scratch, table, rows(), file))
        return file

    def finished(self, state: State) -> State:
        """Wait for all files and give the state with their sizes and digests. Raises what one of them could not be written for."""
        done = {key: coming.result() for key, coming in self._files.items()}
        for table in {table for table, _ in done}:
            state = state.with_files(table, tuple(done.get((table, file.path), file) for file in state.of(table)))
        return state
