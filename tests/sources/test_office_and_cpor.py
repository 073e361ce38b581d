"""Microsoft 365 usage, CPOR usage, Enterprise Mobility and Teams reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.errors import AttainError
from tests.sources.folders import T1, T2, rejects, table
from tests.sources.reports import imported, row, taken, without

OFFICE, CPOR, EMS, TEAMS = "insights_office_usage", "insights_cpor_usage", "insights_ems_usage", "insights_teams_usage"
USAGE = ("partner_id", "workload", "associations", "paid_licenses", "active_users")


def test_usage_as_the_contract_has_it(tmp_path: Path) -> None:
    imported(tmp_path, [row(OFFICE)])
    assert table(tmp_path / "facts", "workload_usage") == [
        {
            "month": "2026-10-01",
            "partner_id": "101",
            "tenant_id": T1,
            "workload": "exchange-online",
            "associations": "cpor",
            "paid_licenses": "310",
            "assigned_licenses": "",
            "active_users": "290",
            "capacity": "",
        }
    ]


def test_the_other_family_of_headers(tmp_path: Path) -> None:
    found = row(OFFICE, PartnerID="", PGAPartnerID="")
    renamed = without(found, "PartnerID", "PGAPartnerID", "Month", "CustomerTenantId", "PartnerAttributionType") | {
        "MpnId": "101",
        "PGA_MPNID": "100",
        "MonthKey": "202610",
        "CustomerTenantID": T1.replace("-", "").upper(),
        "PartnerAttachType": "dpor",
    }
    assert taken(tmp_path, "workload_usage", [renamed], "month", "tenant_id", *USAGE) == [
        ("2026-10-01", T1, "101", "exchange-online", "dpor", "310", "290")
    ]
    assert ("100", "global", "") in {
        (partner["partner_id"], partner["account"], partner["global_id"]) for partner in table(tmp_path / "facts", "partners")
    }


def test_active_users_may_exceed_licenses(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(OFFICE, PaidAvailableUnits="10", MonthlyActiveUsers="25"), row(OFFICE, 2)])
    assert report.rejected == 0
    assert [each["active_users"] for each in table(tmp_path / "facts", "workload_usage")] == ["25", "402"]


def test_twins_at_one_location_count_once_and_the_larger_of_each_column_stands(tmp_path: Path) -> None:
    rows = [
        row(OFFICE, PaidAvailableUnits="300", MonthlyActiveUsers="290"),
        row(OFFICE, PaidAvailableUnits="310", MonthlyActiveUsers="280", IsDuplicateRowForPGA="1"),
    ]
    assert taken(tmp_path, "workload_usage", rows, *USAGE) == [("101", "exchange-online", "cpor", "310", "290")]


def test_across_attributions_the_larger_stands_and_associations_are_united(tmp_path: Path) -> None:
    rows = [row(OFFICE, MonthlyActiveUsers="7"), row(OFFICE, PartnerAttributionType="CSP Tier 1", PaidAvailableUnits="5")]
    assert taken(tmp_path, "workload_usage", rows, *USAGE) == [("101", "exchange-online", "csp1+cpor", "310", "290")]


def test_twins_at_two_locations_stay_apart_for_the_load_to_unite(tmp_path: Path) -> None:
    found = taken(tmp_path, "workload_usage", [row(OFFICE), row(OFFICE, 1)], *USAGE)
    assert found == [(partner, "exchange-online", "cpor", "310", "290") for partner in ("101", "102")]


def test_an_empty_count_is_unknown_and_not_nothing(tmp_path: Path) -> None:
    rows = [row(OFFICE, PaidAvailableUnits="", MonthlyActiveUsers="NULL"), row(OFFICE, 2, PaidAvailableUnits="0")]
    assert taken(tmp_path, "workload_usage", rows, *USAGE) == [
        ("101", "exchange-online", "cpor", "", ""),
        ("101", "teams", "csp2", "0", "402"),
    ]


def test_without_attribution_the_associations_table_may_speak(tmp_path: Path) -> None:
    report = imported(tmp_path, [without(row(OFFICE), "PartnerAttributionType")])
    assert "associations" not in table(tmp_path / "facts", "workload_usage")[0]
    assert "the file names no attribution: the associations table decides what is recognized" in report.warnings


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("PaidAvailableUnits", "-3", "below 0"),
        ("MonthlyActiveUsers", "2.5", "not a whole number"),
        ("MonthlyActiveUsers", "9999999999999", "a number out of range"),
        ("PaidAvailableUnits", "many", "not a number"),
        ("WorkloadName", "", "empty"),
        ("CustomerTenantId", "adatum", "not a GUID"),
        ("CustomerTenantId", "", "empty"),
        ("Month", "", "empty"),
    ],
)
def test_a_row_that_cannot_be_believed_is_set_aside(tmp_path: Path, column: str, value: str, reason: str) -> None:
    report = imported(tmp_path, [row(OFFICE), row(OFFICE, 2), row(OFFICE) | {column: value.lstrip("'")}])
    [reject] = rejects(report)
    assert (reject["row"], reject["column"], reject["value"], reject["reason"]) == ("4", column, value if reason != "empty" else "", reason)


def test_a_row_without_a_partner_is_set_aside_unless_one_is_given(tmp_path: Path) -> None:
    nobody = row(OFFICE, PartnerID="0", PGAPartnerID="-1")
    [reject] = rejects(imported(tmp_path / "a", [row(OFFICE), row(OFFICE, 2), nobody]))
    assert (reject["column"], reject["reason"]) == ("PartnerID", "no partner is named: say --partner")
    assert taken(tmp_path / "b", "workload_usage", [nobody], "partner_id", partner="900") == [("900",)]


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("ProPlus", "microsoft-365-apps"),
        ("Office 365 ProPlus", "microsoft-365-apps"),
        ("Microsoft 365 Apps", "microsoft-365-apps"),
        ("Exchange", "exchange-online"),
        ("Yammer", "viva-engage"),
        ("SharePoint", "sharepoint-online"),
        ("Microsoft Intune", "intune"),
        ("Azure Active Directory Premium P1", "entra-id-p1"),
        ("Microsoft Teams", "teams"),
        ("Teams Platform", "teams-apps"),
        ("MDO", "defender-for-office-365"),
        ("Azure Advanced Threat Protection", "defender-for-identity"),
        ("Azure Information Protection", "purview-information-protection"),
        ("Microsoft Teams Phone", "teams-phone"),
    ],
)
def test_workloads_by_the_names_that_files_use(tmp_path: Path, label: str, code: str) -> None:
    assert taken(tmp_path, "workload_usage", [row(OFFICE, WorkloadName=label)], "workload") == [(code,)]


def test_an_unknown_workload_is_kept_and_reported(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(OFFICE, WorkloadName="Viva Enngage")])
    assert [found["workload"] for found in table(tmp_path / "facts", "workload_usage")] == ["Viva Enngage"]
    assert any(
        warning.startswith("workload 'Viva Enngage' is in no list of the programme and counts for nothing; nearest: Viva Engage")
        for warning in report.warnings
    )


# Customers


def test_a_masked_name_never_replaces_one_that_is_known(tmp_path: Path) -> None:
    rows = [row(OFFICE, Month="2026-09-01"), row(OFFICE, CustomerName="*****"), row(OFFICE, 1, CustomerName="A*** masked ***")]
    report = imported(tmp_path, rows)
    [customer] = table(tmp_path / "facts", "customers")
    assert (customer["name"], customer["tpid"]) == ("Adatum", "77")
    assert "names of some customers are masked: an earlier name stays, and CustomerTpid still tells whose tenant it is" in report.warnings


@pytest.mark.parametrize(
    ("name", "masked"), [("Redacted", True), ("[Masked]", True), ("###", True), ("Mask Makers Ltd", False), ("A*", False)]
)
def test_which_names_are_masked(tmp_path: Path, name: str, masked: bool) -> None:
    imported(tmp_path, [row(OFFICE, CustomerName=name)])
    assert table(tmp_path / "facts", "customers")[0]["name"] == ("" if masked else name)


def test_a_top_parent_id_of_nothing_is_none(tmp_path: Path) -> None:
    imported(tmp_path, [row(OFFICE, CustomerTpid="-1")])
    assert table(tmp_path / "facts", "customers")[0]["tpid"] == ""


# Months are keyed to their first day: that tells day and month apart where nothing else does


@pytest.mark.parametrize(
    ("months", "found"),
    [
        (("10/1/2026",), ["2026-10-01"]),
        (("01/10/2026",), ["2026-10-01"]),
        (("1/1/2026", "02/01/2026"), ["2026-01-01", "2026-02-01"]),
        (("01-01-2026", "01-02-2026"), ["2026-01-01", "2026-02-01"]),
    ],
)
def test_a_month_decides_the_order_of_dates(tmp_path: Path, months: tuple[str, ...], found: list[str]) -> None:
    rows = [row(OFFICE, Month=month) for month in months]
    assert [month for (month,) in taken(tmp_path, "workload_usage", rows, "month")] == found


def test_a_month_that_may_be_either_is_not_guessed(tmp_path: Path) -> None:
    report = imported(tmp_path, [row(OFFICE, Month="1/1/2026"), row(OFFICE, 2), row(OFFICE, Month="2/3/2026")])
    assert [reject["value"] for reject in rejects(report)] == ["2/3/2026"]


# CPOR


def test_a_claim_becomes_an_association_with_its_workload_as_scope(tmp_path: Path) -> None:
    imported(tmp_path, [row(CPOR, number) for number in range(3)])
    assert table(tmp_path / "facts", "associations") == [
        {
            "partner_id": "101",
            "tenant_id": T1,
            "association": "cpor",
            "scope": "exchange-online",
            "started_on": "2026-04-17",
            "claim_id": "CLM-00017",
        },
        {
            "partner_id": "101",
            "tenant_id": T2,
            "association": "cpor",
            "scope": "defender-for-office-365",
            "started_on": "2025-11-02",
            "claim_id": "CLM-00021",
        },
    ]
    assert {each["associations"] for each in table(tmp_path / "facts", "workload_usage")} == {"cpor"}


def test_a_claim_without_a_column_of_attributions_is_cpor(tmp_path: Path) -> None:
    rows = [without(row(CPOR), "PartnerAttributionType")]
    assert taken(tmp_path, "associations", rows, "association") == [("cpor",)]
    assert [each["associations"] for each in table(tmp_path / "facts", "workload_usage")] == ["cpor"]


def test_a_kind_of_cpor_is_kept(tmp_path: Path) -> None:
    rows = [row(CPOR, PartnerAttributionType="CPOR OSU")]
    assert taken(tmp_path, "associations", rows, "association") == [("cpor_osu",)]


def test_a_claim_without_a_date_has_no_start(tmp_path: Path) -> None:
    rows = [row(CPOR, DateAssociated="")]
    assert taken(tmp_path, "associations", rows, "started_on", "claim_id") == [("", "CLM-00017")]


# Enterprise Mobility


def test_one_row_tells_of_four_workloads(tmp_path: Path) -> None:
    assert taken(tmp_path, "workload_usage", [row(EMS)], *USAGE) == [
        ("101", "defender-for-identity", "cpor", "", "150"),
        ("101", "entra-id-p1", "cpor", "200", "180"),
        ("101", "intune", "cpor", "200", "120"),
        ("101", "purview-information-protection", "cpor", "200", "12"),
    ]


def test_subscriptions_add_up_and_free_ones_bring_users_alone(tmp_path: Path) -> None:
    found = taken(tmp_path, "workload_usage", [row(EMS), row(EMS, 1)], *USAGE)
    assert ("101", "entra-id-p1", "cpor", "200", "184") in found
    assert ("101", "intune", "cpor", "200", "123") in found
    assert taken(tmp_path / "a", "workload_usage", [row(EMS), row(EMS, 1, FreeVsPaidSKU="Paid")], *USAGE)[1][3] == "225"


def test_the_name_of_attributions_over_rest(tmp_path: Path) -> None:
    found = without(row(EMS), "PartnerAttributionType") | {"PartnerAttachType": "CPOR"}
    assert {each[2] for each in taken(tmp_path, "workload_usage", [found], *USAGE)} == {"cpor"}


def test_a_subset_of_the_columns_tells_of_its_workloads(tmp_path: Path) -> None:
    columns = ("MPNID", "CustomerTenantId", "Month", "IntuneMonthlyActiveUsers")
    found = {column: row(EMS)[column] for column in columns}
    report = imported(tmp_path, [found])
    assert [(each["workload"], each["active_users"]) for each in table(tmp_path / "facts", "workload_usage")] == [("intune", "120")]
    assert any("IntunePaidAvailableUnits" in feed.missing for feed in report.feeds)


def test_a_row_without_figures_is_left_out(tmp_path: Path) -> None:
    empty = {column: "" for column in row(EMS) if column.endswith(("Units", "Users", "ActiveUsage"))}
    report = imported(tmp_path, [row(EMS), row(EMS, 1) | empty])
    assert report.left_out == {"no figures of any workload": 1}


# Teams


def test_teams_usage_is_the_partners_that_is_given_and_carries_no_associations(tmp_path: Path) -> None:
    rows = [row(TEAMS), row(TEAMS, 1), row(TEAMS, SubWorkload="Chat")]
    found = taken(tmp_path, "workload_usage", rows, "month", "partner_id", "workload", "paid_licenses", "active_users", partner="100")
    assert found == [
        ("2026-10-01", "100", "Chat", "", "246"),
        ("2026-10-01", "100", "teams-meetings", "", "246"),
        ("2026-10-01", "100", "teams-phone", "", "51"),
    ]
    assert "associations" not in table(tmp_path / "facts", "workload_usage")[0]


def test_teams_usage_with_the_column_spelled_right(tmp_path: Path) -> None:
    found = without(row(TEAMS), "AllUpPartiticipants") | {"AllUpParticipants": "9"}
    assert taken(tmp_path, "workload_usage", [found], "active_users", partner="100") == [("9",)]


def test_teams_usage_without_a_partner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="no partner is named: say --partner"):
        imported(tmp_path, [row(TEAMS)])
