"""Why a row counts or does not: the first condition that fails, both numbers, and the distance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.errors import AttainError
from attain.explaining.result import COLUMNS, ExplainedRow, Explanation
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, certificate, covered, people, revenue, seats, tenant
from tests.scoring.disk import write_facts

Explain = Callable[..., Explanation]


@pytest.fixture
def explain(tmp_path: Path) -> Explain:
    """Give a function that explains a metric of the one partner's facts."""

    def found(facts: dict[str, list[Any]], designation: str, metric: str, track: str | None = None, **more: Any) -> Explanation:
        if designation == "security":
            # Its metrics look at both tables.
            facts = {**covered(azure_usage=[], workload_usage=[]), **facts}
        loaded = attain.load(write_facts(facts, tmp_path))
        assert not loaded.report.rejects
        asked: dict[str, Any] = {"on": AS_OF, "partner": PARTNER, "designation": designation, "metric": metric, "track": track, **more}
        return attain.explain(loaded, **asked)

    return found


def row(found: Explanation, number: int = 1, part: str = "") -> ExplainedRow:
    """The one row of a tenant, in one pool or option."""
    (only,) = [one for one in found.rows if one.tenant_id == tenant(number) and part in (one.pool, one.option, "")]
    return only


def says(one: ExplainedRow, *phrases: str) -> None:
    missing = [phrase for phrase in phrases if phrase not in one.reason]
    assert not missing, f"{missing} not in: {one.reason}"


# ---- Azure: amounts -----------------------------------------------------------------------------------------------------


def test_short_of_a_threshold(explain: Explain) -> None:
    found = explain(
        covered(azure_usage=[azure(M, 1, "400.25"), azure(M - 11, 1, "12.25"), azure(M - 12, 1, "7")]),
        "security",
        "net_customer_adds",
        "smb",
    )
    one = row(found)
    says(one, "412.50 of 600 USD", "twelve months", "2026-10", "187.50 short")
    assert (one.before, one.after, one.counted_before, one.counted_after, one.change, one.points) == (7, 412.5, False, False, 0, 0)


def test_lost(explain: Explain) -> None:
    one = row(explain(covered(azure_usage=[azure(P, 1, "900")]), "security", "net_customer_adds", "smb"))
    says(one, "lost", "a year ago", "900 USD", "0 USD")
    assert (one.before, one.after, one.counted_before, one.counted_after, one.change, one.points) == (900, 0, True, False, -1, -4)


def test_new(explain: Explain) -> None:
    one = row(explain(covered(azure_usage=[azure(M, 1, "600")]), "security", "net_customer_adds", "enterprise"))
    says(one, "new", "600 USD", "twelve months", "at least 600")
    assert (one.change, one.points) == (1, 2)


def test_counts_on_both_sides(explain: Explain) -> None:
    one = row(explain(covered(azure_usage=[azure(M, 1, "700"), azure(P, 1, "650")]), "security", "net_customer_adds", "smb"))
    says(one, "now and a year ago", "700 USD", "650 USD")
    assert (one.counted_before, one.counted_after, one.change) == (True, True, 0)


def test_exactly_at_a_bound_that_must_be_exceeded(explain: Explain) -> None:
    one = row(explain(covered(azure_usage=[azure(M, 1, "12000")]), "security", "deployments", "enterprise"))
    says(one, "12,000 USD", "more than 12,000")
    assert not one.counted_after
    assert row(explain(covered(azure_usage=[azure(M, 1, "12000.01")]), "security", "deployments", "enterprise")).counted_after


def test_over_the_band(explain: Explain) -> None:
    one = row(explain(covered(azure_usage=[azure(M, 1, "12500.50")]), "security", "deployments", "smb"))
    says(one, "12,500.50 USD", "500.50 over", "12,000")
    assert not one.counted_after


def test_promoted_by_amount(explain: Explain) -> None:
    usage = [azure(M, 1, "12500"), azure(P, 1, "800")]
    one = row(explain(covered(azure_usage=usage), "security", "deployments", "smb"))
    says(one, "promoted", "12,500 USD", "800 USD", "I-4")
    assert (one.counted_before, one.counted_after, one.change) == (True, True, 0)


