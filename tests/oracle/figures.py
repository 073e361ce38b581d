"""The programme's figures, transcribed a second time and by hand, as plain Python.

Nothing here comes from the rulebook of the product: where the two differ, one of them was transcribed wrongly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Band:
    """A range of amounts; `low_in` says whether `low` itself is inside, `high` always is. None = no bound."""

    low: int | None = None
    high: int | None = None
    low_in: bool = True

    def contains(self, amount: Fraction | int) -> bool:
        if self.low is not None and (amount < self.low or (amount == self.low and not self.low_in)):
            return False
        return self.high is None or amount <= self.high

    def exceeded_by(self, amount: Fraction | int) -> bool:
        """Whether the amount lies above the band."""
        return self.high is not None and amount > self.high


DESIGNATIONS = ("data-ai", "infrastructure", "digital-app-innovation", "business-applications", "modern-work", "security")
AZURE = ("data-ai", "infrastructure", "digital-app-innovation")

EDITIONS: dict[str, list[tuple[str, date]]] = {
    "security": [
        ("2022-10", date(2022, 10, 3)),
        ("2023-06", date(2023, 6, 13)),
        ("2023-12", date(2023, 12, 1)),
        ("2025", date(2025, 7, 1)),
        ("2026-07", date(2026, 7, 31)),
    ],
    "modern-work": [("2023-06", date(2023, 6, 13)), ("2026-08", date(2026, 8, 26))],
    "business-applications": [("2023-06", date(2023, 6, 13)), ("2023-12", date(2023, 12, 1)), ("2026", date(2026, 7, 1))],
}
for _name in AZURE:
    EDITIONS[_name] = [("2023-06", date(2023, 6, 13)), ("2025", date(2025, 1, 1)), ("2026-07", date(2026, 7, 1))]


def edition_on(designation: str, day: date) -> str | None:
    """Name the edition in effect on a day; None before the first."""
    found: str | None = None
    for name, start in EDITIONS[designation]:
        if start <= day:
            found = name
    return found


def tracks_of(designation: str, edition: str) -> tuple[str, ...]:
    if designation == "security" and edition in ("2022-10", "2023-06", "2023-12"):
        return ("single",)
    if designation in AZURE and edition == "2023-06":
        return ("single",)
    return ("enterprise", "smb")


METRICS = ("net_customer_adds", "intermediate_certifications", "advanced_certifications", "usage_growth", "deployments")

MAXIMA: dict[str, dict[str, int]] = {
    "security": {"net_customer_adds": 20, "intermediate_certifications": 40, "usage_growth": 20, "deployments": 20},
    "modern-work": {
        "net_customer_adds": 20,
        "intermediate_certifications": 10,
        "advanced_certifications": 15,
        "usage_growth": 30,
        "deployments": 25,
    },
    "business-applications": {
        "net_customer_adds": 15,
        "intermediate_certifications": 20,
        "advanced_certifications": 15,
        "usage_growth": 30,
        "deployments": 20,
    },
    "data-ai": {"net_customer_adds": 30, "intermediate_certifications": 40, "usage_growth": 20, "deployments": 10},
    "infrastructure": {
        "net_customer_adds": 30,
        "intermediate_certifications": 20,
        "advanced_certifications": 20,
        "usage_growth": 20,
        "deployments": 10,
    },
    "digital-app-innovation": {
        "net_customer_adds": 30,
        "intermediate_certifications": 20,
        "advanced_certifications": 20,
        "usage_growth": 20,
        "deployments": 10,
    },
}

# Offers that do not count; every other one does.
EXCLUDED_OFFERS = ("Support", "Internal", "Benefit Program", "Trial")

# ---- Security ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Half:
    """One pool of a Security metric: which tenants, `full` for `cap` points; `share` in percent (deployments only)."""

    band: Band
    promoted: bool
    full: int
    cap: int
    share: int = 0


@dataclass(frozen=True)
class SecurityTrack:
    adds_azure: Half
    adds_seats: Half
    deployments_azure: Half
    deployments_seats: Half
    growth_azure: Half
    growth_seats: Half


_OLD_SEATS = Band(25)
_LARGE = Band(301)
_SMALL = Band(5, 300)
_EVERY = Band()

SECURITY: dict[tuple[str, str], SecurityTrack] = {
    ("2022-10", "single"): SecurityTrack(
        adds_azure=Half(Band(100), False, 5, 10),
        adds_seats=Half(_OLD_SEATS, False, 5, 10),
        deployments_azure=Half(Band(12_000), False, 3, 10),
        deployments_seats=Half(_OLD_SEATS, False, 3, 10, share=15),
        growth_azure=Half(_EVERY, False, 25_000, 10),
        growth_seats=Half(_EVERY, False, 2_500, 10),
    ),
    ("2023-06", "single"): SecurityTrack(
        adds_azure=Half(Band(100), False, 10, 20),
        adds_seats=Half(_OLD_SEATS, False, 10, 20),
        deployments_azure=Half(Band(12_000), False, 6, 20),
        deployments_seats=Half(_OLD_SEATS, False, 6, 20, share=15),
        growth_azure=Half(_EVERY, False, 20 * 1_250, 20),
        growth_seats=Half(_EVERY, False, 20 * 125, 20),
    ),
    ("2025", "enterprise"): SecurityTrack(
        adds_azure=Half(Band(600), False, 10, 20),
        adds_seats=Half(_LARGE, False, 10, 20),
        deployments_azure=Half(Band(12_000, low_in=False), False, 6, 20),
        deployments_seats=Half(_LARGE, False, 6, 20, share=15),
        growth_azure=Half(Band(12_000, low_in=False), False, 20 * 1_250, 20),
        growth_seats=Half(_LARGE, False, 20 * 125, 20),
    ),
    ("2025", "smb"): SecurityTrack(
        adds_azure=Half(Band(600), False, 5, 20),
        adds_seats=Half(_SMALL, True, 5, 20),
        deployments_azure=Half(Band(750, 12_000), True, 6, 20),
        deployments_seats=Half(_SMALL, True, 6, 20, share=15),
        growth_azure=Half(Band(0, 12_000, low_in=False), True, 20 * 750, 20),
        growth_seats=Half(_SMALL, True, 20 * 50, 20),
    ),
}
SECURITY[("2023-12", "single")] = SECURITY[("2023-06", "single")]
SECURITY[("2026-07", "enterprise")] = SECURITY[("2025", "enterprise")]
SECURITY[("2026-07", "smb")] = SECURITY[("2025", "smb")]

SECURITY_OLD = ("2022-10", "2023-06", "2023-12")


def security_azure_associations(edition: str) -> set[str]:
    return {"pal"} if edition in SECURITY_OLD else {"pal", "csp1", "csp2"}


def security_seat_associations(edition: str) -> set[str]:
    return {"cpor"} if edition in SECURITY_OLD else {"cpor", "csp1", "csp2"}


SECURITY_SERVICES_2023 = (
    "Advanced Data Security",
    "Advanced Threat Protection",
    "Application Gateway",
    "Azure Active Directory B2C",
    "Azure Active Directory Domain Services",
    "Azure Active Directory for External Identities",
    "Azure Bastion",
    "Azure DDOS Protection",
    "Azure Defender",
    "Azure Firewall",
    "Azure Firewall Manager",
    "Azure Front Door Service",
    "Azure IoT Security",
    "Key Vault",
    "Network Watcher",
    "Security Center",
    "Sentinel",
)
SECURITY_SERVICES_2025 = (
    "Application Gateway",
    "Azure Active Directory B2C",
    "Azure Active Directory for External Identities",
    "Azure Bastion",
    "Azure DDoS Protection",
    "Azure Firewall",
    "Azure Firewall Manager",
    "Azure Front Door Service",
    "Azure IoT Security",
    "Key Vault",
    "Microsoft Defender for Cloud",
    "Microsoft Entra",
    "Microsoft Entra Domain Services",
    "Microsoft Entra Verified ID",
    "Microsoft Purview",
    "Microsoft Security Copilot",
    "Sentinel",
)
SECURITY_WORKLOADS = (
    "Microsoft Entra ID P1",
    "Microsoft Defender for Office 365",
    "Microsoft Defender for Endpoint P2",
    "Microsoft Defender for Identity",
    "Microsoft Purview Information Protection",
    "Intune",
)

# ---- The three Azure designations ----------------------------------------------------------------------------------

AZURE_ASSOCIATIONS = {"csp1", "csp2", "dpor", "pal"}
AZURE_ADDS_FROM = {"single": 1_000, "enterprise": 1_000, "smb": 500}
AZURE_ADDS_FULL = 3
AZURE_GROWTH_FULL = 20
AZURE_GROWTH_FLOOR = 1_000
AZURE_DEPLOYMENTS_FULL = 5
AZURE_NOT_DEPLOYED = ("Virtual Machines", "Virtual Machines Licenses")
AZURE_SMB_ACR_BELOW_2025 = 1_000_000
AZURE_SMB_SHARE = 80

# ---- Modern Work ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    name: str
    associations: frozenset[str]
    growth_full: int
    deployments_full: int


@dataclass(frozen=True)
class ModernWorkTrack:
    """`options` in the order in which a tie is settled."""

    band: Band
    adds_full: int
    adds_associations: frozenset[str]
    options: tuple[Option, ...]


MODERN_WORK: dict[str, ModernWorkTrack] = {
    "enterprise": ModernWorkTrack(
        Band(301),
        5,
        frozenset({"cpor", "dpor"}),
        (Option("cpor", frozenset({"cpor"}), 1_000, 5), Option("dpor", frozenset({"dpor"}), 4_000, 10)),
    ),
    "smb": ModernWorkTrack(
        Band(11, 300),
        10,
        frozenset({"cpor", "csp1", "csp2"}),
        (Option("cpor", frozenset({"cpor"}), 500, 5), Option("csp", frozenset({"csp1", "csp2"}), 2_000, 10)),
    ),
}
MODERN_WORK_SHARE = 40
MODERN_WORK_WORKLOADS_2023 = (
    "Intune",
    "Exchange",
    "ProPlus",
    "SharePoint",
    "Teams",
    "Teams Meetings",
    "Teams Phone",
    "Teams Phone calling",
    "Teams Platform",
    "Yammer",
    "Viva Insights",
    "Viva Topics",
    "Viva Learning",
    "Viva Connections",
)
MODERN_WORK_WORKLOADS_2026 = (
    "Exchange Online",
    "Intune",
    "M365 Copilot",
    "Microsoft 365 Apps",
    "Microsoft Entra ID P1",
    "SharePoint Online",
    "Teams",
    "Teams Apps",
    "Teams for Frontline Workers",
    "Teams Meetings",
    "Teams Phone",
    "Teams Phone calling",
    "Teams Phone Enabled Users",
    "Teams Rooms Monthly Active Devices",
    "Viva Connections",
    "Viva Engage",
    "Viva Goals",
    "Viva Insights",
    "Viva Learning",
    "Viva Topics",
    "Windows 365",
)
MODERN_WORK_NOT_FOR_ADDS_2026 = ("Teams Premium",)


def modern_work_workloads(edition: str, metric: str) -> tuple[str, ...]:
    if edition == "2023-06":
        return MODERN_WORK_WORKLOADS_2023
    if metric == "net_customer_adds":
        return MODERN_WORK_WORKLOADS_2026
    return MODERN_WORK_WORKLOADS_2026 + MODERN_WORK_NOT_FOR_ADDS_2026


# ---- Business Applications -----------------------------------------------------------------------------------------

BUSINESS_ADDS_FROM = {"enterprise": 1_500, "smb": 250}
BUSINESS_ADDS_FULL = 5
BUSINESS_GROWTH_FULL = 30
BUSINESS_GROWTH_FLOOR = {"enterprise": 50_000, "smb": 25_000}
BUSINESS_DEPLOYMENTS_FROM = {"enterprise": 10_000, "smb": 5_000}
BUSINESS_DEPLOYMENTS_FULL = 5
BUSINESS_ENTERPRISE_WORKLOADS = 5
BUSINESS_ENTERPRISE_ABOVE = 5_000

BUSINESS_REVENUE_ASSOCIATIONS = {"cpor_revrec", "cpor_osa", "cpor_revrec_performance", "csp1", "csp2", "dpor"}
BUSINESS_DYNAMICS_ASSOCIATIONS = {"cpor_osu", "dpor", "csp1", "csp2"}
BUSINESS_POWER_ASSOCIATIONS = {"pal"}
BUSINESS_POWER = ("Power Apps", "Power Automate", "Power BI", "Portals", "Customer Insights")
BUSINESS_BY_CAPACITY = ("Customer Insights",)

BUSINESS_RATES_2023: dict[str, Fraction] = {
    "Business Central": Fraction(1000),
    "Core HR": Fraction(1000),
    "Common Data Service (Customer Engagement)": Fraction(200),
    "Customer Insights": Fraction(2, 10),
    "Finance & Operations": Fraction(100),
    "Guides": Fraction(1000),
    "Power Apps": Fraction(200),
    "Power Automate": Fraction(200),
    "Power BI": Fraction(200),
    "Remote Assist": Fraction(1000),
    "Retail": Fraction(100),
    "Talent Attract": Fraction(1000),
    "Talent Onboard": Fraction(1000),
}
BUSINESS_RATES_2026: dict[str, Fraction] = {**BUSINESS_RATES_2023, "Contact Center": Fraction(200), "Portals": Fraction(100)}

BUSINESS_REVENUE_2026 = (
    "AI Builder",
    "Business Central",
    "CE Bundle",
    "Commerce",
    "Contact Center",
    "Copilot Studio",
    "Copilot Studio PAYG",
    "Customer Insights",
    "Customer Service",
    "F&O Bundle",
    "Field Service",
    "Finance",
    "HR",
    "Intelligent Order Management",
    "Mixed Reality",
    "Omni Channel",
    "Power Apps",
    "Power Automate",
    "Power BI",
    "Power Pages",
    "Power Virtual Agent",
    "Project Operations",
    "Sales",
    "Supply Chain",
    "Non-workload specific (F&O)",
    "Non-workload specific",
)
_ONLY_2026 = ("Contact Center", "Copilot Studio", "Copilot Studio PAYG", "Non-workload specific (F&O)")
BUSINESS_REVENUE_2023 = (*(name for name in BUSINESS_REVENUE_2026 if name not in _ONLY_2026), "Fraud Protection", "Marketing")


def business_rates(edition: str) -> dict[str, Fraction]:
    return BUSINESS_RATES_2026 if edition == "2026" else BUSINESS_RATES_2023


def business_revenue_workloads(edition: str) -> tuple[str, ...]:
    return BUSINESS_REVENUE_2026 if edition == "2026" else BUSINESS_REVENUE_2023
