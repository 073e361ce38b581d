"""Every worked example of the rules, to the digit, on the naive scorer."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.oracle.build import PARTNER, M, P, azure, covered, covering, find, people, points, seats, value
from tests.oracle.months import month_of
from tests.oracle.rollup import Facts, Row
from tests.oracle.scorer import score

CERTS = "intermediate_certifications"
DAY_2023_12 = date(2023, 12, 20)
DAY_2023_06 = date(2023, 6, 20)
LETTERS = "ABCDEFGH"


@pytest.mark.parametrize(
    ("first", "second", "third", "expected"),
    [("AB", "CD", "EFG", Fraction(20)), ("AB", "AB", "AB", Fraction(40, 3)), ("AB", "", "AB", Fraction(0))],
)
def test_security_certificates_2023_12(first: str, second: str, third: str, expected: Fraction) -> None:
    facts = people(AZ_500=first, SC_200=second, SC_300=third)
    assert points(facts, "security", CERTS, as_of=DAY_2023_12) == expected


def test_security_certificates_2023_06() -> None:
    facts = people(AZ_500="A", SC_200="B", SC_100="C")
    # B's SC-200 is a step 3 certificate in this edition as well: without it there is one person in step 3.
    facts_ms = people(AZ_500="A", MS_500="B", SC_100="C")
    assert points(facts_ms, "security", CERTS, as_of=DAY_2023_06) == Fraction(20, 3)
    assert points(facts, "security", CERTS, as_of=DAY_2023_06) == Fraction(40, 3)


@pytest.mark.parametrize(
    ("track", "steps", "expected"),
    [
        ("smb", (2, 2, 3), Fraction(32)),
        ("smb", (2, 2, 2), Fraction(24)),
        ("smb", (2, 0, 2), Fraction(4)),
        ("smb", (0, 0, 2), Fraction(0)),
        ("enterprise", (2, 2, 3), Fraction(20)),
        ("enterprise", (2, 2, 2), Fraction(40, 3)),
        ("enterprise", (2, 0, 2), Fraction(0)),
        ("enterprise", (1, 2, 2), Fraction(0)),
    ],
)
def test_security_certificates_2026_07(track: str, steps: tuple[int, int, int], expected: Fraction) -> None:
    one, two, three = steps
    facts = people(SC_500=LETTERS[:one], SC_200=LETTERS[:two], SC_401=LETTERS[:three])
    assert points(facts, "security", CERTS, track) == expected


@pytest.mark.parametrize(
    ("track", "counts", "expected"),
    [
        ("enterprise", (2, 2, 3), Fraction(12)),
        ("smb", (2, 2, 3), Fraction(20)),
        ("smb", (2, 2, 2), Fraction(16)),
        ("smb", (2, 0, 2), Fraction(4)),
        ("smb", (0, 0, 2), Fraction(0)),
    ],
)
def test_data_ai_certificates(track: str, counts: tuple[int, int, int], expected: Fraction) -> None:
    one, two, three = counts
    facts = people(AZ_104=LETTERS[:one], AZ_305=LETTERS[:two], DP_600=LETTERS[:three])
    assert points(facts, "data-ai", CERTS, track) == expected


@pytest.mark.parametrize(
    ("designation", "metric", "gate", "scoring"),
    [
        ("infrastructure", CERTS, "AZ_104", "AZ_700"),
        ("infrastructure", "advanced_certifications", "AZ_305", "AZ_140"),
        ("digital-app-innovation", CERTS, "AZ_104", "PL_400"),
        ("digital-app-innovation", "advanced_certifications", "AZ_305", "AZ_400"),
    ],
)
@pytest.mark.parametrize(("gated", "scored", "expected"), [(1, 2, 12), (2, 2, 12), (0, 2, 0)])
def test_azure_certificates_smb(designation: str, metric: str, gate: str, scoring: str, gated: int, scored: int, expected: int) -> None:
    facts = people(**{gate: LETTERS[:gated], scoring: LETTERS[:scored]})
    assert points(facts, designation, metric, "smb") == expected


def _growing(users: int, association: str, paid: int, first: int) -> list[Row]:
    """Seats of new tenants' growth: active 0 a year ago, `users` in all now."""
    return [seats(P, first, paid, 0, associations=association), seats(M, first, paid, users, associations=association)]