def test_unrecognized(explain: Explain) -> None:
    one = row(explain(covered(azure_usage=[azure(M, 1, "1000", associations="dpor")]), "security", "net_customer_adds", "smb"))
    says(one, "1,000 USD", "but no", "Partner Admin Link", "association")
    assert (one.after, one.counted_after, one.change) == (0, False, 0)


def test_recognized_in_part(explain: Explain) -> None:
    usage = [azure(M, 1, "412.50"), azure(M - 1, 1, "500", associations="")]
    one = row(explain(covered(azure_usage=usage), "security", "net_customer_adds", "smb"))
    says(one, "412.50 of 600 USD", "187.50 short", "912.50", "association")


def test_growth_is_not_recognized_in_part(explain: Explain) -> None:
    usage = [azure(M, 1, "3000"), azure(P, 1, "1000"), azure(M, 1, "250", service="Storage", associations="")]
    found = explain(covered(azure_usage=usage), "infrastructure", "usage_growth", "smb")
    says(row(found), "3,000 USD", "1,000 a year ago", "250 more not recognized")
    (pool,) = found.pools
    assert "200%" in pool.formula
    assert pool.points == 20


@pytest.mark.parametrize("more", [{"offer": "Trial"}, {"service": "Virtual Network"}, {"basis": "billed"}])
def test_usage_that_the_rule_does_not_look_at_has_no_row(explain: Explain, more: dict[str, str]) -> None:
    assert explain(covered(azure_usage=[azure(M, 1, "5000", **more)]), "security", "net_customer_adds", "smb").rows == ()


def test_either_of_two_months(explain: Explain) -> None:
    usage = [azure(M - 1, 1, "1000"), azure(M, 2, "999.99"), azure(M - 1, 2, "500")]
    found = explain(covered(azure_usage=usage), "data-ai", "net_customer_adds", "enterprise")
    says(row(found), "1,000 USD", "2026-09 or 2026-10", "at least 1,000")
    says(row(found, 2), "999.99 of 1,000 USD", "0.01 short", "2026-09 or 2026-10")
    assert [one.tenant_id for one in found.rows] == [tenant(1), tenant(2)]


def test_distinct_services(explain: Explain) -> None:
    usage = [azure(M, 1, "5", service="Key Vault"), azure(M, 2, "0", service="Storage"), azure(M, 1, "9", service="Virtual Machines")]
    found = explain(covered(azure_usage=usage), "data-ai", "deployments", "smb")
    named = {one.entity: one for one in found.rows}
    assert set(named) == {"Key Vault"}
    assert (named["Key Vault"].before, named["Key Vault"].counted_before, named["Key Vault"].change) == (None, None, 1)
    says(named["Key Vault"], "5 USD", "twelve months")


@pytest.mark.parametrize(
    ("metric", "track", "near"),
    [
        ("net_customer_adds", "smb", {"299.99": False, "300": True, "599.99": True, "600": False}),  # 600 counts
        # More than 12,000 is asked for: who has just that is near.
        ("deployments", "enterprise", {"5999.99": False, "6000": True, "12000": True, "12000.01": False}),
        # Over the band nothing is missing that more usage would bring.
        ("deployments", "smb", {"374.99": False, "375": True, "749.99": True, "750": False, "12000.01": False}),
    ],
)
def test_half_of_what_is_asked_for_is_near(explain: Explain, metric: str, track: str, near: dict[str, bool]) -> None:
    found = explain(covered(azure_usage=[azure(M, number, amount) for number, amount in enumerate(near)]), "security", metric, track)
    assert {amount: row(found, number).near_miss for number, amount in enumerate(near)} == near


# ---- Microsoft 365: bands, shares, associations ---------------------------------------------------------------------------


def test_seats_without_an_association(explain: Explain) -> None:
    one = row(explain(covered(workload_usage=[seats(M, 1, 11, 5, associations="dpor")]), "modern-work", "net_customer_adds", "smb"))
    says(one, "11 paid licenses", "but no", "Claiming Partner of Record", "CSP Tier 1", "association")
    assert not one.counted_after


