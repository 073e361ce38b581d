"""What was counted over many rows, kept in this process for as long as it holds.

Two stamps say whether it does: that of the publication, and that of the organization, which is another one after every change of a
consent. Both are read before anything is counted, so that a count is never older than the stamps it is kept under.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Subquery
from django.utils import timezone

from attain.facts.kept import Kept
from attain.people.models import Organization
from attain.published.models import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Counted:
    """Answers about an organization's part of a publication, the `most` asked for last.

    A question holds all else that its answer follows from.
    """

    def __init__(self, most: int) -> None:
        self._kept: Kept[Any] = Kept(most)

    def answer(self, publication: Publication, organization: Organization, question: Hashable, work_out: Callable[[], T]) -> T:
        """Give the answer that is kept, or work it out; one query where it is kept."""
        of = Publication.objects.filter(pk=publication.pk).values("rows_stamp")
        stamps = Organization.objects.filter(pk=organization.pk).values_list("rows_stamp", Subquery(of)).first()
        # A consent may end with the day.
        state = (publication.pk, organization.sees_all, stamps, timezone.now().date())
        return self._kept.answer(question, work_out, about=organization.pk, state=state)


COUNTS = Counted(1_000)
"""Answers of some numbers each."""
ORDERS = Counted(8)
"""Answers of a number for each line of a list."""
