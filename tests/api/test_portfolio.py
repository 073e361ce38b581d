"""The portfolio over the interface: masked as the pages are, with the same checks; consents given and taken back."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from attain.people.models import OrganizationPartner, Segment, TokenScope
from attain.people.roles import Role
from attain.published.models import PortfolioRow, Publication
from attain.recorded.models import ResellerCall
from tests.api.calling import Caller
from tests.people.places import OWN, Places
from tests.published.market import (
    DETAILED,
    EXPIRED,
    FOREIGN,
    METRIC,
    OWN_ACCOUNT,
    REVOKED,
    SERVED,
    TOTALED,
    Market,
    hold_noon,
    make_market,
    publish,
    today,
)

AT = "/portfolio/wide-world"
READ = (TokenScope.READ,)
LEVELS = {DETAILED: "detail", TOTALED: "totals", EXPIRED: "none", REVOKED: "none", SERVED: "none"}


@pytest.fixture
def market(places: Places, monkeypatch: pytest.MonkeyPatch) -> Market:
    hold_noon(monkeypatch)
    # What other tests of this folder publish gives way until the end of the test.
    Publication.objects.all().delete()
    return make_market(places.distributor)


@pytest.fixture
def manager(market: Market, places: Places) -> Caller:
    return Caller(places, Role.DISTRIBUTOR_MANAGER)


def lines(caller: Caller, query: str) -> dict[str, Any]:
    answer = caller.get(f"{AT}/resellers?{query}")
    assert answer.status_code == 200, answer.content
    return {one["partner_id"]: one for one in answer.json()["resellers"]}


@pytest.mark.parametrize("partner", LEVELS)
def test_each_endpoint_tells_what_each_consent_lets_see(manager: Caller, partner: str) -> None:
    PortfolioRow.objects.update(status="qualified", next_event="purchase_by")
    level = LEVELS[partner]
    listed = lines(manager, f"designation=security&search={partner}")[partner]
    one = manager.get(f"{AT}/resellers/{partner}").json()["designations"]
    called = {line["reseller"]["partner_id"]: line["reseller"] for line in manager.get(f"{AT}/calls?designation=security").json()["calls"]}
    for shown in (listed, *one, *([called[partner]] if partner in called else [])):
        assert (shown["totals"] is not None, shown["detail"] is not None) == (level in {"totals", "detail"}, level == "detail")
        assert shown["consent"] == level
    assert (partner in called) is (level != "none")
    assert any(row["metrics"] for row in one) is (level == "detail")
    if level == "none":
        assert [row["designation"] for row in one] == [None]


def test_a_cursor_leads_through_all_and_holds_for_its_publication(manager: Caller) -> None:
    first = manager.get(f"{AT}/resellers?designation=security&limit=4&sort=name").json()
    rest = manager.get(f"{AT}/resellers?designation=security&limit=4&sort=name&cursor={first['next']}").json()
    found = [one["partner_id"] for page in (first, rest) for one in page["resellers"]]
    assert found == [*sorted(LEVELS), OWN_ACCOUNT]
    assert (first["count"], rest["next"]) == (6, "")
    Publication.objects.all().delete()
    publish([DETAILED, TOTALED], {})
    answer = manager.get(f"{AT}/resellers?designation=security&limit=4&sort=name&cursor={first['next']}")
    assert (answer.status_code, answer.json()["code"]) == (400, "published-anew")


def test_filters_and_what_there_is_not(manager: Caller) -> None:
    assert set(lines(manager, f"designation=security&blocking={METRIC}")) == {OWN_ACCOUNT}
    assert set(lines(manager, "designation=security&consent=none")) == {EXPIRED, REVOKED, SERVED}
    for query, code in (("sort=distanc", 400), ("designation=secure", 404), ("within=-1", 422), ("segment=0", 422), ("status=x", 400)):
        assert manager.get(f"{AT}/resellers?{query}").status_code == code, query
    for partner in (FOREIGN, "999999"):
        assert manager.get(f"{AT}/resellers/{partner}").status_code == 404
        assert manager.get(f"{AT}/resellers/{partner}/calls").status_code == 404
        assert manager.post(f"{AT}/resellers/{partner}/calls", {"note": "x"}).status_code == 404


def test_calls_are_recorded_with_the_scope_to_plan(manager: Caller) -> None:
    assert manager.post(f"{AT}/resellers/{TOTALED}/calls", {"note": "spoke"}, scopes=READ).status_code == 403
    answer = manager.post(f"{AT}/resellers/{TOTALED}/calls", {"note": "spoke"})
    assert (answer.status_code, answer.json()["called"]) == (201, True)
    assert manager.post(f"{AT}/resellers/{TOTALED}/calls", {"called": False}).json()["code"] == "no-note"
    assert [one["note"] for one in manager.get(f"{AT}/resellers/{TOTALED}/calls").json()["calls"]] == ["spoke"]
    assert ResellerCall.objects.get().recorded_by.startswith("distributor_manager@")
    assert manager.get(f"{AT}/calls?state=nonsense").json()["code"] == "unknown-state"


def send(caller: Caller, method: str, path: str, body: object = None) -> Any:
    return Client().generic(
        method, f"/api/v1{path}", "" if body is None else json.dumps(body), content_type="application/json", headers=caller.headers()
    )


def test_segments_are_saved_renamed_and_removed(manager: Caller, market: Market, places: Places) -> None:
    made = send(manager, "PUT", f"{AT}/segments", {"name": "North", "partners": [TOTALED, SERVED]}).json()
    assert (made["size"], made["partners"]) == (2, [TOTALED, SERVED])
    assert set(lines(manager, f"designation=security&segment={made['id']}")) == {TOTALED, SERVED}
    assert send(manager, "PATCH", f"{AT}/segments/{made['id']}", {"name": "South"}).json()["name"] == "South"
    assert [one["name"] for one in manager.get(f"{AT}/segments").json()["segments"]] == ["South"]
    assert send(manager, "PUT", f"{AT}/segments", {"name": "East", "partners": [FOREIGN]}).json()["code"] == "unknown-partner"
    theirs = Segment.objects.create(organization=places.partner, name="Theirs")
    for method, body in (("GET", None), ("PATCH", {"name": "Mine"}), ("DELETE", None)):
        assert send(manager, method, f"{AT}/segments/{theirs.pk}", body).status_code == 404
    assert send(manager, "DELETE", f"{AT}/segments/{made['id']}").status_code == 204
    assert not Segment.objects.filter(organization=market.distributor).exists()


def test_cohorts_and_others(manager: Caller) -> None:
    found = manager.get(f"{AT}/cohorts?designation=security").json()
    assert sum(one["size"] for one in found["cohorts"]) == 3
    assert manager.get(f"{AT}/cohorts?designation=security&by=nonsense").status_code == 422
    assert manager.get(f"{AT}/others").json() == {"count": 3, "designations": []}


def test_a_consent_is_given_and_taken_back_and_holds_at_once(manager: Caller, places: Places) -> None:
    PortfolioRow.objects.filter(partner_id=FOREIGN).update(partner_id=OWN, name_folded=OWN)
    admin = Caller(places, Role.PARTNER_ADMIN)
    at = "/organizations/contoso/consents"
    asked = {"partner_id": OWN, "distributor": "wide-world", "level": "totals", "until": today().isoformat()}
    assert OWN not in lines(manager, "designation=security")
    assert admin.post(at, asked, scopes=READ).status_code == 403
    made = admin.post(at, asked)
    assert made.status_code == 201
    assert lines(manager, "designation=security")[OWN]["totals"]
    assert [one["level"] for one in admin.get(at).json()["consents"]] == ["totals"]
    assert send(admin, "DELETE", f"{at}/{made.json()['id']}").status_code == 204
    assert OWN not in lines(manager, "designation=security")
    assert send(admin, "DELETE", f"{at}/{made.json()['id']}").status_code == 404
    late = {**asked, "until": (today() - dt.timedelta(days=1)).isoformat()}
    for wrong, code in (
        (late, "bad-until"),
        ({**asked, "distributor": "wide-wrld"}, "unknown-distributor"),
        ({**asked, "partner_id": "7"}, "unknown-partner"),
    ):
        assert admin.post(at, wrong).json()["code"] == code
    assert admin.post(at, {**asked, "level": "own"}).status_code == 422
    theirs = OrganizationPartner.objects.get(organization=places.distributor, partner_id=DETAILED)
    assert send(admin, "DELETE", f"{at}/{theirs.pk}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/resellers", f"/resellers/{DETAILED}", "/calls", "/segments", "/cohorts?designation=security", "/others"]
)
def test_only_the_distributors_own_people_ask(manager: Caller, places: Places, path: str) -> None:
    assert Client().get(f"/api/v1{AT}{path}").status_code == 401
    assert manager.get(f"{AT}{path}").status_code == 200
    assert Caller(places, Role.GLOBAL_ADMIN).get(f"{AT}{path}").status_code == 404
    assert Caller(places, Role.PARTNER_ADMIN).get(f"/portfolio/contoso{path}").status_code == 403
