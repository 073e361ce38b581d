"""Writing the files of a store. A file is finished and in its place before any commit names it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

from attain.facts.row_groups import row_group
from attain.store.state import StoredFile
from attain.store.tables import columns_of, partitions_of

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from attain.store.place import Place

LEVEL = 1
"""Of zstd: two thirds of the time of the usual level, and files as small."""


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
    partition = partition or {}
    types = {name: kind for name, kind in columns_of(table).items() if name not in partitions_of(table)}
    folder = "".join(f"{name}={partition[name]}/" for name in partitions_of(table))
    path = f"{folder}{name}{uuid4().hex}.parquet"
    made = scratch / f"{uuid4().hex}.parquet"
    scratch.mkdir(parents=True, exist_ok=True)
    typed = rows.select(list(types)).cast(types)  # pyright: ignore[reportArgumentType] - a dict of names and types is what cast takes
    typed.write_parquet(made, compression="zstd", compression_level=LEVEL, row_group_size=row_group(rows.height), statistics=True)
    with made.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = made.stat().st_size
    place.put(made, f"{table}/{path}")
    return StoredFile(path, size, rows.height, digest, partition, loads or {})
