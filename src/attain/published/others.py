"""Resellers that a distributor serves and that did not consent: their names, which it holds itself, and counts of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from attain.published.disclosure import disclosed
from attain.published.kept import COUNTS
from attain.published.models import PortfolioRow, PublishedPartner
from attain.published.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attain.people.models import Organization
    from attain.published.disclosure import Disclosed
    from attain.published.models import Publication

UNSCORED = "unscored"
"""The group of those without a score in a designation."""


@dataclass(frozen=True)
class Others:
    """How many resellers are served without consent, which the distributor knows itself, and their counts by designation and status.

    None stands for a designation where they are too few to be counted; see `attain.published.disclosure` for what is held back.
    """

    total: int
    groups: dict[str, Disclosed | None]


def others(publication: Publication, organization: Organization, designations: Iterable[str], statuses: Iterable[str]) -> Others:
    """Count them by designation and status, all of them and never some: no filter could be taken from another."""
    designations, statuses = tuple(designations), tuple(statuses)
    question = ("others", designations, statuses)
    return COUNTS.answer(publication, organization, question, lambda: _counted(publication, organization, designations, statuses))


def _counted(publication: Publication, organization: Organization, designations: Sequence[str], statuses: Sequence[str]) -> Others:
    sight = Sight(organization)
    served = PublishedPartner.objects.filter(publication=publication).filter(sight.by_consent(""))
    total = served.count()
    rows = PortfolioRow.objects.filter(account__in=served.values("pk"))
    counts: dict[str, dict[str, int]] = {name: dict.fromkeys(statuses, 0) for name in designations}
    for designation, status, count in rows.order_by().values_list("designation", "status").annotate(Count("pk")):
        counts.setdefault(designation, {})[status] = count
    found: dict[str, Disclosed | None] = {}
    for name, by_status in counts.items():
        unscored = total - sum(by_status.values())
        found[name] = disclosed(by_status | ({UNSCORED: unscored} if unscored else {}))
    return Others(total, found)