def test_seats_short_of_the_band(explain: Explain) -> None:
    one = row(
        explain(
            covered(workload_usage=[seats(M, 1, 290, 5), seats(M, 1, 10, 9, "Teams")]), "modern-work", "net_customer_adds", "enterprise"
        )
    )
    says(one, "290 paid licenses, more than 300 needed: 11 short")


def test_lost_seats(explain: Explain) -> None:
    one = row(explain(covered(workload_usage=[seats(P, 1, 40, 5)]), "modern-work", "net_customer_adds", "smb"))
    says(one, "lost", "40 paid licenses", "a year ago", "0 paid licenses")
    assert (one.before, one.after, one.change) == (40, 0, -1)


def test_promoted_seats(explain: Explain) -> None:
    usage = [seats(M, 1, 400, 90), seats(P, 1, 200, 90), seats(M, 2, 400, 90), seats(P, 2, 301, 90)]
    found = explain(covered(workload_usage=usage), "security", "net_customer_adds", "smb")
    says(row(found), "promoted", "400 paid licenses", "200 paid licenses")
    assert (row(found).counted_after, row(found).change) == (True, 0)
    says(row(found, 2), "400 paid licenses", "100 over")
    assert not row(found, 2).counted_after


def test_short_of_the_active_share(explain: Explain) -> None:
    one = row(explain(covered(workload_usage=[seats(M, 1, 400, 40)]), "security", "deployments", "enterprise"))
    says(one, "40 of 400 active", "10% of 15% needed")
    assert not one.counted_after
    one = row(explain(covered(workload_usage=[seats(M, 1, 400, 60)]), "security", "deployments", "enterprise"))
    says(one, "60 of 400 active", "15%")
    assert one.counted_after


def test_half_of_the_active_share_is_near(explain: Explain) -> None:
    """15% of 400 licenses are 60 users: with these it counts."""
    near = {0: False, 29: False, 30: True, 59: True, 60: False}
    found = explain(covered(workload_usage=[seats(M, active, 400, active) for active in near]), "security", "deployments", "enterprise")
    assert {active: row(found, active).near_miss for active in near} == near
    assert {active: row(found, active).counted_after for active in near} == {active: active == 60 for active in near}


def test_left_out_for_it_was_deployed_before(explain: Explain) -> None:
    usage = [seats(M - 3, 1, 100, 41), seats(M, 1, 100, 80), seats(M - 3, 2, 100, 40), seats(M, 2, 100, 80)]
    found = explain(covered(workload_usage=usage), "modern-work", "deployments", "smb")
    says(row(found, 1, "cpor"), "left out", "I-8")
    assert (row(found, 1, "cpor").counted_after, row(found, 1, "cpor").change) == (False, 0)
    assert not row(found, 1, "cpor").near_miss, "no usage that it could add would make it count"
    assert (row(found, 2, "cpor").counted_after, row(found, 2, "cpor").change) == (True, 1)


def test_growth_from_the_association_on(explain: Explain) -> None:
    usage = [seats(P, 1, 100, 10, associations=""), seats(M - 4, 1, 100, 30), seats(M, 1, 100, 75)]
    found = explain(covered(workload_usage=usage), "modern-work", "usage_growth", "smb")
    one = row(found, 1, "cpor")
    says(one, "75 active users", "30 active users")
    assert (one.before, one.after, one.change) == (30, 75, 45)
    assert [pool.id for pool in found.pools] == ["cpor", "csp"]


# ---- Business Applications ----------------------------------------------------------------------------------------------


def test_revenue_of_a_workload(explain: Explain) -> None:
    usage = [revenue(M, 1, "1499.99"), revenue(M, 1, "1500", "Finance"), revenue(P, 2, "4000")]
    found = explain(covered(workload_revenue=usage), "business-applications", "net_customer_adds", "enterprise")
    by_entity = {(one.tenant_id, one.entity): one for one in found.rows}
    assert set(by_entity) == {(tenant(1), "Sales"), (tenant(1), "Finance"), (tenant(2), "Sales")}
    says(by_entity[tenant(1), "Sales"], "1,499.99 of 1,500 USD", "0.01 short")
    says(by_entity[tenant(1), "Finance"], "new", "1,500 USD")
    says(by_entity[tenant(2), "Sales"], "lost", "4,000 USD")
    assert sum(one.change for one in found.rows) == 0
    assert by_entity[tenant(1), "Sales"] is found.rows[-1], "those that moved most come first"


