from __future__ import annotations

import gzip
import operator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.sources.attribution import united
from attain.sources.cells import NIL_TENANT
from tests.sources.folders import S1, T1, T2, ea, import_one, rejects, table, usage, write_csv


def taken(tmp_path: Path, rows: list[dict[str, str]], **options: object) -> list[dict[str, str]]:
    write_csv(tmp_path / "f.csv", rows)
    import_one(tmp_path / "f.csv", tmp_path / "facts", **options)
    return table(tmp_path / "facts", "azure_usage")


def one(tmp_path: Path, rows: list[dict[str, str]]) -> tuple[str, str]:
    [row] = taken(tmp_path, rows)
    return row["associations"], row["acr_usd"]


def test_a_row_as_the_download_has_it(tmp_path: Path) -> None:
    assert taken(tmp_path, [usage()]) == [
        {
            "month": "2026-10-01",
            "partner_id": "101",
            "tenant_id": T1,
            "subscription_id": S1,
            "service": "Key Vault",
            "offer": "",
            "associations": "pal",
            "acr_usd": "12.5000",
            "basis": "acr",
        }
    ]


def test_a_row_as_rest_has_it(tmp_path: Path) -> None:
    row = {
        "MPNId": "101",
        "PGAMpnID": "100",
        "CustomerTenantID": T1,
        "month": "2026-10-01T00:00:00",
        "MeterCategory": "Key Vault",
        "ServiceName": "Azure Key Vault",
        "TotalACR": "1.25",
        "PartnerAttachType": "CSP T1",
    }
    [found] = taken(tmp_path, [row])
    assert (found["service"], found["acr_usd"], found["associations"]) == ("Key Vault", "1.2500", "csp1")


@pytest.mark.parametrize("name", ["f.csv", "f.csv.gz"])
@pytest.mark.parametrize(
    "told", [(), ("CustomerName",), ("CustomerTpid",), ("CustomerSegment",), ("CustomerMarket",), ("TenantDomainName",)]
)
def test_ids_alone_tell_nothing_of_customers(tmp_path: Path, name: str, told: tuple[str, ...]) -> None:
    """By column, and packed row by row: a row of `customers` comes of a column that says something of them, though it be empty."""
    of_customers = ("CustomerName", "CustomerTpid", "CustomerSegment", "CustomerMarket", "TenantDomainName")
    rows = [{column: cell for column, cell in usage().items() if column not in of_customers} | dict.fromkeys(told, "")] * 3
    write_csv(tmp_path / "f.csv", rows)
    (tmp_path / "f.csv.gz").write_bytes(gzip.compress((tmp_path / "f.csv").read_bytes()))
    report = import_one(tmp_path / name, tmp_path / "facts")
    assert report.kept == 3
    assert [row["tenant_id"] for row in table(tmp_path / "facts", "customers")] == [T1] * bool(told)
    assert ("customers" in report.tables) == bool(told)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("CSP Tier 1", "csp1"),
        ("csp t2", "csp2"),
        ("Partner Admin Link (PAL)", "pal"),
        ("PAL", "pal"),
        ("Digital Partner of Record", "dpor"),
        ("DPOR", "dpor"),
        ("CPOR", "cpor"),
        ("CPOR RevRec Performance", "cpor_revrec_performance"),
        ("NULL", ""),
    ],
)
def test_attributions_by_every_name(tmp_path: Path, label: str, code: str) -> None:
    assert one(tmp_path, [usage(PartnerAttributionType=label)]) == (code, "12.5000")


def test_an_unknown_attribution_is_kept_and_reported_and_counts_for_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [usage(PartnerAttributionType="Partner Admin Lynk")])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert [row["associations"] for row in table(tmp_path / "facts", "azure_usage")] == [""]
    assert any(
        warning.startswith("attribution 'Partner Admin Lynk' is unknown and counts for nothing; nearest: Partner Admin Link")
        for warning in report.warnings
    )


def test_without_a_column_of_attributions_the_associations_table_may_speak(tmp_path: Path) -> None:
    row = {column: cell for column, cell in usage().items() if column != "PartnerAttributionType"}
    [found] = taken(tmp_path, [row])
    assert "associations" not in found


# I-10


def test_rows_of_one_attribution_are_added_up(tmp_path: Path) -> None:
    assert one(tmp_path, [usage(ACR_USD="10"), usage(ACR_USD="2.5", ServiceLevel3="Keys")]) == ("pal", "12.5000")


def test_equal_rows_of_one_attribution_are_added_up(tmp_path: Path) -> None:
    assert one(tmp_path, [usage(ACR_USD="10"), usage(ACR_USD="10")]) == ("pal", "20.0000")


def test_across_attributions_the_larger_amount_is_taken_and_associations_are_united(tmp_path: Path) -> None:
    rows = [
        usage(ACR_USD="10"),
        usage(ACR_USD="5", ServiceLevel3="Keys"),
        usage(ACR_USD="12", PartnerAttributionType="DPOR", IsACRDuplicateAtPGALevel="1"),
    ]
    assert one(tmp_path, rows) == ("pal+dpor", "15.0000")


