"""Other rules on the facts of many partners, worked out beside requests group by group, so that a page can say how far it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from attain.advise.impact import joined, with_edition
from attain.facts.added import below, laid_over
from attain.published.models import PublishedPartner
from attain.published.served import options_of, workspace_of
from attain.published.sight import Level, Sight
from attain.published.worked_out import PATIENCE, worked_out
from attain.store.facts import StoreFacts
from attain.workspace import Workspace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Sequence

    from attain.advise.impact import SideBySide
    from attain.facts.facts import Facts
    from attain.people.models import Organization
    from attain.published.models import Publication
    from attain.rulebook.load import Book
    from attain.scoring.options import ScoreOptions

AT_ONCE = 2_000
"""Partners that are scored together."""


@dataclass
class Running:
    """How far an answer is: partners done, of how many."""

    done: int
    total: int


_running: dict[Hashable, Running] = {}
_lock = Lock()


def partners_seen(publication: Publication, organization: Organization, level: Level = Level.TOTALS) -> list[str]:
    """List the published partners that an organization sees today at a level or more.

    Rules that anybody may write ask for `DETAIL`: a rulebook in which one metric alone earns points tells that metric by its total.
    """
    rows = Sight(organization).narrowed(PublishedPartner.objects.filter(publication=publication), level)
    return list(rows.order_by("partner_id").values_list("partner_id", flat=True))


def rule_change(
    publication: Publication, partners: Sequence[str], *, edition: str = "", book: Book | None = None, patience: float = PATIENCE
) -> SideBySide | Running:
    """Say what an edition, or another rulebook, does to the totals of `partners` (one at least), or how far that is.

    The partners stand in what is remembered: when somebody's consent begins or ends, it is worked out anew. Raises AttainError as
    `Workspace.impact`.
    """
    first = PublishedPartner.objects.get(publication=publication, partner_id=partners[0])
    workspace, options = workspace_of(first), options_of(publication)
    if edition:
        # Refused before anything is worked out: nobody is told to ask again for what there is not.
        with_edition(workspace.book, list(workspace.book.designations), edition, named=False)
    who = hashlib.sha256("\n".join(partners).encode()).hexdigest()
    state = (publication.pk, workspace.facts.digest)
    question = ("rule change", *state, who, edition, "" if book is None else book.digest)
    work = _Work(question, workspace, publication.day, list(partners), options, edition, book)
    found = worked_out(question, work.run, about="rule change", state=state, patience=patience, large=len(partners) > 1)
    if found is not None:
        return found
    with _lock:
        return _running.get(question) or Running(0, len(partners))


@dataclass(frozen=True)
class _Work:
    """All that an answer follows from: the thread that works it out asks no database."""

    question: Hashable
    workspace: Workspace
    day: dt.date
    partners: list[str]
    options: ScoreOptions
    edition: str
    book: Book | None

    def run(self) -> SideBySide:
        running = Running(0, len(self.partners))
        with _lock:
            _running[self.question] = running
        try:
            other = None if self.book is None else (self.book, self._facts_by(self.book))
            parts: list[SideBySide] = []
            for start in range(0, len(self.partners), AT_ONCE):
                some = self.partners[start : start + AT_ONCE]
                basis, refresh_day = self.options.get("basis", ""), self.options.get("refresh_day")
                impact = self.workspace.impact(
                    self.day, edition=self.edition or None, other=other, partners=some, basis=basis, refresh_day=refresh_day
                )
                # The scores behind it are not kept: totals are what is shown.
                parts.append(impact.narrowed())
                running.done += len(some)
            return joined(parts)
        finally:
            with _lock:
                _running.pop(self.question, None)

    def _facts_by(self, book: Book) -> Facts:
        """Read the facts by the names of another rulebook, where its catalog is another one."""
        facts = self.workspace.facts
        if book.catalog == self.workspace.book.catalog:
            return facts
        base = below(facts)
        load = base.load if isinstance(base, StoreFacts) else None
        return laid_over(Workspace.open(str(settings.STORE), load=load, book=book).facts, facts)
