"""A download of Microsoft 365 usage (OfficeUsage) with all columns that Partner Center gives, made up: `write(path, rows)`.

Its rows are by customer, workload, month and attribution: thirteen months, five or so workloads a customer, of which some have two
attributions, some forty customers a partner. A tenth of the names hold a comma and stand in quotation marks; no row is flagged as a
duplicate.
"""

from __future__ import annotations

import csv
import random
from itertools import islice
from typing import TYPE_CHECKING

from bench.azure_download import guid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MONTHS = (*(f"2025-{month:02d}-01" for month in (10, 11, 12)), *(f"2026-{month:02d}-01" for month in range(1, 11)))
ROWS_A_PARTNER = 3_000
ATTRIBUTIONS = ("CSP Tier 1", "CPOR", "Digital Partner of Record")
WORKLOADS = (
    *("Exchange Online", "SharePoint Online", "Microsoft Teams", "OneDrive for Business", "Viva Engage"),
    *("Office 365 ProPlus", "Skype for Business"),
)
COLUMNS = (
    *("PGAPartnerID", "PartnerID", "PartnerName", "PartnerLocation", "CustomerName", "CustomerTenantId", "CustomerTpid", "CustomerSegment"),
    *("CustomerMarket", "IndustryName", "VerticalName", "WorkloadName", "Month", "PaidAvailableUnits", "MonthlyActiveUsers"),
    *("PartnerAttributionType", "IsDuplicateRowForPGA"),
)


def write(path: Path, rows: int) -> None:
    """Write so many rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(islice(_rows(random.Random(7), rows), rows))


def _rows(chance: random.Random, rows: int) -> Iterator[tuple[str, ...]]:
    """Give the rows of partner after partner, without end."""
    partners = max(1, rows // ROWS_A_PARTNER)
    while True:
        partner = chance.randrange(partners)
        of_partner = (str(1_000_000 + partner), str(5_000_000 + partner), f"Partner {partner} Ltd", "Berlin")
        for _ in range(40):
            yield from _customer(chance, of_partner)


def _customer(chance: random.Random, of_partner: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the rows of one customer of a partner."""
    name = f"Customer {chance.randrange(10**7)}{', Ltd' if chance.random() < 0.1 else ''}"
    segment = chance.choice(("SMB", "SM&C Corporate", "Enterprise"))
    market = chance.choice(("Germany", "France", "Japan", "United States"))
    customer = (name, guid(chance), str(chance.randrange(10**8)), segment, market, "Manufacturing", "Discrete")
    seats = chance.randint(5, 3_000)
    for workload in chance.sample(WORKLOADS, chance.randint(3, len(WORKLOADS))):
        labels = chance.sample(ATTRIBUTIONS, chance.choice((1, 1, 1, 2)))
        for month in MONTHS:
            users = chance.randint(0, seats)
            for label in labels:
                yield *of_partner, *customer, workload, month, str(seats), str(users), label, "0"