def test_twins_that_are_flagged_count_once_with_the_larger_amount(tmp_path: Path) -> None:
    rows = [usage(ACR_USD="10"), usage(ACR_USD="11", IsACRDuplicateAtPGALevel="1")]
    assert one(tmp_path, rows) == ("pal", "11.0000")


@pytest.mark.parametrize(("flag", "amount"), [("1.0", "10.0000"), ("T", "10.0000"), ("0.0", "20.0000"), ("f", "20.0000")])
def test_flags_as_other_programs_write_them(tmp_path: Path, flag: str, amount: str) -> None:
    assert one(tmp_path, [usage(ACR_USD="10"), usage(ACR_USD="10", IsACRDuplicateAtPGALevel=flag)]) == ("pal", amount)


@pytest.mark.parametrize("flag", ["Duplicate", "2", "-1"])
def test_a_flag_that_says_neither_is_set_aside(tmp_path: Path, flag: str) -> None:
    write_csv(tmp_path / "f.csv", [usage(ACR_USD="10"), usage(ACR_USD="10"), usage(ACR_USD="10", IsACRDuplicateAtPGALevel=flag)])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    told = [(row["column"], row["reason"]) for row in rejects(report)]
    assert told == [("IsACRDuplicateAtPGALevel", "neither 1 nor 0: it does not say whether the row is a duplicate")]
    assert [row["acr_usd"] for row in table(tmp_path / "facts", "azure_usage")] == ["20.0000"]


def test_a_partner_whose_number_a_program_wrote_with_decimals_is_no_other_partner(tmp_path: Path) -> None:
    rows = [usage(ACR_USD="1"), usage(ACR_USD="2", MPNID="101.0", PGAMpnID="100.00"), usage(ACR_USD="4", MPNID="-1.0", PGAMpnID="0.0")]
    found = {row["partner_id"]: row["acr_usd"] for row in taken(tmp_path, rows, partner="900")}
    assert found == {"101": "3.0000", "900": "4.0000"}
    assert {row["partner_id"] for row in table(tmp_path / "facts", "partners")} == {"100", "101"}


@pytest.mark.parametrize("nobody", ["N/A", "#N/A", "None", "nan", "-", "0", "-1"])
def test_words_for_nobody_are_no_partner_and_no_reseller(tmp_path: Path, nobody: str) -> None:
    rows = [usage(), usage(MPNID=nobody, ACR_USD="1", PartnerAttributionType="CSP Tier 1", ResellerID=nobody)]
    rows = [{"ResellerID": "", **row} for row in rows]
    found = {row["partner_id"]: row["acr_usd"] for row in taken(tmp_path, rows)}
    assert found == {"101": "12.5000", "100": "1.0000"}
    assert {row["partner_id"] for row in table(tmp_path / "facts", "partners")} == {"100", "101"}


def test_usage_of_a_tenant_of_zeros_alone_is_of_no_customer(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [usage(), usage(CustomerTenantId=NIL_TENANT)])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert (report.kept, report.unassigned) == (2, 1)
    assert {row["tenant_id"] for row in table(tmp_path / "facts", "azure_usage")} == {T1, ""}
    assert {row["tenant_id"] for row in table(tmp_path / "facts", "customers")} == {T1}


def test_a_flagged_row_whose_twin_is_at_another_location_is_no_twin_here(tmp_path: Path) -> None:
    rows = [
        usage(ACR_USD="10"),
        usage(ACR_USD="4", ServiceLevel3="Keys", IsACRDuplicateAtPGALevel="1"),
        usage(ACR_USD="4", ServiceLevel3="Keys", MPNID="102"),
    ]
    found = {row["partner_id"]: row["acr_usd"] for row in taken(tmp_path, rows)}
    assert found == {"101": "14.0000", "102": "4.0000"}


def test_two_unknown_attributions_are_not_added_up(tmp_path: Path) -> None:
    rows = [usage(ACR_USD="10", PartnerAttributionType="Foo"), usage(ACR_USD="12", PartnerAttributionType="Bar"), usage(ACR_USD="1")]
    assert one(tmp_path, rows) == ("pal", "12.0000")


def test_the_larger_of_two_negative_amounts(tmp_path: Path) -> None:
    rows = [usage(ACR_USD="-10"), usage(ACR_USD="-12", PartnerAttributionType="DPOR")]
    assert one(tmp_path, rows) == ("pal+dpor", "-10.0000")


PARTS = st.dictionaries(
    st.tuples(st.sampled_from(["pal", "dpor", "?x"]), st.sampled_from(["r1", "r2"]), st.sampled_from(["0", "1"])),
    st.integers(-5, 5).map(Decimal),
    min_size=1,
)


@given(PARTS)
def test_united_is_the_largest_attribution_of_sums_of_larger_twins(parts: dict[tuple[str, ...], Decimal]) -> None:
    best: list[Decimal] = []
    for attribution in {key[0] for key in parts}:
        total = Decimal(0)
        for rest in {key[1] for key in parts if key[0] == attribution}:
            total += max(amount for key, amount in parts.items() if key[:2] == (attribution, rest))
        best.append(total)
    assert united(parts, operator.add, max) == (max(best), {key[0] for key in parts} - {"?x"})


