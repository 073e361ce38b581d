"""Every URL, asked for by every role for one's own, another's and no partner or organization: the answer is what the roles say.

The URLs come from the resolver, so a new page is under test as soon as it has an address. What each role may see is written out here
a second time, from the design, so that a slip in `roles.py` shows.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from attain.people.roles import GRANTS, SEES_NAMES, Access, Reach, Role
from attain.server.declared import Page, pages
from tests.people.places import OTHER, OWN, RESELLER_DETAIL, Places

ALL = set(Role)
ADMINS = {Role.GLOBAL_ADMIN, Role.PARTNER_ADMIN}
READERS = {*ADMINS, Role.EXECUTIVE_REPORT_VIEWER}
DISTRIBUTORS = {Role.GLOBAL_ADMIN, Role.DISTRIBUTOR_MANAGER}
MAY: dict[Access, set[Role]] = {
    Access.PUBLIC: ALL,
    Access.SIGNED_IN: ALL,
    Access.MEMBERSHIP: ADMINS,
    Access.INSIGHTS: READERS,
    Access.DATA: ADMINS,
    Access.IMPORT: ADMINS,
    Access.ENROLL: ADMINS,
    Access.PLAN: ADMINS,
    Access.EVIDENCE: ADMINS,
    Access.EXPORT: READERS,
    Access.RULES: READERS,
    Access.PLAYBOOK: {*READERS, Role.LEARNER},
    Access.LEARN: {*READERS, Role.LEARNER},
    Access.CONSENT: ADMINS,
    Access.PORTFOLIO: DISTRIBUTORS,
    Access.PORTFOLIO_NOTES: DISTRIBUTORS,
    Access.RESELLER_TOTALS: DISTRIBUTORS,
    Access.RESELLER_DETAIL: DISTRIBUTORS,
    Access.ALERTS: {*ADMINS, Role.DISTRIBUTOR_MANAGER},
    Access.SET_ALERTS: {*ADMINS, Role.DISTRIBUTOR_MANAGER},
    Access.PEOPLE: {Role.GLOBAL_ADMIN},
    # Only in an organization that sees every partner, and none of these does: tests/people/test_organizations.py.
    Access.OPERATE: set(),
}
ANYWHERE = {Reach.NOBODY, Reach.PERSON, Reach.PROGRAMME}
REFUSED, HIDDEN, METHOD_NOT_TAKEN = 403, 404, 405
SAMPLES = {"provider_id": "organization", "secret": "no-such-secret"}
PAGES = list(pages(get_resolver().url_patterns))


def _ids() -> list[str]:
    return [f"{page.route or 'home'} {' '.join(page.methods)}".strip() for page in PAGES]


def _address(page: Page, partner_id: str, organization: str) -> str:
    known = {**SAMPLES, "partner_id": partner_id, "organization": organization}
    route = page.route
    for part in page.parts:
        start = route.index("<")
        stop = route.index(">", start)
        route = route[:start] + known.get(part, "999999") + route[stop + 1 :]
    return f"/{route}"


def _ask(client: Client, page: Page, address: str) -> Any:
    if page.methods:
        return client.generic(page.methods[0], address)
    answer = client.get(address)
    return client.post(address) if answer.status_code == METHOD_NOT_TAKEN else answer


def _let_through(answer: Any) -> bool:
    """Say whether the view was reached: whoever is let through has what was granted on the request."""
    return getattr(answer.wsgi_request, "granted", None) is not None


def _expected(role: Role, access: Access, own: bool) -> bool:
    return role in MAY[access] and (own or access.reach in ANYWHERE)


@pytest.mark.parametrize("page", PAGES, ids=_ids())
def test_every_role_gets_what_it_may_see_and_nothing_else(page: Page, places: Places) -> None:
    assert page.access is not None
    for role, user in places.people.items():
        distributor = role is Role.DISTRIBUTOR_MANAGER
        home, known = (places.distributor, RESELLER_DETAIL) if distributor else (places.partner, OWN)
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for partner_id, organization in ((known, home.slug), (OTHER, places.other.slug), ("0", "none")):
            own, address = organization == home.slug, _address(page, partner_id, organization)
            answer = _ask(client, page, address)
            assert answer.status_code < 500, (role, address)
            assert _let_through(answer) is _expected(role, page.access, own), (role, address, answer.status_code)
            if not _let_through(answer):
                # A reseller is no partner of the distributor's own, so its pages are not even there.
                there = page.access.reach in ANYWHERE or (own and not (distributor and page.access.reach is Reach.PARTNER))
                assert answer.status_code == (REFUSED if there else HIDDEN), (role, address)


@pytest.mark.parametrize("page", PAGES, ids=_ids())
def test_nobody_gets_only_what_is_public(page: Page, places: Places) -> None:
    answer = _ask(Client(raise_request_exception=False), page, _address(page, OWN, places.partner.slug))
    assert _let_through(answer) is (page.access is Access.PUBLIC)
    if not _let_through(answer):
        assert answer.status_code == 401 or answer["Location"].startswith("/account/login/?next=/")


@pytest.mark.parametrize("page", PAGES, ids=_ids())
def test_an_account_without_an_organization_sees_no_partner(page: Page, places: Places) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(places.nobody)
    answer = _ask(client, page, _address(page, OWN, places.partner.slug))
    assert _let_through(answer) is (page.access in {Access.PUBLIC, Access.SIGNED_IN})
    assert answer.status_code < 500


def test_what_the_roles_may_do_is_what_the_design_says() -> None:
    assert {access: {role for role in Role if access in GRANTS[role]} for access in Access} == {**MAY, Access.OPERATE: {Role.GLOBAL_ADMIN}}


def test_every_page_of_membership_is_for_its_roles_which_see_names() -> None:
    """What they show names people, and nothing there masks them: a download asks for what its panel asks for."""
    accesses = {page.access for page in PAGES if page.name.startswith("membership:")}
    assert Access.MEMBERSHIP in accesses
    assert accesses <= {Access.MEMBERSHIP, Access.ENROLL}
    assert MAY[Access.MEMBERSHIP] | MAY[Access.ENROLL] <= SEES_NAMES
