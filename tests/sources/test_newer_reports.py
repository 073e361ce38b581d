"""What a newer report replaces, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

from attain.facts.facts import check
from attain.facts.schema import ASSOCIATIONS
from tests.sources.folders import T1, T2, import_one, table, write_csv
from tests.sources.reports import row

OFFICE, CPOR, EMS = "insights_office_usage", "insights_cpor_usage", "insights_ems_usage"
BUSINESS, DYNAMICS = "insights_business_usage", "insights_dynamics_usage"
REVENUE, CUSTOMERS = "insights_business_revenue", "insights_customers"


def test_a_newer_file_replaces_the_months_of_a_partner_and_no_others(tmp_path: Path) -> None:
    first = [row(OFFICE), row(OFFICE, 2), row(OFFICE, Month="2026-09-01"), row(OFFICE, PartnerID="777")]
    import_one(write_csv(tmp_path / "1.csv", first), tmp_path / "facts")
    import_one(write_csv(tmp_path / "2.csv", [row(OFFICE, MonthlyActiveUsers="1")]), tmp_path / "facts")
    found = {(each["month"], each["partner_id"], each["active_users"]) for each in table(tmp_path / "facts", "workload_usage")}
    assert found == {("2026-10-01", "101", "1"), ("2026-09-01", "101", "290"), ("2026-10-01", "777", "290")}


def test_reports_of_two_kinds_stand_beside_each_other(tmp_path: Path) -> None:
    import_one(write_csv(tmp_path / "1.csv", [row(OFFICE), row(OFFICE, 2)]), tmp_path / "facts")
    import_one(write_csv(tmp_path / "2.csv", [row(EMS)]), tmp_path / "facts")
    found = {each["workload"] for each in table(tmp_path / "facts", "workload_usage")}
    assert {"exchange-online", "teams", "intune", "entra-id-p1"} <= found


def test_an_older_claim_stays_when_a_newer_file_no_longer_lists_it(tmp_path: Path) -> None:
    import_one(write_csv(tmp_path / "1.csv", [row(CPOR), row(CPOR, 2)]), tmp_path / "facts")
    import_one(write_csv(tmp_path / "2.csv", [row(CPOR, ClaimId="CLM-00099")]), tmp_path / "facts")
    found = {(each["tenant_id"], each["claim_id"]) for each in table(tmp_path / "facts", "associations")}
    assert found == {(T1, "CLM-00099"), (T2, "CLM-00021")}


def conformed(facts: Path) -> dict[tuple[str, str], tuple[int, int | None, int | None]]:
    loaded, refusal = check(facts)
    assert refusal is None
    assert list(loaded.report.rejects) == []
    names = loaded.names["workload"]
    rows = loaded.scan("workload_usage").collect().iter_rows(named=True)
    return {
        (each["partner_id"], names[each["workload"]]): (each["associations"], each["paid_licenses"], each["active_users"]) for each in rows
    }


def test_two_reports_on_one_workload_are_united_at_the_global_account(tmp_path: Path) -> None:
    dpor = row(OFFICE, PartnerAttributionType="DPOR", PaidAvailableUnits="300", MonthlyActiveUsers="295")
    import_one(write_csv(tmp_path / "1.csv", [dpor]), tmp_path / "facts")
    import_one(write_csv(tmp_path / "2.csv", [row(CPOR)]), tmp_path / "facts")
    bits = {code: 1 << bit for bit, code in enumerate(ASSOCIATIONS)}
    # the CPOR report names the location alone; the Microsoft 365 report says whose it is
    assert conformed(tmp_path / "facts") == {("100", "exchange-online"): (bits["dpor"] | bits["cpor"], 310, 295)}


def test_files_of_the_users_own_that_differ_are_still_set_aside(tmp_path: Path) -> None:
    (tmp_path / "facts" / "workload_usage").mkdir(parents=True)
    for name, users in (("a", 1), ("b", 2)):
        (tmp_path / "facts" / "workload_usage" / f"{name}.csv").write_text(
            f"month,partner_id,tenant_id,workload,active_users\n2026-10,100,{T1},Teams,{users}\n", encoding="utf-8"
        )
    loaded, _ = check(tmp_path / "facts")
    assert len(list(loaded.report.rejects)) == 2


def test_seats_give_way_to_the_report_that_is_scored_whichever_comes_first(tmp_path: Path) -> None:
    usage = row(BUSINESS, GlobalPartnerID="101", PAMAU="7")
    seats = row(DYNAMICS, PGAMpnID="")
    for facts, order in (("a", (usage, seats)), ("b", (seats, usage))):
        for number, each in enumerate(order):
            import_one(write_csv(tmp_path / f"{facts}{number}.csv", [each]), tmp_path / facts)
        found = [(each["workload"], each["active_users"]) for each in table(tmp_path / facts, "workload_usage")]
        assert found == [("business-central", "7")]


def test_revenue_by_product_gives_way_to_that_of_business_applications(tmp_path: Path) -> None:
    customers = row(CUSTOMERS, 2, CustomerTenantId=T1, PartnerAttributionType="DPOR", BilledRevenueUSD="9")
    revenue = row(REVENUE)
    for facts, order in (("a", (customers, revenue)), ("b", (revenue, customers))):
        for number, each in enumerate(order):
            import_one(write_csv(tmp_path / f"{facts}{number}.csv", [each]), tmp_path / facts)
        assert [each["revenue_usd"] for each in table(tmp_path / facts, "workload_revenue")] == ["1500.0000"]
