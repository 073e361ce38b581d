"""What an import cannot do without, each step done by Polars alone and nothing checked: the least that a store costs beside a conversion.

Read the columns that a store keeps, take the SHA-256, sort by partner, write the rows as delivered, add them up, write the sums; of a
report of many months both by month, and the customers that it names. Writing and hashing go on beside what comes next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl

from attain.facts.row_groups import row_group
from attain.store.writing import LEVEL

AMOUNT = pl.Decimal(18, 4)
AT_ONCE = 2


def _write(rows: pl.DataFrame, path: Path) -> None:
    rows.write_parquet(path, compression="zstd", compression_level=LEVEL, row_group_size=row_group(rows.height))


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _done(coming: Iterable[Future[object]]) -> None:
    """Wait for what goes on beside; raises what it raised."""
    for one in coming:
        one.result()


def _azure(file: Path, place: Path, key: list[str], summed_by: list[str], partner: str, amount: str) -> None:
    with ThreadPoolExecutor(AT_ONCE) as beside:
        rows = pl.scan_csv(file, schema_overrides={amount: AMOUNT, partner: pl.String()}).collect().sort(key)
        coming: list[Future[object]] = [beside.submit(_sha256, file), beside.submit(_write, rows, place / "detail.parquet")]
        _write(rows.group_by(summed_by, maintain_order=True).agg(pl.col(amount).sum()), place / "sums.parquet")
        _write(rows.select(partner).unique(), place / "partners.parquet")
        _done(coming)


def contract(file: Path, place: Path) -> None:
    """A table of the contract."""
    key = ["partner_id", "tenant_id", "subscription_id", "service", "offer", "basis"]
    summed_by = ["month", "partner_id", "tenant_id", "service", "offer", "associations", "basis"]
    _azure(file, place, key, summed_by, "partner_id", "acr_usd")


def insights(file: Path, place: Path) -> None:
    """AzureUsage with six columns."""
    key = ["MPNID", "CustomerTenantId", "SubscriptionId", "ServiceLevel2"]
    _azure(file, place, key, ["Month", "MPNID", "CustomerTenantId", "ServiceLevel2"], "MPNID", "ACR_USD")


def office(file: Path, place: Path) -> None:
    """OfficeUsage of many months."""
    key, counts = ["Month", "PartnerID", "CustomerTenantId", "WorkloadName"], ["PaidAvailableUnits", "MonthlyActiveUsers"]
    about = ["CustomerTenantId", "CustomerName", "CustomerTpid", "CustomerSegment", "CustomerMarket"]
    kept = [*key, *counts, *about[1:], "PartnerName", "PartnerLocation", "PGAPartnerID", "PartnerAttributionType", "IsDuplicateRowForPGA"]
    with ThreadPoolExecutor(AT_ONCE) as beside:
        rows = pl.scan_csv(file, infer_schema=False).select(kept).with_columns(pl.col(counts).cast(pl.Int64)).collect()
        coming: list[Future[object]] = [beside.submit(_sha256, file)]
        sums = rows.group_by(key).agg(pl.col(counts).sum()).sort(key)
        for number, month in enumerate(sums.partition_by("Month")):
            coming.append(beside.submit(_write, month, place / f"detail-{number}.parquet"))
            _write(month, place / f"sums-{number}.parquet")
        _write(rows.select(about).unique("CustomerTenantId"), place / "customers.parquet")
        _done(coming)


FLOORS: dict[str, Callable[[Path, Path], None]] = {"contract": contract, "insights": insights, "office": office}
