"""The rows behind a number: what the panel shows, and what the files hold, is what `explain` gives."""

from __future__ import annotations

import csv
import html
import io
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from attain.explaining.result import COLUMNS, Explanation
from attain.explaining.skilling import CertificateState
from attain.people.models import AuditEntry, Event
from attain.people.roles import Role
from attain.published import served
from attain.published.rows import FILTERS, Asked, Panels, selected
from attain.published.shapes import exact
from attain.scoring.rationals import cut
from attain.web.certificate_states import STATE_WORDS
from attain.web.dates import dated
from attain.workspace import Workspace
from tests.people.places import Places
from tests.web.membership.conftest import CONTOSO, DAY
from tests.web.membership.test_overview import text_of

ADDS = f"/{CONTOSO}/membership/security/net_customer_adds/"


@pytest.fixture(scope="module")
def adds(workspace: Workspace) -> Explanation:
    return workspace.explain(DAY, partner=CONTOSO, designation="security", metric="net_customer_adds", track="smb")


def _reasons(text: str) -> list[str]:
    return re.findall(r'<tr class="why-row"><td colspan="5"><span class="why">(.*?)</span></td>', text)


def _content(client: Client, address: str) -> bytes:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def _file(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_content(client, address).decode())))


def test_the_panel_shows_each_pool_with_its_formula_and_the_rows_of_the_first(admin: Client, adds: Explanation) -> None:
    text = text_of(admin, ADDS)
    assert all(pool.formula in text for pool in adds.pools)
    assert sorted(_reasons(text)) == sorted(dated(row.reason) for row in adds.rows if row.pool == "azure")
    assert sorted(_reasons(text_of(admin, f"{ADDS}?pool=all"))) == sorted(dated(row.reason) for row in adds.rows)


@pytest.mark.parametrize("keep", list(FILTERS))
def test_a_filter_keeps_its_rows_and_says_how_many(admin: Client, adds: Explanation, keep: str) -> None:
    wanted = selected(adds, Asked(keep=keep))
    text = text_of(admin, f"{ADDS}?pool=all&keep={keep}")
    assert sorted(_reasons(text)) == sorted(dated(row.reason) for row in wanted)
    assert f'<option value="{keep}" selected>{FILTERS[keep][0]} ({len(wanted)})</option>' in text


def test_a_search_finds_a_customer_and_nothing_else(admin: Client, adds: Explanation) -> None:
    name = next(row.name for row in adds.rows if row.name)
    wanted = [dated(row.reason) for row in adds.rows if name in row.name]
    assert sorted(_reasons(text_of(admin, f"{ADDS}?pool=all&q={name[:6].upper()}"))) == sorted(wanted)
    assert "Nothing fits." in text_of(admin, f"{ADDS}?q=no such customer")


def test_rows_are_sorted_by_what_the_address_says(admin: Client, adds: Explanation) -> None:
    text = text_of(admin, f"{ADDS}?pool=azure&sort=-after")
    rows = sorted((row for row in adds.rows if row.pool == "azure"), key=lambda row: row.after or 0, reverse=True)
    assert _reasons(text) == [dated(row.reason) for row in rows]
    assert 'aria-sort="descending"' in text


def test_rows_of_one_customer_stand_together_under_its_name(admin: Client, workspace: Workspace) -> None:
    found = workspace.explain(DAY, partner=CONTOSO, designation="modern-work", metric="usage_growth", track="smb")
    names = [row.name for row in found.rows if row.option == "cpor"]
    several = {name for name in names if name and names.count(name) > 1}
    text = text_of(admin, f"/{CONTOSO}/membership/modern-work/usage_growth/?pool=cpor&track=smb")
    assert several
    assert set(re.findall(r'<tr class="group-row"><th scope="rowgroup" colspan="5">(.*?)</th>', text)) == several


def test_the_file_of_all_rows_holds_what_explain_gives_and_adds_up_to_the_value(admin: Client, adds: Explanation) -> None:
    rows = _file(admin, f"{ADDS}rows.csv")
    assert list(rows[0]) == list(COLUMNS)
    assert [row["reason"] for row in rows] == [row.reason for row in adds.rows]
    assert sum(Decimal(row["change"]) for row in rows) == sum((row.change for row in adds.rows), Fraction(0)) == 4


