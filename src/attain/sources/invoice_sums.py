"""What lines of invoices add up to: revenue by the month of the invoice, and seats as levels at the end of each month that is told.

Lines that were read singly are in a Gather, those read by column in a Staging. A key that both have is brought together in the Gather.
"""

from __future__ import annotations

import operator
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.spellings import Spellings
from attain.facts.staging import Staging
from attain.sources.columnar import rounded_units
from attain.sources.gather import Gather
from attain.sources.intake import Output, rounded
from attain.sources.key_sums import SUM_LIMIT, month_text
from attain.sources.links import month_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attain.sources.billing import Parties
    from attain.sources.gather import Key
    from attain.sources.intake import Intake

USAGE = ("month", "partner_id", "tenant_id", "workload", "paid_licenses")
REVENUE = ("month", "partner_id", "tenant_id", "workload", "revenue_usd")
_KEY = ("partner_id", "tenant_id", "workload")
"""Of rows by column, `workload` is the number of its text."""
_SPREAD = ("tenant_id",)


UNNUMBERED = "\x1f"
"""Begins what stands for the number of an invoice in lines that name none, and ends with the month that they begin in."""


class Invoices:
    """The months that the lines of each invoice begin in: an invoice is of the one in which most do, of several the last.

    Lines of a file that name no invoice are one where more than half of them begin in one month; else each is of its own month.
    """

    def __init__(self) -> None:
        self._months: dict[tuple[str, str], Counter[str]] = {}

    def add(self, invoice: tuple[str, str], month: str, lines: int = 1) -> None:
        """Note lines of an invoice (the file, and the number in its lines) that begin in a month."""
        self._months.setdefault(invoice, Counter())[month] += lines

    def counted(self) -> dict[tuple[str, str], str]:
        """Give the month of each invoice."""
        unnumbered = self._unnumbered()
        return {invoice: unnumbered.get(invoice) or _most(months) for invoice, months in self._months.items()}

    def warnings(self) -> list[str]:
        """Say of each file whose lines of several months name no invoice what they were taken for."""
        found: list[str] = []
        for sheet, lines in self._of_files().items():
            month, count = _most(lines), lines[_most(lines)]
            other = f"{lines.total() - count:,} of {lines.total():,} lines of {sheet} name no invoice and do not begin in {month}"
            if 2 * count > lines.total() > count:
                found.append(f"{other}, as most do: they count in it, as corrections do; keep InvoiceNumber, or give each month by itself")
            elif 2 * count <= lines.total():
                found.append(f"lines of {sheet} name no invoice and begin in {len(lines)} months: each counts in its own")
        return found

    def _of_files(self) -> dict[str, Counter[str]]:
        """Count the lines that name no invoice by file and month."""
        found: dict[str, Counter[str]] = {}
        for (sheet, number), months in self._months.items():
            if number.startswith(UNNUMBERED):
                found.setdefault(sheet, Counter()).update(months)
        return found

    def _unnumbered(self) -> dict[tuple[str, str], str]:
        """Give the month of what stands for an invoice."""
        found: dict[tuple[str, str], str] = {}
        for sheet, lines in self._of_files().items():
            most = _most(lines)
            is_one = 2 * lines[most] > lines.total()
            found |= {(sheet, UNNUMBERED + month): most if is_one else month for month in lines}
        return found

    def told(self) -> list[str]:
        """List the months in which any line begins."""
        return sorted({month for months in self._months.values() for month in months})


def _most(months: Counter[str]) -> str:
    return max(months.items(), key=lambda item: (item[1], item[0]))[0]


