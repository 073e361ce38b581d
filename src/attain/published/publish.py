"""Publishing: all partners in lots, then one switch; or some partners anew within what is current."""

from __future__ import annotations

import datetime as dt
import gc
import os
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone

from attain.errors import AttainError
from attain.facts.schema import BASES
from attain.people.models import new_stamp
from attain.published.gather import Gatherer
from attain.published.lots import lots, usage_rows
from attain.published.models import PortfolioRow, Publication, PublicationState, PublishedDesignation, PublishedHistory, PublishedPartner
from attain.recorded.rows import with_records

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from attain.facts.directory import Account
    from attain.published.gather import PartnerRows
    from attain.scoring.options import ScoreOptions
    from attain.workspace import Workspace

SAVED_AT_ONCE = 500
REMOVED_AT_ONCE = 500
CLAIM_LASTS = dt.timedelta(minutes=30)
"""A refresh on another machine that has not saved a lot for so long is taken for dead."""
_ONE_A_PROCESS = threading.Lock()


class Told(Protocol):
    """Hears how many partners are done, of how many."""

    def __call__(self, done: int, total: int) -> None:
        """Take the numbers."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What publishing did: partners gathered now, partners in the publication, and whether there was nothing to do."""

    publication: Publication
    gathered: int
    partners: int
    unchanged: bool = False


def publish(
    workspace: Workspace,
    day: dt.date,
    store: str = "",
    *,
    partners: Sequence[str] | None = None,
    force: bool = False,
    told: Told | None = None,
    **options: Unpack[ScoreOptions],
) -> Outcome:
    """Publish the scores, statuses and histories of all partners on a day, or of `partners` anew within the current publication.

    Purchases and reported numbers that people recorded count along with the facts. Nothing is done where the same facts and rulebook are
    published for the day already, unless `force`. A publication that was broken off is taken up where it ended. Pages see the new one when
    it is whole; the one before stays for pages under way. Raises AttainError for an unknown partner (`unknown-partner`), where another
    refresh is at work (`refresh-running`), and where one partner is to be published before all ever were (`nothing-published`).
    """
    workspace = with_records(workspace)
    if partners is not None:
        return _some(workspace, day, workspace.accounts(partners), options)
    if not _ONE_A_PROCESS.acquire(blocking=False):
        raise _running(None)
    try:
        return _all(workspace, day, store, options, force=force, told=told)
    finally:
        _ONE_A_PROCESS.release()


def _all(workspace: Workspace, day: dt.date, store: str, options: ScoreOptions, *, force: bool, told: Told | None) -> Outcome:
    accounts = workspace.accounts()
    wanted = _identity(workspace, day, store, options)
    current = Publication.objects.filter(state=PublicationState.CURRENT).first()
    if current is not None and not force and _is(current, wanted) and not _differing(current):
        return Outcome(current, 0, current.partners, unchanged=True)
    building = _claimed(wanted, force=force)
    try:
        gathered = _fill(workspace, building, accounts, options, told)
        _switch(building)
    finally:
        Publication.objects.filter(pk=building.pk).update(claim="")
    remove_earlier()
    return Outcome(Publication.objects.get(pk=building.pk), gathered, building.partners)


def _identity(workspace: Workspace, day: dt.date, store: str, options: ScoreOptions) -> dict[str, object]:
    months = workspace.data_months(day, **options)
    return {
        "day": day,
        "store": store,
        "facts": workspace.facts.digest,
        "rulebook": workspace.book.digest,
        "basis": options.get("basis", BASES[0]),
        "refresh_day": options.get("refresh_day"),
        "months": months,
        "data_month": min(months.values(), default=""),
        "engine": "polars" if workspace.backend is None else workspace.backend.name,
    }


def _is(publication: Publication, wanted: dict[str, object]) -> bool:
    return all(getattr(publication, name) == value for name, value in wanted.items() if name != "engine")


def _differing(publication: Publication) -> bool:
    """Say whether partners were published anew from other facts since, or for another day, or without rows of the portfolio."""
    rows = PublishedPartner.objects.filter(publication=publication)
    listed = not publication.partners or PortfolioRow.objects.filter(publication=publication).exists()
    return not listed or rows.exclude(facts=publication.facts, day=publication.day).exists()


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _claimed(wanted: dict[str, object], *, force: bool) -> Publication:
    """Take up the publication that was being built if it is the same, else begin anew; refuse while another process builds one."""
    now = timezone.now()
    found = Publication.objects.filter(state=PublicationState.BUILDING).first()
    if found is not None:
        if found.claim and found.claim != _me() and _at_work(found, now):
            raise _running(found)
        taken = Publication.objects.filter(pk=found.pk, claim=found.claim).update(claim=_me(), claimed_at=now)
        if not taken:
            raise _running(found)
        if _is(found, wanted) and not force:
            found.refresh_from_db()
            return found
        remove(found)
    try:
        with transaction.atomic():
            return Publication.objects.create(**wanted, started_at=now, claim=_me(), claimed_at=now)
    except IntegrityError as error:
        raise _running(None) from error


