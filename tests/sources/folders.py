"""Small files in the shape of real ones, and what an import made of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from attain.sources.importing import ImportReport, import_files
from attain.sources.intake import Options

T1 = "11111111-1111-4111-8111-111111111111"
T2 = "22222222-2222-4222-8222-222222222222"
S1 = "aaaaaaaa-1111-4111-8111-111111111111"
S2 = "bbbbbbbb-2222-4222-8222-222222222222"


def write_csv(path: Path, rows: Sequence[Mapping[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as a file; the columns are those of the first row."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def import_one(path: Path, into: Path, **options: Any) -> ImportReport:
    """Import one file with the given options; a third of its rows may have a fault."""
    [report] = import_files([path], into, Options(**options), max_rejects=(1, 3))
    return report


def table(facts: Path, name: str) -> list[dict[str, str]]:
    """Read all files of a table as text, rows in order."""
    frames = [pl.read_parquet(path).select(pl.all().cast(pl.String).fill_null("")) for path in sorted((facts / name).glob("*.parquet"))]
    rows = [row for frame in frames for row in frame.to_dicts()]
    return sorted(rows, key=lambda row: [row[column] for column in row])


def amounts(facts: Path, *columns: str) -> dict[tuple[str, ...], str]:
    """Give the amounts of `azure_usage` by the given columns; the columns must tell the rows apart."""
    rows = table(facts, "azure_usage")
    found = {tuple(row[column] for column in columns): row["acr_usd"] for row in rows}
    assert len(found) == len(rows)
    return found


def rejects(report: ImportReport) -> list[dict[str, str]]:
    """Read the rows that an import set aside."""
    with Path(report.rejects).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def ea(**cells: str) -> dict[str, str]:
    """Give one row of an Enterprise Agreement's cost export."""
    row = {
        "SubscriptionId": S1,
        "Date": "09/21/2023",
        "MeterCategory": "Key Vault",
        "Quantity": "2",
        "EffectivePrice": "1.5",
        "Cost": "3",
        "UnitPrice": "1.5",
        "BillingCurrency": "USD",
        "ReservationId": "",
        "OfferId": "MS-AZR-0017P",
        "ChargeType": "Usage",
        "PublisherType": "Azure",
        "PayGPrice": "2",
        "PricingModel": "OnDemand",
        "Tags": "",
    }
    return row | cells


def mca(**cells: str) -> dict[str, str]:
    """Give one row of a Microsoft Partner Agreement's cost export."""
    row = {
        "billingPeriodStartDate": "10/01/2026",
        "date": "10/31/2026",
        "meterCategory": "Azure Bastion",
        "subscriptionId": S1,
        "quantity": "1",
        "unitPrice": "2.5",
        "costInBillingCurrency": "9",
        "costInUsd": "10",
        "paygCostInUsd": "12",
        "billingCurrency": "EUR",
        "pricingCurrency": "USD",
        "chargeType": "Usage",
        "pricingModel": "OnDemand",
        "publisherType": "Azure",
        "customerTenantId": T1,
        "resellerMpnId": "4711",
    }
    return row | cells


def focus(**cells: str) -> dict[str, str]:
    """Give one Microsoft row of a FOCUS file."""
    row = {
        "BilledCost": "3",
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargePeriodStart": "2024-09-04 00:00:00",
        "EffectiveCost": "4",
        "ListCost": "5",
        "ProviderName": "Microsoft",
        "PublisherName": "Microsoft",
        "ServiceName": "Storage Accounts",
        "SubAccountId": f"/subscriptions/{S1}",
    }
    return row | cells


def usage(**cells: str) -> dict[str, str]:
    """Give one row of AzureUsage as the download has it."""
    row = {
        "PGAMpnID": "100",
        "MPNID": "101",
        "PartnerName": "Contoso Berlin",
        "CustomerName": "Adatum",
        "CustomerTenantId": T1,
        "CustomerTpid": "77",
        "CustomerSegment": "SMB",
        "CustomerMarket": "Germany",
        "SubscriptionId": S1,
        "Month": "10/1/2026",
        "ServiceLevel2": "Key Vault",
        "ServiceLevel3": "Secrets",
        "PartnerAttributionType": "Partner Admin Link",
        "IsACRDuplicateAtPGALevel": "0",
        "ACR_USD": "12.5",
        "SubscriptionStartDate": "1/31/2024",
    }
    return row | cells


def training(**cells: str) -> dict[str, str]:
    """Give one row of TrainingCompletions."""
    row = {
        "PGAMpnId": "100",
        "MpnId": "101",
        "PartnerName": "Contoso Berlin",
        "TrainingTitle": "Microsoft Certified: Azure Security Engineer Associate",
        "TrainingType": "Certification",
        "IndividualFirstName": "Ada",
        "IndividualLastName": "Byron",
        "CorpEmail": "Ada.Byron@contoso.example",
        "TrainingCompletionDate": "22 Aug 2021",
        "ExpirationDate": "2027-08-22",
        "ActivationStatus": "Active",
        "MCPID": "MC-1",
    }
    return row | cells
