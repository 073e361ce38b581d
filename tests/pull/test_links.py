from __future__ import annotations

import csv
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources.partner_center.pull import Destination, Pulled, pull_links
from tests.pull.conftest import Asking
from tests.pull.services import TENANT, json_reply
from tests.sources.folders import T1, T2, import_one, rejects, table, write_csv

MANAGEMENT = "ManagementPartner"


def link(tenant: str, **cells: str) -> dict[str, str]:
    return {
        "partnerId": "900",
        "tenantId": tenant,
        "objectId": "aa67f786-0552-423e-8849-244ed12bf581",
        "version": "1",
        "createdTime": "2026-01-20T01:23:40.5280496Z",
        "updatedTime": "2026-01-20T01:52:57.9126052Z",
        "state": "Active",
        **cells,
    }


def pulled(asking: Asking, into: Path, *tenants: str) -> Pulled:
    with asking.connected() as connected:
        return pull_links(connected, Destination(into), tenants)


def links_of(facts: Path) -> list[tuple[str, ...]]:
    return [
        tuple(row[name] for name in ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on"))
        for row in table(facts, "associations")
    ]


def test_the_link_in_each_directory_becomes_an_association(asking: Asking, tmp_path: Path) -> None:
    asking.services.links = {T1: link(T1), T2: link(T2, partnerId="901", createdTime="2025-12-31T23:59:59Z")}
    got = pulled(asking, tmp_path / "facts", T1, T2, TENANT)
    assert links_of(tmp_path / "facts") == [("900", T1, "pal", "", "2026-01-20", ""), ("901", T2, "pal", "", "2025-12-31", "")]
    assert got.notes == [f"{TENANT}: who signs in has no partner admin link there"]
    assert {request.path.split("/")[1] for request in asking.services.asked("POST", "/token")} == {T1, T2, TENANT}
    assert all("x-aaduserticket" not in request.headers for request in asking.services.asked("GET", MANAGEMENT))
    assert [request.query for request in asking.services.asked("GET", MANAGEMENT)] == [{"api-version": "2018-02-01"}] * 3


def test_a_link_read_again_stands_once_and_ends_when_it_is_removed(asking: Asking, tmp_path: Path) -> None:
    asking.services.links = {T1: link(T1)}
    pulled(asking, tmp_path / "facts", T1)
    asking.services.links = {T1: link(T1, version="2", state="Deleted", updatedTime="2026-10-05T08:00:00Z")}
    pulled(asking, tmp_path / "facts", T1)
    assert links_of(tmp_path / "facts") == [("900", T1, "pal", "", "2026-01-20", "2026-10-05")]


def test_links_of_two_identities_stand_beside_each_other(asking: Asking, tmp_path: Path) -> None:
    asking.services.links = {T1: link(T1)}
    pulled(asking, tmp_path / "facts", T1)
    asking.services.links = {T1: link(T1, createdTime="2026-06-01T00:00:00Z", updatedTime="2026-06-01T00:00:00Z")}
    pulled(asking, tmp_path / "facts", T1)
    assert [row[4] for row in links_of(tmp_path / "facts")] == ["2026-01-20", "2026-06-01"]


def test_nothing_is_imported_where_nobody_has_a_link(asking: Asking, tmp_path: Path) -> None:
    assert pulled(asking, tmp_path / "facts", T1).reports == []
    assert not (tmp_path / "facts").exists()


def test_a_directory_that_refuses_is_named(asking: Asking, tmp_path: Path) -> None:
    asking.services.spoil("GET", MANAGEMENT, json_reply({"error": {"code": "AuthorizationFailed", "message": "No role"}}, 403))
    with pytest.raises(AttainError, match=rf"partner admin link in {T1}: access is refused \(HTTP 403\): No role"):
        pulled(asking, tmp_path / "facts", T1)


def test_an_answer_without_properties_is_refused(asking: Asking, tmp_path: Path) -> None:
    asking.services.spoil("GET", MANAGEMENT, json_reply({"value": []}))
    with pytest.raises(AttainError, match="holds no properties of a link"):
        pulled(asking, tmp_path / "facts", T1)


# the file by itself


def test_of_two_identities_an_open_link_stands(tmp_path: Path) -> None:
    ended = link(T1, state="Deleted", updatedTime="2026-03-01T00:00:00Z")
    for number, rows in enumerate(([link(T1), ended], [ended, link(T1)])):
        import_one(write_csv(tmp_path / f"{number}.csv", rows), tmp_path / str(number))
        assert links_of(tmp_path / str(number)) == [("900", T1, "pal", "", "2026-01-20", "")]


def test_of_two_ended_links_the_later_end_stands(tmp_path: Path) -> None:
    rows = [link(T1, state="Deleted", updatedTime=f"2026-0{month}-01T00:00:00Z") for month in (3, 5, 4)]
    import_one(write_csv(tmp_path / "links.csv", rows), tmp_path / "facts")
    assert links_of(tmp_path / "facts") == [("900", T1, "pal", "", "2026-01-20", "2026-05-01")]


def test_a_changed_link_and_the_limits_of_links_are_warned_of(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "links.csv", [link(T1, updatedTime="2026-05-01T00:00:00Z")])
    report = import_one(path, tmp_path / "facts")
    assert report.warnings[0].startswith(f"the link in {T1} was changed on 2026-05-01")
    assert "only where its identity has a role in Azure" in report.warnings[1]


def test_a_row_that_says_too_little_is_set_aside(tmp_path: Path) -> None:
    rows = [link(T1)] * 8 + [link("no guid"), link(T1, partnerId=""), link(T1, state="Deleted", updatedTime="")]
    report = import_one(write_csv(tmp_path / "links.csv", rows), tmp_path / "facts")
    assert [(row["column"], row["reason"]) for row in rejects(report)] == [
        ("tenantId", rejects(report)[0]["reason"]),
        ("partnerId", "empty"),
        ("state", "no longer active, but nothing says since when"),
    ]


def test_the_file_that_a_pull_writes_can_be_kept_and_imported_by_hand(asking: Asking, tmp_path: Path) -> None:
    asking.services.links = {T1: link(T1)}
    with asking.connected() as connected:
        pull_links(connected, Destination(tmp_path / "facts", files=tmp_path / "kept"), [T1])
    with (tmp_path / "kept" / "partner-admin-links.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.DictReader(stream)) == [link(T1)]
