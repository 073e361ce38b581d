"""The certificate figures, transcribed by hand: lists, gates, points per person, retirements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.figures import AZURE

RETIRED: dict[str, date] = {
    "MS-500": date(2023, 6, 30),
    "AZ-600": date(2023, 7, 31),
    "AZ-220": date(2023, 7, 31),
    "SC-400": date(2025, 5, 31),
    "MS-900": date(2026, 3, 31),
    "DP-100": date(2026, 6, 1),
    "teams-meetings-assessment": date(2026, 6, 15),
    "AI-102": date(2026, 6, 30),
    "MB-240": date(2026, 6, 30),
    "MB-335": date(2026, 6, 30),
    "MB-700": date(2026, 6, 30),
    "PL-500": date(2026, 6, 30),
    "PL-600": date(2026, 6, 30),
    "AZ-204": date(2026, 7, 31),
    "MB-280": date(2026, 7, 31),
    "AZ-500": date(2026, 8, 31),
    "PL-200": date(2026, 8, 31),
    "AZ-800/801": date(2026, 9, 30),
    "MS-102": date(2026, 11, 30),
}

CERTIFICATE_NAMES: dict[str, str] = {
    "SQL AI Developer Associate": "sql-ai-developer",
    "Azure AI Apps and Agents Developer Associate": "ai-apps-and-agents-developer",
    "Machine Learning Operations Engineer Associate": "ml-operations-engineer",
    "Azure Databricks Data Engineer Associate": "azure-databricks-data-engineer",
    "Azure AI Cloud Developer Associate": "azure-ai-cloud-developer",
    "GitHub Agentic AI Developer": "agentic-ai-developer",
    "Windows Server Hybrid Administrator Associate": "AZ-800/801",
    "Windows Server Hybrid Administrator": "AZ-800/801",
    "Teams Meetings and Meeting Rooms Technical Assessment": "teams-meetings-assessment",
    "Dynamics 365 Sales AI Consultant": "sales-ai-consultant",
    "Dynamics 365 Contact Center AI Engineer": "contact-center-ai-engineer",
    "Copilot and Agent Administration Fundamentals": "AB-900",
    "Agentic AI Business Solutions Architect": "AB-100",
    "Customer Data Platform Specialty": "MB-260",
    "Enterprise Administrator Expert": "MS-102",
    "Power Platform App Maker": "PL-100",
    # One certificate, "MS-720/721" in 2023; MS-720 was its first exam.
    "MS-720": "MS-721",
}


@dataclass(frozen=True)
class Gate:
    certificates: tuple[str, ...]
    people: int
    points: Fraction


@dataclass(frozen=True)
class Skill:
    """The rule of one certificate metric: `each` scoring person earns so many points, once every gate is met."""

    gates: tuple[Gate, ...]
    certificates: tuple[str, ...]
    each: Fraction


_DATA_AI_2023 = ("DP-300", "AI-102", "DP-100", "DP-203", "PL-300", "MB-260", "DP-420")
_DATA_AI_2025 = ("DP-300", "AI-102", "DP-100", "PL-300", "DP-420", "DP-600", "DP-700", "DP-203")
_DATA_AI_2026 = (
    "DP-300",
    "AI-102",
    "DP-100",
    "PL-300",
    "DP-420",
    "DP-600",
    "DP-700",
    "sql-ai-developer",
    "ai-apps-and-agents-developer",
    "ml-operations-engineer",
    "azure-databricks-data-engineer",
)
_GITHUB = ("github-actions", "github-administration", "github-advanced-security", "github-copilot")

AZURE_LISTS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("data-ai", "intermediate_certifications", "2023-06"): _DATA_AI_2023,
    ("data-ai", "intermediate_certifications", "2025"): _DATA_AI_2025,
    ("data-ai", "intermediate_certifications", "2026-07"): _DATA_AI_2026,
    ("infrastructure", "intermediate_certifications", "2023-06"): ("AZ-700", "AZ-600", "AZ-800/801"),
    ("infrastructure", "intermediate_certifications", "2025"): ("AZ-700", "AZ-800/801"),
    ("infrastructure", "intermediate_certifications", "2026-07"): ("AZ-700", "AZ-800/801"),
    ("infrastructure", "advanced_certifications", "2023-06"): ("AZ-140", "AZ-120"),
    ("infrastructure", "advanced_certifications", "2025"): ("AZ-140", "AZ-120"),
    ("infrastructure", "advanced_certifications", "2026-07"): ("AZ-140", "AZ-120"),
    ("digital-app-innovation", "intermediate_certifications", "2023-06"): ("AZ-204", "PL-400"),
    # "the certificates introduced in 2026 (the four named ones of data-ai, Azure AI Cloud Developer, Agentic AI Developer), plus DP-203":
    # DP-203 is a data-ai certificate and joins that list alone.
    ("digital-app-innovation", "intermediate_certifications", "2025"): ("AZ-204", "PL-400"),
    ("digital-app-innovation", "intermediate_certifications", "2026-07"): (
        "AZ-204",
        "PL-400",
        "azure-ai-cloud-developer",
        "agentic-ai-developer",
    ),
    ("digital-app-innovation", "advanced_certifications", "2023-06"): ("AZ-220", "AZ-400", "PL-600"),
    ("digital-app-innovation", "advanced_certifications", "2025"): ("AZ-400", "PL-600", *_GITHUB),
    ("digital-app-innovation", "advanced_certifications", "2026-07"): ("AZ-400", "PL-600", *_GITHUB),
}
AZURE_GATES: dict[tuple[str, str], tuple[str, ...]] = {
    ("data-ai", "intermediate_certifications"): ("AZ-104", "AZ-305"),
    ("infrastructure", "intermediate_certifications"): ("AZ-104",),
    ("infrastructure", "advanced_certifications"): ("AZ-305",),
    ("digital-app-innovation", "intermediate_certifications"): ("AZ-104",),
    ("digital-app-innovation", "advanced_certifications"): ("AZ-305",),
}

MODERN_WORK_LISTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("intermediate_certifications", "2023-06"): ("MS-900", "MS-600", "MS-700", "MS-203", "SC-300", "MS-720", "MS-721", "MD-102"),
    ("advanced_certifications", "2023-06"): ("MS-102", "teams-meetings-assessment"),
    ("intermediate_certifications", "2026-08"): ("MS-900", "MS-700", "SC-300", "MS-721", "MD-102", "AB-900"),
    ("advanced_certifications", "2026-08"): ("MS-102", "teams-meetings-assessment"),
}
MODERN_WORK_PEOPLE: dict[tuple[str, str], tuple[int, int]] = {
    # metric, track: points for so many people
    ("intermediate_certifications", "enterprise"): (10, 4),
    ("intermediate_certifications", "smb"): (10, 2),
    ("advanced_certifications", "enterprise"): (15, 2),
    ("advanced_certifications", "smb"): (15, 1),
}

_BUSINESS_2023 = (
    "MB-310",
    "MB-340",
    "MB-500",
    "MB-330",
    "MB-320",
    "MB-230",
    "MB-210",
    "MB-240",
    "MB-800",
    "MB-220",
    "PL-300",
    "PL-200",
    "PL-400",
    "MB-260",
    "DP-500",
    "PL-500",
)
BUSINESS_LISTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("intermediate_certifications", "2023-06"): (*_BUSINESS_2023, "PL-100"),
    ("intermediate_certifications", "2023-12"): _BUSINESS_2023,
    ("intermediate_certifications", "2026"): (
        "MB-310",
        "MB-500",
        "MB-330",
        "MB-230",
        "MB-240",
        "MB-800",
        "PL-300",
        "PL-200",
        "PL-400",
        "PL-500",
        "MB-280",
        "sales-ai-consultant",
        "intelligent-applications-builder",
        "contact-center-ai-engineer",
    ),
    ("advanced_certifications", "2023-06"): ("MB-335", "MB-700", "PL-600"),
    ("advanced_certifications", "2023-12"): ("MB-335", "MB-700", "PL-600"),
    ("advanced_certifications", "2026"): ("MB-335", "MB-700", "PL-600", "MB-820", "AB-100"),
}
BUSINESS_PEOPLE: dict[tuple[str, str], tuple[int, int]] = {
    ("intermediate_certifications", "enterprise"): (20, 20),
    ("intermediate_certifications", "smb"): (20, 5),
    ("advanced_certifications", "enterprise"): (15, 7),
    ("advanced_certifications", "smb"): (15, 2),
}


def _security_skill(edition: str, track: str) -> Skill:
    nothing = Fraction(0)
    if edition == "2022-10":
        return Skill((), ("SC-100", "SC-200", "SC-300", "SC-400", "MS-500"), Fraction(40, 6))
    if edition == "2023-06":
        gates = (Gate(("AZ-500",), 1, nothing), Gate(("SC-200", "MS-500"), 1, nothing))
        return Skill(gates, ("SC-100", "SC-200", "SC-300", "SC-400"), Fraction(40, 6))
    if edition == "2023-12":
        gates = (Gate(("AZ-500",), 2, nothing), Gate(("SC-200", "MS-500"), 2, nothing))
        return Skill(gates, ("SC-100", "SC-300", "SC-400"), Fraction(40, 6))
    first = ("AZ-500", "SC-500") if edition == "2026-07" else ("AZ-500",)
    scoring = ("SC-100", "SC-300", "SC-400", "SC-401")
    if track == "smb":
        return Skill((Gate(first, 1, Fraction(4)), Gate(("SC-200",), 1, Fraction(4))), scoring, Fraction(8))
    return Skill((Gate(first, 2, nothing), Gate(("SC-200",), 2, nothing)), scoring, Fraction(40, 6))


def skill_of(designation: str, edition: str, track: str, metric: str) -> Skill:
    """Give the rule of a certificate metric under one edition and track."""
    if designation == "security":
        return _security_skill(edition, track)
    if designation in AZURE:
        people, points = (1, Fraction(4)) if track == "smb" else (2, Fraction(0))
        gates = tuple(Gate((code,), people, points) for code in AZURE_GATES[designation, metric])
        return Skill(gates, AZURE_LISTS[designation, metric, edition], Fraction(4))
    if designation == "modern-work":
        points_at_full, people = MODERN_WORK_PEOPLE[metric, track]
        return Skill((), MODERN_WORK_LISTS[metric, edition], Fraction(points_at_full, people))
    points_at_full, people = BUSINESS_PEOPLE[metric, track]
    return Skill((), BUSINESS_LISTS[metric, edition], Fraction(points_at_full, people))
