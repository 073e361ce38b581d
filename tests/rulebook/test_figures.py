"""The key figures of the rules, written out by hand a second time and compared with the rulebook's files as plain YAML."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "src/attain/rulebook/solutions_partner"
EDITIONS = {
    "security": {"2022-10": "2022-10-03", "2023-06": "2023-06-13", "2023-12": "2023-12-01", "2025": "2025-07-01", "2026-07": "2026-07-31"},
    "modern-work": {"2023-06": "2023-06-13", "2026-08": "2026-08-26"},
    "business-applications": {"2023-06": "2023-06-13", "2023-12": "2023-12-01", "2026": "2026-07-01"},
    "data-ai": {"2023-06": "2023-06-13", "2025": "2025-01-01", "2026-07": "2026-07-01"},
    "infrastructure": {"2023-06": "2023-06-13", "2025": "2025-01-01", "2026-07": "2026-07-01"},
    "digital-app-innovation": {"2023-06": "2023-06-13", "2025": "2025-01-01", "2026-07": "2026-07-01"},
}
ASSUMED = {("security", "2022-10"), ("security", "2025"), ("business-applications", "2026")} | {
    (designation, "2025") for designation in ("data-ai", "infrastructure", "digital-app-innovation")
}
MAXIMA = {  # net customer adds, intermediate, advanced, usage growth, deployments
    "security": (20, 40, None, 20, 20),
    "modern-work": (20, 10, 15, 30, 25),
    "business-applications": (15, 20, 15, 30, 20),
    "data-ai": (30, 40, None, 20, 10),
    "infrastructure": (30, 20, 20, 20, 10),
    "digital-app-innovation": (30, 20, 20, 20, 10),
}
METRICS = ("net_customer_adds", "intermediate_certifications", "advanced_certifications", "usage_growth", "deployments")
AZURE = ("data-ai", "infrastructure", "digital-app-innovation")
FIRST, ENTERPRISE, SMB = "single", "enterprise", "smb"

Row = tuple[str, str, str, Any]
FIGURES: list[Row] = [
    # Security: the first year, each half of its own
    ("security", "2022-10", "single net_customer_adds.azure.full_marks", 5),
    ("security", "2022-10", "single net_customer_adds.microsoft-365.max_points", 10),
    ("security", "2022-10", "single deployments.azure.full_marks", 3),
    ("security", "2022-10", "single usage_growth.azure.full_marks", 25000),
    ("security", "2022-10", "single usage_growth.microsoft-365.full_marks", 2500),
    ("security", "2022-10", "single usage_growth.azure.max_points", 10),
    ("security", "2022-10", "single intermediate_certifications.step-3.points_per_person", "40/6"),
    ("security", "2022-10", "single intermediate_certifications.step-3.certificates", {"SC-100", "SC-200", "SC-300", "SC-400", "MS-500"}),
    ("security", "2022-10", "single net_customer_adds.azure.recognized_by", [{"associations": ["pal"]}]),
    # Security: 2023
    ("security", "2023-06", "single net_customer_adds.azure.qualifies_if", {"at_least": 100}),
    ("security", "2023-06", "single net_customer_adds.microsoft-365.qualifies_if", {"at_least": 25}),
    ("security", "2023-06", "single net_customer_adds.azure.full_marks", 10),
    ("security", "2023-06", "single deployments.azure.qualifies_if", {"at_least": 12000}),
    ("security", "2023-06", "single deployments.microsoft-365.active_share", {"at_least": 15}),
    ("security", "2023-12", "single deployments.microsoft-365.full_marks", 6),
    ("security", "2023-12", "single usage_growth.azure.qualifies_if", None),
    ("security", "2023-12", "single usage_growth.microsoft-365.full_marks", 2500),
    ("security", "2023-12", "single net_customer_adds.microsoft-365.recognized_by", [{"associations": ["cpor"]}]),
    ("security", "2023-06", "single intermediate_certifications.step-1.people", 1),
    ("security", "2023-12", "single intermediate_certifications.step-1.people", 2),
    ("security", "2023-12", "single intermediate_certifications.step-2.people", 2),
    ("security", "2023-12", "single intermediate_certifications.step-2.certificates", {"SC-200", "MS-500"}),
    ("security", "2023-06", "single intermediate_certifications.step-3.certificates", {"SC-100", "SC-200", "SC-300", "SC-400"}),
    ("security", "2023-12", "single intermediate_certifications.step-3.certificates", {"SC-100", "SC-300", "SC-400"}),
    # Security: two tracks
    ("security", "2025", "enterprise net_customer_adds.azure.qualifies_if", {"at_least": 600}),
    ("security", "2026-07", "enterprise net_customer_adds.microsoft-365.qualifies_if", {"above": 300}),
    ("security", "2026-07", "smb net_customer_adds.microsoft-365.qualifies_if", {"at_least": 5, "at_most": 300, "promoted": True}),
    ("security", "2026-07", "enterprise net_customer_adds.azure.full_marks", 10),
    ("security", "2026-07", "smb net_customer_adds.azure.full_marks", 5),
    ("security", "2025", "enterprise deployments.azure.qualifies_if", {"above": 12000}),
    ("security", "2025", "smb deployments.azure.qualifies_if", {"at_least": 750, "at_most": 12000, "promoted": True}),
    ("security", "2026-07", "smb deployments.azure.full_marks", 6),
    ("security", "2026-07", "smb deployments.microsoft-365.active_share", {"at_least": 15}),
    ("security", "2026-07", "enterprise usage_growth.azure.full_marks", 20 * 1250),
    ("security", "2026-07", "smb usage_growth.azure.full_marks", 20 * 750),
    ("security", "2026-07", "enterprise usage_growth.azure.qualifies_if", {"above": 12000}),
    ("security", "2026-07", "smb usage_growth.azure.qualifies_if", {"above": 0, "at_most": 12000, "promoted": True}),
    ("security", "2026-07", "enterprise usage_growth.microsoft-365.full_marks", 20 * 125),
    ("security", "2026-07", "smb usage_growth.microsoft-365.full_marks", 20 * 50),
    ("security", "2026-07", "smb deployments.azure.recognized_by", [{"associations": ["pal", "csp1", "csp2"]}]),
    ("security", "2026-07", "smb usage_growth.microsoft-365.recognized_by", [{"associations": ["cpor", "csp1", "csp2"]}]),
    ("security", "2025", "smb intermediate_certifications.step-1.certificates", {"AZ-500"}),
    ("security", "2026-07", "smb intermediate_certifications.step-1.certificates", {"AZ-500", "SC-500"}),
    ("security", "2026-07", "smb intermediate_certifications.step-2.certificates", {"SC-200"}),
    ("security", "2026-07", "enterprise intermediate_certifications.step-2.people", 2),
    ("security", "2026-07", "smb intermediate_certifications.step-2.people", 1),
    ("security", "2026-07", "enterprise intermediate_certifications.step-1.points", 0),
    ("security", "2026-07", "smb intermediate_certifications.step-1.points", 4),
    ("security", "2026-07", "enterprise intermediate_certifications.step-3.points_per_person", "40/6"),
    ("security", "2026-07", "smb intermediate_certifications.step-3.points_per_person", 8),
    ("security", "2026-07", "smb intermediate_certifications.step-3.certificates", {"SC-100", "SC-300", "SC-400", "SC-401"}),
    # Modern Work
    ("modern-work", "2023-06", "enterprise net_customer_adds.all.qualifies_if", {"above": 300}),
    ("modern-work", "2023-06", "smb net_customer_adds.all.qualifies_if", {"at_least": 11, "at_most": 300}),
    ("modern-work", "2026-08", "smb usage_growth.csp.qualifies_if", {"at_least": 11, "at_most": 300, "promoted": True}),
    ("modern-work", "2026-08", "enterprise net_customer_adds.all.full_marks", 5),
    ("modern-work", "2026-08", "smb net_customer_adds.all.full_marks", 10),
    ("modern-work", "2026-08", "enterprise net_customer_adds.all.recognized_by", [{"associations": ["cpor", "dpor"]}]),
    ("modern-work", "2026-08", "smb net_customer_adds.all.recognized_by", [{"associations": ["cpor", "csp1", "csp2"]}]),
    ("modern-work", "2026-08", "enterprise intermediate_certifications.people.points_per_person", "10/4"),
    ("modern-work", "2026-08", "smb intermediate_certifications.people.points_per_person", "10/2"),
    ("modern-work", "2026-08", "enterprise advanced_certifications.people.points_per_person", "15/2"),
    ("modern-work", "2026-08", "smb advanced_certifications.people.points_per_person", 15),
    ("modern-work", "2026-08", "enterprise usage_growth.cpor.full_marks", 1000),
    ("modern-work", "2026-08", "enterprise usage_growth.dpor.full_marks", 4000),
    ("modern-work", "2026-08", "smb usage_growth.cpor.full_marks", 500),
    ("modern-work", "2026-08", "smb usage_growth.csp.full_marks", 2000),
    ("modern-work", "2026-08", "enterprise deployments.cpor.full_marks", 5),
    ("modern-work", "2026-08", "enterprise deployments.dpor.full_marks", 10),
    ("modern-work", "2026-08", "smb deployments.csp.full_marks", 10),
    ("modern-work", "2026-08", "smb deployments.csp.active_share", {"at_least": 40}),
    ("modern-work", "2026-08", "smb deployments.csp.already_deployed", {"above": 40}),
    (
        "modern-work",
        "2023-06",
        "smb intermediate_certifications.people.certificates",
        {"MS-900", "MS-600", "MS-700", "MS-203", "SC-300", "MS-721", "MD-102"},
    ),
    (
        "modern-work",
        "2026-08",
        "smb intermediate_certifications.people.certificates",
        {"MS-900", "MS-700", "SC-300", "MS-721", "MD-102", "AB-900"},
    ),
    ("modern-work", "2026-08", "smb advanced_certifications.people.certificates", {"MS-102", "teams-meetings-assessment"}),
    # Business Applications
    ("business-applications", "2026", "enterprise net_customer_adds.all.qualifies_if", {"at_least": 1500}),
    ("business-applications", "2023-06", "smb net_customer_adds.all.qualifies_if", {"at_least": 250}),
    ("business-applications", "2026", "smb net_customer_adds.all.full_marks", 5),
    ("business-applications", "2026", "enterprise intermediate_certifications.people.points_per_person", "20/20"),
    ("business-applications", "2026", "smb intermediate_certifications.people.points_per_person", "20/5"),
    ("business-applications", "2026", "enterprise advanced_certifications.people.points_per_person", "15/7"),
    ("business-applications", "2026", "smb advanced_certifications.people.points_per_person", "15/2"),
    ("business-applications", "2026", "enterprise usage_growth.all.base_floor", {"side": "then", "at_least": 50000}),
    ("business-applications", "2026", "smb usage_growth.all.base_floor", {"side": "then", "at_least": 25000}),
    ("business-applications", "2026", "smb usage_growth.all.full_marks", 30),
    ("business-applications", "2026", "enterprise deployments.all.qualifies_if", {"at_least": 10000}),
    ("business-applications", "2026", "smb deployments.all.qualifies_if", {"at_least": 5000}),
    ("business-applications", "2026", "smb deployments.all.full_marks", 5),
    (
        "business-applications",
        "2026",
        "smb advanced_certifications.people.certificates",
        {"MB-335", "MB-700", "PL-600", "MB-820", "AB-100"},
    ),
    # The Azure designations apart from what all three share
    (
        "data-ai",
        "2023-06",
        "single intermediate_certifications.scoring.certificates",
        {"DP-300", "AI-102", "DP-100", "DP-203", "PL-300", "MB-260", "DP-420"},
    ),
    (
        "data-ai",
        "2025",
        "smb intermediate_certifications.scoring.certificates",
        {"DP-300", "AI-102", "DP-100", "DP-203", "PL-300", "DP-420", "DP-600", "DP-700"},
    ),
    ("infrastructure", "2023-06", "single intermediate_certifications.scoring.certificates", {"AZ-700", "AZ-600", "AZ-800/801"}),
    ("infrastructure", "2026-07", "smb intermediate_certifications.scoring.certificates", {"AZ-700", "AZ-800/801"}),
    ("infrastructure", "2026-07", "smb advanced_certifications.scoring.certificates", {"AZ-140", "AZ-120"}),
    ("digital-app-innovation", "2023-06", "single advanced_certifications.scoring.certificates", {"AZ-220", "AZ-400", "PL-600"}),
    ("digital-app-innovation", "2025", "smb intermediate_certifications.scoring.certificates", {"AZ-204", "PL-400"}),
]
for _designation in AZURE:
    for _edition, _track, _amount, _people, _gate in (
        ("2023-06", FIRST, 1000, 2, 0),
        ("2025", ENTERPRISE, 1000, 2, 0),
        ("2025", SMB, 500, 1, 4),
        ("2026-07", ENTERPRISE, 1000, 2, 0),
        ("2026-07", SMB, 500, 1, 4),
    ):
        FIGURES.extend(
            [
                (_designation, _edition, f"{_track} net_customer_adds.azure.qualifies_if", {"at_least": _amount}),
                (_designation, _edition, f"{_track} net_customer_adds.azure.full_marks", 3),
                (_designation, _edition, f"{_track} usage_growth.azure.full_marks", 20),
                (_designation, _edition, f"{_track} usage_growth.azure.base_floor", {"side": "now", "at_least": 1000}),
                (_designation, _edition, f"{_track} deployments.azure.full_marks", 5),
                (
                    _designation,
                    _edition,
                    f"{_track} deployments.azure.services",
                    {"all_but": ["virtual-machines", "virtual-machines-licenses"]},
                ),
                (_designation, _edition, f"{_track} intermediate_certifications.step-1.people", _people),
                (_designation, _edition, f"{_track} intermediate_certifications.step-1.points", _gate),
                (_designation, _edition, f"{_track} intermediate_certifications.scoring.points_per_person", 4),
                (_designation, _edition, f"{_track} deployments.azure.recognized_by", [{"associations": ["csp1", "csp2", "dpor", "pal"]}]),
            ]
        )
RATES = {
    "business-central": 1000,
    "contact-center": 200,
    "core-hr": 1000,
    "common-data-service": 200,
    "customer-insights": "0.2",
    "finance-and-operations": 100,
    "guides": 1000,
    "portals": 100,
    "power-apps": 200,
    "power-automate": 200,
    "power-bi": 200,
    "remote-assist": 1000,
    "retail": 100,
    "talent-attract": 1000,
    "talent-onboard": 1000,
}
RETIRED = {
    "MS-500": "2023-06-30",
    "AZ-600": "2023-07-31",
    "AZ-220": "2023-07-31",
    "SC-400": "2025-05-31",
    "MS-900": "2026-03-31",
    "DP-100": "2026-06-01",
    "teams-meetings-assessment": "2026-06-15",
    "AI-102": "2026-06-30",
    "MB-240": "2026-06-30",
    "MB-335": "2026-06-30",
    "MB-700": "2026-06-30",
    "PL-500": "2026-06-30",
    "PL-600": "2026-06-30",
    "AZ-204": "2026-07-31",
    "MB-280": "2026-07-31",
    "AZ-500": "2026-08-31",
    "PL-200": "2026-08-31",
    "AZ-800/801": "2026-09-30",
    "MS-102": "2026-11-30",
}
MEMBER_COUNTS = [
    ("security", "2023-12", "net_customer_adds.azure.services", 16),  # Azure Defender and Security Center are one
    ("security", "2026-07", "net_customer_adds.azure.services", 17),
    ("security", "2026-07", "usage_growth.microsoft-365.workloads", 6),
    ("modern-work", "2023-06", "net_customer_adds.all.workloads", 14),
    ("modern-work", "2026-08", "net_customer_adds.all.workloads", 21),
    ("modern-work", "2026-08", "usage_growth.cpor.workloads", 22),
    ("modern-work", "2026-08", "deployments.csp.workloads", 22),
    ("business-applications", "2023-06", "net_customer_adds.all.workloads", 24),
    ("business-applications", "2026", "net_customer_adds.all.workloads", 26),
    ("business-applications", "2023-06", "usage_growth.all.workloads", 13),
    ("business-applications", "2026", "usage_growth.all.workloads", 15),
]


@cache
def book(path: str) -> Any:
    return yaml.safe_load((FOLDER / path).read_text(encoding="utf-8"))


def designation_file(designation: str) -> Any:
    return book(f"designations/{designation}.yaml")


def in_force(leaf: list[dict[str, Any]] | None, day: str, track: str) -> Any:
    entries = [entry for entry in leaf or [] if entry["from"].isoformat() <= day]
    if not entries:
        return None
    latest = max(entries, key=lambda entry: entry["from"])
    return latest["by_track"][track] if "by_track" in latest else latest["value"]


def leaf_at(designation: str, edition: str, track: str, path: str) -> Any:
    metric_id, part_id, name = path.split(".")
    (metric,) = (metric for metric in designation_file(designation)["metrics"] if metric["id"] == metric_id)
    (part,) = (part for part in metric.get("pools", metric.get("steps")) if part["id"] == part_id)
    assert track in part.get("tracks", [track])
    return in_force(part.get(name), EDITIONS[designation][edition], track)


def test_each_designation_has_its_editions_on_their_days() -> None:
    assert {path.stem for path in (FOLDER / "designations").glob("*.yaml")} == set(EDITIONS)
    for designation, editions in EDITIONS.items():
        assert {edition["id"]: edition["from"].isoformat() for edition in designation_file(designation)["editions"]} == editions


def test_a_start_that_is_not_established_is_marked_and_explained() -> None:
    marked = {
        (designation, edition["id"])
        for designation in EDITIONS
        for edition in designation_file(designation)["editions"]
        if not edition.get("start_established", True) and edition["standing"] == "inferred" and edition["note"]
    }
    assert marked == ASSUMED


@pytest.mark.parametrize("designation", MAXIMA)
def test_maxima_of_the_metrics(designation: str) -> None:
    found = {metric["id"]: metric["max_points"] for metric in designation_file(designation)["metrics"]}
    for day in EDITIONS[designation].values():
        assert tuple(in_force(found.get(metric), day, SMB) for metric in METRICS) == MAXIMA[designation]


@pytest.mark.parametrize(("designation", "edition", "where", "figure"), FIGURES)
def test_figure(designation: str, edition: str, where: str, figure: object) -> None:
    track, path = where.split(" ")
    found = leaf_at(designation, edition, track, path)
    if isinstance(figure, set):
        assert set(found) == figure
        assert len(found) == len(figure)
    elif isinstance(figure, (int, str)):
        assert Fraction(found) == Fraction(figure)
    else:
        assert found == figure


@pytest.mark.parametrize(("designation", "edition", "path", "count"), MEMBER_COUNTS)
def test_number_of_members(designation: str, edition: str, path: str, count: int) -> None:
    track = FIRST if designation == "security" and edition.startswith("2023") else (ENTERPRISE if path.endswith("cpor.workloads") else SMB)
    members = leaf_at(designation, edition, track, path)["members"]
    assert len(members) == len(set(members)) == count


@pytest.mark.parametrize("metric", ["usage_growth", "deployments"])
def test_rates_of_the_consumption_value(metric: str) -> None:
    for edition, absent in (("2023-06", {"contact-center", "portals"}), ("2023-12", {"contact-center", "portals"}), ("2026", set[str]())):
        rates = leaf_at("business-applications", edition, SMB, f"{metric}.all.rates")
        assert {name: Fraction(rate["rate"]) for name, rate in rates.items()} == {
            name: Fraction(rate) for name, rate in RATES.items() if name not in absent
        }
        assert [name for name, rate in rates.items() if rate.get("unit") == "capacity"] == ["customer-insights"]


@pytest.mark.parametrize("designation", AZURE)
def test_track_rule_of_the_azure_designations(designation: str) -> None:
    tracks = designation_file(designation)["tracks"]
    assert in_force(tracks, "2024-12-31", "")["choose"] == "single"
    first = in_force(tracks, "2025-01-01", "")["assign"]
    assert (first["segments"], first["share"], first["acr"]) == (["smb"], {"above": 80}, {"below": 1_000_000})
    second = in_force(tracks, "2026-07-01", "")["assign"]
    assert (second["segments"], second["share"], second.get("acr")) == (["smb", "smc_corporate"], {"at_least": 80}, None)


def test_track_rule_of_the_others() -> None:
    for day in EDITIONS["business-applications"].values():
        assign = in_force(designation_file("business-applications")["tracks"], day, "")["assign"]
        assert (assign["revenue"], assign["workload_count"]) == ({"above": 5000}, {"at_least": 5})
    assert in_force(designation_file("security")["tracks"], "2025-06-30", "")["names"] == ["single"]
    for designation, day in (("security", "2025-07-01"), ("modern-work", "2023-06-13")):
        found = in_force(designation_file(designation)["tracks"], day, "")
        assert (found["names"], found["choose"]) == ([ENTERPRISE, SMB], "best")


def test_retired_certificates() -> None:
    found = {one["code"]: one["retired_on"] for one in book("catalog/certifications.yaml")["certifications"] if "retired_on" in one}
    assert found == {code: dt.date.fromisoformat(day) for code, day in RETIRED.items()}


@pytest.mark.parametrize("designation", EDITIONS)
def test_azure_leaves_out_the_four_kinds_of_offers(designation: str) -> None:
    pools = [pool for metric in designation_file(designation)["metrics"] for pool in metric.get("pools", [])]
    azure = [pool for pool in pools if pool["table"] == "azure_usage"]
    assert len(azure) == (3 if designation in (*AZURE, "security") else 0)
    for pool in azure:
        for day in EDITIONS[designation].values():
            assert in_force(pool["offers"], day, "") == {"all_but": ["support", "internal", "benefit-program", "trial"]}
