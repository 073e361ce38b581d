from __future__ import annotations

from pathlib import Path

from tests.sources.folders import T1, T2, import_one, table, write_csv

NEW = Path(__file__).parent / "samples" / "new_commerce_invoice.csv"


def seats(facts: Path) -> dict[tuple[str, ...], str]:
    rows = table(facts, "workload_usage")
    found = {(row["month"][:7], row["partner_id"], row["tenant_id"], row["workload"]): row["paid_licenses"] for row in rows}
    assert len(found) == len(rows)
    return found


def test_insights_stands_where_both_tell_of_the_same(tmp_path: Path) -> None:
    office = {
        "PGAPartnerID": "601",
        "PartnerID": "601",
        "CustomerTenantId": T1,
        "WorkloadName": "Sales",
        "Month": "2026-10-01",
        "PaidAvailableUnits": "21",
        "MonthlyActiveUsers": "3",
        "PartnerAttributionType": "CPOR",
        "IsDuplicateRowForPGA": "0",
    }
    insights = write_csv(tmp_path / "office.csv", [office])
    for order in ([NEW, insights], [insights, NEW]):
        facts = tmp_path / order[0].stem
        for path in order:
            import_one(path, facts)
        assert seats(facts)["2026-10", "601", T1, "sales"] == "21"
        assert seats(facts)["2026-10", "500", T2, "power-bi"] == "300"
