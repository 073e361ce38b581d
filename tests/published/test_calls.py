"""The call list: who stands first, what each sentence says, and that nothing hidden is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attain.errors import AttainError
from attain.people.models import OrganizationPartner
from attain.published.call_files import COLUMNS, records
from attain.published.calls import NEAR, RISK_DAYS, Asked, CallList, Reason, Words, call_list
from attain.published.models import PortfolioRow
from attain.published.shapes import MICRO
from attain.recorded.calls import record_call
from attain.recorded.models import ResellerCall
from attain.rulebook.load import load_book
from tests.published.market import DAY, DETAILED, EXPIRED, GOAL, METRIC, REVOKED, SERVED, TOTALED, Market, make_market

pytestmark = [pytest.mark.web, pytest.mark.django_db]
WORDS = Words(load_book().programme.on(DAY), {METRIC: "Net customer adds"})
QUIET: dict[str, Any] = {
    "status": "in_progress",
    "qualifies": False,
    "total_micro": 0,
    "distance_micro": GOAL,
    "blocking": "",
    "at_floor": 0,
    "at_risk_on": None,
    "unclaimed_micro": 0,
}
LIMIT = DAY + dt.timedelta(days=RISK_DAYS)


@pytest.fixture
def market(db: None) -> Market:
    made = make_market()
    PortfolioRow.objects.exclude(designation="security").delete()
    PortfolioRow.objects.update(**QUIET)
    return made


def listed(market: Market, asked: Asked | None = None) -> CallList:
    return call_list(market.publication, market.distributor, asked or Asked(), WORDS)


def short(micro: int) -> dict[str, Any]:
    return {"total_micro": GOAL - micro, "distance_micro": micro}


POINT = MICRO
CASES: list[tuple[dict[str, Any], Reason | None, Reason | None, str]] = [
    ({}, None, None, ""),
    (
        {"status": "renewal_due", "next_event": "renew_by", **short(3 * POINT)},
        Reason.RENEW_SHORT,
        Reason.RENEW_SHORT,
        "last day to renew, and today it is 3.00 points short",
    ),
    ({"status": "renewal_due", "next_event": "renew_by", "qualifies": True}, Reason.RENEW, Reason.RENEW, "today it qualifies"),
    ({"status": "qualified", "next_event": "purchase_by"}, Reason.PURCHASE, Reason.PURCHASE, "last day to purchase"),
    ({"status": "enrolled", "qualifies": True, "at_risk_on": LIMIT}, Reason.AT_RISK, Reason.AT_RISK, f"no longer on {LIMIT}"),
    ({"status": "enrolled", "qualifies": True, "at_risk_on": LIMIT + dt.timedelta(days=1)}, None, None, ""),
    (
        {"status": "enrolled", "next_event": "anniversary", **short(POINT)},
        Reason.ENROLLED_SHORT,
        Reason.ENROLLED_SHORT,
        "1.00 points short",
    ),
    ({"unclaimed_micro": 5 * POINT, **short(5 * POINT)}, Reason.UNCLAIMED, Reason.SHORT, "would add 5.00"),
    ({"unclaimed_micro": 5 * POINT - 1, **short(5 * POINT)}, Reason.SHORT, Reason.SHORT, "5.00 points short"),
    ({"unclaimed_micro": 50 * POINT, **short(50 * POINT)}, Reason.UNCLAIMED, None, "would add 50.00"),
    ({"unclaimed_micro": 5 * POINT, "at_floor": 1, **short(5 * POINT)}, Reason.SHORT, Reason.SHORT, "short"),
    ({"blocking": METRIC, **short(NEAR * POINT)}, Reason.SINGLE, Reason.SHORT, "only Net customer adds is in the way"),
    ({"blocking": METRIC, **short(NEAR * POINT + 1)}, None, None, ""),
    (short(NEAR * POINT), Reason.SHORT, Reason.SHORT, f"{NEAR}.00 points short"),
    ({"at_floor": 1, "blocking": METRIC, **short(0)}, Reason.SINGLE, Reason.SHORT, "or more without qualifying"),
]


@pytest.mark.parametrize(("given", "in_detail", "in_totals", "words"), CASES)
def test_the_reason_and_its_sentence(
    market: Market, given: dict[str, Any], in_detail: Reason | None, in_totals: Reason | None, words: str
) -> None:
    PortfolioRow.objects.update(**given)
    found = {call.reseller.partner_id: call for call in listed(market)}
    reasons = {name: found[name].reason if name in found else None for name in (DETAILED, TOTALED)}
    assert reasons == {DETAILED: in_detail, TOTALED: in_totals}
    assert not {EXPIRED, REVOKED, SERVED} & set(found)
    if in_detail is not None:
        assert words in found[DETAILED].sentence
        assert found[DETAILED].sentence.endswith(".")
    if in_totals is not None and in_totals is not in_detail:
        assert found[TOTALED].reseller.detail is None
        assert "would add" not in found[TOTALED].sentence
        assert "in the way" not in found[TOTALED].sentence


def test_a_total_just_below_is_short_by_what_is_shown(market: Market) -> None:
    PortfolioRow.objects.update(**short(1))
    assert {call.sentence for call in listed(market)} == {f"Today 0.01 points short of {WORDS.goal}."}


def test_the_most_pressing_stand_first_and_the_soonest_among_them(market: Market) -> None:
    rows = PortfolioRow.objects
    rows.filter(partner_id=DETAILED).update(status="renewal_due", next_date=DAY + dt.timedelta(days=9), next_event="renew_by")
    rows.filter(partner_id=TOTALED).update(status="renewal_due", next_date=DAY + dt.timedelta(days=8), next_event="renew_by")
    rows.filter(partner_id="9000").update(**short(POINT))
    assert [call.reseller.partner_id for call in listed(market)] == [TOTALED, DETAILED, "9000"]
    assert listed(market)[0].reseller.partner_id == TOTALED


def test_calls_are_told_apart_by_whether_they_were_made_lately(market: Market) -> None:
    PortfolioRow.objects.update(**short(POINT))
    record_call(market.distributor, "Max", TOTALED, note="  spoke \n to Ann ")
    record_call(market.distributor, "Max", DETAILED, note="call next week", called=False)
    found = {call.reseller.partner_id: call.last for call in listed(market)}
    assert (found[TOTALED] is not None, found[DETAILED] is not None, found["9000"] is None) == (True, True, True)
    assert {call.reseller.partner_id for call in listed(market, Asked(state="called"))} == {TOTALED}
    assert {call.reseller.partner_id for call in listed(market, Asked(state="open"))} == {DETAILED, "9000"}
    for days, lately in ((29, True), (31, False)):
        ResellerCall.objects.filter(called=True).update(recorded_at=timezone.now() - dt.timedelta(days=days))
        assert bool(list(listed(market, Asked(state="called")))) is lately
    with pytest.raises(AttainError, match="did you mean called"):
        listed(market, Asked(state="caled"))
    with pytest.raises(AttainError, match="neither a call nor a note"):
        record_call(market.distributor, "Max", TOTALED, note=" ", called=False)


def test_a_file_has_the_lines_in_their_order(market: Market) -> None:
    PortfolioRow.objects.update(**short(POINT))
    rows = records(listed(market))
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert all(set(row) == set(COLUMNS) for row in rows)


def test_a_page_asks_as_often_for_few_as_for_many(market: Market) -> None:
    PortfolioRow.objects.update(**short(POINT))
    counts: list[int] = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            found = listed(market)
            assert found.count()
            assert found[0:25]
        counts.append(len(queries))
        OrganizationPartner.objects.filter(organization=market.distributor, partner_id=TOTALED).delete()
    assert counts[0] == counts[1] == 5