@pytest.mark.parametrize(
    ("track", "paid", "other", "other_users", "cpor_users", "expected_other", "expected_cpor"),
    [("enterprise", 5000, "dpor", 2000, 1500, 15, 45), ("smb", 300, "csp1", 1000, 1000, 15, 60)],
)
def test_modern_work_usage(
    track: str, paid: int, other: str, other_users: int, cpor_users: int, expected_other: int, expected_cpor: int
) -> None:
    alone = covered(workload_usage=_growing(other_users, other, paid, 1))
    assert points(alone, "modern-work", "usage_growth", track) == expected_other
    both = covered(workload_usage=_growing(other_users, other, paid, 1) + _growing(cpor_users, "cpor", paid, 2))
    row = find(both, "modern-work", "usage_growth", track)
    assert row["value"] * 30 / row["full_marks"] == expected_cpor
    assert row["points"] == 30


@pytest.mark.parametrize(
    ("track", "paid", "other", "cpor", "expected_cpor", "expected"),
    [("enterprise", 400, "dpor", 3, 15, 15), ("smb", 200, "csp2", 4, 20, 20)],
)
def test_modern_work_deployments(track: str, paid: int, other: str, cpor: int, expected_cpor: int, expected: int) -> None:
    def deployed(association: str, count: int, first: int) -> list[Row]:
        rows: list[Row] = []
        for number in range(first, first + count):
            rows += [seats(P, number, paid, 0, associations=association), seats(M, number, paid, paid, associations=association)]
        return rows

    others = deployed(other, 4, 1)
    assert points(covered(workload_usage=others), "modern-work", "deployments", track) == 10
    row = find(covered(workload_usage=others + deployed("cpor", cpor, 10)), "modern-work", "deployments", track)
    assert row["value"] * 25 / row["full_marks"] == expected_cpor
    assert row["points"] == expected


def test_monthly_consumption_value() -> None:
    # 20,000 on top of a base of 200,000 is 10%: the example's own MCV, seen through the one metric that shows it.
    base = [seats(month, 1, 0, 200, "Guides", "dpor") for month in (P, M)]
    ours = [seats(M, 2, 0, 10, "Business Central", "csp1"), seats(M, 3, 0, 0, "Customer Insights", "pal", capacity=50_000)]
    assert value(covered(workload_usage=base + ours), "business-applications", "usage_growth", "smb") == 10


def test_one_net_new_azure_customer() -> None:
    facts = covered(azure_usage=[azure(M, 1, "1000", "Storage")])
    row = find(facts, "data-ai", "net_customer_adds", "enterprise")
    assert (row["points"], row["max_points"]) == (10, 30)


def test_security_dashboard_2022_10() -> None:
    day = date(2023, 4, 24)
    now = month_of("2023-03")
    ago = now - 12
    usage: list[Row] = []
    # Five new tenants, three of them of 12,000 or more; 83,134.15 in all.
    for number, amount in enumerate(["30000", "30000", "20000", "3000", "134.15"], start=1):
        usage.append(azure(now, number, amount))
    # Four new seat tenants, three of them at 15% of 25 or more; 10,390 users in all.
    seat_rows = [seats(now, number, 25, users) for number, users in enumerate([3462, 3462, 3463, 3], start=1)]
    facts: Facts = {
        "partners": [{"partner_id": PARTNER, "account": "global"}],
        "azure_usage": usage + covering("azure_usage", range(ago - 11, now + 1)),
        "workload_usage": seat_rows + covering("workload_usage", range(ago, now + 1)),
        **people(SC_100="A", MS_500="B"),
    }
    rows = {row["metric"]: row for row in score(facts, day, designation="security") if row["partner_id"] == PARTNER}
    assert rows["total"]["edition"] == "2022-10"
    assert rows["net_customer_adds"]["points"] == 8 + 10
    assert rows[CERTS]["points"] == Fraction(40, 3)
    assert rows["usage_growth"]["points"] == 20
    assert rows["deployments"]["value"] == 6
    assert rows["deployments"]["points"] == 20
    assert rows["total"]["points"] == Fraction(214, 3)
    assert rows["total"]["qualified"]
    assert int(rows["total"]["points"]) == 71
