"""Customers, subscriptions, Dynamics 365, Power BI and business applications reports, and the partner profile."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.sources.workload_tables import summed
from tests.sources.folders import S1, S2, T1, T2, rejects, table
from tests.sources.reports import imported, row, taken, without

CUSTOMERS, SUBSCRIPTIONS = "insights_customers", "insights_subscriptions"
DYNAMICS, POWER_BI = "insights_dynamics_usage", "insights_power_bi_usage"
REVENUE, USAGE, PROFILE = "insights_business_revenue", "insights_business_usage", "insights_profile"
COUNTS = ("partner_id", "workload", "associations", "paid_licenses", "assigned_licenses", "active_users", "capacity")
AMOUNTS = ("partner_id", "workload", "associations", "revenue_usd")


# Customers


def test_customers_with_domain_country_and_segment(tmp_path: Path) -> None:
    imported(tmp_path, [row(CUSTOMERS, number) for number in range(4)])
    assert table(tmp_path / "facts", "customers") == [
        {"tenant_id": T1, "name": "Adatum", "tpid": "77", "domain": "adatum.example", "country": "Germany", "segment": "smb"},
        {"tenant_id": T2, "name": "Fabrikam", "tpid": "78", "domain": "fabrikam.example", "country": "Austria", "segment": "smc_corporate"},
    ]


def test_a_product_that_is_no_workload_is_left_out_but_its_customer_is_kept(tmp_path: Path) -> None:
    report = imported(
        tmp_path, [row(CUSTOMERS, 3, Month="2026-10-01"), row(CUSTOMERS, 3, Month="2026-10-01", Product="", RawProductName="")]
    )
    assert report.left_out == {
        "product Azure: no workload of the programme": 1,
        "product AZURE PLAN: no workload of the programme": 1,
    }
    assert set(report.tables) == {"customers", "partners"}


def test_available_seats_of_customers_are_a_level(tmp_path: Path) -> None:
    found = taken(tmp_path, "workload_usage", [row(CUSTOMERS, Month="2026-10-01")], *COUNTS)
    assert found == [("101", "power-bi", "csp2", "120", "", "", "")]


def test_a_claimed_row_has_the_figures_of_its_claim(tmp_path: Path) -> None:
    found = row(CUSTOMERS, 2, BilledRevenueUSD="9999", AvailableSeats="9999")
    assert taken(tmp_path, "workload_usage", [found], *COUNTS) == [("101", "business-central", "cpor_osa", "38", "", "35", "")]
    assert taken(tmp_path, "workload_revenue", [found], *AMOUNTS) == [("100", "business-central", "cpor_osa", "2800.5000")]


def test_the_figures_of_a_claim_count_on_claimed_rows_alone(tmp_path: Path) -> None:
    found = row(CUSTOMERS, 2, PartnerAttributionType="CSP Tier 1", BilledRevenueUSD="12.5", AvailableSeats="40")
    assert taken(tmp_path, "workload_usage", [found], "paid_licenses") == [("40",)]
    assert taken(tmp_path, "workload_revenue", [found], "revenue_usd") == [("12.5000",)]


def test_revenue_of_a_flagged_twin_at_another_location_counts_once(tmp_path: Path) -> None:
    rows = [row(CUSTOMERS, number, Month="2026-10-01") for number in (0, 1)]
    assert taken(tmp_path, "workload_revenue", rows, *AMOUNTS) == [("100", "power-bi", "csp2", "1188.0000")]


def test_revenue_of_two_locations_adds_up_where_nothing_is_flagged(tmp_path: Path) -> None:
    rows = [row(CUSTOMERS, 0, Month="2026-10-01"), row(CUSTOMERS, 1, Month="2026-10-01", IsDuplicateRowForPGA="0", BilledRevenueUSD="12")]
    assert taken(tmp_path, "workload_revenue", rows, *AMOUNTS) == [("100", "power-bi", "csp2", "1200.0000")]


def test_a_flagged_twin_under_another_attribution_adds_its_association_alone(tmp_path: Path) -> None:
    rows = [
        row(CUSTOMERS, 0, Month="2026-10-01"),
        row(CUSTOMERS, 1, Month="2026-10-01", PartnerAttributionType="DPOR", SalesChannel="Direct"),
    ]
    assert taken(tmp_path, "workload_revenue", rows, *AMOUNTS) == [("100", "power-bi", "dpor+csp2", "1188.0000")]


def test_revenue_whose_twin_is_not_in_the_file_is_not_lost(tmp_path: Path) -> None:
    rows = [row(CUSTOMERS, 1, Month="2026-10-01"), row(CUSTOMERS, 1, Month="2026-10-01", MPNId="103")]
    assert taken(tmp_path, "workload_revenue", rows, *AMOUNTS) == [("100", "power-bi", "csp2", "1188.0000")]


PARTS = st.dictionaries(
    st.tuples(st.sampled_from(["pal", "?x"]), st.sampled_from(["r1", "r2"]), st.sampled_from(["0", "1"]), st.sampled_from(["A", "B"])),
    st.integers(-5, 5).map(Decimal),
    min_size=1,
)


@given(PARTS)
def test_no_flagged_row_beside_its_twin_changes_the_sum_of_locations(parts: dict[tuple[str, ...], Decimal]) -> None:
    total, codes = summed(parts)
    plain = {key: amount for key, amount in parts.items() if key[2] == "0"}
    homes = {(key[1], key[3]) for key in plain}
    elsewhere = [key for key in parts if key[2] == "1" and key[1] in {rest for rest, _ in homes} and (key[1], key[3]) not in homes]
    assert summed({key: amount for key, amount in parts.items() if key not in elsewhere})[0] == total
    assert codes == {key[0] for key in parts} - {"?x"}


@given(PARTS)
def test_revenue_without_flags_is_the_sum_of_what_each_location_has(parts: dict[tuple[str, ...], Decimal]) -> None:
    plain = {(attribution, rest, "0", location): amount for (attribution, rest, _, location), amount in parts.items()}
    expected = Decimal(0)
    for location in {key[3] for key in plain}:
        sums = {
            attribution: sum((amount for key, amount in plain.items() if (key[0], key[3]) == (attribution, location)), Decimal(0))
            for attribution in {key[0] for key in plain if key[3] == location}
        }
        expected += max(sums.values())
    assert summed(plain)[0] == expected


# Subscriptions


def test_the_level_at_the_end_of_the_month_is_taken_and_never_the_change(tmp_path: Path) -> None:
    found = taken(tmp_path, "workload_usage", [row(SUBSCRIPTIONS), row(SUBSCRIPTIONS, 1)], "month", "paid_licenses")
    assert found == [("2026-09-01", "100"), ("2026-10-01", "80")]


def test_without_the_level_licenses_stay_empty(tmp_path: Path) -> None:
    rows = [without(row(SUBSCRIPTIONS, number), "AvailableSeatsEOP") for number in (0, 1)]
    report = imported(tmp_path, rows)
    assert "workload_usage" not in report.tables
    assert "AvailableSeats is the change of the month here, not the level: without AvailableSeatsEOP licenses stay empty" in report.warnings


def test_the_level_by_its_other_name(tmp_path: Path) -> None:
    found = without(row(SUBSCRIPTIONS), "AvailableSeatsEOP") | {"TotalSoldSeats": "64"}
    assert taken(tmp_path, "workload_usage", [found], "paid_licenses") == [("64",)]


@pytest.mark.parametrize("source", ["insights_customers", "insights_subscriptions"])
def test_assigned_seats_where_the_report_tells_them(tmp_path: Path, source: str) -> None:
    rows = [row(source, 1) | {"TotalAssignedSeats": "71"}]
    assert [found[2] for found in taken(tmp_path, "workload_usage", rows, "tenant_id", "paid_licenses", "assigned_licenses")] == ["71"]


def test_a_file_whose_seats_could_be_either_is_refused(tmp_path: Path) -> None:
    columns = ("MPNId", "CustomerTenantId", "Month", "Product", "AvailableSeats", "BilledRevenueUSD")
    with pytest.raises(AttainError, match=r"the header is nearest to Partner Center Insights, (customers|subscription)") as caught:
        imported(tmp_path, [{column: row(SUBSCRIPTIONS)[column] for column in columns}])
    assert caught.value.code == "file-unknown"


def test_a_csp_subscription_becomes_an_association_whatever_its_product(tmp_path: Path) -> None:
    rows = [row(SUBSCRIPTIONS, number) for number in range(3)]
    rows.append(row(SUBSCRIPTIONS, 2, PartnerAttributionType="PAL", SubscriptionId="dddddddd-4444-4444-8444-444444444444"))
    found = taken(tmp_path, "associations", rows, "partner_id", "tenant_id", "association", "scope", "started_on", "claim_id")
    assert found == [("101", T1, "csp2", S1, "2025-02-15", ""), ("101", T2, "csp2", S2, "2023-06-15", "")]


def test_subscriptions_of_one_product_add_up(tmp_path: Path) -> None:
    rows = [row(SUBSCRIPTIONS), row(SUBSCRIPTIONS, SubscriptionId=S2, AvailableSeatsEOP="7", BilledRevenueUSD="-10")]
    assert taken(tmp_path, "workload_usage", rows, "paid_licenses") == [("107",)]
    assert taken(tmp_path, "workload_revenue", rows, "revenue_usd") == [("980.0000",)]


@pytest.mark.parametrize("source", [SUBSCRIPTIONS, "insights_azure_usage"])
@pytest.mark.parametrize(("reseller", "warned"), [("601", True), ("-1", False), ("0", False), ("", False), ("101", False), ("100", False)])
def test_rows_of_a_distributors_resellers_are_noticed(tmp_path: Path, source: str, reseller: str, warned: bool) -> None:
    report = imported(tmp_path, [row(source, ResellerID=reseller)])
    assert any("name resellers (ResellerID 601 is the first)" in warning for warning in report.warnings) is warned


# Dynamics 365 and Power BI


def test_seats_of_a_category_that_is_a_workload(tmp_path: Path) -> None:
    found = taken(tmp_path, "workload_usage", [row(DYNAMICS), row(DYNAMICS, 1)], *COUNTS)
    assert found == [("101", "business-central", "csp2", "40", "38", "35", ""), ("101", "field-service", "csp2", "12", "12", "14", "")]


def test_the_division_where_the_category_is_unknown(tmp_path: Path) -> None:
    rows = [row(DYNAMICS, RevSumCategoryName="Essentials", RevSumDivisionName="Power Apps"), row(DYNAMICS, RevSumCategoryName="Other")]
    assert taken(tmp_path, "workload_usage", rows, "workload") == [("Other",), ("power-apps",)]


def test_free_seats_are_left_out(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(POWER_BI), row(POWER_BI, 1)])
    assert report.left_out == {"free product: its users are not counted": 1}
    assert [each["active_users"] for each in table(tmp_path / "facts", "workload_usage")] == ["96"]


def test_a_dynamics_report_without_its_categories_is_not_taken_for_power_bi(tmp_path: Path) -> None:
    rows = [row(POWER_BI), row(POWER_BI, SubscriptionId=S2), row(POWER_BI, SKU="DYN365 FIELD SERVICE")]
    [reject] = rejects(imported(tmp_path, rows))
    assert (reject["column"], reject["value"]) == ("SKU", "DYN365 FIELD SERVICE")
    assert reject["reason"] == "no product of Power BI; a Dynamics 365 report needs RevSumCategoryName"


# Business applications


def test_revenue_by_workload_with_subscriptions_added_up(tmp_path: Path) -> None:
    rows = [row(REVENUE, number) for number in range(3)]
    assert taken(tmp_path, "workload_revenue", rows, "month", "tenant_id", *AMOUNTS) == [
        ("2026-10-01", T1, "100", "business-central", "csp2", "1749.9999"),
        ("2026-10-01", T2, "100", "power-apps", "dpor", "5000.0100"),
    ]


@pytest.mark.parametrize("month", ["October, 2026", "Oct 2026", "October 2026", "2026-10", "202610", "10/1/2026", "2026-10-31T00:00:00"])
def test_months_as_files_write_them(tmp_path: Path, month: str) -> None:
    assert taken(tmp_path, "workload_revenue", [row(REVENUE, FiscalMonthName=month)], "month", dates="mdy") == [("2026-10-01",)]


def test_a_global_account_alone_has_the_name_of_the_file(tmp_path: Path) -> None:
    imported(tmp_path, [row(REVENUE)])
    assert table(tmp_path / "facts", "partners") == [
        {"partner_id": "100", "name": "Contoso", "country": "", "account": "global", "global_id": ""}
    ]


def test_csp_revenue_tells_since_when(tmp_path: Path) -> None:
    found = taken(tmp_path, "associations", [row(REVENUE, number) for number in range(3)], "association", "scope", "started_on")
    assert found == [("csp2", S1, "2025-02-15"), ("csp2", S2, "2025-03-01")]


def test_a_row_without_revenue_is_set_aside(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(REVENUE), row(REVENUE, 2), row(REVENUE, AdjustedRevenueAmtCD="")])
    assert [(reject["column"], reject["reason"]) for reject in rejects(report)] == [("AdjustedRevenueAmtCD", "empty")]


def test_users_attached_to_the_partner_are_taken_before_all_users(tmp_path: Path) -> None:
    rows = [row(USAGE), row(USAGE, Workload="Power BI", PAMAU=""), row(USAGE, 1)]
    assert taken(tmp_path, "workload_usage", rows, *COUNTS) == [
        ("100", "business-central", "dpor", "", "", "31", ""),
        ("100", "customer-insights", "pal", "", "", "", "120000"),
        ("100", "power-bi", "dpor", "", "", "35", ""),
    ]


def test_users_of_whom_none_are_attached_are_reported(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(USAGE, PAMAU="0")])
    assert [each["active_users"] for each in table(tmp_path / "facts", "workload_usage")] == ["0"]
    assert "some rows have users (MAU), none of them attached to the partner (PAMAU): they count as none" in report.warnings


def test_trials_are_left_out(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(USAGE, number) for number in range(3)])
    assert report.left_out == {"trial: its users are not counted": 1}
    assert {each["workload"] for each in table(tmp_path / "facts", "workload_usage")} == {"business-central", "customer-insights"}


@pytest.mark.parametrize("name", ["Workload", "Workloads", "WorkloadName"])
def test_the_workload_by_each_name_of_its_column(tmp_path: Path, name: str) -> None:
    found = without(row(USAGE), "Workload") | {name: "Power Apps"}
    assert taken(tmp_path, "workload_usage", [found], "workload") == [("power-apps",)]


# Profile


def test_locations_and_their_global_account(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(PROFILE, number) for number in range(3)])
    assert report.warnings == ()
    assert table(tmp_path / "facts", "partners") == [
        {"partner_id": "100", "name": "Contoso", "country": "Germany", "account": "global", "global_id": ""},
        {"partner_id": "101", "name": "Contoso Berlin", "country": "Germany", "account": "location", "global_id": "100"},
        {"partner_id": "102", "name": "Contoso Wien", "country": "Austria", "account": "location", "global_id": "100"},
    ]


def test_a_global_account_that_is_not_listed_is_named_by_its_locations(tmp_path: Path) -> None:
    imported(tmp_path, [row(PROFILE, 1)])
    found = {each["partner_id"]: (each["name"], each["account"]) for each in table(tmp_path / "facts", "partners")}
    assert found == {"100": ("Contoso", "global"), "101": ("Contoso Berlin", "location")}


def test_the_newer_name_of_the_level(tmp_path: Path) -> None:
    found = without(row(PROFILE, 1), "HierarchyLevel", "City", "PGA_PartnerName") | {"AccountType": "Location"}
    assert taken(tmp_path, "partners", [found], "partner_id", "account") == [("100", "global"), ("101", "location")]


def test_a_level_that_contradicts_the_ids_is_reported(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(PROFILE, 1, HierarchyLevel="Global")])
    assert report.warnings == ("101 is called global, but belongs to 100: the ids decide",)


def test_a_row_that_names_nobody_is_set_aside(tmp_path: Path) -> None:
    report = imported(tmp_path, [*(row(PROFILE, number) for number in range(3)), row(PROFILE, 1, MPNId="0")])
    assert [(reject["column"], reject["reason"]) for reject in rejects(report)] == [("MPNId", "no partner is named")]


def test_a_row_of_totals_is_no_partner(tmp_path: Path) -> None:
    total = dict.fromkeys(row(PROFILE), "") | {"MPNId": "Total"}
    report = imported(tmp_path, [*(row(PROFILE, number) for number in range(3)), total])
    assert [(reject["value"], reject["reason"]) for reject in rejects(report)] == [("Total", "no id of a partner: it has no digits")]
    assert {each["partner_id"] for each in table(tmp_path / "facts", "partners")} == {"100", "101", "102"}


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("insights_business_usage", "MetricType"),
        ("insights_dynamics_usage", "FreeVsPaidSKU"),
        ("insights_power_bi_usage", "FreeVsPaidSKU"),
        ("insights_ems_usage", "FreeVsPaidSKU"),
    ],
)
def test_a_word_that_does_not_say_whether_a_product_is_paid_for_is_told(tmp_path: Path, source: str, column: str) -> None:
    rows = [row(source) | {column: word} for word in ("Paid", "paid SKU", "", "Viral", "Viral")]
    report = imported(tmp_path, rows)
    assert (report.kept, report.left_out) == (5, {})
    told = f"{column} 'Viral' is not known (Paid, Trial): its rows are taken as paid for"
    assert [warning for warning in report.warnings if "taken as paid for" in warning] == [told]


@pytest.mark.parametrize("source", ["insights_dynamics_usage", "insights_power_bi_usage"])
@pytest.mark.parametrize("word", ["Free", "free SKU", "Trial", "Trials", "Trial SKU"])
def test_every_word_for_what_nobody_pays_for_is_one(tmp_path: Path, source: str, word: str) -> None:
    report = imported(tmp_path, [row(source), row(source, FreeVsPaidSKU=word)])
    assert (report.kept, report.left_out) == (1, {"free product: its users are not counted": 1})


def test_trials_by_another_name(tmp_path: Path) -> None:
    report = imported(tmp_path, [row("insights_business_usage"), row("insights_business_usage", MetricType="Trials")])
    assert (report.kept, report.left_out) == (1, {"trial: its users are not counted": 1})
