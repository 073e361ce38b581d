"""A file of daily-rated usage as a distributor gets it with an invoice, all columns, made up: `write(path, rows, services)`.

Its rows are by customer, subscription, meter and day of one month: one or two subscriptions a customer, some fifteen meters a subscription,
each used on most days. The bill is in euro and the prices are in US dollars, as with a partner outside the United States. A third of the
resources have tags and machines have details, both JSON in quotation marks; amounts and quantities have up to 14 decimal places.
"""

from __future__ import annotations

import csv
import random
from calendar import monthrange
from itertools import islice
from typing import TYPE_CHECKING

from bench.azure_download import guid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

YEAR, MONTH = 2026, 10
DAYS = monthrange(YEAR, MONTH)[1]
CUSTOMERS_A_RESELLER = 12
ROWS_A_CUSTOMER = 500
"""About: so that the resellers are in proportion to the rows."""
DISTRIBUTOR = ("7000000", "Distribution of Things Ltd")
TO_EURO = 0.9
EARNED = 0.15
"""The partner earned credit, which what is billed is without."""
COLUMNS = (
    *("PartnerId", "PartnerName", "CustomerId", "CustomerName", "CustomerDomainName", "CustomerCountry", "MpnId", "ResellerMpnId"),
    *("InvoiceNumber", "ProductId", "SkuId", "AvailabilityId", "SkuName", "ProductName", "PublisherName", "PublisherId"),
    *("SubscriptionDescription", "SubscriptionId", "ChargeStartDate", "ChargeEndDate", "UsageDate", "MeterType", "MeterCategory"),
    *("MeterId", "MeterSubCategory", "MeterName", "MeterRegion", "Unit", "ResourceLocation", "ConsumedService", "ResourceGroup"),
    *("ResourceURI", "ChargeType", "UnitPrice", "Quantity", "UnitType", "BillingPreTaxTotal", "BillingCurrency", "PricingPreTaxTotal"),
    *("PricingCurrency", "ServiceInfo1", "ServiceInfo2", "Tags", "AdditionalInfo", "EffectiveUnitPrice", "PCToBCExchangeRate"),
    *("PCToBCExchangeRateDate", "EntitlementId", "EntitlementDescription", "PartnerEarnedCreditPercentage", "CreditPercentage"),
    *("CreditType", "BenefitOrderId", "BenefitId", "BenefitType"),
)


def write(path: Path, rows: int, services: list[str]) -> None:
    """Write so many rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(islice(_rows(random.Random(7), rows, services), rows))


def _rows(chance: random.Random, rows: int, services: list[str]) -> Iterator[tuple[str, ...]]:
    """Give the rows of customer after customer, without end."""
    resellers = max(1, rows // (ROWS_A_CUSTOMER * CUSTOMERS_A_RESELLER))
    own = guid(chance)
    while True:
        number = chance.randrange(10**7)
        name = f"Customer {number}{', Ltd' if chance.random() < 0.1 else ''}"
        party = (own, DISTRIBUTOR[1], guid(chance), name, f"customer{number}.example", chance.choice(("DE", "FR", "AT")))
        head = (*party, DISTRIBUTOR[0], str(7_100_000 + chance.randrange(resellers)), "G012345678")
        plan = guid(chance)
        for _ in range(chance.choice((1, 1, 2))):
            yield from _subscription(chance, head, plan, services)


def _subscription(chance: random.Random, head: tuple[str, ...], plan: str, services: list[str]) -> Iterator[tuple[str, ...]]:
    """Give the rows of one Azure subscription, meter by meter and day by day."""
    entitlement, group = guid(chance), f"rg-production-{chance.randrange(100)}"
    credited = chance.random() < 0.8
    for service in chance.sample(services, min(len(services), chance.randint(3, 10))):
        for meter in range(chance.choice((1, 1, 2, 4))):
            product = (f"DZH318Z0{chance.getrandbits(16):04X}", f"{chance.randrange(256):04X}", f"DZH318Z1{chance.getrandbits(16):04X}")
            named = (f"{service} level {meter}", service, "Microsoft Corporation", "", "Azure plan", plan)
            resource = (
                f"/subscriptions/{entitlement}/resourceGroups/{group}/providers/Microsoft.Things/{meter}/resource{chance.randrange(1000)}"
            )
            used = (
                *("1 Hour", service, guid(chance), f"{service} Series", f"{service} meter {meter}", "EU West", "1 Hour"),
                *("westeurope", "Microsoft.Things", group, resource, "New"),
            )
            tags = f'{{"owner":"team{chance.randrange(9)}","cost center":"{chance.randrange(1000)}"}}' if chance.random() < 1 / 3 else ""
            details = '{"ServiceType":"Standard_D2s_v3","VCPUs":2}' if service == "Virtual Machines" else ""
            price = chance.randrange(1, 40_000) / 100_000
            for day in range(1, DAYS + 1):
                if chance.random() < 0.1:
                    continue
                quantity = chance.random() * 24
                total = price * quantity * (1 - EARNED if credited else 1)
                amounts = (f"{price:.5f}", f"{quantity:.12f}", "1 Hour", f"{total * TO_EURO:.14f}", "EUR", f"{total:.14f}", "USD")
                named_days = (f"{MONTH}/1/{YEAR}", f"{MONTH}/{DAYS}/{YEAR}", f"{MONTH}/{day}/{YEAR}")
                rated = (f"{price * (1 - EARNED if credited else 1):.8f}", str(TO_EURO), f"{MONTH}/1/{YEAR}")
                credit = ("15", "100", "Credit") if credited else ("0", "0", "")
                yield (
                    *(*head, *product, *named, *named_days, *used, *amounts, "", "", tags, details, *rated),
                    *(entitlement, f"Subscription {group}", *credit, "", "", ""),
                )
