"""The second pass of a load: typed rows conformed table by table and month by month into Parquet."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from attain.facts import people, usage
from attain.facts.accounts import Accounts, accounts_table, locations_table, settle_partners
from attain.facts.coding import KINDS, coders
from attain.facts.first_pass import USAGE, FirstPass
from attain.facts.recognition import SCHEMA, Recognition
from attain.facts.report import LoadReport
from attain.facts.row_groups import row_group
from attain.facts.same_person import by_best_ids, read_links
from attain.facts.schema import BASES

if TYPE_CHECKING:
    from pathlib import Path

    from attain.facts.first_pass import Progress
    from attain.facts.folder import FactsFolder
    from attain.rulebook.catalog import Catalog


class Conforming:
    """One load under way: conformed files go to `out`."""

    def __init__(self, folder: FactsFolder, out: Path, catalog: Catalog, progress: Progress | None) -> None:
        self.folder, self.out = folder, out
        self.coders = coders(catalog)
        self.first = FirstPass(folder.files, catalog, self.coders, out / "staging", progress)
        self.months: dict[str, dict[str, set[int]]] = {table: {} for table in USAGE}
        self.masks: dict[str, set[int]] = {table: set() for table in USAGE}
        self.names: dict[str, tuple[str, ...]] = {}
        self._unassigned: Counter[int] = Counter()
        self._seen_partners: set[str] = set()
        self._strangers: dict[str, set[str]] = {"partners": set(), "customers": set()}

    def run(self) -> LoadReport:
        """Do both passes and give the report; the caller decides whether the result is kept."""
        self.out.mkdir(parents=True, exist_ok=True)
        self.first.read()
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

    def _partners(self) -> Accounts:
        accounts, bad = settle_partners(self.first.whole("partners"))
        if bad.height:
            self.first.set_aside(
                bad.with_columns(pl.lit("global_id").alias("#column")), "a location names its global account, and a global account no other"
            )
        return accounts

    def _small_tables(self, accounts: Accounts) -> Recognition:
        recognition = Recognition(pl.DataFrame(schema=SCHEMA))
        for table in ("customers", "associations", "enrollments", "reported_scores"):
            rows = people.conform_table(table, self._note(self.first.whole(table)), accounts)
            self._write(table, rows)
            if table == "associations":
                recognition = Recognition.of(rows)
            if table == "customers":
                self._tenants = rows.select("tenant_id")
        return recognition

    def _certificates(self, accounts: Accounts) -> None:
        rows = by_best_ids(self._note(self.first.whole("certifications")), read_links(self.folder.people))
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
        outputs = ("azure_usage", "azure_detail", "unassigned") if table == "azure_usage" else (table,)
        for month in self.first.months(table):
            self._month(table, month, accounts, recognition.in_month(month))
            self.first.done_with(f"{table} {month // 12}-{month % 12 + 1:02}")
        for name in outputs:
            if not (self.out / name).is_dir():
                self._write(f"{name}/none", pl.DataFrame(schema=usage.COLUMNS[name]))

    def _month(self, table: str, month: int, accounts: Accounts, recognition: Recognition) -> None:
        """Conform one month, part by part; the aggregate becomes one file, detail a file for each part."""
        name, parts = f"{month // 12}-{month % 12 + 1:02}", self.first.parts(table, month)
        aggregates: list[pl.DataFrame] = []
        for part in range(parts):
            rows = self._note(self.first.frame(table, month, part))
            self._cover(table, rows, month)
            self._meet(rows, accounts)
            if table != "azure_usage":
                aggregates.append(self._final(usage.workload_month(table, rows, accounts, recognition, self.coders["workload"])))
                continue
            found = usage.azure_month(rows, accounts, recognition)
            aggregates.append(self._final(found.usage))
            self._unassigned.update(dict(found.unassigned_by_file))
            suffix = f".{part}" if parts > 1 else ""
            for kind, detail in (("azure_detail", usage.azure_detail(found.detail)), ("unassigned", found.unassigned)):
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
        rows.write_parquet(path, compression="zstd", row_group_size=row_group(rows.height), statistics=True)

    def _report(self) -> LoadReport:
        warnings = [*self.folder.warnings, *self.first.warnings]
        for table, strangers in self._strangers.items():
            if strangers:
                what = "partners" if table == "partners" else "tenants"
                some = ", ".join(sorted(strangers)[:3]) + (", ..." if len(strangers) > 3 else "")
                warnings.append(f"{what} of usage rows without a row in {table}, {len(strangers):,} in all: {some}; their rows are kept")
        unread = (*self.folder.unread, *self.first.unread)
        return LoadReport(self.first.reports(self._unassigned), tuple(self.first.rejects.ordered()), tuple(warnings), unread)
