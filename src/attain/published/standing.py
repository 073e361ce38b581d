"""A partner as it is published, and answers about its facts, kept in this process while those hold: what pages and endpoints read alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from attain.errors import AttainError
from attain.facts.kept import Kept
from attain.published.read import Overview, current, overview
from attain.published.served import options_of, workspace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from attain.published.models import Publication
    from attain.published.read import Designation
    from attain.scoring.options import ScoreOptions
    from attain.workspace import Workspace

T = TypeVar("T")
KEPT = 48
"""Answers kept in this process, those asked for last."""
_kept: Kept[Any] = Kept(KEPT)


@dataclass(frozen=True)
class Standing:
    """One partner as it is published."""

    overview: Overview

    @property
    def partner_id(self) -> str:
        """The partner."""
        return self.overview.partner.partner_id

    @property
    def name(self) -> str:
        """Call the partner by its name, or its id."""
        return self.overview.partner.name or self.partner_id

    @property
    def publication(self) -> Publication:
        """The publication that holds it."""
        return self.overview.publication

    def designation(self, code: str) -> Designation:
        """Give one designation; AttainError `unknown-designation` with the nearest name."""
        known = self.overview.designations[0].book.designation(code).id
        return next(found for found in self.overview.designations if found.id == known)

    @property
    def tracks(self) -> dict[str, str]:
        """The track that counts of each designation."""
        return {one.id: one.row.track for one in self.overview.designations}

    @cached_property
    def workspace(self) -> Workspace:
        """The facts that the scores were made from."""
        return workspace_of(self.overview.partner)

    @property
    def options(self) -> ScoreOptions:
        """How the scores were made."""
        return options_of(self.publication)

    @property
    def note(self) -> str:
        """Say as of when all of it is."""
        month = self.overview.data_month
        return f"As of {self.overview.partner.day}" + (f", data up to {month}" if month else "")

    def answer(self, question: Hashable, work_out: Callable[[Workspace], T]) -> T:
        """Give an answer about the facts, from memory where it was asked for lately. `question` names it within one partner."""
        state = (self.overview.publication.pk, self.overview.partner.pk, self.overview.partner.facts)
        return _kept.answer(question, lambda: work_out(self.workspace), about=self.partner_id, state=state)


def standing_of(partner_id: str) -> Standing | None:
    """Give a partner as it is published; None where nothing is published of it."""
    publication = current()
    if publication is None:
        return None
    try:
        return Standing(overview(partner_id, publication))
    except AttainError as error:
        if error.code == "not-published":
            return None
        raise
