"""What a distributor's Insights files say of its resellers counts for those, until their own files tell (I-10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.facts.facts import load
from attain.sources.importing import import_files
from attain.sources.intake import Options
from tests.sources.folders import S1, S2, T1, T2, import_one, table, usage, write_csv
from tests.sources.reports import row

SUBSCRIPTIONS = "insights_subscriptions"


def sold(**cells: str) -> dict[str, str]:
    """Give a row of a distributor's Azure usage: 601 resells."""
    said = {
        "PGAMpnID": "500",
        "MPNID": "500",
        "PartnerName": "Fourth Coffee",
        "Month": "2026-10-01",
        "PartnerAttributionType": "CSP Tier 1",
    }
    return usage(**said) | {"ResellerID": "601", "ResellerName": "Contoso"} | cells


def azure(facts: Path) -> list[tuple[str, ...]]:
    return [
        (found["partner_id"], found["tenant_id"], found["subscription_id"], found["associations"], found["acr_usd"])
        for found in table(facts, "azure_usage")
    ]


def test_rows_count_for_the_distributor_and_for_each_reseller(tmp_path: Path) -> None:
    rows = [sold(), sold(ResellerID="602", ResellerName="Northwind", CustomerTenantId=T2, ACR_USD="7"), sold(ResellerID="-1", ACR_USD="1")]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert sorted(azure(tmp_path / "facts")) == [
        ("500", T1, S1, "csp1", "13.5000"),
        ("500", T2, S1, "csp1", "7.0000"),
        ("601", T1, S1, "csp2", "12.5000"),
        ("602", T2, S1, "csp2", "7.0000"),
    ]
    assert report.sums == {"acr": "20.5"}
    assert report.tables["azure_usage"] == 4
    assert (report.rows_in, report.kept) == (3, 3)
    partners = {
        found["partner_id"]: (found["name"], found["kind"], found["distributor_id"]) for found in table(tmp_path / "facts", "partners")
    }
    assert partners == {"500": ("Fourth Coffee", "", ""), "601": ("Contoso", "reseller", "500"), "602": ("Northwind", "reseller", "500")}
    assert import_one(tmp_path / "f.csv", tmp_path / "facts").already


def test_several_attributions_of_one_usage_count_once(tmp_path: Path) -> None:
    rows = [sold(), sold(PartnerAttributionType="CSP Tier 2"), sold(PartnerAttributionType="Partner Admin Link")]
    import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert ("601", T1, S1, "csp2", "12.5000") in azure(tmp_path / "facts")


def test_who_resells_to_a_customer_says_nothing_of_links_of_other_kinds(tmp_path: Path) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [sold(PartnerAttributionType="Partner Admin Link")]), tmp_path / "facts")
    assert {found[0] for found in azure(tmp_path / "facts")} == {"500"}
    assert any("that are not of CSP" in warning for warning in report.warnings)


def test_the_reseller_s_own_file_wins_row_by_row_whichever_comes_first(tmp_path: Path) -> None:
    own = write_csv(tmp_path / "own.csv", [usage(PGAMpnID="601", MPNID="611", Month="2026-10-01", ACR_USD="10")])
    theirs = write_csv(tmp_path / "theirs.csv", [sold(), sold(SubscriptionId=S2, ServiceLevel2="Sentinel", ACR_USD="3")])
    for order in ([own, theirs], [theirs, own]):
        facts = tmp_path / order[0].stem
        for path in order:
            import_one(path, facts)
        assert sorted(found for found in azure(facts) if found[0] != "500") == [
            ("601", T1, S2, "csp2", "3.0000"),
            ("611", T1, S1, "pal", "10.0000"),
        ]


def test_a_newer_file_of_the_distributor_replaces_its_word_alone(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    own = usage(PGAMpnID="601", MPNID="601", Month="2026-10-01", SubscriptionId=S2, ACR_USD="10")
    import_one(write_csv(tmp_path / "own.csv", [own]), facts)
    import_one(write_csv(tmp_path / "a.csv", [sold()]), facts)
    import_one(write_csv(tmp_path / "b.csv", [sold(ACR_USD="8")]), facts)
    assert sorted(azure(facts)) == [
        ("500", T1, S1, "csp1", "8.0000"),
        ("601", T1, S1, "csp2", "8.0000"),
        ("601", T1, S2, "pal", "10.0000"),
    ]


def test_seats_revenue_and_starts_of_resold_subscriptions(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    said = row(SUBSCRIPTIONS, PGAMpnID="500", MPNId="500", PartnerAttributionType="CSP Tier 1", ResellerID="601", ResellerName="Contoso")
    report = import_one(write_csv(tmp_path / "f.csv", [said]), facts)
    seats = {(found["partner_id"], found["associations"], found["paid_licenses"]) for found in table(facts, "workload_usage")}
    assert seats == {("500", "csp1", "100"), ("601", "csp2", "100")}
    revenue = [(found["partner_id"], found["associations"]) for found in table(facts, "workload_revenue")]
    assert sorted(revenue) == [("500", "csp1"), ("601", "csp2")]
    assert report.sums == {"revenue": "990"}
    links = {(found["partner_id"], found["association"], found["scope"], found["started_on"]) for found in table(facts, "associations")}
    assert links == {("500", "csp1", S1, "2025-02-15"), ("601", "csp2", S1, "2025-02-15")}
    loaded = load(facts)
    assert list(loaded.report.rejects) == []
    assert sorted(set(loaded.scan("workload_usage").collect()["partner_id"])) == ["500", "601"]


def test_one_who_may_speak_for_the_distributor_alone_does_not_speak_for_resellers(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [{name: cell for name, cell in sold().items() if name not in {"PGAMpnID", "PartnerName"}}])
    with pytest.raises(AttainError):
        import_files([path], tmp_path / "facts", Options(partners=frozenset({"500"})))
