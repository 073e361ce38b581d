"""What was counted over many rows, kept in this process for as long as it holds.

Two stamps say whether it does: that of the publication, and that of the organization, which is another one after every change of a
consent. Both are read before anything is counted, so that a count is never older than the stamps it is kept under.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Subquery
from django.utils import timezone

from attain.people.models import Organization
from attain.published.models import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Kept:
    """Answers about an organization's part of a publication, the `most` asked for last.

    A question holds all else that its answer follows from.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def answer(self, publication: Publication, organization: Organization, question: Hashable, work_out: Callable[[], T]) -> T:
        """Give the answer that is kept, or work it out; one query where it is kept."""
        of = Publication.objects.filter(pk=publication.pk).values("rows_stamp")
        stamps = Organization.objects.filter(pk=organization.pk).values_list("rows_stamp", Subquery(of)).first()
        # A consent may end with the day.
        key = (publication.pk, organization.pk, organization.sees_all, stamps, timezone.now().date(), question)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        found = work_out()
        with self._lock:
            self._answers[key] = found
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return found


COUNTS = Kept(1_000)
"""Answers of some numbers each."""
ORDERS = Kept(8)
"""Answers of a number for each line of a list."""
