"""The list of a distributor: what each consent lets see, what it hides from filters and orders, pages, and the number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attain.errors import AttainError
from attain.people.joining import new_organization
from attain.people.models import Consent, OrganizationKind, OrganizationPartner, Segment, SegmentPartner
from attain.published.models import PortfolioRow, Publication
from attain.published.reseller_files import COLUMNS, cells, resellers_csv
from attain.published.resellers import Asked, reseller_rows, resellers
from attain.published.shapes import MICRO
from attain.published.sight import Level
from tests.published.market import (
    DESIGNATIONS,
    DETAILED,
    EXPIRED,
    FOREIGN,
    OWN_ACCOUNT,
    REVOKED,
    SERVED,
    TOTALED,
    Market,
    hold_noon,
    make_market,
    publish,
    today,
    yesterday,
)

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> Market:
    hold_noon(monkeypatch)
    return make_market()


ASKED = Asked(designation="security")


def test_each_reseller_is_seen_as_it_consented(market: Market) -> None:
    shown = {one.partner_id: one for one in market.list(ASKED)}
    assert set(shown) == {DETAILED, TOTALED, EXPIRED, REVOKED, SERVED, OWN_ACCOUNT}
    assert {name: one.seen.level for name, one in shown.items()} == {
        OWN_ACCOUNT: Level.DETAIL,
        DETAILED: Level.DETAIL,
        TOTALED: Level.TOTALS,
        EXPIRED: Level.NONE,
        REVOKED: Level.NONE,
        SERVED: Level.NONE,
    }
    for one in shown.values():
        assert (one.totals is None) is (one.seen.level < Level.TOTALS)
        assert (one.detail is None) is (one.seen.level < Level.DETAIL)
    assert shown[SERVED].name == "Reseller 104"


def test_a_consent_holds_up_to_its_last_day(market: Market) -> None:
    consent = OrganizationPartner.objects.get(partner_id=DETAILED)
    for until, level in ((today() + dt.timedelta(days=1), Level.DETAIL), (today(), Level.DETAIL), (yesterday(), Level.NONE)):
        consent.until = until
        consent.save()
        shown = {one.partner_id: one for one in market.list(ASKED)}
        assert shown[DETAILED].seen.level is level


def test_what_a_consent_hides_is_neither_sorted_nor_filtered_by(market: Market) -> None:
    hidden = [EXPIRED, REVOKED, SERVED]
    assert market.ids(ASKED) == [DETAILED, TOTALED, OWN_ACCOUNT, *hidden]
    assert market.ids(replace(ASKED, descending=True)) == [OWN_ACCOUNT, TOTALED, DETAILED, *hidden]
    by_unclaimed = market.ids(replace(ASKED, sort="unclaimed", descending=True))
    assert by_unclaimed == [OWN_ACCOUNT, DETAILED, TOTALED, *hidden]
    seen = {DETAILED, TOTALED, OWN_ACCOUNT}
    for asked in (
        Asked(status="enrolled"),
        Asked(status="in_progress"),
        Asked(track="smb"),
        Asked(within=100),
        Asked(at_risk_before=dt.date(2100, 1, 1)),
        Asked(fresh="latest"),
        Asked(fresh="older"),
    ):
        for sort in ("distance", "unclaimed", "name"):
            for one in ("security", ""):
                assert set(market.ids(replace(asked, designation=one, sort=sort))) <= seen, (asked, sort, one)
    assert set(market.ids(replace(ASKED, blocking="net_customer_adds"))) <= {DETAILED, OWN_ACCOUNT}
    for sort in ("distance", "unclaimed", "name"):
        assert market.ids(replace(ASKED, blocking="net_customer_adds", sort=sort)) == [OWN_ACCOUNT]


def test_filters(market: Market) -> None:
    assert market.ids(replace(ASKED, sort="name")) == ["100", "101", "102", "103", "104", "9000"]
    assert market.ids(replace(ASKED, search="RESELLER 10", sort="name")) == ["100", "101", "102", "103", "104"]
    assert market.ids(replace(ASKED, search="90")) == ["9000"]
    for consent, ids in (("own", ["9000"]), ("detail", ["100"]), ("totals", ["101"]), ("none", ["102", "103", "104"])):
        assert market.ids(replace(ASKED, consent=consent, sort="name")) == ids
    segment = Segment.objects.create(organization=market.distributor, name="North")
    SegmentPartner.objects.bulk_create(SegmentPartner(segment=segment, partner_id=one) for one in ("101", "104", "105"))
    assert market.ids(replace(ASKED, segment=segment.pk)) == ["101", "104"]
    elsewhere = Segment.objects.create(organization=new_organization("Other"), name="North")
    SegmentPartner.objects.create(segment=elsewhere, partner_id="101")
    assert market.ids(replace(ASKED, segment=elsewhere.pk)) == []


def test_at_most_so_many_points_short(market: Market) -> None:
    row = PortfolioRow.objects.get(partner_id=TOTALED, designation="security")
    for distance, qualifies, found in (
        (5 * MICRO + 1, False, []),
        (5 * MICRO, False, [TOTALED]),
        (0, True, []),
        (-MICRO, False, [TOTALED]),
    ):
        row.distance_micro, row.qualifies = distance, qualifies
        row.save()
        assert [one for one in market.ids(replace(ASKED, within=5)) if one == TOTALED] == found


def test_at_risk_before_a_day(market: Market) -> None:
    row = PortfolioRow.objects.get(partner_id=TOTALED, designation="security")
    day = row.at_risk_on
    assert day is not None
    for asked, found in ((day, []), (day + dt.timedelta(days=1), [TOTALED])):
        assert [one for one in market.ids(replace(ASKED, at_risk_before=asked)) if one == TOTALED] == found


def test_all_designations_have_a_line_each_and_a_reseller_without_consent_has_one(market: Market) -> None:
    lines = [(one.partner_id, one.designation) for one in market.list(Asked(sort="name"))]
    assert lines.count((DETAILED, "security")) == lines.count((DETAILED, DESIGNATIONS[0])) == 1
    assert [line for line in lines if line[0] == SERVED] == [(SERVED, "")]


def test_statuses_count_what_is_seen_alone(market: Market) -> None:
    for sort in ("distance", "name", "unclaimed"):
        found = resellers(market.publication, market.distributor, replace(ASKED, sort=sort), DESIGNATIONS)
        assert found.statuses == {"enrolled": 2, "in_progress": 1}
        assert found.count() == 6


def test_unknown_names_are_refused_with_the_nearest(market: Market) -> None:
    for asked, text in (
        (Asked(sort="distanc"), "did you mean distance"),
        (Asked(status="enroled"), "did you mean enrolled"),
        (Asked(consent="detial"), "did you mean detail"),
        (Asked(fresh="lates"), "did you mean latest"),
    ):
        with pytest.raises(AttainError, match=text):
            market.ids(asked)


def test_an_organization_that_sees_all_lists_everybody_in_detail(market: Market) -> None:
    every = new_organization("Everything", OrganizationKind.DISTRIBUTOR, sees_all=True)
    shown = list(resellers(market.publication, every, ASKED, DESIGNATIONS))
    assert len(shown) == 7
    assert {one.seen.level for one in shown} == {Level.DETAIL}


def test_one_reseller_is_seen_as_in_the_list(market: Market) -> None:
    for partner, lines, whole in ((DETAILED, 2, True), (TOTALED, 2, False), (SERVED, 1, False), (FOREIGN, 0, False), ("no such", 0, False)):
        rows, tracks = reseller_rows(market.publication, market.distributor, partner, DESIGNATIONS)
        assert len(rows) == lines
        assert not tracks or whole
        shown = {one.partner_id: one for one in market.list(ASKED)}
        assert [row for row in rows if row.designation in {"security", ""}] == [shown[partner] for _ in range(lines > 0)]


def test_a_file_has_the_same_and_leaves_empty_what_is_hidden(market: Market) -> None:
    PortfolioRow.objects.filter(partner_id=SERVED).update(name="=1+1", name_folded="=1+1")
    shown = {one.partner_id: dict(zip(COLUMNS, cells(one), strict=True)) for one in market.list(ASKED)}
    assert shown[SERVED]["name"] == "'=1+1"
    assert {name for name, cell in shown[SERVED].items() if cell} == {"partner_id", "name", "consent"}
    assert {name for name, cell in shown[TOTALED].items() if cell is None} == {"blocking", "metrics_at_zero", "unclaimed_points"}
    text = b"".join(resellers_csv(market.list(ASKED))).decode().splitlines()
    assert text[0] == ",".join(COLUMNS)
    assert len(text) == 1 + len(shown)


def test_pages_hold_every_line_once_and_ask_as_often_for_a_thousand_as_for_ten(market: Market) -> None:
    asked: list[int] = []
    for size in (10, 1_000):
        Publication.objects.all().delete()
        OrganizationPartner.objects.all().delete()
        partners = [str(number) for number in range(size)]
        publication = publish([*partners, OWN_ACCOUNT], dict.fromkeys(partners[size // 2 :], OWN_ACCOUNT))
        consents = {OWN_ACCOUNT: Consent.OWN} | dict.fromkeys(partners[: size // 4], Consent.DETAIL)
        consents |= dict.fromkeys(partners[size // 4 : size // 2], Consent.TOTALS)
        OrganizationPartner.objects.bulk_create(
            OrganizationPartner(organization=market.distributor, partner_id=one, consent=consent) for one, consent in consents.items()
        )
        for sort in ("distance", "unclaimed"):
            found = resellers(publication, market.distributor, replace(ASKED, sort=sort), DESIGNATIONS)
            edge = found.parts[0].rows.count()
            with CaptureQueriesContext(connection) as queries:
                across = found[edge - 2 : edge + 2]
            assert len(across) == 4
            asked.append(len(queries))
            every = [one.partner_id for start in range(0, size + 1, 7) for one in found[start : start + 7]]
            assert sorted(every) == sorted([*partners, OWN_ACCOUNT])
    assert asked[:2] == asked[2:]
