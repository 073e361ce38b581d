"""A download of Azure usage with all columns that Partner Center gives, made up: `write(path, rows, services)`.

Its rows are by subscription, month and service down to the feature: here some fifteen a subscription, one or two subscriptions a customer,
two or three customers a partner. Empty cells are empty, a tenth of the names hold a comma and stand in quotation marks, amounts have twelve
decimal places, no row is flagged as a duplicate.
"""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MONTH = "2026-10-01"
ROWS_A_PARTNER = 50
PILLARS = ("Compute", "Databases", "Networking", "Storage", "Security")
ATTRIBUTIONS = ("CSP Tier 1", "Partner Admin Link", "Digital Partner of Record")
COLUMNS = (
    *("PGAMpnID", "MPNID", "PartnerName", "PartnerLocation", "CustomerName", "CustomerTenantId", "CustomerTpid", "CustomerSegment"),
    *("CustomerMarket", "IndustryName", "VerticalName", "SubscriptionId", "SubscriptionStartDate", "SubscriptionEndDate", "FirstUseDate"),
    *("SubscriptionState", "Month", "ServiceLevel1", "ServiceLevel2", "ServiceLevel3", "ServiceLevel4", "ServiceGroup2", "ServiceGroup3"),
    *("ServiceInfluencer", "ComputeOS", "ComputeCoreSoftware", "UsageUnits", "UsageQuantity", "PartnerAttributionType", "AssociationType"),
    *("AdminType", "SalesChannel", "EnrollmentNumber", "ResellerID", "ResellerName", "IsACRDuplicateAtPGALevel", "ACR_USD"),
)


def write(path: Path, rows: int, services: list[str]) -> None:
    """Write so many rows as CSV."""
    chance = random.Random(7)
    columns: list[list[str | None]] = [[] for _ in COLUMNS]
    while len(columns[0]) < rows:
        for row in _customer(chance, rows, services):
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
    frame = pl.DataFrame([pl.Series(name, column, dtype=pl.String) for name, column in zip(COLUMNS, columns, strict=True)])
    # rows of one partner stand together
    frame.head(rows).sort("MPNID", maintain_order=True).write_csv(path)


def _customer(chance: random.Random, rows: int, services: list[str]) -> Iterator[tuple[str | None, ...]]:
    """Give the rows of a customer of some partner."""
    partner = chance.randrange(max(1, rows // ROWS_A_PARTNER))
    name = f"Customer {chance.randrange(10**7)}{chance.choice(['', '', '', '', '', '', '', '', '', ', Ltd'])}"
    of_partner = (str(1_000_000 + partner), str(5_000_000 + partner), f"Partner {partner} Ltd", "Berlin")
    segment, market = chance.choice(("SMB", "SM&C Corporate", "Enterprise")), chance.choice(("Germany", "France", "Japan", "United States"))
    customer = (name, guid(chance), str(chance.randrange(10**8)), segment, market, "Manufacturing", "Discrete")
    label = chance.choice(ATTRIBUTIONS)
    recognized = (label, label, "Owner" if label == ATTRIBUTIONS[1] else None, "Direct/CSP", None, None, None, "0")
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        started = f"202{chance.randrange(6)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
        subscription = (guid(chance), started, None, started, "Active", MONTH)
        for service in chance.sample(services, min(len(services), chance.randint(3, 14))):
            pillar = PILLARS[services.index(service) % len(PILLARS)]
            for feature in range(chance.choice((1, 1, 2, 3))):
                used = (pillar, service, f"{service} level {feature}", f"{service} feature {feature}", "Core", f"Core {pillar}", None)
                machine = ("Linux" if feature == 1 else None, None, "1 Hour", f"{chance.random() * 1000:.6f}")
                yield *of_partner, *customer, *subscription, *used, *machine, *recognized, f"{chance.random() ** 3 * 900:.12f}"


def guid(chance: random.Random) -> str:
    """Make up an id."""
    return str(uuid.UUID(int=chance.getrandbits(128)))
