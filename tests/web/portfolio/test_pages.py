"""The pages of a portfolio: calls recorded, segments made, renamed and removed, cohorts, others, filters, and the number of queries."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from attain.people.models import AuditEntry, Consent, Event, OrganizationPartner, Segment
from attain.people.roles import Role
from attain.people.segments import ids_of
from attain.published.models import PortfolioRow, Publication
from attain.recorded.models import ResellerCall
from tests.people.places import Places
from tests.published.market import DETAILED, FOREIGN, METRIC, OWN_ACCOUNT, SERVED, TOTALED, Market, publish
from tests.security.hostile import ELSEWHERE

HOME = "/portfolio/wide-world/"
ONE = "?designation=security"
PAGES = ("", ONE, "calls/", "segments/", "cohorts/?designation=security", "others/", f"resellers/{DETAILED}/")


def text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_before_anything_is_published_each_page_says_so(manager: Client, page: str) -> None:
    Publication.objects.all().delete()
    assert "Nothing is published yet" in text(manager.get(HOME + page))


@pytest.mark.parametrize("page", PAGES)
def test_pages_without_resellers(manager: Client, market: Market, page: str) -> None:
    OrganizationPartner.objects.filter(organization=market.distributor).delete()
    assert manager.get(HOME + page).status_code == (404 if page.startswith("resellers/") else 200)


def test_filters_of_the_list_are_those_of_its_files(manager: Client) -> None:
    for query, shown, hidden in (
        ("&consent=totals", TOTALED, DETAILED),
        ("&consent=none&sort=name", SERVED, TOTALED),
        ("&status=enrolled", DETAILED, OWN_ACCOUNT),
        ("&blocking=" + METRIC, OWN_ACCOUNT, DETAILED),
        ("&within=5", OWN_ACCOUNT, DETAILED),
        ("&at_risk=2026-12-25", DETAILED, TOTALED),
        ("&fresh=older", DETAILED, TOTALED),
    ):
        for address, line in ((HOME, ">Reseller {}</a>"), (f"{HOME}resellers.csv", ",Reseller {},")):
            body = text(manager.get(address + ONE + query))
            assert (line.format(shown) in body, line.format(hidden) in body) == (True, False), query


def test_what_is_no_filter_filters_nothing(manager: Client) -> None:
    body = text(manager.get(HOME + ONE + "&status=nonsense&within=-3&at_risk=soon&segment=77&sort=nonsense&page=99"))
    assert f"Reseller {DETAILED}" in body


def test_a_call_is_recorded_and_seen_by_the_distributor_alone(manager: Client, places: Places) -> None:
    back = f"{HOME}calls/?designation=security"
    answer = manager.post(f"{HOME}resellers/{TOTALED}/call/", {"note": "asked for certificates", "called": "on", "back": back})
    assert answer["Location"] == back
    call = ResellerCall.objects.get()
    assert (call.partner_id, call.called, call.organization) == (TOTALED, True, places.distributor)
    assert call.recorded_by == places.people[Role.DISTRIBUTOR_MANAGER].email
    assert "asked for certificates" in text(manager.get(f"{HOME}resellers/{TOTALED}/"))
    for bad in ELSEWHERE:
        answer = manager.post(f"{HOME}resellers/{TOTALED}/call/", {"note": "x", "back": bad})
        assert answer["Location"] == f"{HOME}resellers/{TOTALED}/"
    for unknown in (FOREIGN, "999999"):
        assert manager.post(f"{HOME}resellers/{unknown}/call/", {"note": "x"}).status_code == 404
    assert manager.post(f"{HOME}resellers/{SERVED}/call/", {"note": "ask for consent", "called": "on"}).status_code == 302
    assert "neither a call nor a note" in text(manager.post(f"{HOME}resellers/{SERVED}/call/", {"note": " "}, follow=True))


def test_the_call_list_and_its_file_say_why(manager: Client) -> None:
    PortfolioRow.objects.filter(partner_id=TOTALED).update(status="renewal_due", qualifies=True, next_event="renew_by")
    body = text(manager.get(f"{HOME}calls/{ONE}"))
    assert "Renewal due: 25 Nov 2026 is the last day to renew; today it qualifies." in body
    assert "Renewal due: 2026-11-25 is the last day to renew; today it qualifies." in text(manager.get(f"{HOME}calls.csv{ONE}"))
    workbook: Any = manager.get(f"{HOME}calls.xlsx")
    assert b"".join(workbook.streaming_content)[:2] == b"PK"
    assert AuditEntry.objects.filter(event=Event.EXPORTED).count() == 2
    assert "Nobody fits" in text(manager.get(f"{HOME}calls/{ONE}&state=called"))


def test_a_segment_is_saved_renamed_filtered_by_and_removed(manager: Client, market: Market) -> None:
    file = SimpleUploadedFile("north.csv", f"Name,Partner_Id\nTailspin,{SERVED}\n,\n".encode("utf-8-sig"))
    form = {"name": "  North   Sea ", "partners": f"{TOTALED}, {DETAILED}\n", "file": file}
    assert manager.post(f"{HOME}segments/save/", form).status_code == 302
    segment = Segment.objects.get(organization=market.distributor)
    assert segment.name == "North Sea"
    assert set(segment.partners.values_list("partner_id", flat=True)) == {TOTALED, DETAILED, SERVED}  # pyright: ignore[reportAttributeAccessIssue] - of the foreign key
    body = text(manager.get(f"{HOME}{ONE}&segment={segment.pk}"))
    assert (f">Reseller {TOTALED}</a>" in body, f">Reseller {OWN_ACCOUNT}</a>" in body) == (True, False)
    manager.post(f"{HOME}segments/{segment.pk}/rename/", {"name": "South"})
    assert "South" in text(manager.get(f"{HOME}segments/"))
    Segment.objects.create(organization=market.distributor, name="West")
    assert "already" in text(manager.post(f"{HOME}segments/{segment.pk}/rename/", {"name": "West"}, follow=True))
    assert "a name of 1 to" in text(manager.post(f"{HOME}segments/{segment.pk}/rename/", {"name": " "}, follow=True))
    manager.post(f"{HOME}segments/{segment.pk}/remove/")
    assert not Segment.objects.filter(pk=segment.pk).exists()
    assert AuditEntry.objects.filter(event=Event.SEGMENT_CHANGED).count() == 3


def test_a_segment_of_another_organization_is_not_there(manager: Client, places: Places) -> None:
    other = Segment.objects.create(organization=places.partner, name="Theirs")
    assert "no such segment" in text(manager.post(f"{HOME}segments/{other.pk}/remove/", follow=True))
    assert "no such segment" in text(manager.post(f"{HOME}segments/{other.pk}/rename/", {"name": "Mine"}, follow=True))
    assert Segment.objects.get(pk=other.pk).name == "Theirs"


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"name": "North"}, "one partner at least"),
        ({"name": " ", "partners": TOTALED}, "This field is required"),
        ({"name": "North", "partners": f"{TOTALED} {FOREIGN}"}, f"{FOREIGN}: not among the partners that you see"),
        ({"name": "North", "partners": "999999"}, "999999: not among the partners that you see"),
    ],
)
def test_what_cannot_be_a_segment_is_said_in_the_form(manager: Client, form: dict[str, str], fault: str) -> None:
    answer = manager.post(f"{HOME}segments/save/", form)
    assert fault in text(answer)
    assert not Segment.objects.exists()


def test_a_file_that_is_no_csv_is_refused(manager: Client) -> None:
    file = SimpleUploadedFile("north.csv", b"\xff\xfe\x00")
    assert "no CSV file in UTF-8" in text(manager.post(f"{HOME}segments/save/", {"name": "North", "file": file}))


def test_ids_are_read_from_the_column_that_is_named_or_the_first() -> None:
    assert ids_of("100\n101\n") == ["100", "101"]
    assert ids_of("name,MPN ID\na,100\nb, 101 \nc,\nd\n") == ["100", "101"]
    assert ids_of("\n\n") == []


def test_cohorts_show_a_chart_and_its_numbers(manager: Client) -> None:
    for begin in ("", "&begin=qualified"):
        body = text(manager.get(f"{HOME}cohorts/?designation=security{begin}"))
        assert "chart-svg" in body
        assert "November 2026" in body
        assert "After 12" in body


def test_others_are_counted_where_they_are_enough(manager: Client, market: Market) -> None:
    assert "Too few to be counted" in text(manager.get(f"{HOME}others/"))
    Publication.objects.all().delete()
    everyone = [str(number) for number in range(30)]
    publication = publish([*everyone, OWN_ACCOUNT], dict.fromkeys(everyone, OWN_ACCOUNT))
    rows = PortfolioRow.objects.filter(publication=publication)
    rows.update(status="in_progress")
    rows.filter(partner_id__in=everyone[:13]).update(status="enrolled")
    body = text(manager.get(f"{HOME}others/"))
    assert "You serve 30 resellers without consent" in body
    lines = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", body.partition("<tbody>")[2], re.DOTALL)
    cells = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in lines]
    assert cells[:6] == [cells[0], "17", *["\N{EN DASH}"] * 3, "13 Qualified, Enrolled, Enrolled (Renewal due)"]
    assert "Reseller 1" not in body
    assert f"Shared, but nothing is published</h2>\n<p>{DETAILED}, " in body


@pytest.mark.parametrize("page", ["", f"{ONE}&sort=-unclaimed", f"calls/{ONE}", "segments/", "cohorts/?designation=security", "others/"])
def test_a_page_asks_as_often_for_a_thousand_resellers_as_for_ten(manager: Client, market: Market, page: str) -> None:
    counts: list[int] = []
    for size in (10, 1_000):
        Publication.objects.all().delete()
        OrganizationPartner.objects.filter(organization=market.distributor).delete()
        partners = [str(number) for number in range(size)]
        publish([*partners, OWN_ACCOUNT], dict.fromkeys(partners, OWN_ACCOUNT))
        consents = {OWN_ACCOUNT: Consent.OWN} | dict.fromkeys(partners[: size // 2], Consent.DETAIL)
        OrganizationPartner.objects.bulk_create(
            OrganizationPartner(organization=market.distributor, partner_id=one, consent=consent) for one, consent in consents.items()
        )
        manager.get(HOME + page)
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(HOME + page).status_code == 200
        counts.append(len(queries))
    # One fewer where the first page ends before the resellers without consent begin.
    assert counts[1] <= counts[0] <= 16