def _running(found: Publication | None) -> AttainError:
    where = "" if found is None else f"by {found.claim}, last seen at {found.claimed_at:%Y-%m-%d %H:%M} UTC"
    return AttainError("refresh-running", f"another refresh is at work {where}".strip(), hint="wait until it is done")


def _at_work(found: Publication, now: dt.datetime) -> bool:
    host, _, process = found.claim.rpartition(":")
    if host != socket.gethostname():
        return now - found.claimed_at < CLAIM_LASTS
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _fill(workspace: Workspace, building: Publication, accounts: Sequence[Account], options: ScoreOptions, told: Told | None) -> int:
    done = set(PublishedPartner.objects.filter(publication=building).values_list("partner_id", flat=True))
    left = [account for account in accounts if account.partner_id not in done]
    gatherer: Gatherer | None = None
    gathered = 0
    for lot in lots(left, usage_rows(workspace.facts) if left else {}):
        gatherer = gatherer or Gatherer(workspace, building.day, options)
        if told is not None:
            told(len(done) + gathered, len(accounts))
        now = timezone.now()
        with _without_collector():
            rows = list(gatherer.gather(lot, now))
        gathered += len(lot)
        with transaction.atomic():
            if not Publication.objects.filter(pk=building.pk, claim=_me()).update(claimed_at=now):
                raise _running(Publication.objects.filter(pk=building.pk).first())
            _save(building, rows)
    if told is not None:
        told(len(accounts), len(accounts))
    return len(left)


@contextmanager
def _without_collector() -> Generator[None]:
    """Keep the collector of cycles from walking, again and again, through the many small objects of a lot: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _save(publication: Publication, rows: Iterable[PartnerRows]) -> None:
    rows = list(rows)
    for found in rows:
        found.partner.publication = publication
        for row in (*found.designations, *found.portfolio):
            row.publication = publication
    PublishedPartner.objects.bulk_create([found.partner for found in rows], SAVED_AT_ONCE)
    PublishedDesignation.objects.bulk_create([row for found in rows for row in found.designations], SAVED_AT_ONCE)
    PublishedHistory.objects.bulk_create([row for found in rows for row in found.histories], SAVED_AT_ONCE)
    PortfolioRow.objects.bulk_create([row for found in rows for row in found.portfolio], SAVED_AT_ONCE)


def _switch(building: Publication) -> None:
    with transaction.atomic():
        building.partners = PublishedPartner.objects.filter(publication=building).count()
        Publication.objects.filter(state=PublicationState.CURRENT).update(state=PublicationState.EARLIER)
        building.state = PublicationState.CURRENT
        building.finished_at = timezone.now()
        building.save(update_fields=["state", "finished_at", "partners"])


def _some(workspace: Workspace, day: dt.date, accounts: Sequence[Account], options: ScoreOptions) -> Outcome:
    """Put new rows of some partners in the place of their old ones, lot by lot, each lot at once."""
    current = Publication.objects.filter(state=PublicationState.CURRENT).first()
    if current is None:
        raise AttainError("nothing-published", "no partner is published yet", hint="run attain refresh without --partner first")
    gatherer = Gatherer(workspace, day, options)
    sizes = usage_rows(workspace.facts) if len(accounts) > 1 else {}
    for lot in lots(accounts, sizes):
        rows = list(gatherer.gather(lot, timezone.now()))
        with transaction.atomic():
            PublishedPartner.objects.filter(publication=current, partner_id__in=[account.partner_id for account in lot]).delete()
            _save(current, rows)
            partners = PublishedPartner.objects.filter(publication=current).count()
            # The rows of a partner that went may have gone along with it.
            Publication.objects.filter(pk=current.pk).update(partners=partners, rows_stamp=new_stamp())
    current.refresh_from_db()
    return Outcome(current, len(accounts), current.partners)


def remove_earlier(kept: int = 1) -> None:
    """Remove publications that are no longer current, but for the latest `kept`: pages under way may still read those."""
    earlier = Publication.objects.filter(state=PublicationState.EARLIER).order_by("-finished_at", "-pk")
    for publication in earlier[kept:]:
        remove(publication)


def remove(publication: Publication) -> None:
    """Remove a publication, some partners at a time, so that no other writer waits long."""
    partners = PublishedPartner.objects.filter(publication=publication)
    while ids := list(partners.values_list("pk", flat=True)[:REMOVED_AT_ONCE]):
        with transaction.atomic():
            PublishedHistory.objects.filter(account__in=ids).delete()
            PortfolioRow.objects.filter(account__in=ids).delete()
            PublishedDesignation.objects.filter(account__in=ids).delete()
            PublishedPartner.objects.filter(pk__in=ids).delete()
    publication.delete()
