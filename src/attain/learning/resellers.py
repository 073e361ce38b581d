"""A distributor's view: what its resellers learned, beside how their scores moved meanwhile. It never says that one caused the other.

Resellers that consented are shown by name, with the points of single metrics where they consented to details; of the others counts alone,
and those only where at least as many as `FEWEST` learn and as many do not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attain.learning.models import LessonProgress
from attain.people.models import Consent, Organization, OrganizationPartner
from attain.published.disclosure import LEAST, disclosed
from attain.published.models import PublishedHistory, PublishedPartner
from attain.published.shapes import unpack_months

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from attain.published.models import Publication
    from attain.published.shapes import MonthPoint

FEWEST = LEAST


@dataclass(frozen=True)
class Line:
    """One reseller and designation: people who learn, lessons done, the first day, and the metric points before and now in millionths.

    `before` is the end of the month before the first lesson; None where the history does not reach back to it. Of a reseller that
    consented to totals alone neither has metrics.
    """

    partner_id: str
    name: str
    designation: str
    people: int
    lessons: int
    since: dt.date
    before: MonthPoint | None
    now: MonthPoint | None


@dataclass(frozen=True)
class Others:
    """Resellers without consent, counted together: None where they are too few to be counted."""

    partners: int
    learning: int
    lessons: int


@dataclass(frozen=True)
class _Learned:
    people: frozenset[int]
    lessons: int
    since: dt.date


def consented_lines(distributor: Organization, publication: Publication | None) -> list[Line]:
    """Give a line for each reseller that consented and each designation that its people learn about, by name."""
    consents = (Consent.TOTALS, Consent.DETAIL)
    rows = OrganizationPartner.in_force().filter(organization=distributor, consent__in=[str(consent) for consent in consents])
    names = {row.partner_id: str(row) for row in rows}
    detailed = {row.partner_id for row in rows if row.consent == str(Consent.DETAIL)}
    learned = _learned(names)
    histories = _histories(publication, names)
    lines: list[Line] = []
    for (partner_id, designation), found in learned.items():
        months = histories.get((partner_id, designation), ())
        if partner_id not in detailed:
            months = tuple(replace(month, metrics={}, others={}) for month in months)
        before = [month for month in months if month.day < found.since.replace(day=1)]
        line = Line(
            partner_id,
            names[partner_id],
            designation,
            len(found.people),
            found.lessons,
            found.since,
            before[-1] if before else None,
            months[-1] if months else None,
        )
        lines.append(line)
    return sorted(lines, key=lambda line: (line.name.casefold(), line.designation))


def others(distributor: Organization, publication: Publication | None) -> Others | None:
    """Count what the resellers learned that did not consent; None where those that learn, or those that do not, are
    fewer than `FEWEST`.
    """
    known = OrganizationPartner.in_force().filter(organization=distributor)
    own = list(known.filter(consent=str(Consent.OWN)).values_list("partner_id", flat=True))
    consented = known.exclude(consent=str(Consent.OWN)).values_list("partner_id", flat=True)
    if publication is None or not own:
        return None
    served = PublishedPartner.objects.filter(publication=publication, distributor_id__in=own)
    partners = set(served.values_list("partner_id", flat=True)) - set(consented) - set(own)
    learned = _learned(partners)
    learning = {partner_id for partner_id, _ in learned}
    # Those that do not learn would follow from the two counts.
    counts = disclosed({"learning": len(learning), "not": len(partners) - len(learning)})
    if counts is None or counts.together:
        return None
    return Others(len(partners), len(learning), sum(found.lessons for found in learned.values()))


def _learned(partners: Collection[str]) -> dict[tuple[str, str], _Learned]:
    """Gather what the people learned whose organization has a partner for its own, by partner and designation."""
    places = OrganizationPartner.objects.filter(partner_id__in=list(partners), consent=str(Consent.OWN))
    partners_of: dict[int, list[str]] = {}
    for place, partner_id in places.values_list("organization_id", "partner_id"):
        partners_of.setdefault(place, []).append(partner_id)
    rows: Iterable[tuple[int, int, str, dt.datetime, dt.datetime | None]] = (
        LessonProgress.objects.filter(user__members__organization__in=list(partners_of))
        .values_list("user__members__organization", "user_id", "designation", "opened_at", "done_at")
        .order_by("opened_at")
    )
    found: dict[tuple[str, str], _Learned] = {}
    for place, person, designation, opened_at, done_at in rows:
        for partner_id in partners_of.get(place, ()):
            before = found.get((partner_id, designation), _Learned(frozenset(), 0, opened_at.date()))
            lessons = before.lessons + (done_at is not None)
            found[partner_id, designation] = _Learned(before.people | {person}, lessons, before.since)
    return found


def _histories(publication: Publication | None, partners: Collection[str]) -> dict[tuple[str, str], tuple[MonthPoint, ...]]:
    if publication is None or not partners:
        return {}
    wanted = PublishedHistory.objects.filter(account__publication=publication, account__partner_id__in=list(partners))
    rows = wanted.select_related("account")
    return {(row.account.partner_id, row.designation): unpack_months(row.months) for row in rows}
