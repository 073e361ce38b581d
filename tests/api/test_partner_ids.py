"""Partners of any id are reached over the interface, written as in the address of their pages, and by nobody else for that."""

from __future__ import annotations

from typing import Any

import pytest

from attain.api.root import api
from attain.people.models import OrganizationPartner
from attain.people.partner_part import as_part, of_part
from attain.people.roles import Role
from attain.published.models import PortfolioRow, Publication, PublishedPartner
from tests.api.calling import Caller
from tests.api.test_bodies import CLAIM
from tests.people.places import OTHER, OWN, Places

IDS = ["10/4711", "/", "a/claims", "..", "~", "~2F", "a~b", "claims", "東/京", "a?b#c%2Fd"]


@pytest.fixture
def renamed(caller: Caller, served: Publication, request: pytest.FixtureRequest) -> str:
    """Give the partner another id, and that as it is written in a path."""
    PublishedPartner.objects.filter(publication=served, partner_id=OWN).update(partner_id=request.param)
    OrganizationPartner.objects.filter(partner_id=OWN).update(partner_id=request.param)
    return as_part(request.param).replace("?", "%3F").replace("#", "%23").replace("%2F", "%252F")


@pytest.mark.parametrize("renamed", IDS, indirect=True)
def test_a_partner_of_any_id_is_reached(caller: Caller, renamed: str, request: pytest.FixtureRequest) -> None:
    own: Any = request.node.callspec.params["renamed"]
    found = caller.get(f"/partners/{renamed}")
    assert found.status_code == 200, found.json()
    assert found.json()["partner"]["partner_id"] == own
    assert own in [one["partner_id"] for one in caller.get("/partners").json()["partners"]]
    assert caller.get(f"/partners/{renamed}/designations/security").json()["designation"] == "security"
    assert caller.post(f"/partners/{renamed}/claims", CLAIM).status_code == 201
    assert [one["claim_id"] for one in caller.get(f"/partners/{renamed}/claims").json()["claims"]] == ["C-1"]


def test_every_former_address_stays(caller: Caller) -> None:
    assert caller.get(f"/partners/{OWN}").json()["partner"]["partner_id"] == OWN
    assert caller.get(f"/partners/~{ord(OWN[0]):02X}{OWN[1:]}").json()["partner"]["partner_id"] == OWN


@pytest.mark.parametrize("written", [OTHER, f"~{ord(OTHER[0]):02X}{OTHER[1:]}", f"{OWN}~2F..~2F{OTHER}", f"{OWN}~00", f"{OWN}~"])
def test_however_an_id_is_written_it_is_checked_as_it_is_read(caller: Caller, written: str) -> None:
    assert caller.get(f"/partners/{written}").status_code == 404
    assert caller.get(f"/partners/{written}/claims", Role.GLOBAL_ADMIN).status_code == 404


def test_resellers_too_are_reached(served: Publication, places: Places) -> None:
    manager, reseller = Caller(places, Role.DISTRIBUTOR_MANAGER), OrganizationPartner.objects.get(partner_id="1000004")
    slug = reseller.organization.slug
    before = manager.get(f"/portfolio/{slug}/resellers/1000004").json()
    for model in (PublishedPartner, PortfolioRow):
        model.objects.filter(publication=served, partner_id="1000004").update(partner_id="10/4")
    OrganizationPartner.objects.filter(pk=reseller.pk).update(partner_id="10/4")
    after = manager.get(f"/portfolio/{slug}/resellers/10~2F4")
    assert after.status_code == 200, after.json()
    assert {one["partner_id"] for one in after.json()["designations"]} == {"10/4"}
    assert [one["metrics"] for one in after.json()["designations"]] == [one["metrics"] for one in before["designations"]]
    assert manager.post(f"/portfolio/{slug}/resellers/10~2F4/calls", {"note": "spoke"}).status_code == 201


def test_no_code_stands_for_what_no_id_has() -> None:
    assert of_part("a~00~1F~20~7E~7F~80~FF~2f") == "a~00~1F ~\x7f~80~FF~2f"


def test_the_description_says_how_an_id_is_written() -> None:
    for path, operations in api.get_openapi_schema()["paths"].items():
        for operation in operations.values():
            said = [one["description"] for one in operation["parameters"] if (one["name"], one["in"]) == ("partner_id", "path")]
            assert len(said) == path.count("{partner_id}")
            assert all("~2F" in words for words in said)
