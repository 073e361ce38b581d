"""The two passes of a load: read every file into typed rows, then conform table by table and month by month into Parquet."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import polars as pl

from attain.errors import AttainError
from attain.facts import people, usage
from attain.facts.accounts import Accounts, accounts_table, locations_table, settle_partners
from attain.facts.batches import ROW, open_file, oversize
from attain.facts.coding import KINDS, coders
from attain.facts.keys import settle_keys
from attain.facts.recognition import SCHEMA, Recognition
from attain.facts.rejects import Reject, Rejects
from attain.facts.report import FileReport, LoadReport
from attain.facts.rows import FILE, RowReader, csv_line, kind_type
from attain.facts.schema import BASES, TABLES
from attain.facts.staging import Staging

if TYPE_CHECKING:
    from pathlib import Path

    from attain.facts.batches import Reading
    from attain.facts.folder import FactsFolder
    from attain.rulebook.catalog import Catalog

USAGE = ("azure_usage", "workload_usage", "workload_revenue")
ROW_GROUP = 30_000
"""Few enough that the rows of one partner, which stand together, are found without decoding many others; see bench/README.md."""
_SUM_LIMIT = 1 << 62


class Progress(Protocol):
    """Told how far a load is: bytes read of all bytes, and what is being done."""

    def __call__(self, done_bytes: int, total_bytes: int, label: str) -> None:
        """Take the bytes read so far, of how many, and what is being read or conformed."""
        ...


class Conforming:
    """One load under way: conformed files go to `out`."""

    def __init__(self, folder: FactsFolder, out: Path, catalog: Catalog, progress: Progress | None) -> None:
        self.folder, self.out, self.catalog = folder, out, catalog
        self.coders = coders(catalog)
        self.rejects = Rejects()
        self.warnings: list[str] = list(folder.warnings)
        self.months: dict[str, dict[str, set[int]]] = {table: {} for table in USAGE}
        self.masks: dict[str, set[int]] = {table: set() for table in USAGE}
        self.names: dict[str, tuple[str, ...]] = {}
        self._progress = progress
        self._total = sum(file.size for file in folder.files)
        self._rows: Counter[int] = Counter()
        self._repeated: Counter[int] = Counter()
        self._rejected: Counter[int] = Counter()
        self._unassigned: Counter[int] = Counter()
        self._readings: list[Reading] = []
        self._staged: dict[str, Staging] = {}
        self._held: dict[str, list[pl.DataFrame]] = {}
        self._sums: Counter[str] = Counter()
        self._seen_partners: set[str] = set()
        self._strangers: dict[str, set[str]] = {"partners": set(), "customers": set()}

    def run(self) -> LoadReport:
        """Do both passes and give the report; the caller decides whether the result is kept."""
        self.out.mkdir(parents=True, exist_ok=True)
        self._readings = [open_file(file) for file in self.folder.files]
        self._read_all()
        accounts = self._partners()
        recognition = self._small_tables(accounts)
        final = {kind: self.coders[kind].settle() for kind in KINDS}
        self.names = {kind: names for kind, (names, _) in final.items()}
        self._renumber = {kind: pl.Series(numbers, dtype=pl.Int32) for kind, (_, numbers) in final.items()}
        self._certificates(accounts)
        for table in USAGE:
            self._usage(table, accounts, recognition)
        self._write(
            "accounts",
            accounts_table(
                accounts,
                {
                    *accounts.roll_up(pl.DataFrame({"partner_id": sorted(self._seen_partners)}, schema={"partner_id": pl.String()}))[
                        "partner_id"
                    ]
                },
            ),
        )
        self._write("locations", locations_table(accounts, sorted(self._seen_partners)))
        shutil.rmtree(self.out / "staging", ignore_errors=True)
        return self._report()

    # First pass

    def _read_all(self) -> None:
        done = 0
        for number, reading in enumerate(self._readings):
            self.warnings += reading.warnings
            reader = RowReader(reading.file.table, self.coders, self.catalog)
            empty: Counter[str] = Counter()
            for batch, read in reading.batches():
                self._read_batch(number, reading, reader, batch, empty)
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
                        ragged.text,
                    )
                )
            for name, count in sorted((+empty).items()):
                self.warnings.append(f"{reading.file.name}: empty cells of {name} count 0: {count:,}")
            done += reading.file.size

    def _read_batch(self, number: int, reading: Reading, reader: RowReader, batch: pl.DataFrame, empty: Counter[str]) -> None:
        runaway = oversize(batch, reading.columns)
        if runaway:
            row, name = runaway
            raise AttainError(
                "open-quotation",
                "the cell runs over the rows behind it",
                where=f"{reading.file.name}, row {row}, column {name}",
                hint="a quotation mark is opened there and never closed",
            )
        good, bad, rows = reader.read(batch, reading.columns, number)
        self._rows[number] += rows
        self._rejected[number] += bad.height
        for row in bad.iter_rows(named=True):
            self.rejects.add(reader.words(row, reading.file.name))
        counts = [column.name for column in reader.table.columns if column.kind == "count" and column.name in reading.columns]
        for name in counts:
            empty[name] += int((batch[name].str.strip_chars() == "").sum())
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
            self._staged.setdefault(table, Staging(self.out / "staging" / table, spread)).add(good)
        else:
            self._held.setdefault(table, []).append(good)

    def _tell(self, done: int, label: str) -> None:
        if self._progress is not None:
            self._progress(min(done, self._total), self._total, label)

    # Second pass

    def _settled(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        settled = settle_keys(rows, TABLES[table].key)
        for (number,), part in settled.repeated.partition_by(FILE, as_dict=True).items():
            self._repeated[int(number)] += part.height
        if settled.conflicts.height:
            self._set_aside(
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
        return settled.kept

    def _set_aside(self, rows: pl.DataFrame, hint: str) -> None:
        """Set rows aside after the first pass: they are read again, so that they can be shown as they were given."""
        for (number,), part in rows.partition_by(FILE, as_dict=True).items():
            reading = self._readings[int(number)]
            self._rejected[int(number)] += part.height
            for batch, _ in reading.batches():
                found = batch.join(part, on=ROW)
                for row in found.iter_rows(named=True):
                    given = csv_line([str(row[name]) for name in (reading.columns if reading.file.format == "parquet" else reading.header)])
                    name = str(row["#column"])
                    self.rejects.add(
                        Reject(reading.file.name, int(row[ROW]), name, str(row.get(name, "")), str(row["#reason"]), hint, given)
                    )

    def _table(self, table: str) -> pl.DataFrame:
        held = self._held.pop(table, [])
        if held:
            return self._settled(table, pl.concat(held))
        types = {column.name: kind_type(column) for column in TABLES[table].columns}
        return pl.DataFrame(schema={ROW: pl.Int64(), **types, FILE: pl.Int32()})

    def _partners(self) -> Accounts:
        accounts, bad = settle_partners(self._table("partners"))
        if bad.height:
            self._set_aside(
                bad.with_columns(pl.lit("global_id").alias("#column")), "a location names its global account, and a global account no other"
            )
        return accounts

    def _small_tables(self, accounts: Accounts) -> Recognition:
        recognition = Recognition(pl.DataFrame(schema=SCHEMA))
        for table in ("customers", "associations", "enrollments", "reported_scores"):
            rows = people.conform_table(table, self._note(self._table(table)), accounts)
            self._write(table, rows)
            if table == "associations":
                recognition = Recognition.of(rows)
            if table == "customers":
                self._tenants = rows.select("tenant_id")
        return recognition

    def _certificates(self, accounts: Accounts) -> None:
        rows = self._note(self._table("certifications"))
        self._write("certifications", people.conform_table("certifications", self._final(rows), accounts))

    def _note(self, rows: pl.DataFrame) -> pl.DataFrame:
        if "partner_id" in rows.columns:
            self._seen_partners.update(rows["partner_id"].drop_nulls().unique().to_list())
        return rows

    def _final(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(
            self._renumber[kind].gather(rows[kind]).alias(kind) for kind in KINDS if kind in rows.columns and rows.height
        )

    def _usage(self, table: str, accounts: Accounts, recognition: Recognition) -> None:
        staged = self._staged.pop(table, None)
        outputs = ("azure_usage", "azure_detail", "unassigned") if table == "azure_usage" else (table,)
        if staged is not None:
            for month in staged.months:
                self._month(table, month, staged, accounts, recognition.in_month(month))
                self._tell(self._total, f"{table} {month // 12}-{month % 12 + 1:02}")
        for name in outputs:
            if not (self.out / name).is_dir():
                self._write(f"{name}/none", pl.DataFrame(schema=usage.COLUMNS[name]))

    def _month(self, table: str, month: int, staged: Staging, accounts: Accounts, recognition: Recognition) -> None:
        """Conform one month, part by part; the aggregate becomes one file, detail a file for each part."""
        name, parts = f"{month // 12}-{month % 12 + 1:02}", staged.parts(month)
        aggregates: list[pl.DataFrame] = []
        for part in range(parts):
            rows = self._note(self._settled(table, staged.frame(month, part)))
            self._cover(table, rows, month)
            self._meet(rows, accounts)
            if table != "azure_usage":
                aggregates.append(self._final(usage.workload_month(table, rows, accounts, recognition, self.coders["workload"])))
                continue
            found = usage.azure_month(rows, accounts, recognition)
            aggregates.append(self._final(found.usage))
            self._unassigned.update(dict(found.unassigned_by_file))
            suffix = f".{part}" if parts > 1 else ""
            for kind, detail in (("azure_detail", found.detail), ("unassigned", found.unassigned)):
                if detail.height:
                    self._write(f"{kind}/{name}{suffix}", usage.ordered(kind, self._final(detail)))
        whole = pl.concat(aggregates)
        if table == "azure_usage" and parts > 1:
            whole = usage.summed(whole)
        if whole.height:
            self.masks[table].update(whole["associations"].unique().to_list())
            self._write(f"{table}/{name}", usage.ordered(table, whole))

    def _cover(self, table: str, rows: pl.DataFrame, month: int) -> None:
        numbers: list[int] = rows["basis"].unique().to_list() if "basis" in rows.columns else []
        bases = [BASES[number] for number in numbers] if "basis" in rows.columns else [""] * bool(rows.height)
        for basis in bases:
            self.months[table].setdefault(basis, set()).add(month)

    def _meet(self, rows: pl.DataFrame, accounts: Accounts) -> None:
        if "partners" in self.folder.tables:
            self._strangers["partners"].update(
                rows.select("partner_id").drop_nulls().unique().join(accounts.partners, on="partner_id", how="anti")["partner_id"].to_list()
            )
        if "customers" in self.folder.tables:
            self._strangers["customers"].update(
                rows.select("tenant_id").drop_nulls().unique().join(self._tenants, on="tenant_id", how="anti")["tenant_id"].to_list()
            )

    def _write(self, name: str, rows: pl.DataFrame) -> None:
        place = name if "/" in name else f"{name}/all"
        path = self.out / f"{place}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(path, compression="zstd", row_group_size=ROW_GROUP, statistics=True)

    def _report(self) -> LoadReport:
        for table, strangers in self._strangers.items():
            if strangers:
                what = "partners" if table == "partners" else "tenants"
                some = ", ".join(sorted(strangers)[:3]) + (", ..." if len(strangers) > 3 else "")
                self.warnings.append(
                    f"{what} of usage rows without a row in {table}, {len(strangers):,} in all: {some}; their rows are kept"
                )
        files = tuple(
            FileReport(
                file=reading.file.name,
                table=reading.file.table,
                rows=self._rows[number],
                kept=self._rows[number] - self._repeated[number] - self._rejected[number],
                repeated=self._repeated[number],
                rejected=self._rejected[number],
                unassigned=self._unassigned[number],
            )
            for number, reading in enumerate(self._readings)
        )
        return LoadReport(files, tuple(self.rejects.ordered()), tuple(self.warnings))
