"""The facts behind what is published, as pages and endpoints ask for them: opened once a process, and anew where they changed."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from attain.errors import AttainError
from attain.explaining.pool_rows import Order
from attain.facts.added import same_files
from attain.published.erased import forget_when_erased, look
from attain.published.rows import Asked, Behind, Panels, check, in_order, selected
from attain.recorded.rows import with_records
from attain.store.place import is_store
from attain.store.store import Store
from attain.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from attain.explaining.result import ExplainedRow, Explanation
    from attain.explaining.run import RowsBehind
    from attain.published.models import Publication, PublishedPartner
    from attain.rulebook.load import Book
    from attain.scoring.options import ScoreOptions

LOADS_LOOKED_AT = 20
"""How many loads back the one that was published is looked for."""

_lock = Lock()
_panels = Panels()
forget_when_erased(_panels.forget)


@dataclass(frozen=True)
class _Opened:
    source: str
    wanted: str
    workspace: Workspace


_opened: list[_Opened] = []


def workspace_of(partner: PublishedPartner) -> Workspace:
    """Give the facts that a partner's published scores were made from, with what was recorded since.

    Where these are gone (a facts folder keeps no earlier files) it gives the newest: `is_as_published` tells. Raises AttainError `no-store`
    where none is served.
    """
    source, wanted = str(settings.STORE), partner.facts
    if not source:
        raise AttainError("no-store", "no facts are served", hint="start with attain serve --store STORE")
    with _lock:
        found = next((one for one in _opened if one.source == source and same_files(one.wanted, wanted)), None)
        if found is None:
            found = _Opened(source, wanted, _open(source, wanted))
            _opened[:] = [found, *_opened[:1]]
    return with_records(found.workspace)


def is_as_published(workspace: Workspace, partner: PublishedPartner) -> bool:
    """Say whether a workspace has the files that a partner's published scores were made from."""
    return same_files(workspace.facts.digest, partner.facts)


def newest() -> Workspace:
    """Open the newest facts that are served, with what was recorded; raises AttainError `no-store` where none is."""
    if not settings.STORE:
        raise AttainError("no-store", "no facts are served", hint="start with attain serve --store STORE")
    return with_records(Workspace.open(str(settings.STORE)))


def options_of(publication: Publication) -> ScoreOptions:
    """Give the options that a publication was scored with."""
    return {"basis": publication.basis, "refresh_day": publication.refresh_day}


def explanation(workspace: Workspace, partner: PublishedPartner, publication: Publication, behind: Behind) -> Explanation:
    """Give the rows behind a metric of a partner, kept in this process for the next page; raises AttainError as `Workspace.explain`."""
    look()
    return _panels.explanation(workspace, behind, (publication.pk, partner.pk), options_of(publication))


def rows_for_file(
    workspace: Workspace,
    partner: PublishedPartner,
    publication: Publication,
    behind: Behind,
    asked: Asked,
    told: Callable[[str], None] = lambda _words: None,
) -> Iterable[ExplainedRow]:
    """Give the rows asked for behind a metric, to be written to a file; `told` is told how many before the first is given.

    Rows of usage that are not in memory are looked up when the first is asked for, and made as the file is written.
    Raises AttainError as `Workspace.explain`, and for an unknown filter or sort.
    """
    look()
    version, options = (publication.pk, partner.pk), options_of(publication)
    looked_up = workspace.rows_behind(
        behind.day, partner=behind.partner_id, designation=behind.designation, metric=behind.metric, track=behind.track, **options
    )
    check(asked)
    found = _panels.kept(workspace, behind, version, options)
    if found is None and looked_up.is_usage:
        return _told_first(looked_up, asked, told)
    rows = selected(found or explanation(workspace, partner, publication, behind), asked)
    told(f"{len(rows)} rows")
    return rows


def _told_first(looked_up: RowsBehind, asked: Asked, told: Callable[[str], None]) -> Iterator[ExplainedRow]:
    count, rows = in_order(looked_up.pools(Order(asked.sort, asked.descending)), asked)
    told(f"what fits of {count} rows" if asked.keep or asked.search else f"{count} rows")
    yield from rows


def _open(source: str, wanted: str) -> Workspace:
    workspace = Workspace.open(source)
    if same_files(workspace.facts.digest, wanted) or not is_store(source):
        return workspace
    return _earlier(source, wanted, workspace.book) or workspace


def _earlier(source: str, wanted: str, book: Book) -> Workspace | None:
    """Find the load of a store that left the facts with a digest."""
    store = Store.open(source)
    for load in reversed(store.loads.every()[-LOADS_LOOKED_AT:]):
        facts = store.facts(book.catalog, load=load.number)
        if same_files(facts.digest, wanted):
            return Workspace(facts, book)
    return None


def republish(partner: PublishedPartner, publication: Publication) -> None:
    """Publish one partner anew, from the files that it was published from and all that is recorded by now."""
    from attain.published.publish import publish  # noqa: PLC0415 - a page that only reads needs none of it

    workspace = with_records(workspace_of(partner))
    publish(workspace, partner.day, partners=[partner.partner_id], **options_of(publication))
