"""Conformed tables of a store, made anew only where what they are made from has changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from attain.facts import people, usage
from attain.facts.accounts import accounts_table, locations_table, settle_partners
from attain.facts.memory import rows_at_once
from attain.facts.order import LEAD, OWNER
from attain.facts.recognition import Recognition
from attain.facts.rows import FILE
from attain.facts.schema import BASES, TABLES
from attain.facts.text_rows import ROW
from attain.store import first_rows
from attain.store.derived import is_derived
from attain.store.detail import empty_counts, names, read_detail, scan_detail, to_typed
from attain.store.held import JustWritten
from attain.store.people import merged_people
from attain.store.precedence import LOCATION, best_rows, merged_cells
from attain.store.state import FORMAT, Slice, State, StoredFile
from attain.store.tables import CONFORMED, PEOPLE, SLICE, USAGE
from attain.store.writing import WritingBeside, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from attain.facts.accounts import Accounts
    from attain.facts.coding import Coder
    from attain.facts.first_pass import Progress
    from attain.store.place import Place

WHOLE = "all"
PART_ROWS = rows_at_once()
"""More rows of a month than this are conformed in parts, so that memory does not grow with the month."""
OUTPUTS = {
    "azure_usage": ("azure_usage", "azure_detail", "unassigned"),
    "workload_usage": ("workload_usage",),
    "workload_revenue": ("workload_revenue",),
}
_NAME_KINDS = {"azure_usage": ("service", "offer"), "workload_usage": ("workload",), "workload_revenue": ("workload",)}


class StoreConforming:
    """One import's conformed tables: `state` has its detail files already, and the conformed ones of the load before."""

    def __init__(
        self,
        place: Place,
        scratch: Path,
        state: State,
        coders: Mapping[str, Coder],
        beside: WritingBeside,
        progress: Progress | None = None,
        written: JustWritten | None = None,
    ) -> None:
        self.place, self.scratch, self.state, self.coders = place, scratch, state, coders
        self.rebuilt: list[str] = []
        self._beside, self._progress = beside, progress
        self._written = written or JustWritten()

    def run(self) -> State:
        """Make what has changed and give the state with the conformed files."""
        accounts, accounts_digest = self._accounts()
        recognition = _Months(Recognition.of(self._whole("associations", accounts, accounts_digest)))
        for table in ("customers", "enrollments", "reported_scores", "certifications"):
            self._whole(table, accounts, accounts_digest)
        for number, table in enumerate(USAGE):
            self._usage(table, accounts, accounts_digest, recognition)
            if self._progress is not None:
                self._progress(number + 1, len(USAGE), f"conformed {table}")
        self._everyone(accounts, accounts_digest)
        self._names()
        return self.state

    # Tables without a month

    def _accounts(self) -> tuple[Accounts, str]:
        rows = merged_cells("partners", self._detail("partners"))
        accounts, bad = settle_partners(rows.with_row_index(ROW).with_columns(pl.lit(0, dtype=pl.Int32).alias(FILE)))
        self._contradictions = tuple(
            f"partner {rows.item(int(row), 'partner_id')}: global_id {value!r} {reason}" for _, row, reason, value in bad.rows()
        )
        moved = accounts.account_of.sort("location").rows()
        return accounts, _digest(*(f"{location}>{account}" for location, account in moved))

    def _whole(self, table: str, accounts: Accounts, accounts_digest: str) -> pl.DataFrame:
        """Conform a table without a month, and give it where associations are asked for."""
        sources = [file.path for file in self.state.of(table)]
        if table == "certifications":
            sources += [file.path for file in self.state.of(PEOPLE)]
        inputs = _digest(*sources, accounts_digest, self.state.coding)
        if self._is_current(table, WHOLE, inputs):
            if table != "associations":
                return pl.DataFrame()
            return pl.read_parquet([self.place.at(f"{CONFORMED}{table}/{file.path}") for file in self.state.of(f"{CONFORMED}{table}")])
        rows = self._detail(table)
        if table == "customers":
            # one row a customer, by id: there is nothing to roll up, and nothing to sort
            conformed = merged_cells(table, rows).select(list(people.columns(table)))
        else:
            if table == "certifications":
                rows = merged_people(self.place, self.state, rows)
            conformed = people.conform_table(table, to_typed(table, best_rows(table, rows), self.coders), accounts)
        used = {"certification": _distinct(conformed, "certification")} if table == "certifications" else {}
        self._replace(table, WHOLE, [conformed], Slice(inputs, codes=used))
        return conformed

    def _everyone(self, accounts: Accounts, accounts_digest: str) -> None:
        """Make the tables of accounts and locations: everyone who has a row of their own or is seen in any table."""
        seen_files = self.state.of(f"{CONFORMED}seen")
        sources = [
            file.path
            for table in ("partners", "certifications", "associations", "enrollments", "reported_scores")
            for file in self.state.of(table)
        ]
        inputs = _digest(*sources, *(file.sha256 for file in seen_files), accounts_digest, self.state.coding)
        if self._is_current("accounts", WHOLE, inputs):
            return
        frames = [
            self._detail_scan(table).select("partner_id").unique()
            for table in ("certifications", "associations", "enrollments", "reported_scores")
        ]
        if seen_files:
            frames.append(
                pl.scan_parquet([self.place.at(f"{CONFORMED}seen/{file.path}") for file in seen_files]).select("partner_id").unique()
            )
        everyone = pl.concat(frames).drop_nulls().unique().collect().sort("partner_id")
        rolled = set(accounts.roll_up(everyone)["partner_id"].to_list())
        self._replace("accounts", WHOLE, [accounts_table(accounts, rolled)], Slice(inputs, warnings=self._contradictions))
        self._replace("locations", WHOLE, [locations_table(accounts, everyone["partner_id"].to_list())], Slice(inputs))

    def _names(self) -> None:
        """Append the names that got a number in this import; the numbers handed out before stay."""
        table = f"{CONFORMED}names"
        held = self.state.of(table)
        known = sum(file.rows for file in held)
        rows = pl.DataFrame(
            [(kind, code, name) for kind, coder in self.coders.items() for code, name in enumerate(coder.in_order())],
            schema={"kind": pl.String(), "code": pl.Int32(), "name": pl.String()},
            orient="row",
        )
        if held and rows.height == known:
            return
        if held:
            before = pl.read_parquet([self.place.at(f"{table}/{file.path}") for file in held])
            rows = rows.join(before, on=["kind", "code"], how="anti")
        file = write_file(self.place, self.scratch, table, rows, {SLICE: WHOLE})
        self.state = self.state.with_files(table, (*held, file))

    # Usage, month by month

    def _usage(self, table: str, accounts: Accounts, accounts_digest: str, recognition: _Months) -> None:
        months: dict[str, list[StoredFile]] = {}
        for file in self.state.of(table):
            months.setdefault(str(file.partition["month"])[:7], []).append(file)
        for gone in set(self.state.slices.get(table, {})) - set(months):
            for output in (*OUTPUTS[table], "seen"):
                self._drop(output, gone if output != "seen" else f"{table}-{gone}")
            self.state = replace(
                self.state,
                slices={**self.state.slices, table: {name: one for name, one in self.state.slices[table].items() if name != gone}},
            )
        for name, files in sorted(months.items()):
            month = int(name[:4]) * 12 + int(name[5:]) - 1
            inputs = _digest(*(file.path for file in files), accounts_digest, recognition.digest(month), self.state.coding)
            if not self._is_current(table, name, inputs):
                self._month(table, name, files, accounts, recognition.active(month), inputs)

    def _month(self, table: str, name: str, files: list[StoredFile], accounts: Accounts, recognition: Recognition, inputs: str) -> None:
        found: dict[str, list[pl.DataFrame]] = {output: [] for output in OUTPUTS[table]}
        seen: list[pl.DataFrame] = []
        bases: set[int] = set()
        unassigned: Counter[int] = Counter()
        empty: Counter[str] = Counter()
        parts = -(-sum(file.rows for file in files) // PART_ROWS) or 1
        for part in range(parts):
            typed = self._part(table, files, part, parts, empty)
            seen.append(typed.select("partner_id").drop_nulls().unique())
            rows = _best_of_accounts(table, typed, accounts)
            if table == "azure_usage":
                bases.update(_distinct(rows, "basis"))
                made = usage.azure_month(rows, accounts, recognition)
                unassigned.update(dict(made.unassigned_by_file))
                found["azure_usage"].append(made.usage)
                if not is_derived(files):
                    # by partner, tenant and subscription, and then as their detail files, which are sorted too
                    found["azure_detail"].append(usage.azure_detail(made.detail))
                found["unassigned"].append(usage.ordered("unassigned", made.unassigned))
            else:
                found[table].append(usage.workload_month(table, rows, accounts, recognition, self.coders["workload"]))
        whole = pl.concat(found[table])
        if table == "azure_usage" and parts > 1:
            whole = usage.summed(whole)
        # sums are in that order already
        found[table] = [whole if table == "azure_usage" else usage.ordered(table, whole)]
        # a name that nobody knows is told before its rows are anybody's, as a facts folder tells it
        named = [whole, *found.get("unassigned", ())]
        one = Slice(
            inputs,
            bases=tuple(BASES[number] for number in sorted(bases)) if table == "azure_usage" else ("",),
            masks=_distinct(whole, "associations"),
            codes={kind: _distinct(pl.concat([rows.select(kind) for rows in named]), kind) for kind in _NAME_KINDS[table]},
            unassigned=dict(sorted(unassigned.items())),
            empty=dict(+empty),
        )
        for output in OUTPUTS[table]:
            self._replace(output, name, found[output], one if output == table else None)
        partners = pl.concat(seen).unique().sort("partner_id").select(pl.lit(table).alias("table"), "partner_id")
        self._replace("seen", f"{table}-{name}", [partners], None)

    def _part(self, table: str, files: list[StoredFile], part: int, parts: int, empty: Counter[str]) -> pl.DataFrame:
        """Give one of the parts of the rows of a month, typed, from memory where this import has just written them; count empty cells."""
        if parts > 1:
            spread = pl.coalesce("tenant_id", "subscription_id") if table == "azure_usage" else pl.col("tenant_id")
            given = scan_detail(self.place, table, files).filter(spread.hash(seed=0) % parts == part).collect()
            empty.update(empty_counts(table, given))
            return to_typed(table, given, self.coders)
        by_file = self._by_file(table, files)
        self._note_names(table, [rows for _, rows in by_file])
        typed: list[pl.DataFrame] = []
        for file, rows in by_file:
            if FILE in rows.columns:
                (load,) = file.loads
                empty.update(first_rows.empty_counts(table, rows))
                spellings = self._written.spellings
                typed.append(first_rows.typed(table, rows, load, str(file.partition["source"]), spellings, self.coders))
            else:
                empty.update(empty_counts(table, rows))
                typed.append(to_typed(table, rows, self.coders))
        return typed[0] if len(typed) == 1 else pl.concat(rows.drop(OWNER, LEAD, strict=False) for rows in typed)

    def _note_names(self, table: str, frames: list[pl.DataFrame]) -> None:
        """Give names their numbers in the order of the names, whatever file has them."""
        for column in TABLES[table].columns:
            if column.kind != "name" or len(frames) < 2:
                continue
            found: set[str] = set()
            for rows in frames:
                of_first = FILE in rows.columns
                found |= first_rows.names(rows, column.name, self._written.spellings) if of_first else names(rows, column.name)
            for name in sorted(found):
                self.coders[column.name].code(name)

    def _read(self, table: str, file: StoredFile) -> pl.DataFrame:
        return read_detail(self.place, table, [file])

    # Files

    def _detail(self, table: str) -> pl.DataFrame:
        frames = [rows for _, rows in self._by_file(table, self.state.of(table))]
        return pl.concat(frames) if frames else read_detail(self.place, table, ())

    def _by_file(self, table: str, files: Iterable[StoredFile]) -> list[tuple[StoredFile, pl.DataFrame]]:
        """Give the rows of each file, from memory where this import has just written them.

        The order of the files counts for the order of the rows, and is that of `scan_detail`.
        """
        ranked = sorted(files, key=lambda file: str(tuple(sorted(file.partition.items()))))
        return [(file, rows if (rows := self._written.take(file.path)) is not None else self._read(table, file)) for file in ranked]

    def _detail_scan(self, table: str) -> pl.LazyFrame:
        return scan_detail(self.place, table, self.state.of(table))

    def _is_current(self, table: str, name: str, inputs: str) -> bool:
        held = self.state.slices.get(table, {}).get(name)
        return held is not None and held.inputs == inputs

    def _drop(self, output: str, name: str) -> None:
        table = f"{CONFORMED}{output}"
        self.state = self.state.with_files(table, tuple(file for file in self.state.of(table) if file.partition.get(SLICE) != name))

    def _replace(self, output: str, name: str, frames: Iterable[pl.DataFrame], made: Slice | None) -> None:
        """Put frames in the place of one slice of a conformed table."""
        table = f"{CONFORMED}{output}"
        self._drop(output, name)
        files = [self._file(output, table, name, rows) for rows in frames if rows.height or name == WHOLE]
        self.state = self.state.with_files(table, (*self.state.of(table), *files))
        if made is not None:
            slices = {**self.state.slices.get(output, {}), name: made}
            self.state = replace(self.state, slices={**self.state.slices, output: slices})
            self.rebuilt.append(f"{output} {name}")

    def _file(self, output: str, table: str, name: str, rows: pl.DataFrame) -> StoredFile:
        if output in OUTPUTS:
            return self._beside.write(table, lambda: rows, rows.height, {SLICE: name})
        return write_file(self.place, self.scratch, table, rows, {SLICE: name})


class _Months:
    """The associations of each month with their digest. Sorted once, since every import looks at every month of every table."""

    def __init__(self, recognition: Recognition) -> None:
        self._all = Recognition(recognition.rows.sort(pl.all()))
        self._digests: dict[int, str] = {}

    def active(self, month: int) -> Recognition:
        """Give the associations with an active day in the month."""
        return self._all.in_month(month)

    def digest(self, month: int) -> str:
        """Give the digest of what is active in the month."""
        if month not in self._digests:
            self._digests[month] = hashlib.sha256(self.active(month).rows.write_csv().encode()).hexdigest()
        return self._digests[month]


def _best_of_accounts(table: str, typed: pl.DataFrame, accounts: Accounts) -> pl.DataFrame:
    """Apply I-10 between sources at the global account, and give the rows with the locations that they name."""
    if typed["source"].n_unique() < 2:
        return typed.drop("source")
    known = typed.with_columns(pl.col("partner_id").alias(LOCATION))
    best = best_rows(table, accounts.roll_up(known))
    return best.with_columns(pl.col(LOCATION).alias("partner_id")).drop(LOCATION, "source")


def _distinct(rows: pl.DataFrame, column: str) -> tuple[int, ...]:
    return tuple(sorted(int(code) for code in rows[column].drop_nulls().unique()))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join([str(FORMAT), *sorted(parts)]).encode()).hexdigest()[:32]
