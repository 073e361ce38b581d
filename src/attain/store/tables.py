"""The Delta tables of a store: their columns, and how a table is brought to hold just the files that an import names."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pyarrow
from deltalake import CommitProperties, DeltaTable
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from attain.errors import AttainError
from attain.facts import people, usage
from attain.facts.schema import TABLES
from attain.store.place import storage_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.store.place import Place
    from attain.store.state import StoredFile

USAGE = ("azure_usage", "workload_usage", "workload_revenue")
DETAIL_TYPES: dict[str, pl.DataType] = {"month": pl.Date(), "date": pl.Date(), "money": pl.Decimal(18, 4), "count": pl.Int64()}
CONFORMED = "conformed/"
SLICE = "slice"
"""The partition column of conformed tables: a month such as `2026-10`, or `all`."""
LOADS, REJECTS, PEOPLE, SCORES, RESTATEMENTS = "loads", "rejects", "people", "scores", "restatements"
_RECORDS: dict[str, dict[str, pl.DataType]] = {
    LOADS: {
        "load": pl.Int64(),
        "at": pl.String(),
        "kind": pl.String(),
        "source": pl.String(),
        "family": pl.String(),
        "files": pl.String(),
        "options": pl.String(),
        "columns": pl.String(),
        "filters": pl.String(),
        "basis": pl.String(),
        "currencies": pl.String(),
        "rates": pl.String(),
        "redacted": pl.Boolean(),
        "rows_in": pl.Int64(),
        "kept": pl.Int64(),
        "rejected": pl.Int64(),
        "unassigned": pl.Int64(),
        "restated": pl.Int64(),
        "report": pl.String(),
        "versions": pl.String(),
        "state": pl.String(),
        "attain": pl.String(),
    },
    REJECTS: {
        "load": pl.Int64(),
        "file": pl.String(),
        "row": pl.Int64(),
        "column": pl.String(),
        "value": pl.String(),
        "reason": pl.String(),
        "hint": pl.String(),
        "given": pl.String(),
    },
    PEOPLE: {"person_id": pl.String(), "other_id": pl.String(), "person_name": pl.String(), "load": pl.Int64()},
    RESTATEMENTS: {
        "load": pl.Int64(),
        "table": pl.String(),
        "partner_id": pl.String(),
        "month": pl.Date(),
        "measure": pl.String(),
        "before": pl.Decimal(28, 4),
        "after": pl.Decimal(28, 4),
    },
    SCORES: {
        "run": pl.String(),
        "at": pl.String(),
        "load": pl.Int64(),
        "rulebook": pl.String(),
        "facts": pl.String(),
        "engine": pl.String(),
        "partner_id": pl.String(),
        "as_of": pl.Date(),
        "data_month": pl.String(),
        "designation": pl.String(),
        "edition": pl.String(),
        "track": pl.String(),
        "selected": pl.Boolean(),
        "metric": pl.String(),
        "value": pl.Decimal(19, 6),
        "full_marks": pl.Decimal(19, 6),
        "points": pl.Decimal(19, 6),
        "max_points": pl.Decimal(19, 6),
        "complete": pl.Boolean(),
        "qualified": pl.Boolean(),
        "basis": pl.String(),
        # came later: empty in runs of earlier versions, and where the refresh is that of the programme
        "refresh_day": pl.Int64(),
    },
}
_CONFORMED: dict[str, dict[str, pl.DataType]] = {
    **usage.COLUMNS,
    **{name: people.columns(name) for name in ("customers", "certifications", "associations", "enrollments", "reported_scores")},
    "accounts": dict.fromkeys(("partner_id", "name", "kind", "country", "distributor_id"), pl.String()),
    "locations": dict.fromkeys(("partner_id", "account"), pl.String()),
    "names": {"kind": pl.String(), "code": pl.Int32(), "name": pl.String()},
    "seen": {"table": pl.String(), "partner_id": pl.String()},
}
_SETTINGS = {
    # nothing is forgotten: a version that a load names stays readable for good
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
_TRIES = 20
_arrow: Any = pyarrow


def detail_columns(table: str) -> dict[str, pl.DataType]:
    """Give the columns and types of a contract table as the store keeps it: those of the contract, `load_id` and `source` (the family)."""
    types = {column.name: DETAIL_TYPES.get(column.kind, pl.String()) for column in TABLES[table].columns if column.name != "person_name"}
    return {**types, "load_id": pl.Int64(), "source": pl.String()}


def columns_of(name: str) -> dict[str, pl.DataType]:
    """Give the columns and types of any table of a store, partition columns included."""
    if name.startswith(CONFORMED):
        return {**_CONFORMED[name.removeprefix(CONFORMED)], SLICE: pl.String()}
    return _RECORDS[name] if name in _RECORDS else detail_columns(name)


def partitions_of(name: str) -> list[str]:
    """Name the partition columns of a table: files stand in a folder for each of their values, which the file itself does not repeat."""
    if name.startswith(CONFORMED):
        return [SLICE]
    if name in _RECORDS:
        return []
    return ["month", "source"] if name in USAGE else ["source"]


def all_tables() -> tuple[str, ...]:
    """Name every table of a store."""
    return (*TABLES, *(f"{CONFORMED}{name}" for name in _CONFORMED), *_RECORDS)


class DeltaFiles:
    """One Delta table, as a set of files."""

    def __init__(self, place: Place, name: str) -> None:
        self.place, self.name = place, name

    def open(self, version: int | None = None) -> DeltaTable:
        """Open the table at its newest version, or at one named by a load. Raises AttainError `store-damaged` where it is not there."""
        try:
            return DeltaTable(self.place.at(self.name), version=version, storage_options=storage_options() if self.place.remote else None)
        except (TableNotFoundError, DeltaError) as error:
            which = "" if version is None else f", version {version}"
            message = f"the table {self.name}{which} cannot be read: {error}"
            raise AttainError("store-damaged", message, self.place.root, "restore the store from an archive") from error

    def create(self) -> None:
        """Create the table, empty; one that is there stays."""
        DeltaTable.create(
            self.place.at(self.name),
            schema=self._schema(),
            mode="ignore",
            partition_by=partitions_of(self.name),
            configuration=_SETTINGS,
            storage_options=storage_options() if self.place.remote else None,
        )

    def widen(self) -> None:
        """Give a table that an earlier version made the columns that came since: rows that are there have none of them."""
        for _ in range(_TRIES):
            table = self.open()
            there = {field.name for field in table.schema().fields}
            lacking = [field for field in DeltaSchema.from_arrow(self._schema()).fields if field.name not in there]
            if not lacking:
                return
            try:
                table.alter.add_columns(lacking)
            except CommitFailedError:
                continue  # another process did it, or wrote meanwhile: look again
        raise AttainError("store-busy", f"others keep writing into {self.name}", self.place.root, "try again later")

    def _schema(self) -> Any:
        empty = cast("Any", pl.DataFrame(schema=columns_of(self.name)).to_arrow())
        return _arrow.schema([_arrow.field(field.name, _plain(field.type), nullable=True) for field in empty.schema])

    def hold(self, files: Iterable[StoredFile]) -> int:
        """Make the newest version hold just `files`, whatever an import that never ended left there; gives that version."""
        wanted = {file.path: file for file in files}
        if not wanted and self._is_as_created():
            return 0
        for _ in range(_TRIES):
            table = self.open()
            held = {str(path): values for path, values in _held(table, partitions_of(self.name))}
            actions: list[AddAction | RemoveAction] = [add_action(file) for path, file in wanted.items() if path not in held]
            actions += [
                RemoveAction(path, data_change=True, deletion_timestamp=_now(), partition_values=dict(values))
                for path, values in held.items()
                if path not in wanted
            ]
            if not actions:
                return table.version()
            if commit(table, actions, partitions_of(self.name)):
                return table.version() + 1
        raise AttainError("store-busy", f"others keep writing into {self.name}", self.place.root, "try again later")

    def _is_as_created(self) -> bool:
        """Say whether nothing was committed since the table was made, as far as that is seen without opening it."""
        if self.place.remote:
            return False
        log = self.place.local / self.name / "_delta_log"
        return log.is_dir() and [path.name for path in log.iterdir()] == [f"{0:020}.json"]

    def add(self, files: Iterable[StoredFile]) -> int:
        """Append files to a table that no load names (scores); gives the version."""
        actions: list[AddAction | RemoveAction] = [add_action(file) for file in files]
        for _ in range(_TRIES):
            table = self.open()
            if commit(table, actions, partitions_of(self.name)):
                return table.version() + 1
        raise AttainError("store-busy", f"others keep writing into {self.name}", self.place.root, "try again later")


def commit(table: DeltaTable, actions: list[AddAction | RemoveAction], partitions: list[str]) -> bool:
    """Commit actions as the very next version of an opened table; False where another has taken that version.

    Raises AttainError `not-committed` where the system refuses it, as a full disk does.
    """
    try:
        table.create_write_transaction(
            actions, "append", table.schema(), partitions, commit_properties=CommitProperties(max_commit_retries=0)
        )
    except CommitFailedError as error:
        options = storage_options() if table.table_uri.startswith("s3://") else None
        if DeltaTable(table.table_uri, storage_options=options).version() > table.version():
            return False
        hint = "check the free space and the permissions of the folder"
        raise AttainError("not-committed", f"the commit was refused: {error}", table.table_uri, hint) from error
    return True


def files_held(table: DeltaTable) -> list[str]:
    """List the files of an opened table, by their path below it."""
    return sorted(path for path, _ in _held(table, []))


def _held(table: DeltaTable, partitions: list[str]) -> Iterable[tuple[str, Mapping[str, str | None]]]:
    actions: Any = table.get_add_actions(flatten=True)
    for row in pl.DataFrame(actions).iter_rows(named=True):
        values = {name: None if row[f"partition.{name}"] is None else str(row[f"partition.{name}"]) for name in partitions}
        yield row["path"], values


def add_action(file: StoredFile) -> AddAction:
    """Say to Delta that a file belongs to its table."""
    return AddAction(file.path, file.size, file.partition, _now(), data_change=True, stats=json.dumps({"numRecords": file.rows}))


def _now() -> int:
    return time.time_ns() // 1_000_000


def _plain(kind: Any) -> Any:
    """Give the type that Delta knows for text."""
    types = _arrow.types
    return _arrow.string() if types.is_large_string(kind) or types.is_string_view(kind) else kind
