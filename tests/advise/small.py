"""A small partner written by hand, whose numbers can be worked out in the head."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import attain
from attain.advise.hypothesis import Hypotheses
from attain.rulebook.load import load_book

DAY = date(2026, 11, 24)
LAST = 2026 * 12 + 9
"""The data month, October 2026."""
PARTNER = "100"
ACME, BIRCH, CEDAR, DUNE = (f"00000000-0000-0000-0000-00000000000{place}" for place in range(1, 5))


def month(ago: int) -> str:
    """Write the month so many before the data month."""
    return f"{(LAST - ago) // 12}-{(LAST - ago) % 12 + 1:02}"


ADA_BEN_CLEO = (
    "p1,Ada,AZ-500,2026-01-10,2027-01-10,active",
    "p1,Ada,SC-200,2026-02-10,2026-12-15,active",
    "p2,Ben,SC-100,2026-03-10,,active",
    "p3,Cleo,SC-300,2026-03-11,,not_linked",
)


def small_facts(folder: Path, certificates: Sequence[str] = ADA_BEN_CLEO) -> Path:
    """Acme buys Sentinel for 100 a month under PAL and grew from nothing; Birch has 90 seats of Intune, 20 active, unrecognized.

    Cedar had 40 seats of Intune under CPOR a year ago and has none now. Dune has Key Vault for 40 a month under PAL, all 24 months.
    """
    folder.mkdir(parents=True, exist_ok=True)
    azure = ["month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd,basis"]
    azure += [f"{month(ago)},{PARTNER},{ACME},s1,Sentinel,,pal,100,acr" for ago in range(12)]
    azure += [f"{month(ago)},{PARTNER},{DUNE},s2,Key Vault,,pal,40,acr" for ago in range(24)]
    seats = ["month,partner_id,tenant_id,workload,associations,paid_licenses,assigned_licenses,active_users,capacity"]
    seats += [f"{month(ago)},{PARTNER},{BIRCH},Intune,,90,60,20," for ago in range(13)]
    seats += [f"{month(ago)},{PARTNER},{CEDAR},Intune,cpor,40,40,30," for ago in range(12, 15)]
    people = ["partner_id,person_id,person_name,certification,earned_on,expires_on,status"]
    people += [f"{PARTNER},{one}" for one in certificates]
    customers = ["tenant_id,name,segment", f"{ACME},Acme,smb", f"{BIRCH},Birch,smb", f"{CEDAR},Cedar,smb", f"{DUNE},Dune,enterprise"]
    tables = {"azure_usage": azure, "workload_usage": seats, "certifications": people, "customers": customers}
    tables["partners"] = ["partner_id,name,kind,account", f"{PARTNER},Small,reseller,global"]
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def small(folder: Path, *designations: str) -> Hypotheses:
    facts = attain.load(small_facts(folder))
    assert not facts.report.rejects
    return Hypotheses(load_book(), facts, PARTNER, DAY, designations=designations or ["security"])
