"""A lesson is offered where a metric blocks, its examples are the partner's own, and a distributor sees what its resellers learn."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client

from attain.learning.models import LessonProgress
from attain.learning.own import MOST_OFFERS, offers, offers_of, own_numbers
from attain.learning.resellers import FEWEST, consented_lines, others
from attain.people.joining import new_organization
from attain.people.models import Consent, OrganizationPartner
from attain.people.roles import Role
from attain.published import read
from attain.published.models import Publication, PublishedPartner
from tests.people.places import RESELLER_TOTALS, Places, member_of
from tests.web.membership.conftest import CONTOSO, FABRIKAM

BEFORE_ALL = dt.datetime(2026, 9, 15, tzinfo=dt.UTC)


def test_a_metric_that_earns_nothing_is_offered_its_lesson_on_the_designations_page(admin: Client, published: Publication) -> None:
    found = read.overview(FABRIKAM, published)
    blocked = next(one for one in found.designations if any(not metric.score.earns for metric in one.selected.metrics))
    nothing = [metric.id for metric in blocked.selected.metrics if not metric.score.earns]
    offered = offers_of(blocked)
    assert offered
    assert {offer.metric for offer in offered} <= set(nothing)
    assert all(offer.metric in offer.lesson.front.metric for offer in offered)
    text = admin.get(f"/{FABRIKAM}/membership/{blocked.id}/").content.decode()
    for offer in offered:
        assert f'href="/playbook/{blocked.id}/{offer.lesson.number}/"' in text


def test_a_designation_that_qualifies_is_offered_nothing(admin: Client, published: Publication) -> None:
    found = read.overview(CONTOSO, published)
    qualifies = [one for one in found.designations if one.selected.score.reaches]
    assert qualifies
    assert [offers_of(one) for one in qualifies] == [[] for _ in qualifies]
    assert "metric-lesson" not in admin.get(f"/{CONTOSO}/membership/{qualifies[0].id}/").content.decode()


def test_the_playbook_offers_lessons_for_the_partner_shown_last(admin: Client, published: Publication) -> None:
    admin.get(f"/{FABRIKAM}/membership/")
    text = admin.get("/playbook/").content.decode()
    expected = offers(read.overview(FABRIKAM, published))
    assert 0 < len(expected) <= MOST_OFFERS
    assert "Would help Fabrikam now" in text
    for offer in expected:
        assert offer.why in text


def test_examples_are_the_partners_own_numbers(admin: Client, published: Publication) -> None:
    admin.get(f"/{CONTOSO}/membership/")
    _, found = read.designation(CONTOSO, "security", published)
    own = own_numbers(found)
    text = admin.get("/playbook/security/2.1/").content.decode()
    assert f"Today you have {own['net_customer_adds.points']} of {own['net_customer_adds.max_points']} points here" in text


def test_a_learner_who_may_not_see_scores_reads_the_lesson_without_them(admin: Client, places: Places) -> None:
    learner = Client()
    learner.force_login(places.people[Role.LEARNER])
    text = learner.get("/playbook/security/2.1/").content.decode()
    assert "Performance has a single metric in Security" in text
    assert "Today you have" not in text
    assert "/membership/" not in text
    assert "Would help" not in learner.get("/playbook/").content.decode()


@pytest.fixture
def learning(places: Places, published: Publication) -> Places:
    """A reseller that consented, with an organization of its own and one lesson done of two."""
    reseller = new_organization("Northwind itself")
    OrganizationPartner.objects.create(organization=reseller, partner_id=RESELLER_TOTALS, consent=Consent.OWN)
    person = member_of(reseller, Role.LEARNER)
    rows = [LessonProgress(user=person, designation="security", lesson=number, opened_at=BEFORE_ALL) for number in ("1.1", "1.2")]
    rows[0].done_at = BEFORE_ALL
    LessonProgress.objects.bulk_create(rows)
    return places


def test_a_distributor_sees_what_consented_resellers_learn_beside_their_points(
    admin: Client, learning: Places, published: Publication
) -> None:
    (line,) = consented_lines(learning.distributor, published)
    assert (line.partner_id, line.people, line.lessons, line.since) == (RESELLER_TOTALS, 1, 1, BEFORE_ALL.date())
    months = read.history(RESELLER_TOTALS, "security", published).months
    before = next(month for month in reversed(months) if month.day < dt.date(2026, 9, 1))
    assert line.before == replace(before, metrics={}, others={})
    assert line.now == replace(months[-1], metrics={}, others={})
    assert before.metrics
    OrganizationPartner.objects.filter(organization=learning.distributor, partner_id=RESELLER_TOTALS).update(consent=Consent.DETAIL)
    (line,) = consented_lines(learning.distributor, published)
    assert (line.before, line.now) == (before, months[-1])
    manager = Client()
    manager.force_login(learning.people[Role.DISTRIBUTOR_MANAGER])
    text = manager.get(f"/playbook/resellers/{learning.distributor.slug}/").content.decode()
    assert f"Partner {RESELLER_TOTALS}" in text
    assert "does not show that the lessons did it" in text


def test_without_consent_nothing_is_shown_of_one_reseller_and_counts_need_many(learning: Places, published: Publication) -> None:
    OrganizationPartner.objects.filter(organization=learning.distributor).delete()
    OrganizationPartner.objects.create(organization=learning.distributor, partner_id="9000", consent=Consent.OWN)
    assert consented_lines(learning.distributor, published) == []
    partner = PublishedPartner.objects.get(publication=published, partner_id=RESELLER_TOTALS)
    template = {field.attname: getattr(partner, field.attname) for field in PublishedPartner._meta.concrete_fields if not field.primary_key}
    for number in range(FEWEST):
        PublishedPartner.objects.create(**{**template, "partner_id": f"910{number}", "distributor_id": "9000"})
    for number in range(FEWEST):
        place = new_organization(f"Reseller {number}")
        PublishedPartner.objects.create(**{**template, "partner_id": f"800{number}", "distributor_id": "9000"})
        OrganizationPartner.objects.create(organization=place, partner_id=f"800{number}", consent=Consent.OWN)
        LessonProgress.objects.create(user=member_of(place, Role.LEARNER), designation="security", lesson="1.1", done_at=BEFORE_ALL)
        assert (others(learning.distributor, published) is None) is (number + 1 < FEWEST)
    found = others(learning.distributor, published)
    assert found is not None
    assert (found.partners, found.learning, found.lessons) == (2 * FEWEST, FEWEST, FEWEST)
    PublishedPartner.objects.get(partner_id="9100", publication=published).delete()
    assert others(learning.distributor, published) is None