# Partners and customers


def test_locations_and_their_global_account_become_partners(tmp_path: Path) -> None:
    taken(tmp_path, [usage(), usage(MPNID="100", PartnerName="Contoso"), usage(MPNID="102", PGAMpnID="", PartnerName="Solo")])
    assert table(tmp_path / "facts", "partners") == [
        {"partner_id": "100", "name": "Contoso", "country": "", "account": "global", "global_id": ""},
        {"partner_id": "101", "name": "Contoso Berlin", "country": "", "account": "location", "global_id": "100"},
        {"partner_id": "102", "name": "Solo", "country": "", "account": "", "global_id": ""},
    ]


def test_a_customer_has_its_latest_name_and_what_any_month_told(tmp_path: Path) -> None:
    rows = [
        usage(Month="10/1/2026", CustomerName="Adatum Group", CustomerTpid=""),
        usage(Month="9/1/2026", CustomerName="Adatum", CustomerSegment="SMC - Corporate"),
        usage(CustomerTenantId=T2, CustomerSegment="Education"),
    ]
    taken(tmp_path, rows)
    assert table(tmp_path / "facts", "customers") == [
        {"tenant_id": T1, "name": "Adatum Group", "tpid": "77", "domain": "", "country": "Germany", "segment": "smb"},
        {"tenant_id": T2, "name": "Adatum", "tpid": "77", "domain": "", "country": "Germany", "segment": ""},
    ]


def test_an_unknown_segment_is_reported(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [usage(CustomerSegment="Education")])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert any(warning.startswith("customer segment 'Education' is unknown and left empty") for warning in report.warnings)


def test_the_file_warns_that_it_names_no_offers(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [usage()])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert report.warnings == (
        "the file names no offers: support, internal, benefit and trial offers cannot be left out, every row counts as paid",
    )


def test_missing_columns_are_named_with_what_they_block(tmp_path: Path) -> None:
    columns = ("CustomerTenantId", "Month", "ServiceLevel2", "ACR_USD")
    write_csv(tmp_path / "f.csv", [{column: usage()[column] for column in columns}])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts", dates="mdy")
    assert {feed.missing for feed in report.feeds if feed.missing} == {
        ("PartnerAttributionType",),
        ("MPNID",),
        ("PGAMpnID",),
        ("IsACRDuplicateAtPGALevel",),
        ("CustomerSegment",),
    }
    assert report.unassigned == 1


def test_a_row_without_an_amount_or_a_service_is_set_aside(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [usage(), usage(), usage(), usage(), usage(ACR_USD=""), usage(ServiceLevel2="NULL")])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert (report.kept, report.rejected) == (4, 2)


def test_a_used_column_that_is_there_twice_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    header, row = ",".join(usage()), ",".join(usage().values())
    path.write_text(f"{header},ACR_USD\n{row},3\n", encoding="utf-8")
    with pytest.raises(AttainError, match="the column ACR_USD is there twice"):
        import_one(path, tmp_path / "facts")


MONTH_FAULT = "is a month outside 2000 to 2099: check the year"


@pytest.mark.parametrize(
    ("day", "reason"),
    [("1999-12-31", MONTH_FAULT), ("2000-01-01", ""), ("2099-12-01", ""), ("2100-01-01", MONTH_FAULT)],
)
@pytest.mark.parametrize(("row", "column"), [(usage, "Month"), (ea, "Date")])
def test_a_month_that_no_row_may_be_of_is_told_with_the_row_of_the_file(
    tmp_path: Path, row: Any, column: str, day: str, reason: str
) -> None:
    usual = [row(**{column: "2026-10-01"}) for _ in range(4)]
    report = import_one(write_csv(tmp_path / "f.csv", [*usual, row(**{column: day})]), tmp_path / "facts")
    told = [(one["row"], one["column"], one["value"], one["reason"]) for one in (rejects(report) if reason else [])]
    assert (report.kept, told) == ((4, [("6", column, day, reason)]) if reason else (5, []))


@pytest.mark.parametrize("row", [usage, ea])
def test_a_shortened_id_of_a_subscription_is_told_with_the_row_of_the_file(tmp_path: Path, row: Any) -> None:
    rows = [row() for _ in range(4)] + [row(SubscriptionId="4.50123E+06"), row(SubscriptionId="4.50123E6")]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    [told] = rejects(report)
    assert (told["row"], told["column"], told["value"]) == ("6", "SubscriptionId", "4.50123E+06")
    assert told["reason"].startswith("is an id that a spreadsheet shortened: ")


def test_a_row_that_is_set_aside_for_its_reseller_tells_nothing(tmp_path: Path) -> None:
    rows = [usage(PartnerAttributionType="CSP Tier 1", ResellerID=reseller) for reseller in ("555", "5.55E+02", "555")]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert (report.kept, report.rejected, report.sums) == (2, 1, {"acr": "25"})
    assert {(row["partner_id"], row["acr_usd"]) for row in table(tmp_path / "facts", "azure_usage")} == {
        ("101", "25.0000"),
        ("555", "25.0000"),
    }
