"""The first pass over contract files: every file read into typed rows, put aside by month, and its keys settled."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Protocol

import polars as pl

from attain.errors import AttainError
from attain.facts.batches import open_file, oversize
from attain.facts.detail_order import in_detail_order
from attain.facts.keys import settle_keys
from attain.facts.one_name import added_up
from attain.facts.order import LEAD, OWNER
from attain.facts.rejects import Reject, Rejects
from attain.facts.report import FileReport
from attain.facts.rows import FILE, GIVEN, PERSON_NAME, RowReader, given_line, kind_type
from attain.facts.schema import TABLES
from attain.facts.spellings import Spellings
from attain.facts.staging import Staging
from attain.facts.text_rows import ROW, TextRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from attain.facts.batches import Reading
    from attain.facts.coding import Coder
    from attain.facts.folder import SourceFile
    from attain.rulebook.catalog import Catalog

USAGE = ("azure_usage", "workload_usage", "workload_revenue")
_FAMILY = "#family"
_AGAIN = "#again"
_SUM_LIMIT = 1 << 62


class Progress(Protocol):
    """Told how far a load is: bytes read of all bytes, and what is being done."""

    def __call__(self, done_bytes: int, total_bytes: int, label: str) -> None:
        """Take the bytes read so far, of how many, and what is being read or conformed."""
        ...


class FirstPass:
    """The rows of some files, once `read` has run.

    With `given`, names keep the number of their text in `spellings` beside their code, in columns named `GIVEN`, and empty counts are told
    from 0, in `EMPTY`.
    """

    def __init__(
        self,
        files: Sequence[SourceFile],
        catalog: Catalog,
        coders: Mapping[str, Coder],
        scratch: Path,
        progress: Progress | None = None,
        *,
        given: bool = False,
    ) -> None:
        self.files, self.tables = tuple(files), frozenset(file.table for file in files)
        self.rejects, self.warnings, self.unread = Rejects(), list[str](), list[str]()
        self.spellings = Spellings()
        self._catalog, self._coders, self._scratch, self._given = catalog, coders, scratch, given
        self._progress = progress
        self._total = sum(file.size for file in files)
        self._rows: Counter[int] = Counter()
        self._repeated: Counter[int] = Counter()
        self._rejected: Counter[int] = Counter()
        self._readings: list[Reading] = []
        self._staged: dict[str, Staging] = {}
        self._held: dict[str, list[pl.DataFrame]] = {}
        self._sums: Counter[str] = Counter()

    def read(self) -> None:
        """Read all files. Raises AttainError for a fault of a file."""
        self._readings = [open_file(file) for file in self.files]
        done = 0
        for number, reading in enumerate(self._readings):
            self.warnings += reading.warnings
            self.unread += reading.unread
            reader = RowReader(reading.file.table, self._coders, self._catalog, self.spellings if self._given else None)
            empty: Counter[str] = Counter()
            for batch, read in reading.as_held():
                if isinstance(batch, TextRows):
                    self._read_batch(number, reading, reader, batch, empty)
                else:
                    self._read_checked(number, reading, reader, batch, empty)
                self._tell(done + read, reading.file.name)
            for ragged in reading.ragged:
                self._rows[number] += 1
                self._rejected[number] += 1
                reason = f"the row has {ragged.actual} cells, the header {ragged.expected}"
                self.rejects.add(
                    Reject(
                        reading.file.name,
                        ragged.row,
                        "",
                        "",
                        reason,
                        "put a cell with a comma or a line break into quotation marks",
                        # which of its cells is a name nobody knows
                        "" if reading.file.table == "certifications" else ragged.text,
                    )
                )
            for name, count in sorted((+empty).items()):
                self.warnings.append(f"{reading.file.name}: empty cells of {name} count 0: {count:,}")
            done += reading.file.size

    def _read_checked(self, number: int, reading: Reading, reader: RowReader, batch: pl.DataFrame, empty: Counter[str]) -> None:
        _refuse_oversize(reading, batch, [name for name, kind in batch.schema.items() if kind == pl.String()])
        good = reader.read_checked(batch, number)
        self._rows[number] += good.height
        for name in _counts(reader, reading):
            empty[name] += batch[name].null_count()
        self._take(reading, reader, good)

    def _read_batch(self, number: int, reading: Reading, reader: RowReader, batch: TextRows, empty: Counter[str]) -> None:
        _refuse_oversize(reading, batch, reading.columns)
        good, bad, rows = reader.read(batch, reading.columns, number)
        self._rows[number] += rows
        self._rejected[number] += bad.height
        for row in bad.iter_rows(named=True):
            self.rejects.add(reader.words(row, reading.file.name))
        for name in _counts(reader, reading):
            empty[name] += int((batch.cells(name).str.strip_chars() == "").sum())
        self._take(reading, reader, good)

    def _take(self, reading: Reading, reader: RowReader, good: pl.DataFrame) -> None:
        """Take typed rows of a batch, to be settled once all are read."""
        table = reader.table.name
        for column in reader.table.columns:
            if column.kind == "money":
                self._sums[column.name] += int(good[column.name].abs().sum())
                if self._sums[column.name] >= _SUM_LIMIT:
                    raise AttainError(
                        "amounts-too-large",
                        f"the amounts of {column.name} add up to more than exact sums can hold",
                        where=reading.file.name,
                        hint="check the unit and the currency",
                    )
        if table in USAGE:
            spread = ("subscription_id", "tenant_id") if table == "azure_usage" else ("tenant_id",)
            self._staged.setdefault(table, Staging(self._scratch / table, spread)).add(good)
        else:
            self._held.setdefault(table, []).append(good)

    def _tell(self, done: int, label: str) -> None:
        if self._progress is not None:
            self._progress(min(done, self._total), self._total, label)

    def done_with(self, label: str) -> None:
        """Tell whoever watches that all is read, and what is being done now."""
        self._tell(self._total, label)

    def months(self, table: str) -> list[int]:
        """List the months of a usage table that have rows, in order; after that only `frame` gives its rows, each once."""
        return self._staged[table].months if table in self._staged else []

    def parts(self, table: str, month: int) -> int:
        """Say in how many parts `frame` gives a month."""
        return self._staged[table].parts(month)

    def frame(self, table: str, month: int, part: int) -> pl.DataFrame:
        """Give one part of a month, once, its keys settled; with given names sorted, see `detail_order`, unless keys come again."""
        rows = self._staged[table].frame(month, part)
        return self._settled(table, in_detail_order(table, rows, self.spellings) if self._given else rows)

    def whole(self, table: str) -> pl.DataFrame:
        """Give the rows of a table without a month, once, their keys settled; none where no file holds it."""
        held = self._held.pop(table, [])
        if held:
            return self._settled(table, pl.concat(held))
        types = {column.name: kind_type(column) for column in TABLES[table].columns}
        given = {f"{GIVEN}{column.name}": pl.UInt32() for column in TABLES[table].columns if column.kind == "name" and self._given}
        return pl.DataFrame(schema={ROW: pl.Int64(), **types, FILE: pl.Int32(), **given})

    def _settled(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        key = TABLES[table].key
        if table == "workload_usage" or self._given:
            # two reports may tell of one workload: their rows are united later, as those of two locations are (I-10);
            # and where names are kept as given, so that rows can be read again, each family keeps its own word
            families = [reading.file.family for reading in self._readings]
            if len(set(families)) > 1:
                rows = rows.with_columns(pl.col(FILE).replace_strict(range(len(families)), families, return_dtype=pl.String).alias(_FAMILY))
                key = (*key, _FAMILY)
        settled = settle_keys(rows, key, partial(self._one_by_now, table))
        for (number,), part in settled.repeated.partition_by(FILE, as_dict=True).items():
            self._repeated[int(number)] += part.height
        if settled.conflicts.height:
            self.set_aside(
                settled.conflicts.select(
                    FILE,
                    ROW,
                    pl.col("#differs").alias("#column"),
                    pl.format(
                        "has the key of row {} in {}, with another {}",
                        "#twin",
                        pl.col("#twin_file").replace_strict(
                            range(len(self._readings)), [reading.file.name for reading in self._readings], return_dtype=pl.String
                        ),
                        "#differs",
                    ).alias("#reason"),
                ),
                "keep the right one of the rows",
            )
        if settled.kept.height < rows.height:
            # what is left of several rows stands behind the others
            return settled.kept.drop(_FAMILY, OWNER, LEAD, strict=False)
        return settled.kept.drop(_FAMILY, strict=False)

    def _one_by_now(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Add up rows that an import wrote under several names, which the catalog takes for one by now; all others stay as they are."""
        of_imports = [number for number, reading in enumerate(self._readings) if reading.file.family]
        if table not in USAGE or not of_imports:
            return rows
        key = [*TABLES[table].key, FILE]
        several = pl.col(FILE).is_in(of_imports) & (pl.len().over(key) > 1)
        told = rows.with_columns(several.alias(_AGAIN))
        if not told[_AGAIN].any():
            return rows
        apart, beside = told.filter(~pl.col(_AGAIN)).drop(_AGAIN), told.filter(_AGAIN).drop(_AGAIN)
        named = self._as_given(table, beside)
        texts = [name for name in named.columns if name.startswith(GIVEN)]
        # the same name again is a row that comes twice
        differ = named.select((pl.struct(texts).n_unique().over(key) == pl.len().over(key)).alias(_AGAIN))[_AGAIN]
        return pl.concat([apart, beside.filter(~differ), added_up(table, beside.filter(differ), (FILE,))])

    def _as_given(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows with what tells the texts of their names apart (GIVEN): where it was not kept, files are read again."""
        if self._given:
            return rows
        names = [column.name for column in TABLES[table].columns if column.kind == "name"]
        found: list[pl.DataFrame] = []
        for (number,), part in rows.select(FILE, ROW).partition_by(FILE, as_dict=True).items():
            reading = self._readings[int(number)]
            there = [pl.col(name).str.strip_chars() if name in reading.columns else pl.lit("").alias(name) for name in names]
            for batch, _ in reading.batches():
                texts = batch.frame().select(ROW, *(text.name.prefix(GIVEN) for text in there))
                found.append(part.join(texts, on=ROW))
        return rows.join(pl.concat(found), on=[FILE, ROW], how="left", maintain_order="left")

    def set_aside(self, rows: pl.DataFrame, hint: str) -> None:
        """Set rows (FILE, ROW, `#column`, `#reason`) aside after the reading: they are read again, so that they are shown as given."""
        for (number,), part in rows.partition_by(FILE, as_dict=True).items():
            reading = self._readings[int(number)]
            self._rejected[int(number)] += part.height
            for batch, _ in reading.batches():
                found = batch.frame().join(part, on=ROW)
                for row in found.iter_rows(named=True):
                    shown = reading.columns if reading.file.format == "parquet" else reading.header
                    given = given_line(TABLES[reading.file.table], row, shown)
                    name = str(row["#column"])
                    value = "" if name == PERSON_NAME else str(row.get(name, ""))
                    self.rejects.add(Reject(reading.file.name, int(row[ROW]), name, value, str(row["#reason"]), hint, given))

    def reports(self, unassigned: Mapping[int, int]) -> tuple[FileReport, ...]:
        """Give what became of the rows of each file; `unassigned` counts the rows without a partner or tenant, by number of the file."""
        return tuple(
            FileReport(
                file=reading.file.name,
                table=reading.file.table,
                rows=self._rows[number],
                kept=self._rows[number] - self._repeated[number] - self._rejected[number],
                repeated=self._repeated[number],
                rejected=self._rejected[number],
                unassigned=unassigned.get(number, 0),
            )
            for number, reading in enumerate(self._readings)
        )


def _refuse_oversize(reading: Reading, batch: TextRows | pl.DataFrame, columns: Iterable[str]) -> None:
    runaway = oversize(batch, columns)
    if runaway:
        row, name = runaway
        raise AttainError(
            "open-quotation",
            "the cell runs over the rows behind it",
            where=f"{reading.file.name}, row {row}, column {name}",
            hint="a quotation mark is opened there and never closed",
        )


def _counts(reader: RowReader, reading: Reading) -> list[str]:
    return [column.name for column in reader.table.columns if column.kind == "count" and column.name in reading.columns]