def test_a_base_that_is_too_small(explain: Explain) -> None:
    usage = [seats(P, 1, 30, 24, "Business Central", "dpor"), seats(M, 1, 60, 48, "Business Central", "dpor")]
    found = explain(covered(workload_usage=usage), "business-applications", "usage_growth", "smb")
    (pool,) = found.pools
    assert pool.points == 0
    assert all(phrase in pool.formula for phrase in ("100%", "24,000", "1,000 short", "25,000"))
    assert (row(found).before, row(found).after) == (24_000, 48_000)


def test_no_percentage_of_nothing(explain: Explain) -> None:
    found = explain(covered(azure_usage=[azure(M, 1, "5000")]), "data-ai", "usage_growth", "smb")
    (pool,) = found.pools
    assert (pool.points, row(found).points) == (0, None)
    assert "no percentage" in pool.formula


# ---- Certificates -------------------------------------------------------------------------------------------------------


def test_certificates(explain: Explain) -> None:
    held = [
        certificate("A", "AZ-500"),
        certificate("A", "SC-200"),
        certificate("B", "SC-300", expires=date(2026, 11, 23)),
        certificate("C", "SC-300", expires=AS_OF),
        certificate("D", "SC-300", status="not_linked"),
        certificate("E", "SC-300", status="left"),
        certificate("F", "SC-300", earned=date(2026, 11, 25)),
        certificate("G", "SC-400", earned=date(2025, 6, 1)),
        certificate("H", "AZ-900"),
    ]
    facts = {"partners": [{"partner_id": PARTNER}], "certifications": held}
    found = explain(facts, "security", "intermediate_certifications", "smb")
    scoring = {one.entity.split(" · ")[0]: one for one in found.rows if " · " in one.entity and not one.entity.startswith("A ·")}
    # A certificate of no list has no row.
    assert {person: one.change for person, one in scoring.items()} == {"B": 0, "C": 1, "D": 0, "E": 0, "F": 0, "G": 0}
    says(scoring["B"], "SC-300", "expired on 2026-11-23")
    assert not any(one.near_miss or one.unrecognized for one in found.rows), "these are said of usage"
    says(scoring["C"], "SC-300", "2026-11-24")
    says(scoring["D"], "not linked")
    says(scoring["E"], "left")
    says(scoring["F"], "2026-11-25", "after 2026-11-24")
    says(scoring["G"], "SC-400", "2025-06-01", "after it retired on 2025-05-31")
    (pool,) = found.pools
    assert pool.points == 16


@pytest.mark.parametrize(
    ("on", "valid"),
    [
        # The last day of the year after SC-400 retired, and the day after it.
        (date(2026, 5, 31), {"first day": True, "tomorrow": False, "last day": True, "yesterday": False, "in time": True, "late": False}),
        (date(2026, 6, 1), {"first day": True, "tomorrow": False, "last day": True, "yesterday": False, "in time": False, "late": False}),
    ],
)
def test_a_certificate_counts_on_its_first_and_on_its_last_day(explain: Explain, on: date, valid: dict[str, bool]) -> None:
    held = [
        certificate("first day", "SC-300", earned=on),
        certificate("tomorrow", "SC-300", earned=on + timedelta(days=1)),
        certificate("last day", "SC-300", expires=on),
        certificate("yesterday", "SC-300", expires=on - timedelta(days=1)),
        certificate("in time", "SC-400", earned=date(2025, 5, 31)),
        certificate("late", "SC-400", earned=date(2025, 6, 1)),
        certificate("gate 1", "AZ-500"),
        certificate("gate 2", "SC-200"),
    ]
    facts = {"partners": [{"partner_id": PARTNER}], "certifications": held}
    found = explain(facts, "security", "intermediate_certifications", "smb", on=on)
    people = {one.entity.split(" · ")[0]: one for one in found.rows if " · " in one.entity}
    assert {person: people[person].counted_after for person in valid} == valid
    assert {person: people[person].points for person in valid} == {person: 8 * counts for person, counts in valid.items()}
    (pool,) = found.pools
    assert pool.points == 8 + 8 * sum(valid.values())