def test_the_file_of_the_rows_shown_holds_exactly_these(admin: Client, adds: Explanation) -> None:
    asked = "pool=azure&keep=counts&sort=-after"
    text = text_of(admin, f"{ADDS}?{asked}")
    link = html.unescape(next(url for url in re.findall(r'href="([^"]*rows\.csv[^"]*)"', text) if "?" in url))
    assert [dated(row["reason"]) for row in _file(admin, link)] == _reasons(text)
    assert len(_file(admin, link)) < len(adds.rows)


def test_the_workbook_holds_the_same_numbers(admin: Client, adds: Explanation) -> None:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(_content(admin, f"{ADDS}rows.xlsx"))).get_sheet_by_index(0).to_python()
    assert sheet[0] == list(COLUMNS)
    after = [Fraction(str(row[COLUMNS.index("after")] or 0)) for row in sheet[1:]]
    assert after == [Fraction(exact(cut(row.after or Fraction(0)))) for row in adds.rows]


def test_a_download_is_in_the_audit_log(admin: Client, adds: Explanation) -> None:
    _content(admin, f"{ADDS}rows.csv")
    entry = AuditEntry.objects.filter(event=Event.EXPORTED).latest("pk")
    assert entry.partner_id == CONTOSO
    assert entry.detail == f"security-net_customer_adds-{CONTOSO}-{DAY}.csv, {len(adds.rows)} rows"


@pytest.mark.parametrize("metric", ["net_customer_adds", "intermediate_certifications"])
def test_who_may_not_see_the_panel_takes_nothing_of_it_away(admin: Client, places: Places, metric: str) -> None:
    viewer = Client()
    viewer.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    for kind in ("csv", "xlsx"):
        address = f"/{CONTOSO}/membership/security/{metric}/rows.{kind}"
        assert _content(admin, address)
        assert viewer.get(address).status_code == 403
    assert not AuditEntry.objects.filter(event=Event.EXPORTED, user=places.people[Role.EXECUTIVE_REPORT_VIEWER]).exists()