class Lines:
    """Keeps the invoices, revenue and seats of lines, by partner, tenant and workload."""

    def __init__(self, intake: Intake, parties: Parties) -> None:
        self._intake, self._tally, self._parties = intake, intake.tally, parties
        self._invoices, self._workloads = Invoices(), Spellings()
        self._numbers: dict[tuple[str, str], int] = {}
        self._charged: Gather[Decimal] = Gather(operator.add, intake.scratch)
        self._seats: Gather[int] = Gather(operator.add, intake.scratch)
        self._charged_by_column = Staging(intake.scratch / "charged", _SPREAD)
        self._seats_by_column = Staging(intake.scratch / "seats", _SPREAD)
        self._spent = Decimal(0)

    def add(self, invoice: tuple[str, str], key: Key, association: str, months: tuple[str, str], charged: Decimal, seats: int) -> None:
        """Note one line of a (partner, tenant, workload): `months` are the one it begins in and the last whose end it charges for."""
        self._invoices.add(invoice, months[0])
        self._charged.add((*invoice, *key), (association,), charged)
        if seats:
            self._seats.add(key, (association, *months), seats)

    def takes(self, charged: pl.Series) -> bool:
        """Say whether the sums of these exact amounts and all before have room where `add_columns` keeps them."""
        return self._spent + _size(charged) < SUM_LIMIT

    def invoice(self, sheet: str, number: str) -> int:
        """Give the number that an invoice has in rows by column."""
        return self._numbers.setdefault((sheet, number), len(self._numbers))

    def workload(self, text: str) -> int:
        """Give the number that a workload has in rows by column."""
        number = self._workloads.number("workload", text)
        assert number is not None
        return number

    def add_columns(self, rows: pl.DataFrame) -> None:
        """Note lines: `partner_id`, `tenant_id`, `association` (LINKED), `invoice` and `workload` (numbers), and what each says.

        `month` and `last` are year * 12 + month - 1, `charged` is exact, `seats` a whole number.
        """
        self._spent += _size(rows["charged"])
        invoices = list(self._numbers)
        counts: list[tuple[int, int, int]] = rows.group_by("invoice", "month").len().rows()
        for invoice, month, lines in counts:
            self._invoices.add(invoices[invoice], month_text(month), lines)
        kept = rows.rename({"month": "start"}).with_columns(pl.lit(0, dtype=pl.Int32).alias("month"))
        self._charged_by_column.add(kept.select("month", *_KEY, "association", "invoice", "charged"))
        self._seats_by_column.add(kept.filter(pl.col("seats") != 0).select("month", *_KEY, "association", "start", "last", "seats"))

    def outputs(self) -> Iterator[Output]:
        """Give revenue, then seats; whom they link is noted on the way."""
        for warning in self._invoices.warnings():
            self._tally.warn(warning)
        revenue = self._revenue()
        yield Output("workload_revenue", REVENUE, self._revenue_rows(revenue), frames=self._revenue_frames(revenue))
        yield Output("workload_usage", USAGE, self._seat_rows(), frames=self._seat_frames())

    def _revenue(self) -> Gather[Decimal]:
        """Give what lines that were read singly add up to, by the months of their invoices."""
        counted = self._invoices.counted()
        sums: Gather[Decimal] = Gather(operator.add, self._intake.scratch)
        for (sheet, invoice, *key), parts in self._charged.items():
            for part, amount in parts.items():
                sums.add((counted[sheet, invoice], *key), part, amount)
        return sums

    def _revenue_frames(self, sums: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        counted = self._invoices.counted()
        months = pl.Series("month", [month_number(counted[invoice]) for invoice in self._numbers], dtype=pl.Int32)
        single = self._keys([key for key, _ in sums.items()], ("month", *_KEY))
        by = ("month", *_KEY)
        for rows in _parts(self._charged_by_column):
            of_invoices = rows.with_columns(months.gather(rows["invoice"]))
            each = of_invoices.group_by(*by, "association").agg(pl.col("charged").sum())
            for month, *key, association, amount in self._written(each.join(single, on=by, how="semi")).iter_rows():
                sums.add((month_text(month), *key), (association,), amount)
            each = each.join(single, on=by, how="anti")
            self._link(each)
            summed = each.group_by(by).agg(pl.col("charged").sum())
            if summed.height:
                self._tally.months.update(month_text(month) for month in summed["month"].unique().to_list())
                self._bill(Decimal(str(summed["charged"].sum())))
            yield self._told(summed.with_columns(rounded_units(summed["charged"]).alias("revenue_usd")).drop("charged"))

    def _revenue_rows(self, sums: Gather[Decimal]) -> Iterator[tuple[object, ...]]:
        for (month, *key), parts in sums.items():
            amount = sum(parts.values(), Decimal(0))
            self._link_one(key, month, {association for (association,) in parts})
            self._tally.months.add(month)
            self._bill(amount)
            yield (month, *key, rounded(amount))

    def _bill(self, amount: Decimal) -> None:
        self._tally.sums["billed"] = self._tally.sums.get("billed", Decimal(0)) + amount

    def _seat_frames(self) -> Iterator[pl.DataFrame]:
        single = self._keys([key for key, _ in self._seats.items()], _KEY)
        parts = ("association", "start", "last")
        for rows in _parts(self._seats_by_column):
            each = rows.group_by(*_KEY, *parts).agg(pl.col("seats").sum())
            for *key, association, start, last, seats in self._written(each.join(single, on=_KEY, how="semi")).iter_rows():
                self._seats.add((*key,), (association, month_text(start), month_text(last)), seats)
            each = each.join(single, on=_KEY, how="anti")
            for month in map(month_number, self._invoices.told()):
                current = each.filter(pl.col("start") <= month, pl.col("last") >= month)
                # a removal whose purchase stands in a file that is not there would leave less than nothing
                levels = current.group_by(_KEY).agg(pl.col("seats").sum().alias("paid_licenses")).filter(pl.col("paid_licenses") > 0)
                of_month = pl.lit(month, dtype=pl.Int32).alias("month")
                self._link(current.join(levels, on=_KEY, how="semi").with_columns(of_month))
                yield self._told(levels.with_columns(of_month))

    def _seat_rows(self) -> Iterator[tuple[object, ...]]:
        told = self._invoices.told()
        for key, parts in self._seats.items():
            for month in told:
                current = {part: seats for part, seats in parts.items() if part[1] <= month <= part[2]}
                level = max(0, sum(current.values()))
                if level:
                    self._link_one(key, month, {part[0] for part in current})
                    yield (month, *key, level)

    def _keys(self, keys: list[Key], names: Sequence[str]) -> pl.DataFrame:
        """Give keys of lines that were read singly as rows by column have them; null where these have no such workload."""
        if not self._numbers:
            return pl.DataFrame()
        rows = pl.DataFrame(keys, schema=dict.fromkeys(names, pl.String()), orient="row")
        texts = self._workloads.texts("workload")
        numbers = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
        rows = rows.with_columns(pl.col("workload").replace_strict(texts, numbers, default=None, return_dtype=pl.UInt32))
        if "month" in names:
            months = [month_number(month) for month in rows["month"].to_list()]
            rows = rows.with_columns(pl.Series("month", months, dtype=pl.Int32))
        return rows

    def _named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows with the texts of their workloads, as an Enum."""
        return rows.with_columns(rows["workload"].cat.to(pl.Enum(self._workloads.texts("workload"))))

    def _written(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows with their workloads as text."""
        return self._named(rows).with_columns(pl.col("workload").cast(pl.String))

    def _told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows of a table in the order of their keys."""
        order = self._workloads.texts("workload").rank("ordinal")
        ranked = rows.with_columns(order.gather(rows["workload"]).alias("#rank"))
        return self._named(ranked.sort("month", "partner_id", "tenant_id", "#rank"))

    def _link(self, rows: pl.DataFrame) -> None:
        """Note whom rows link, each once."""
        links = rows.filter(pl.col("association") != "").select("month", *_KEY, "association").unique()
        self._parties.link_columns(self._written(links).rename({"workload": "scope"}))

    def _link_one(self, key: Sequence[str], month: str, associations: set[str]) -> None:
        partner, tenant, workload = key
        for association in associations - {""}:
            self._parties.link(partner, tenant, association, workload, month)


def _parts(staging: Staging) -> Iterator[pl.DataFrame]:
    """Give all rows, those of one tenant together."""
    for month in staging.months:
        yield from (staging.frame(month, part) for part in range(staging.parts(month)))


def _size(amounts: pl.Series) -> Decimal:
    return Decimal(str(amounts.abs().sum()))
