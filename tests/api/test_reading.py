"""What is published, as JSON: partners, overview, a designation, history, and the rows behind a metric."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import polars as pl
import pytest

from attain.people.models import AuditEntry, Event, Organization, OrganizationPartner
from attain.people.roles import Role
from attain.published import read
from attain.published.models import Publication, PublishedDesignation, PublishedPartner
from tests.api.calling import Caller
from tests.people.places import OTHER, OWN, Places

SECURITY = f"/partners/{OWN}/designations/security"
CUSTOMERS = f"{SECURITY}/metrics/net_customer_adds/rows"
PEOPLE = f"{SECURITY}/metrics/intermediate_certifications/rows"


def test_the_overview_says_what_is_published(caller: Caller, served: Publication) -> None:
    answer = caller.get(f"/partners/{OWN}").json()
    found = read.overview(OWN, served)
    assert answer["partner"]["partner_id"] == OWN
    assert answer["publication"]["day"] == "2026-11-24"
    assert [one["designation"] for one in answer["designations"]] == [one.id for one in found.designations]
    for said, known in zip(answer["designations"], found.designations, strict=True):
        assert Decimal(said["total"]) == known.selected.exact_total
        assert (said["track"], said["status"], said["blocks"]) == (known.row.track, known.row.status, known.row.blocks)


def test_a_designation_has_every_metric_of_every_track(caller: Caller, served: Publication) -> None:
    answer = caller.get(SECURITY).json()
    _, found = read.designation(OWN, "security", served)
    said = {(track["track"], metric["metric"]): Decimal(metric["points"]) for track in answer["tracks"] for metric in track["metrics"]}
    assert said == {(track.id, metric.id): metric.exact_points for track in found.tracks for metric in track.metrics}
    assert [track["track"] for track in answer["tracks"] if track["selected"]] == [answer["track"]]


def test_a_history_has_every_month_and_day(caller: Caller, served: Publication) -> None:
    answer = caller.get(f"{SECURITY}/history").json()
    found = read.history(OWN, "security", served)
    assert [month["month"] for month in answer["months"]] == [point.month for point in found.months]
    assert len(answer["days"]) == len(found.days) > 0


def test_rows_come_page_by_page_and_add_up(caller: Caller) -> None:
    page = caller.get(f"{CUSTOMERS}?limit=4").json()
    rows = list(page["rows"])
    while page["next"]:
        page = caller.get(f"{CUSTOMERS}?limit=4&cursor={page['next']}").json()
        rows += page["rows"]
    assert len(rows) == page["count"] > 4
    value = next(
        metric["value"]
        for track in caller.get(SECURITY).json()["tracks"]
        if track["selected"]
        for metric in track["metrics"]
        if metric["metric"] == "net_customer_adds"
    )
    assert sum(Decimal(row["change"]) for row in rows) == Decimal(value)
    assert page["counts"]["all"] == page["count"]


def test_rows_are_filtered_searched_and_sorted(caller: Caller) -> None:
    everything = caller.get(f"{CUSTOMERS}?limit=1000").json()
    counts = caller.get(f"{CUSTOMERS}?keep=counts").json()
    assert counts["count"] == everything["counts"]["counts"] == sum(row["counted_after"] for row in everything["rows"])
    first = everything["rows"][0]["name"]
    found = caller.get(f"{CUSTOMERS}?search={first}").json()
    assert first in {row["name"] for row in found["rows"]}
    changes = [Decimal(row["change"]) for row in caller.get(f"{CUSTOMERS}?sort=change&descending=true&limit=1000").json()["rows"]]
    assert changes == sorted(changes, reverse=True)


@pytest.mark.parametrize("asked", ["keep=countz", "sort=nam", "track=x"])
def test_an_unknown_filter_or_sort_is_a_problem_with_the_nearest_name(caller: Caller, asked: str) -> None:
    answer = caller.get(f"{CUSTOMERS}?{asked}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"].startswith("unknown-")
    assert answer.json()["hint"]


def test_what_is_not_there_is_not_found(caller: Caller) -> None:
    assert caller.get(f"/partners/{OTHER}").json()["code"] == "not-found"
    assert caller.get(f"/partners/{OWN}/designations/securty").json()["hint"] == "did you mean security?"
    for path in (f"/partners/{OTHER}", f"/partners/{OWN}/designations/securty", f"{SECURITY}/metrics/x/rows", "/nothing-here"):
        assert caller.get(path).status_code == 404, path


def test_the_same_rows_as_csv_and_parquet(caller: Caller) -> None:
    rows = caller.get(f"{CUSTOMERS}?limit=1000&keep=counts").json()["rows"]
    answer = caller.get(f"{CUSTOMERS}?keep=counts", Accept="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    written = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["tenant_id"] for row in written] == [row["tenant_id"] for row in rows]
    frame = pl.read_parquet(io.BytesIO(caller.get(f"{CUSTOMERS}?keep=counts&format=parquet").getvalue()))
    assert frame["change"].to_list() == [Decimal(row["change"]) for row in rows]
    entries = AuditEntry.objects.filter(event=Event.EXPORTED)
    assert [(entry.partner_id, entry.actor) for entry in entries] == [(OWN, "partner_admin@contoso.example (test)")] * 2


MEMBERSHIP = (
    f"/partners/{OWN}",
    SECURITY,
    f"{SECURITY}/history",
    CUSTOMERS,
    f"{PEOPLE}?format=csv",
    f"{SECURITY}/metrics/net_customer_adds/parts",
    f"/partners/{OWN}/scores",
    f"/partners/{OWN}/statuses",
    f"/partners/{OWN}/difference?from=2026-10-31&to=2026-11-24",
    f"/partners/{OWN}/reconciliation",
)


@pytest.mark.parametrize("path", MEMBERSHIP)
def test_what_membership_shows_is_for_its_roles_and_the_answer_names_them(caller: Caller, path: str) -> None:
    assert caller.get(path).status_code == 200
    answer = caller.get(path, Role.EXECUTIVE_REPORT_VIEWER)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "The Membership workspace needs the role Global admin or Partner admin."


def test_the_qualification_summary_has_every_metric_of_every_track_for_who_sees_insights(caller: Caller, served: Publication) -> None:
    answer = caller.get(f"/partners/{OWN}/qualification", Role.EXECUTIVE_REPORT_VIEWER).json()
    found = read.overview(OWN, served)
    said = {
        (one["designation"], track["track"], metric["metric"]): Decimal(metric["points"])
        for one in answer["designations"]
        for track in one["tracks"]
        for metric in track["metrics"]
    }
    known = {
        (one.id, track.id, metric.id): metric.exact_points for one in found.designations for track in one.tracks for metric in track.metrics
    }
    assert said == known
    counting = {one["designation"]: [track["track"] for track in one["tracks"] if track["selected"]] for one in answer["designations"]}
    assert counting == {one.id: [one.row.track] for one in found.designations}


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from attain.explaining.result import ExplainedRow
    from attain.published import served

    plain = served.rows_for_file

    def with_formula(*asked: object) -> list[ExplainedRow]:
        found = plain(*asked)  # pyright: ignore[reportArgumentType] - handed on as it came
        return [replace(row, name='=HYPERLINK("x")') for row in list(found)[:1]]

    monkeypatch.setattr(served, "rows_for_file", with_formula)
    text = caller.get(f"{CUSTOMERS}?format=csv").getvalue().decode()
    assert next(csv.DictReader(io.StringIO(text)))["name"] == '\'=HYPERLINK("x")'


def test_partners_are_those_of_the_caller(caller: Caller, served: Publication, places: Places) -> None:
    assert [one["partner_id"] for one in caller.get("/partners").json()["partners"]] == [OWN]
    assert caller.get("/partners", Role.LEARNER).json() == {"partners": [], "next": ""}
    Organization.objects.filter(pk=places.partner.pk).update(sees_all=True)
    assert len(caller.get("/partners").json()["partners"]) == served.partners


def test_cursors_hold_when_partners_come_between(caller: Caller, served: Publication, places: Places) -> None:
    Organization.objects.filter(pk=places.partner.pk).update(sees_all=True)
    before = [one["partner_id"] for one in caller.get("/partners").json()["partners"]]
    first = caller.get("/partners?limit=2").json()
    ahead = PublishedPartner.objects.get(publication=served, partner_id=before[0])
    ahead.pk, ahead.partner_id, ahead.name, ahead.name_folded = None, "0", "", "  first of all"
    ahead.save()
    rest = caller.get(f"/partners?limit=100&cursor={first['next']}").json()
    assert [one["partner_id"] for one in (*first["partners"], *rest["partners"])] == before
    assert rest["next"] == ""


def test_a_cursor_of_another_list_or_made_up_is_refused(caller: Caller, places: Places) -> None:
    of_rows = caller.get(f"{CUSTOMERS}?limit=1").json()["next"]
    for made in (of_rows, "made-up", "a:b:c"):
        answer = caller.get(f"/partners?cursor={made}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor")
    assert caller.get(f"{CUSTOMERS}?limit=1&keep=counts&cursor={of_rows}").status_code == 400


UNCHANGED = [
    "/me",
    "/publication",
    "/partners",
    f"/partners/{OWN}",
    f"/partners/{OWN}/qualification",
    SECURITY,
    f"{SECURITY}/history",
    CUSTOMERS,
]


@pytest.mark.parametrize("path", UNCHANGED)
def test_an_answer_that_did_not_change_is_not_sent_again(caller: Caller, path: str) -> None:
    answer = caller.get(path)
    tag = answer["ETag"]
    again = caller.get(path, If_None_Match=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert caller.get(path, If_None_Match='"another"').status_code == 200


def test_the_tag_changes_with_what_is_published(caller: Caller) -> None:
    tag = caller.get(f"/partners/{OWN}")["ETag"]
    row = PublishedPartner.objects.get(partner_id=OWN)
    designations = list(PublishedDesignation.objects.filter(account=row))
    row.pk = None
    PublishedPartner.objects.filter(partner_id=OWN).delete()
    row.save()
    for one in designations:
        one.pk, one.account = None, row
        one.save()
    answer = caller.get(f"/partners/{OWN}", If_None_Match=tag)
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_an_organization_that_lost_its_partner_no_longer_sees_it(caller: Caller) -> None:
    assert caller.get(f"/partners/{OWN}").status_code == 200
    OrganizationPartner.objects.filter(partner_id=OWN).delete()
    assert caller.get(f"/partners/{OWN}").status_code == 404
