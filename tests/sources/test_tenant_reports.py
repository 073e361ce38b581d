from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.rulebook.load import load_book
from attain.sources.graph_subscribed_skus import PLANS
from attain.sources.importing import ImportReport
from attain.sources.tenant_report import SERVICES
from tests.sources.folders import T1, T2, import_one, rejects, table, write_csv

SAMPLES = Path(__file__).parent / "samples"
SERVICE_USERS = SAMPLES / "graph_service_users.csv"
ACTIVITY = SAMPLES / "graph_user_activity.csv"
APPS = SAMPLES / "graph_app_users.csv"
SKUS = SAMPLES / "graph_subscribed_skus.json"
OCTOBER = dt.date(2026, 10, 31)


def taken(path: Path, facts: Path) -> ImportReport:
    return import_one(path, facts, partner="601", tenant=T1, as_of=OCTOBER)


def usage(facts: Path) -> dict[str, tuple[str, ...]]:
    """Give paid licenses, assigned licenses and active users by workload, of one month of one partner and tenant."""
    rows = table(facts, "workload_usage")
    assert {(row["month"], row["partner_id"], row["tenant_id"]) for row in rows} == {("2026-10-01", "601", T1)}
    found = {row["workload"]: tuple(row.get(count, "") for count in ("paid_licenses", "assigned_licenses", "active_users")) for row in rows}
    assert len(found) == len(rows)
    return found


def test_the_workloads_are_those_of_the_catalog() -> None:
    assert {*PLANS.values(), *SERVICES.values()} <= set(load_book().catalog.workloads.codes)


def test_active_users_by_service_count_in_the_month_of_most_of_their_days(tmp_path: Path) -> None:
    report = taken(SERVICE_USERS, tmp_path / "facts")
    assert report.source == "graph_service_users"
    assert usage(tmp_path / "facts") == {
        "exchange-online": ("", "", "290"),
        "sharepoint-online": ("", "", "170"),
        "viva-engage": ("", "", "12"),
        "teams": ("", "", "240"),
    }


@pytest.mark.parametrize(
    ("refreshed", "month"),
    [("2026-10-31", "2026-10-01"), ("2026-11-15", "2026-10-01"), ("2026-11-16", "2026-11-01"), ("2027-01-03", "2026-12-01")],
)
def test_the_month_of_a_rolling_period(tmp_path: Path, refreshed: str, month: str) -> None:
    taken(write_csv(tmp_path / "f.csv", [{"Report Refresh Date": refreshed, "Exchange Active": "5"}]), tmp_path / "facts")
    assert [row["month"] for row in table(tmp_path / "facts", "workload_usage")] == [month]


@pytest.mark.parametrize("period", ["7", "D90", "180"])
def test_another_period_is_left_out(tmp_path: Path, period: str) -> None:
    row = {"Report Refresh Date": "2026-10-31", "Exchange Active": "5", "Report Period": period}
    report = taken(write_csv(tmp_path / "f.csv", [row]), tmp_path / "facts")
    assert list(report.left_out) == [f"a period of {period.removeprefix('D')} days: export the one of 30 (D30)"]
    assert report.tables == {}


def test_licenses_and_activity_by_user_without_names(tmp_path: Path) -> None:
    taken(ACTIVITY, tmp_path / "facts")
    assert usage(tmp_path / "facts") == {
        # the second user's last activity lies a day before the period, the third is deleted but was active
        "exchange-online": ("", "2", "2"),
        "sharepoint-online": ("", "2", "1"),
        "viva-engage": ("", "0", "0"),
        "teams": ("", "2", "2"),
    }
    held = b"".join(path.read_bytes() for path in (tmp_path / "facts").rglob("*") if path.is_file())
    assert b"5C9D1A" not in held.replace(ACTIVITY.name.encode(), b"")


def test_a_service_without_columns_is_not_one_that_nobody_uses(tmp_path: Path) -> None:
    with ACTIVITY.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    left_out = {"Has Yammer License", "Yammer Last Activity Date", "Teams Last Activity Date", "Has SharePoint License"}
    some = [{name: cell for name, cell in row.items() if name not in left_out} for row in rows]
    taken(write_csv(tmp_path / "f.csv", some), tmp_path / "facts")
    assert usage(tmp_path / "facts") == {
        "exchange-online": ("", "2", "2"),
        "sharepoint-online": ("", "", "1"),
        "teams": ("", "2", ""),
    }


@pytest.mark.parametrize(("path", "column"), [(ACTIVITY, "Has Teams License"), (ACTIVITY, "Is Deleted"), (APPS, "Mobile")])
def test_a_word_that_is_neither_yes_nor_no_is_set_aside(tmp_path: Path, path: Path, column: str) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    report = taken(write_csv(tmp_path / "f.csv", [*rows, rows[0] | {column: "WAHR"}]), tmp_path / "facts")
    assert [(row["column"], row["reason"]) for row in rejects(report)] == [(column, "neither yes nor no: write True or False")]
    assert report.kept == len(rows)


def test_a_row_that_is_set_aside_names_nobody_either(tmp_path: Path) -> None:
    text = ACTIVITY.read_text(encoding="utf-8").replace("2026-10-30", "soon", 1)
    path = tmp_path / "f.csv"
    path.write_text(text, encoding="utf-8")
    report = taken(path, tmp_path / "facts")
    assert [row["value"] for row in rejects(report)] == ["soon"]
    assert "5C9D1A" not in Path(report.rejects).read_text(encoding="utf-8-sig")