def test_a_file_of_rows_that_nobody_was_shown_yet_is_that_of_the_panel(
    admin: Client, adds: Explanation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are looked up for the file and sent in its order; the log has their number before the first of them leaves."""
    panels = Panels()
    monkeypatch.setattr(served, "_panels", panels)
    answer: Any = admin.get(f"{ADDS}rows.csv?keep=counts")
    before = AuditEntry.objects.filter(event=Event.EXPORTED).count()
    pieces = iter(answer.streaming_content)
    first = next(pieces)
    assert AuditEntry.objects.filter(event=Event.EXPORTED).count() == before + 1
    assert AuditEntry.objects.filter(event=Event.EXPORTED).latest("pk").detail.endswith(f"what fits of {len(adds.rows)} rows")
    rows = list(csv.DictReader(io.StringIO(b"".join([first, *pieces]).decode())))
    assert [row["reason"] for row in rows] == [row.reason for row in selected(adds, Asked(keep="counts"))]
    whole = _file(admin, f"{ADDS}rows.csv")
    assert [row["reason"] for row in whole] == [row.reason for row in adds.rows]
    assert AuditEntry.objects.filter(event=Event.EXPORTED).latest("pk").detail.endswith(f", {len(adds.rows)} rows")
    assert len(panels) == 0, "nothing is held for the file"


def test_an_unknown_filter_is_refused_before_a_file_begins(admin: Client) -> None:
    assert admin.get(f"{ADDS}rows.csv?keep=losts").status_code == 400
    assert admin.get(f"{ADDS}rows.csv?sort=chang").status_code == 400


def test_certificates_show_people_steps_and_dates(admin: Client, workspace: Workspace) -> None:
    text = text_of(admin, f"/{CONTOSO}/membership/security/intermediate_certifications/")
    skilling = workspace.skilling(DAY, partner=CONTOSO, tracks={"security": "smb"})
    assert skilling.certificates
    for one in skilling.certificates:
        assert one.person_name in text
        assert f"{one.earned_on:%-d %b %Y}" in text
        assert dated(one.why) in text
    for step in skilling.steps:
        assert step.ref.step_name in text
    states = {one.state for one in skilling.certificates}
    assert {"counts", "expired"} <= states
    assert "Expired" in text


PEOPLE = f"/{CONTOSO}/membership/security/intermediate_certifications/"


def _codes(text: str) -> list[str]:
    return re.findall(r"<td data-label=\"Certificate\">([A-Z]+-\d+)<span class=\"cell-note\">", text)


@pytest.mark.parametrize("state", ["counts", "expired", "not_linked", "left"])
def test_certificates_are_filtered_by_what_became_of_them_and_the_file_holds_those_shown(
    admin: Client, workspace: Workspace, state: CertificateState
) -> None:
    found = workspace.skilling(DAY, partner=CONTOSO, tracks={"security": "smb"}).certificates
    wanted = [one for one in found if one.state == state]
    text = text_of(admin, f"{PEOPLE}?keep={state}")
    assert _codes(text) == [one.code for one in wanted]
    assert f'<option value="{state}" selected>{STATE_WORDS[state][0]} ({len(wanted)})</option>' in text
    assert ("Nothing fits." in text) is not wanted
    link = html.unescape(next(url for url in re.findall(r'href="([^"]*rows\.csv[^"]*)"', text) if "?" in url))
    rows = _file(admin, link)
    assert [(row["person"], row["certification"], row["earned_on"], row["state"]) for row in rows] == [
        (one.person_name, one.code, one.earned_on.isoformat(), one.state) for one in wanted
    ]


def test_a_search_finds_the_certificates_of_a_person(admin: Client, workspace: Workspace) -> None:
    found = workspace.skilling(DAY, partner=CONTOSO, tracks={"security": "smb"}).certificates
    name = found[0].person_name
    assert _codes(text_of(admin, f"{PEOPLE}?q={name.upper()}")) == [one.code for one in found if one.person_name == name]
    assert "Nothing fits." in text_of(admin, f"{PEOPLE}?q=nobody of that name")
    assert "certificates are not filtered by" in admin.get(f"{PEOPLE}?keep=expird").content.decode()


def test_the_file_of_all_certificates_says_which_steps_and_gates_each_serves(admin: Client, workspace: Workspace) -> None:
    found = workspace.skilling(DAY, partner=CONTOSO, tracks={"security": "smb"}).certificates
    rows = _file(admin, f"{PEOPLE}rows.csv")
    assert [row["steps"] for row in rows] == ["; ".join(ref.step_name for ref in one.serves) for one in found]
    assert {row["gates"] for row in rows} > {""}
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(_content(admin, f"{PEOPLE}rows.xlsx"))).get_sheet_by_index(0).to_python()
    assert [row[2] for row in sheet] == ["certification", *(one.code for one in found)]
    assert [row[4] for row in sheet[1:]] == [one.earned_on for one in found]


def test_htmx_gets_the_panel_alone(admin: Client) -> None:
    part = admin.get(ADDS, headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
    assert "<html" not in part
    assert 'id="panel-title"' in part
    for address in (ADDS, f"/{CONTOSO}/membership/security/intermediate_certifications/"):
        alone = admin.get(address, headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
        assert alone.strip() in admin.get(address).content.decode(), "the panel beside its page is the same"


def test_a_tenant_is_split_by_subscription_and_workload_one_link_away(admin: Client, workspace: Workspace, adds: Explanation) -> None:
    row = next(row for row in adds.rows if row.pool == "azure" and row.after)
    link = f"{ADDS}tenants/{row.tenant_id}/"
    assert f'href="{link}"' in text_of(admin, ADDS)
    text = text_of(admin, link)
    found = workspace.parts(DAY, partner=CONTOSO, designation="security", metric="net_customer_adds", track="smb", tenant=row.tenant_id)
    assert sum(part.after for part in found if part.pool == "azure") == row.after
    assert all(part.name in text for part in found)
    assert f"Net customer adds: {row.name}" in text


def test_a_split_by_location_is_offered_where_there_are_several(admin: Client) -> None:
    assert "Split by location" not in text_of(admin, ADDS)
    assert CONTOSO in text_of(admin, f"{ADDS}locations/")
