"""Publishing: whole or not at all, again only when something changed, taken up where it broke off, one at a time."""

from __future__ import annotations

import datetime as dt
import os
import socket
from functools import partial

import pytest
from django.utils import timezone

from attain.errors import AttainError
from attain.published import publish as module
from attain.published import read
from attain.published.lots import lots
from attain.published.models import Publication, PublicationState, PublishedDesignation, PublishedHistory, PublishedPartner
from attain.published.publish import CLAIM_LASTS, publish
from attain.published.standing import standing_of
from attain.workspace import Workspace
from tests.published.conftest import DAY

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def states() -> list[str]:
    return list(Publication.objects.order_by("pk").values_list("state", flat=True))


def content(publication: Publication) -> list[dict[str, object]]:
    own = ("id", "account_id", "publication_id")
    rows = PublishedDesignation.objects.filter(publication=publication).order_by("account__partner_id", "designation").values()
    return [{name: value for name, value in row.items() if name not in own} for row in rows]


def test_the_same_facts_and_day_are_published_once(workspace: Workspace, published: Publication) -> None:
    done = publish(workspace, DAY, "demo")
    assert (done.publication, done.gathered, done.unchanged) == (published, 0, True)
    assert states() == ["current"]


def test_broken_off_it_is_taken_up_where_it_ended(
    workspace: Workspace, published: Publication, everyone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "lots", partial(lots, most_partners=3))

    def stop(done: int, total: int) -> None:
        assert total == len(everyone)
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(workspace, DAY, "demo", force=True, told=stop)
    begun = Publication.objects.get(state=PublicationState.BUILDING)
    assert PublishedPartner.objects.filter(publication=begun).count() == 3
    assert read.current() == published, "pages read the whole one"

    told: list[tuple[int, int]] = []
    Publication.objects.filter(pk=published.pk).update(facts="other facts")
    done = publish(workspace, DAY, "demo", told=lambda done, total: told.append((done, total)))
    assert (done.publication, done.gathered, done.partners) == (begun, len(everyone) - 3, len(everyone))
    assert told[0] == (3, len(everyone))
    assert told[-1] == (len(everyone), len(everyone))
    assert read.current() == begun
    assert states() == ["earlier", "current"]
    assert content(begun) == content(published)
    assert PublishedHistory.objects.filter(account__publication=begun).count() == len(everyone) * 6


def test_another_machine_at_work_is_left_alone(workspace: Workspace, published: Publication) -> None:
    now = timezone.now()
    building = Publication.objects.create(
        day=DAY, store="demo", facts="x", rulebook="y", engine="polars", basis="acr", started_at=now, claim="elsewhere:7", claimed_at=now
    )
    with pytest.raises(AttainError, match="another refresh is at work by elsewhere:7"):
        publish(workspace, DAY, "demo", force=True)
    building.refresh_from_db()
    assert building.claim == "elsewhere:7"
    assert read.current() == published


@pytest.mark.parametrize("claim", ["", f"{socket.gethostname()}:999999999", "elsewhere:7"])
def test_a_dead_refresh_is_cleared_away(workspace: Workspace, published: Publication, claim: str) -> None:
    long_ago = timezone.now() - CLAIM_LASTS - dt.timedelta(minutes=1)
    dead = Publication.objects.create(
        day=DAY, store="demo", facts="x", rulebook="y", engine="polars", basis="acr", started_at=long_ago, claim=claim, claimed_at=long_ago
    )
    found = module._claimed({**module._identity(workspace, DAY, "demo", {})}, force=False)
    assert found.pk != dead.pk
    assert found.claim == f"{socket.gethostname()}:{os.getpid()}"
    assert not Publication.objects.filter(pk=dead.pk).exists()
    assert read.current() == published


def test_one_partner_is_published_anew(workspace: Workspace, published: Publication, everyone: list[str]) -> None:
    before = content(published)
    others = set(PublishedPartner.objects.filter(publication=published).exclude(partner_id="1000001").values_list("pk", flat=True))
    etag = read.overview("1000001", published).etag
    PublishedDesignation.objects.filter(publication=published, account__partner_id="1000001").update(total_micro=1)
    done = publish(workspace, DAY, "demo", partners=["1000001"])
    assert (done.gathered, done.partners) == (1, len(everyone))
    assert content(published) == before
    kept = set(PublishedPartner.objects.filter(publication=published).exclude(partner_id="1000001").values_list("pk", flat=True))
    assert kept == others
    assert read.overview("1000001", published).etag != etag


def test_a_partner_published_for_another_day_says_its_own(workspace: Workspace, published: Publication, everyone: list[str]) -> None:
    before = standing_of("1000001")
    publish(workspace, dt.date(2026, 10, 19), "demo", partners=["1000001"])
    after, other = standing_of("1000001"), standing_of(everyone[-1])
    assert before is not None
    assert after is not None
    assert other is not None
    # October's usage does not count before the refresh day of November, nor September's before that of October
    assert (before.note, after.note) == ("As of 2026-11-24, data up to 2026-10", "As of 2026-10-19, data up to 2026-08")
    assert other.note.startswith("As of 2026-11-24, data up to ")


def test_after_one_partner_changed_a_refresh_is_due(workspace: Workspace, published: Publication) -> None:
    assert not module._differing(published)
    PublishedPartner.objects.filter(publication=published, partner_id="1000001").update(facts="newer")
    assert module._differing(published)


def test_unknown_partners_and_an_empty_model_are_refused(workspace: Workspace, published: Publication) -> None:
    with pytest.raises(AttainError, match="the facts have no partner '100000l'"):
        publish(workspace, DAY, partners=["100000l"])
    Publication.objects.update(state=PublicationState.EARLIER)
    with pytest.raises(AttainError, match="no partner is published yet"):
        publish(workspace, DAY, partners=["1000001"])


def test_earlier_publications_go_but_for_the_latest(published: Publication) -> None:
    now = timezone.now()
    made = [
        Publication.objects.create(
            day=DAY,
            store="demo",
            facts=str(number),
            rulebook="y",
            engine="polars",
            basis="acr",
            state=PublicationState.EARLIER,
            started_at=now,
            claimed_at=now,
            finished_at=now - dt.timedelta(days=number),
        )
        for number in range(3)
    ]
    for publication in made:
        partner = PublishedPartner.objects.create(publication=publication, partner_id="p", day=DAY, facts="x", published_at=now)
        PublishedHistory.objects.create(account=partner, designation="security", months={}, days=[])
    module.remove_earlier()
    assert set(Publication.objects.all()) == {published, made[0]}
    assert PublishedPartner.objects.filter(partner_id="p").count() == 1
    assert PublishedHistory.objects.filter(account__partner_id="p").count() == 1