def test_users_of_installed_apps(tmp_path: Path) -> None:
    taken(APPS, tmp_path / "facts")
    assert usage(tmp_path / "facts") == {"microsoft-365-apps": ("", "", "2")}


def test_paid_and_assigned_seats_of_what_a_tenant_bought(tmp_path: Path) -> None:
    report = taken(SKUS, tmp_path / "facts")
    assert report.source == "graph_subscribed_skus"
    assert usage(tmp_path / "facts") == {"exchange-online": ("325", "290", ""), "teams": ("310", "280", "")}
    assert report.left_out == {
        "ended or suspended subscriptions": 1,
        "products without a workload of the programme": 1,
        "trials and free products: no paid seats": 1,
    }


def skus(tmp_path: Path, *changes: dict[str, object], tenant: str = T1) -> ImportReport:
    first = json.loads(SKUS.read_text(encoding="utf-8"))["value"][0]
    path = tmp_path / "f.json"
    path.write_text(json.dumps({"value": [first | change for change in changes]}), encoding="utf-8")
    return import_one(path, tmp_path / "facts", partner="601", tenant=tenant, as_of=OCTOBER)


def test_a_product_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    report = skus(tmp_path, {}, {"skuId": "other", "consumedUnits": 1}, {"consumedUnits": 300})
    assert [(row["column"], row["reason"]) for row in rejects(report)] == [("skuId", "the same product is there before")]
    assert usage(tmp_path / "facts") == {"exchange-online": ("620", "281", ""), "teams": ("620", "281", "")}


def test_products_of_another_tenant_than_was_said_are_told(tmp_path: Path) -> None:
    assert skus(tmp_path, {}).warnings == ()
    assert skus(tmp_path, {"accountId": "none"}).warnings == ()
    [warning] = skus(tmp_path, {}, tenant=T2).warnings
    assert warning == f"the products are of the account {T1}, --tenant says {T2}: see whose file this is"


def test_of_two_reports_of_a_month_in_one_file_the_later_counts(tmp_path: Path) -> None:
    days = [("2026-10-30", "250"), ("2026-11-02", "290"), ("2026-11-02", "291"), ("2026-11-20", "300")]
    rows = [{"Report Refresh Date": day, "Exchange Active": users} for day, users in days]
    report = taken(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    found = {row["month"]: row["active_users"] for row in table(tmp_path / "facts", "workload_usage")}
    assert found == {"2026-10-01": "290", "2026-11-01": "300"}
    assert (report.kept, report.left_out) == (2, {"a report of an earlier day: a later one of the month is in the file": 1})
    assert [row["reason"] for row in rejects(report)] == ["the same report is there before"]


@pytest.mark.parametrize("path", [ACTIVITY, APPS], ids=lambda path: path.stem)
def test_users_of_two_reports_of_a_month_count_once(tmp_path: Path, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    taken(path, tmp_path / "facts")
    known = usage(tmp_path / "facts")
    earlier = [row | {"Report Refresh Date": "2026-10-30"} for row in rows]
    report = taken(write_csv(tmp_path / "f.csv", [*earlier, *rows]), tmp_path / "again")
    assert usage(tmp_path / "again") == known
    assert (report.kept, sum(report.left_out.values())) == (3, 3)


def test_what_two_files_tell_of_one_tenant_stands_side_by_side(tmp_path: Path) -> None:
    for order in ([SKUS, SERVICE_USERS], [SERVICE_USERS, SKUS]):
        facts = tmp_path / order[0].stem
        for path in order:
            taken(path, facts)
        assert usage(facts)["teams"] == ("310", "280", "240")
        assert usage(facts)["viva-engage"] == ("", "", "12")


def test_a_newer_file_replaces_what_it_tells_itself(tmp_path: Path) -> None:
    taken(SERVICE_USERS, tmp_path / "facts")
    newer = {"Report Refresh Date": "2026-11-03", "Exchange Active": "295", "Teams Active": "241"}
    taken(write_csv(tmp_path / "f.csv", [newer]), tmp_path / "facts")
    assert usage(tmp_path / "facts")["teams"] == ("", "", "241")
    assert usage(tmp_path / "facts")["sharepoint-online"] == ("", "", "170")


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"partner": "601"}, "say --tenant"),
        ({"tenant": T1}, "say --partner"),
        ({}, "say --partner and --tenant"),
        ({"partner": "601", "tenant": T1}, "say --as-of with the day it was fetched"),
    ],
)
def test_a_file_that_names_nobody_needs_to_be_told(tmp_path: Path, options: dict[str, str], refusal: str) -> None:
    with pytest.raises(AttainError) as caught:
        import_one(SKUS, tmp_path / "facts", **options)
    assert caught.value.hint == refusal


def test_a_list_of_plans_that_is_none_is_set_aside(tmp_path: Path) -> None:
    answer = json.loads(SKUS.read_text(encoding="utf-8"))
    answer["value"] = [*answer["value"][:2], answer["value"][1], answer["value"][1] | {"servicePlans": "TEAMS1"}]
    path = tmp_path / "f.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    report = taken(path, tmp_path / "facts")
    assert [row["reason"] for row in rejects(report)] == ["no list of service plans"]