def test_a_retired_certificate_after_its_year(explain: Explain) -> None:
    facts = {"partners": [{"partner_id": PARTNER}], **people(SC_400="A", AZ_500="BC", SC_200="BC")}
    found = explain(facts, "security", "intermediate_certifications", "single", edition="2023-12")
    (one,) = [row for row in found.rows if row.entity.startswith("A ·")]
    says(one, "SC-400", "retired on 2025-05-31", "2026-05-31")
    assert (one.change, one.points) == (0, 0)


def test_steps_that_are_not_met(explain: Explain) -> None:
    facts = {"partners": [{"partner_id": PARTNER}], **people(AZ_500="A", SC_100="BC")}
    found = explain(facts, "security", "intermediate_certifications", "enterprise")
    steps = [one for one in found.rows if " · " not in one.entity]
    says(steps[0], "1 of 2 people", "1 missing")
    says(steps[1], "0 of 2 people", "2 missing")
    scoring = [one for one in found.rows if one.entity.startswith(("B ·", "C ·"))]
    assert [(one.change, one.counted_after) for one in scoring] == [(0, True), (0, True)]
    for one in scoring:
        says(one, "SC-100", "does not score", "not met")


# ---- The question itself --------------------------------------------------------------------------------------------------


def test_the_selected_track_is_explained_unless_one_is_named(explain: Explain) -> None:
    facts = covered(workload_usage=[seats(M, 1, 20, 5)])
    assert explain(facts, "modern-work", "net_customer_adds").track == "smb"
    assert explain(facts, "modern-work", "net_customer_adds", "enterprise").track == "enterprise"


def test_a_location_means_its_global_account(explain: Explain) -> None:
    facts = covered(workload_usage=[seats(M, 1, 20, 5, partner="1001-L")])
    facts["partners"].append({"partner_id": "1001-L", "account": "location", "global_id": PARTNER})
    found = explain(facts, "modern-work", "net_customer_adds", partner="1001-L")
    assert found.partner_id == PARTNER
    assert row(found).counted_after


def test_customers_have_names(explain: Explain) -> None:
    facts = covered(azure_usage=[azure(M, number, "700") for number in (1, 2, 3)])
    facts["customers"] = [
        {"tenant_id": tenant(1), "name": "Adatum", "alias": "Our Adatum"},
        {"tenant_id": tenant(2), "name": "Litware", "alias": ""},
    ]
    found = explain(facts, "security", "net_customer_adds", "smb")
    assert [row(found, number).name for number in (1, 2, 3)] == ["Our Adatum", "Litware", ""]


def test_records_have_the_columns_of_the_contract(explain: Explain) -> None:
    found = explain(covered(azure_usage=[azure(M, 1, "700")]), "security", "net_customer_adds", "smb")
    (record,) = found.records()
    assert tuple(record) == COLUMNS
    assert (found.designation, found.edition, found.metric, found.as_of) == ("security", "2026-07", "net_customer_adds", AS_OF)


def test_missing_months_are_noted(explain: Explain) -> None:
    facts = {"partners": [{"partner_id": PARTNER}], "azure_usage": [azure(M, 1, "700")]}
    notes = explain(facts, "data-ai", "net_customer_adds", "smb").notes
    assert len(notes) == 1
    assert "2025-09 to 2025-10, 2026-09" in notes[0]


@pytest.mark.parametrize(
    ("asked", "code", "hint"),
    [
        ({"metric": "net_adds"}, "unknown-metric", "net_customer_adds"),
        ({"track": "corporate"}, "unknown-track", "enterprise, smb"),
        ({"partner": "1002"}, "unknown-partner", PARTNER),
        ({"designation": "securty"}, "unknown-designation", "security"),
        ({"metric": "intermediate_certifications"}, "missing-table", "certifications"),
    ],
)
def test_what_cannot_be_explained(explain: Explain, asked: dict[str, str], code: str, hint: str) -> None:
    facts = covered(azure_usage=[azure(M, 1, "700")], workload_usage=[])
    question = {"designation": "security", "metric": "net_customer_adds", **asked}
    with pytest.raises(AttainError) as caught:
        explain(facts, **question)
    assert caught.value.code == code
    assert hint in str(caught.value.hint)
