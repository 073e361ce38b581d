"""Hand-made cases for the readings easiest to get wrong, on the naive scorer: months, certificates, facts, the decision."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.oracle.build import (
    AS_OF,
    PARTNER,
    M,
    P,
    azure,
    certificate,
    covered,
    covering,
    find,
    people,
    points,
    revenue,
    seats,
    tenant,
    value,
)
from tests.oracle.certificates import is_valid
from tests.oracle.months import latest_allowed, month_name
from tests.oracle.rollup import Facts, Row
from tests.oracle.scorer import score

ADDS, GROWTH, DEPLOYMENTS = "net_customer_adds", "usage_growth", "deployments"
CERTS = "intermediate_certifications"


# ---- months ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "refresh", "expected"),
    [
        (date(2026, 11, 19), 20, "2026-09"),
        (date(2026, 11, 20), 20, "2026-10"),
        (date(2026, 1, 20), 20, "2025-12"),
        (date(2026, 2, 27), 31, "2025-12"),
        (date(2026, 2, 28), 31, "2026-01"),
        (date(2026, 11, 1), 1, "2026-10"),
    ],
)
def test_a_month_counts_from_the_refresh_day(day: date, refresh: int, expected: str) -> None:
    assert month_name(latest_allowed(day, refresh)) == expected


def test_each_table_has_its_own_data_month() -> None:
    facts = covered(azure_usage=[azure(M + 1, 1, "5000")], workload_usage=[])
    facts["workload_usage"] = covering("workload_usage", range(P - 1, M))
    row = find(facts, "security", ADDS, "smb")
    assert row["data_month"] == month_name(M - 1)
    # The month after M is in the facts, and not yet allowed.
    assert row["value"] == 0
    assert row["complete"]


def test_uncovered_months_are_named_and_nothing_qualifies() -> None:
    facts = covered(azure_usage=[])
    facts["azure_usage"] = covering("azure_usage", range(M - 20, M + 1))
    row = find(facts, "infrastructure", GROWTH, "enterprise")
    assert row["missing_months"] == {month_name(month) for month in range(M - 23, M - 20)}
    assert not row["complete"]
    assert find(facts, "infrastructure", DEPLOYMENTS, "enterprise")["complete"]
    assert find(facts, "infrastructure", ADDS, "enterprise")["complete"]
    assert not find(facts, "infrastructure", "total", "enterprise")["complete"]


def test_a_missing_table_has_no_metric_row() -> None:
    facts = covered(workload_usage=[]) | people(SC_100="A")
    rows = score(facts, AS_OF, designation="security")
    assert {row["metric"] for row in rows if row["partner_id"] == PARTNER} == {CERTS, "total"}
    assert not any(row["complete"] for row in rows if row["metric"] == "total")


# ---- certificates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "day", "expected"),
    [
        ({}, AS_OF, True),
        ({"earned": AS_OF}, AS_OF, True),
        ({"earned": AS_OF + timedelta(days=1)}, AS_OF, False),
        ({"expires": AS_OF}, AS_OF, True),
        ({"expires": AS_OF - timedelta(days=1)}, AS_OF, False),
        ({"status": "active"}, AS_OF, True),
        ({"status": "not_linked"}, AS_OF, False),
        ({"status": "left"}, AS_OF, False),
        ({"code": "AZ-500", "earned": date(2026, 8, 31)}, date(2027, 8, 31), True),
        ({"code": "AZ-500", "earned": date(2026, 8, 31)}, date(2027, 9, 1), False),
        ({"code": "az 500", "earned": date(2026, 9, 1)}, AS_OF, False),
        ({"code": "AZ-500", "expires": date(2027, 1, 1)}, date(2027, 1, 2), False),
    ],
)
def test_when_a_certificate_counts(row: dict[str, object], day: date, expected: bool) -> None:
    arguments: dict[str, object] = {"code": "SC-300", **row}
    assert is_valid(certificate("A", **arguments), day) is expected  # pyright: ignore[reportArgumentType] # the cases mix types


def test_value_and_full_marks_of_certificates() -> None:
    facts = people(SC_500="A", SC_300="ABC")
    row = find(facts, "security", CERTS, "smb")
    assert (row["value"], row["full_marks"], row["points"]) == (0, 4, 4)
    facts = people(SC_500="A", SC_200="A", SC_300="ABC", SC_401="ABCDE", SC_100="E")
    row = find(facts, "security", CERTS, "smb")
    assert (row["value"], row["full_marks"], row["points"], row["data_month"]) == (5, 4, 40, None)
    assert find(facts, "security", CERTS, "enterprise")["full_marks"] == 6
    assert find(facts, "data-ai", CERTS, "smb")["full_marks"] == 8


def test_business_certificates_reach_their_maximum_exactly() -> None:
    facts = people(MB_820="ABCDEFG")
    assert points(facts, "business-applications", "advanced_certifications", "enterprise") == 15
    facts = people(MB_820="ABCDEF")
    assert points(facts, "business-applications", "advanced_certifications", "enterprise") == Fraction(90, 7)
    facts = people(PL_100="A")
    assert points(facts, "business-applications", CERTS, "smb", edition="2023-06") == 4
    assert points(facts, "business-applications", CERTS, "smb", edition="2023-12") == 0


# ---- facts ----------------------------------------------------------------------------------------------------------


def test_locations_roll_up_usage_once_and_revenue_summed() -> None:
    partners: list[Row] = [
        {"partner_id": PARTNER, "account": "global", "global_id": PARTNER},
        {"partner_id": "L1", "account": "location", "global_id": PARTNER},
        {"partner_id": "L2", "account": "location", "global_id": "unseen"},
    ]
    usage = [azure(M, 1, "400", "Storage", "", "L1"), azure(M, 1, "700", "Storage", "pal", PARTNER)]
    usage += [azure(M, 2, "300", "Storage", "pal", "L1"), azure(M, 2, "300", "Storage", "pal", PARTNER)]
    facts = covered(azure_usage=usage, workload_usage=[], workload_revenue=[])
    facts["partners"] = partners
    assert value(facts, "data-ai", ADDS, "smb") == 1
    facts["workload_revenue"] += [revenue(M, 1, "150", partner="L1"), revenue(M, 1, "100", associations="")]
    assert value(facts, "business-applications", ADDS, "smb") == 1
    facts["workload_usage"] += [seats(M, 1, 10, 2, partner="L1", associations="cpor"), seats(M, 1, 5, 4, partner=PARTNER, associations="")]
    assert value(facts, "modern-work", ADDS, "smb") == 0
    assert value(facts, "security", DEPLOYMENTS, "smb") == 1
    assert {row["partner_id"] for row in score(facts, AS_OF, designation="data-ai")} == {PARTNER, "unseen", "nobody"}


def test_the_associations_table_speaks_where_the_column_is_absent() -> None:
    def adds(claim: dict[str, object], associations: str | None = None) -> Fraction | None:
        row = azure(M, 1, "1000", "Storage", associations)
        facts = covered(azure_usage=[row])
        base: Row = {"partner_id": PARTNER, "tenant_id": tenant(1).replace("-", "").upper(), "association": "dpor", "scope": ""}
        facts["associations"] = [{**base, **claim}]
        return value(facts, "data-ai", ADDS, "enterprise")

    assert adds({"started_on": date(2026, 10, 31)}) == 1
    assert adds({"started_on": date(2026, 11, 1)}) == 0
    assert adds({"started_on": date(2020, 1, 1), "ended_on": date(2026, 10, 1)}) == 1
    assert adds({"started_on": date(2020, 1, 1), "ended_on": date(2026, 9, 30)}) == 0
    assert adds({"scope": "SUB-1"}) == 1
    assert adds({"scope": "sub-2"}) == 0
    assert adds({"scope": "Intune"}) == 0
    assert adds({"association": "cpor"}) == 0
    assert adds({}, "") == 0  # the cell is there, and says nobody
    assert adds({}, "cpor") == 0


def test_cost_rows_are_scored_on_demand_and_filled_by_their_subscription() -> None:
    row = azure(M, 1, "1000", "Storage", "")
    row |= {"partner_id": None, "tenant_id": None, "basis": "billed"}
    facts = covered(azure_usage=[row])
    facts["associations"] = [
        {"partner_id": PARTNER, "tenant_id": tenant(1), "association": "csp1", "scope": "sub-1", "started_on": date(2026, 1, 1)},
        {"partner_id": PARTNER, "tenant_id": tenant(2), "association": "csp1", "scope": "", "started_on": date(2026, 1, 1)},
    ]
    assert value(facts, "data-ai", ADDS, "enterprise") == 0
    found = find(facts, "data-ai", ADDS, "enterprise", basis="billed")
    assert found["value"] == 1
    assert found["missing_months"] == {month_name(month) for month in (P - 1, P, M - 1)}


# ---- the decision ---------------------------------------------------------------------------------------------------


def _nearly(people_in_step_3: int, adds: int, growth: int) -> Facts:
    letters = "ABCDEFGHI"
    rows = [azure(M, number, "600") for number in range(adds)]
    more: list[Row] = []
    if growth:
        more = [seats(P, 900, 400, 0), seats(M, 900, 400, growth)]
    facts = covered(azure_usage=rows, workload_usage=more)
    facts["certifications"] = people(SC_500="AB", SC_200="AB", SC_300=letters[:people_in_step_3])["certifications"]
    return facts


def test_the_decision_at_70_is_exact_and_every_metric_must_score() -> None:
    facts = _nearly(6, 10, 0)
    for number in (700, 701):
        facts["workload_usage"] += [seats(P, number, 400, 0), seats(M, number, 400, 60)]
    row = find(facts, "security", "total", "enterprise")
    # deployments 2 x 20/6, usage growth 120/125, adds 20, certificates 40
    assert row["points"] == 40 + 20 + Fraction(20, 3) + Fraction(120, 125)
    assert not row["qualified"]
    facts["workload_usage"] += [seats(P, 702, 400, 0), seats(M, 702, 400, 60)]
    row = find(facts, "security", "total", "enterprise")
    assert row["points"] == 40 + 20 + 10 + Fraction(180, 125)
    assert row["qualified"]
    assert row["selected"]
    # No other row says so: not a metric's, not the other track's, not another partner's.
    for found in score(facts, AS_OF, designation="security"):
        if found["metric"] != "total" or found["track"] != "enterprise" or found["partner_id"] != PARTNER:
            assert not found["qualified"]


def test_a_metric_at_zero_never_qualifies() -> None:
    facts = _nearly(6, 10, 59)
    row = find(facts, "security", "total", "enterprise")
    assert find(facts, "security", DEPLOYMENTS, "enterprise")["points"] == 0
    assert not row["qualified"]


def test_thirds_add_up_to_70() -> None:
    # smb: certificates 8 + 8 x 4 = 40, adds 4 x 5 = 20, deployments 2 x 20/6, growth of 2,500 USD at 750 a point = 10/3.
    facts = _nearly(4, 5, 0)
    facts["azure_usage"] = [azure(month, number, "700") for number in range(5) for month in (P, M)] + covering(
        "azure_usage", range(M - 24, M + 1)
    )
    facts["workload_usage"] += [seats(M, number, 5) for number in range(5)]
    facts["azure_usage"] += [azure(M - 1, 0, "1200"), azure(M - 1, 1, "1300")]
    row = find(facts, "security", "total", "smb")
    assert row["points"] == 70
    assert row["qualified"]
    facts["azure_usage"].append(azure(P - 1, 2, "0.0001"))
    row = find(facts, "security", "total", "smb")
    assert 70 - Fraction(1, 1_000_000) < row["points"] < 70
    assert not row["qualified"]
