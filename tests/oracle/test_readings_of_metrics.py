"""Hand-made cases for the readings easiest to get wrong, on the naive scorer: customer metrics and tracks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.oracle import figures
from tests.oracle.build import (
    AS_OF,
    PARTNER,
    M,
    P,
    azure,
    covered,
    find,
    points,
    revenue,
    seats,
    tenant,
    value,
)
from tests.oracle.months import month_of
from tests.oracle.rollup import Facts, Row
from tests.oracle.scorer import score

ADDS, GROWTH, DEPLOYMENTS = "net_customer_adds", "usage_growth", "deployments"
CERTS = "intermediate_certifications"


def test_maxima_sum_to_100_and_every_metric_has_them() -> None:
    for designation in figures.DESIGNATIONS:
        assert sum(figures.MAXIMA[designation].values()) == 100


# ---- Security -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("track", "amount", "adds", "deployments"),
    [
        ("enterprise", "599.9999", 0, 0),
        ("enterprise", "600", 1, 0),
        ("enterprise", "12000", 1, 0),
        ("enterprise", "12000.0001", 1, 1),
        ("smb", "749.9999", 1, 0),
        ("smb", "750", 1, 1),
        ("smb", "12000", 1, 1),
        ("smb", "12000.0001", 1, 0),
    ],
)
def test_security_azure_edges(track: str, amount: str, adds: int, deployments: int) -> None:
    facts = covered(azure_usage=[azure(M, 1, amount)], workload_usage=[])
    assert value(facts, "security", ADDS, track) == adds
    assert value(facts, "security", DEPLOYMENTS, track) == deployments


def test_security_azure_promotion_keeps_a_tenant_in_smb() -> None:
    facts = covered(azure_usage=[azure(P, 1, "12000"), azure(M, 1, "12750")], workload_usage=[])
    assert value(facts, "security", DEPLOYMENTS, "smb") == 0
    # 750 of growth in smb is a point; in enterprise the year-ago side is not in the band.
    assert points(facts, "security", GROWTH, "smb") == 1
    assert points(facts, "security", GROWTH, "enterprise") == Fraction(12_750, 1_250)


def test_security_seats_promotion_needs_every_workload_above_the_band() -> None:
    def adds(*now: int) -> Fraction | None:
        rows = [seats(P, 1, 300)]
        rows += [seats(M, 1, paid, workload=name) for paid, name in zip(now, ("Intune", "Microsoft Defender for Identity"), strict=False)]
        return value(covered(azure_usage=[], workload_usage=rows), "security", ADDS, "smb")

    assert adds(301) == 0  # promoted: counted then and now
    assert adds(300, 301) == 0  # simply inside
    assert adds(4) == -1
    assert adds(301, 4) == 0  # above in one, inside in none


def test_seat_promotion_is_no_matter_of_the_year_ago_side() -> None:
    rows = [seats(P - 12, 1, 300), seats(P, 1, 301), seats(M, 1, 301)]
    assert value(covered(azure_usage=[], workload_usage=rows), "security", ADDS, "smb") == 0
    rows = [seats(P, 1, 301), seats(M, 1, 300)]
    assert value(covered(azure_usage=[], workload_usage=rows), "security", ADDS, "smb") == 1


@pytest.mark.parametrize(("users", "expected"), [(14, 0), (15, 1), (150, 1)])
def test_active_share_runs_over_all_eligible_workloads(users: int, expected: int) -> None:
    rows = [seats(M, 1, 60, users), seats(M, 1, 40, None, "Azure Active Directory Premium"), seats(M, 1, 500, 0, "Intune", "dpor")]
    rows[2]["workload"] = "Microsoft Defender for Identity"
    assert value(covered(azure_usage=[], workload_usage=rows), "security", DEPLOYMENTS, "smb") == expected


def test_security_pools_are_floored_one_by_one() -> None:
    facts = covered(azure_usage=[azure(M, 1, "600")], workload_usage=[seats(P, 1, 5), seats(P, 2, 5)])
    row = find(facts, "security", ADDS, "smb")
    assert (row["value"], row["points"], row["full_marks"]) == (-1, 4, 5)


def test_services_offers_and_associations_of_security() -> None:
    rows = [
        azure(M, 1, "700", "Azure Defender"),
        azure(M, 2, "700", "microsoft defender for CLOUD"),
        azure(M, 3, "700", "Virtual Machines"),
        azure(M, 4, "700", "Key Vault", offer="benefit-program"),
        azure(M, 5, "700", "Key Vault", offer="An offer nobody knows"),
        azure(M, 6, "700", "Key Vault", "dpor"),
        azure(M, 7, "700", "A service nobody knows"),
    ]
    facts = covered(azure_usage=rows, workload_usage=[])
    assert value(facts, "security", ADDS, "smb") == 3
    assert value(facts, "security", ADDS, edition="2023-12") == 3
    # All services, but the one offer, count for infrastructure: six tenants below 1,000 and above 500.
    assert value(facts, "infrastructure", ADDS, "smb") == 6
    assert value(facts, "infrastructure", ADDS, "enterprise") == 0


# ---- the Azure designations -----------------------------------------------------------------------------------------


def test_net_adds_look_at_either_of_two_months_never_at_their_sum() -> None:
    rows = [azure(M - 1, 1, "1000"), azure(M - 1, 2, "600"), azure(M, 2, "600"), azure(M, 3, "999.9999"), azure(P - 1, 4, "1000")]
    facts = covered(azure_usage=rows)
    assert value(facts, "data-ai", ADDS, "enterprise") == 0
    assert value(facts, "data-ai", ADDS, "smb") == 3 - 1


def test_usage_growth_needs_a_base_and_a_floor() -> None:
    def row(ago: str, now: str) -> tuple[Fraction | None, Fraction]:
        found = find(covered(azure_usage=[azure(P, 1, ago), azure(M, 1, now)]), "data-ai", GROWTH, "enterprise")
        return found["value"], found["points"]

    assert row("0", "5000") == (None, 0)
    assert row("-1", "5000") == (None, 0)
    assert row("900", "999.9999") == (Fraction(111_111, 10_000), 0)
    assert row("900", "1000") == (Fraction(100, 9), Fraction(100, 9))
    assert row("1000", "1200") == (20, 20)
    assert row("1000", "990") == (-1, 0)


def test_deployments_count_services_of_the_whole_base() -> None:
    rows = [
        azure(M, 1, "5", "Virtual Machines"),
        azure(M, 1, "5", "Virtual Machines Licenses"),
        azure(M, 1, "5", "Storage"),
        azure(M - 11, 2, "-5", "Storage", "csp1"),
        azure(M, 1, "5", "Security Center"),
        azure(M, 2, "5", "Azure Defender"),
        azure(M, 2, "5", "Something new"),
        azure(M - 12, 2, "5", "Functions"),
    ]
    assert value(covered(azure_usage=rows), "data-ai", DEPLOYMENTS, "enterprise") == 2


def _base(segments: list[str | None], amount: str = "100") -> Facts:
    rows = [azure(M, number, amount, "Storage") for number in range(len(segments))]
    facts = covered(azure_usage=[*rows, azure(M, 50, "0", "Storage"), azure(M - 1, 51, "10", "Storage")])
    facts["customers"] = [{"tenant_id": tenant(number), "segment": segment} for number, segment in enumerate(segments)]
    return facts


@pytest.mark.parametrize(
    ("edition", "segments", "amount", "expected"),
    [
        ("2026-07", ["smb", "smb", "smb", "smc_corporate", "enterprise"], "100", "smb"),
        ("2026-07", ["smb", "smb", "smb", None, "enterprise"], "100", "enterprise"),
        ("2026-07", ["smb", "smb", "smb", None], "100", "enterprise"),
        ("2026-07", [], "100", "enterprise"),
        ("2025", ["smb", "smb", "smb", "smb", "enterprise"], "100", "enterprise"),
        ("2025", ["smb"] * 5 + ["enterprise"], "100", "smb"),
        ("2025", ["smb"] * 5 + ["smc_corporate", "enterprise"], "100", "enterprise"),
        # 10 on top of the tenants' own: the month before M is no base, but it is consumed.
        ("2025", ["smb"] * 6, "166665", "enterprise"),
        ("2025", ["smb"] * 6, "166664.9999", "smb"),
    ],
)
def test_assigned_azure_track(edition: str, segments: list[str | None], amount: str, expected: str) -> None:
    facts = _base(segments, amount)
    rows = score(facts, AS_OF, designation="infrastructure", edition=edition)
    assert {row["track"] for row in rows if row["selected"] and row["partner_id"] == PARTNER} == {expected}


def test_an_enrollment_keeps_its_track_until_it_lapses() -> None:
    def selected(as_of: date = AS_OF, **row: object) -> str:
        facts = _base(["enterprise"])
        # The only customer of May 2026 was an smb one: the row of 30 June 2026 was smb.
        facts["azure_usage"].append(azure(month_of("2026-05"), 60, "10", "Storage"))
        facts["customers"].append({"tenant_id": tenant(60), "segment": "smb"})
        facts["enrollments"] = [{"partner_id": PARTNER, "designation": "infrastructure", **row}]
        rows = score(facts, as_of, designation="infrastructure", edition="2026-07")
        return next(found["track"] for found in rows if found["selected"] and found["partner_id"] == PARTNER)

    assert selected(enrolled_on=date(2026, 11, 1), track="smb") == "smb"
    assert selected(enrolled_on=AS_OF + timedelta(days=1), track="smb") == "enterprise"
    assert selected(enrolled_on=date(2025, 11, 1), anniversary=AS_OF - timedelta(days=30), track="smb") == "smb"
    assert selected(enrolled_on=date(2025, 11, 1), anniversary=AS_OF - timedelta(days=31), track="smb") == "enterprise"
    assert selected(enrolled_on=date(2026, 11, 1), track="") == "smb"
    # The row of the day itself: May is the data month from 20 June on.
    assert selected(enrolled_on=date(2026, 6, 20), track=None) == "smb"
    assert selected(enrolled_on=date(2026, 6, 19), track=None) == "enterprise"
    # In December 30 June is no longer among the six.
    assert selected(date(2026, 12, 1), enrolled_on=date(2026, 11, 30), track=None) == "smb"
    assert selected(date(2026, 12, 1), enrolled_on=date(2026, 12, 1), track=None) == "enterprise"


# ---- Modern Work ----------------------------------------------------------------------------------------------------


def _mw(rows: list[Row], metric: str, track: str = "smb", **more: object) -> Fraction | None:
    edition = str(more.get("edition", "2026-08"))
    return value(covered(workload_usage=rows), "modern-work", metric, track, edition=edition)


def test_i7_the_baseline_is_the_first_month_with_association_and_band() -> None:
    # Associated all along, in the band from April on.
    rows = [seats(P, 1, 10, 5), seats(P + 6, 1, 11, 7), seats(M, 1, 100, 60)]
    assert _mw(rows, GROWTH) == 53
    # In the band all along, the association later.
    rows = [seats(P, 1, 100, 5, associations=""), seats(P + 6, 1, 100, 9, associations="cpor+pal"), seats(M, 1, 100, 60)]
    assert _mw(rows, GROWTH) == 51
    # First in M: no growth.
    assert _mw([seats(M, 1, 100, 60)], GROWTH) == 0
    # Lost: the year-ago side alone.
    assert _mw([seats(P, 1, 100, 60), seats(M, 1, 100, 90, associations="")], GROWTH) == -60
    # In neither P nor M, whatever came between.
    assert _mw([seats(P + 3, 1, 100, 60)], GROWTH) == 0
    # Per workload: the second one starts in between.
    rows = [seats(P, 1, 100, 5), seats(M, 1, 100, 25), seats(P + 2, 1, 0, 3, "Teams"), seats(M, 1, 0, 13, "Teams")]
    assert _mw(rows, GROWTH) == 20
    # ... for in P + 2 the tenant is in no band (its Intune row is missing), so Teams first qualifies in M.
    rows.append(seats(P + 2, 1, 11, 0))
    assert _mw(rows, GROWTH) == 30


def test_i7_promotion_in_m_alone() -> None:
    rows = [seats(P, 1, 300, 100), seats(M, 1, 301, 160)]
    assert _mw(rows, GROWTH) == 60
    assert _mw(rows, GROWTH, edition="2023-06") == -100
    # A workload new in M is promoted with its tenant, and its first month is M.
    assert _mw([*rows, seats(M, 1, 400, 90, "Teams")], GROWTH) == 60
    # Before M promotion is nothing: the workload's rows of P + 1 are above the band, so its baseline is that of M.
    assert _mw([*rows, seats(P + 1, 1, 400, 10, "Teams"), seats(M, 1, 400, 90, "Teams")], GROWTH) == 60
    # The band a year ago is judged on the rows with the option's association.
    rows = [seats(P, 1, 300, 100, associations="csp1"), seats(M, 1, 301, 160)]
    assert _mw(rows, GROWTH) == 0


def test_i8_share_when_associated() -> None:
    def deployed(*rows: Row) -> Fraction | None:
        return _mw([*rows, seats(M, 1, 100, 90)], DEPLOYMENTS)

    assert deployed() == 0  # associated in M, already above
    assert deployed(seats(P + 3, 1, 100, 40)) == 1  # exactly 40% is not above
    assert deployed(seats(P + 3, 1, 100, 41)) == 0
    assert deployed(seats(P, 1, 0, 0), seats(P + 3, 1, 100, 41)) == 1  # a row in P: not associated within the year
    assert deployed(seats(P, 1, 100, 90, associations="pal"), seats(P + 3, 1, 100, 41)) == 0
    assert deployed(seats(P, 1, 100, 40)) == 0  # counted a year ago as well
    assert deployed(seats(P, 1, 100, 39)) == 1
    # Any of the metric's workloads: the row in P of another one, and the share at the first month over both.
    assert deployed(seats(P, 1, 0, 0, "Teams Premium")) == 1
    assert deployed(seats(P + 1, 1, 100, 39, "Teams"), seats(P + 2, 1, 100, 100)) == 1


def test_teams_premium_is_no_net_add() -> None:
    rows = [seats(P, 1, 100, 0, "Teams Premium"), seats(M, 1, 100, 90, "Teams Premium"), seats(M, 2, 100, 0, "yammer")]
    assert _mw(rows, ADDS) == 1
    assert _mw(rows, GROWTH) == 90
    assert _mw(rows, DEPLOYMENTS) == 1
    assert _mw(rows, GROWTH, edition="2023-06") == 0


def test_equal_options_are_settled_for_cpor() -> None:
    rows = [seats(P, 1, 400, 100, associations="cpor"), seats(M, 1, 400, 50, associations="cpor")]
    rows += [seats(P, 2, 400, 100, associations="dpor"), seats(M, 2, 400, 80, associations="dpor")]
    row = find(covered(workload_usage=rows), "modern-work", GROWTH, "enterprise")
    assert (row["value"], row["full_marks"], row["points"]) == (-50, 1000, 0)


def test_the_same_tenant_may_be_in_both_tracks_and_enterprise_wins_a_tie() -> None:
    rows = [seats(M, 1, 301), seats(M, 1, 300, workload="Teams")]
    facts = covered(workload_usage=rows)
    assert points(facts, "modern-work", ADDS, "enterprise") == 4
    assert points(facts, "modern-work", ADDS, "smb") == 2
    tie = covered(workload_usage=[])
    assert {row["track"] for row in score(tie, AS_OF, designation="modern-work") if row["selected"]} == {"enterprise"}


# ---- Business Applications ------------------------------------------------------------------------------------------


def test_business_track_needs_five_workloads_of_one_tenant_each() -> None:
    names = ["Sales", "Finance", "HR", "Commerce", "Power BI"]

    def selected(rows: list[Row]) -> str:
        found = score(covered(workload_revenue=rows), AS_OF, designation="business-applications")
        return next(row["track"] for row in found if row["selected"] and row["partner_id"] == PARTNER)

    rows = [revenue(month, number, "5000.0001", name) for number, name in enumerate(names) for month in (P, M)]
    assert selected(rows) == "enterprise"
    assert selected(rows[:-1]) == "smb"
    # Another tenant in M does not make up for the one of P.
    assert selected([*rows[:-1], revenue(M, 77, "9000", "Power BI")]) == "smb"
    rows[-1]["revenue_usd"] = Decimal(5000)
    assert selected(rows) == "smb"


def test_business_adds_are_pairs_and_associations_differ_by_workload() -> None:
    rows = [
        revenue(M, 1, "250", "Sales", "cpor_osa"),
        revenue(M, 1, "250", "Finance", "csp2"),
        revenue(M, 2, "249.9999", "Finance", "csp2"),
        revenue(M, 3, "900", "Sales", "cpor_osu"),
        revenue(P, 4, "250", "HR", "cpor_revrec"),
        revenue(M, 5, "900", "Marketing"),
    ]
    assert value(covered(workload_revenue=rows), "business-applications", ADDS, "smb") == 1
    assert value(covered(workload_revenue=rows), "business-applications", ADDS, "smb", edition="2023-12") == 2

    usage = [
        seats(M, 1, 0, 25, "Power Apps", "pal"),
        seats(M, 2, 0, 25, "Power Apps", "dpor"),
        seats(M, 3, 0, 5, "Guides", "cpor_osu"),
        seats(M, 4, 0, 5, "Guides", "pal"),
        seats(M, 5, 0, 9999, "Customer Insights", "pal", capacity=24_999),
        seats(M, 6, 0, 0, "Customer Insights", "pal", capacity=25_000),
        seats(M, 7, 0, 50, "Portals", "pal"),
    ]
    assert value(covered(workload_usage=usage), "business-applications", DEPLOYMENTS, "smb") == 4
    assert value(covered(workload_usage=usage), "business-applications", DEPLOYMENTS, "smb", edition="2023-12") == 3


def test_mcv_floor_stands_on_the_year_ago_side() -> None:
    rows = [seats(P, 1, 0, 25, "Guides", "dpor"), seats(M, 1, 0, 30, "Guides", "dpor")]
    facts = covered(workload_usage=rows)
    assert points(facts, "business-applications", GROWTH, "smb") == 20
    row = find(facts, "business-applications", GROWTH, "enterprise")
    assert (row["value"], row["points"]) == (20, 0)
    rows[0]["active_users"] = 24
    assert points(facts, "business-applications", GROWTH, "smb") == 0
