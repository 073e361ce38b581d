"""How much of each partner an organization sees in its portfolio: the one place where that is decided, and for a query.

Details of its own partners and of resellers that consented to details; totals of those that consented to totals; of the other resellers
that it serves only what it holds itself: name, id, country.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from attain.people.models import Consent, OrganizationPartner
from attain.published.models import PublishedPartner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.people.models import Organization
    from attain.published.models import Publication

Row = TypeVar("Row", bound=Model)


class Level(IntEnum):
    """How much is seen; each level sees what those before it see."""

    NONE = 0
    TOTALS = 1
    DETAIL = 2


_CONSENTS: dict[Level, tuple[str, ...]] = {
    Level.TOTALS: (str(Consent.OWN), str(Consent.TOTALS), str(Consent.DETAIL)),
    Level.DETAIL: (str(Consent.OWN), str(Consent.DETAIL)),
}
LEVELS: dict[str, Level] = {
    "": Level.NONE,
    str(Consent.TOTALS): Level.TOTALS,
    str(Consent.DETAIL): Level.DETAIL,
    str(Consent.OWN): Level.DETAIL,
}
"""What each consent lets see; the empty one is none."""


@dataclass(frozen=True)
class Seen:
    """How one partner is seen: by which consent (empty: none), and its last day where it has one."""

    consent: str
    until: dt.date | None = None

    @property
    def level(self) -> Level:
        """How much is seen."""
        return LEVELS[self.consent]


@dataclass(frozen=True)
class Sight:
    """What one organization sees today. Every answer asks the database anew, so that a revoked consent holds at once."""

    organization: Organization

    @property
    def sees_all(self) -> bool:
        """Say whether every partner of the store is its own."""
        return self.organization.sees_all

    def narrowed(self, rows: QuerySet[Row], level: Level) -> QuerySet[Row]:
        """Keep the rows (which have `partner_id` and `distributor_id`) of partners that are seen at a level or more."""
        return rows if self.sees_all else rows.filter(self.among(level))

    def beyond(self, rows: QuerySet[Row], level: Level) -> QuerySet[Row]:
        """Keep the rows of partners that are listed, and not seen at a level."""
        if self.sees_all or level is Level.NONE:
            return rows.none()
        less = self.by_consent("")
        return rows.filter(less | self.by_consent(str(Consent.TOTALS)) if level is Level.DETAIL else less)

    def among(self, level: Level) -> Q:
        """Give the condition for partners seen at a level or more; at `NONE` also those that the organization serves without consent."""
        if self.sees_all:
            return Q(pk__isnull=False)
        if level is Level.NONE:
            return self._has(Level.TOTALS) | Q(distributor_id__in=self._own)
        return self._has(level)

    def by_consent(self, consent: str) -> Q:
        """Give the condition for partners seen by one consent, or by none where it is empty."""
        if self.sees_all:
            return Q(pk__isnull=consent != str(Consent.OWN))
        if not consent:
            return Q(distributor_id__in=self._own) & ~self._has(Level.TOTALS)
        return Q(Exists(self._its_rows.filter(consent=consent)))

    @property
    def consent(self) -> Value | Coalesce:
        """Give the consent by which the partner of a row is seen, for a query; empty where it is none."""
        if self.sees_all:
            return Value(str(Consent.OWN), CharField())
        return Coalesce(Subquery(self._its_rows.order_by().values("consent")[:1]), Value(""), output_field=CharField())

    def of(self, partners: Iterable[str]) -> dict[str, Seen]:
        """Say how each of some partners is seen, with one query."""
        wanted = list(dict.fromkeys(partners))
        if self.sees_all:
            return dict.fromkeys(wanted, Seen(str(Consent.OWN)))
        found = {row.partner_id: Seen(row.consent, row.until) for row in self._rows.filter(partner_id__in=wanted)}
        return {one: found.get(one, Seen("")) for one in wanted}

    def missing(self, publication: Publication) -> QuerySet[OrganizationPartner]:
        """Give what it may see and what is not published: partners without facts, or not refreshed since."""
        published = PublishedPartner.objects.filter(publication=publication).values("partner_id")
        return self._rows.exclude(partner_id__in=published).order_by("partner_id")

    @cached_property
    def _rows(self) -> QuerySet[OrganizationPartner]:
        return OrganizationPartner.in_force().filter(organization=self.organization)

    @property
    def _own(self) -> QuerySet[OrganizationPartner, dict[str, str]]:
        return self._rows.filter(consent=str(Consent.OWN)).values("partner_id")

    @property
    def _its_rows(self) -> QuerySet[OrganizationPartner]:
        """Give the row about the partner of an outer query's row: looked up one by one, so that a page need not read every consent."""
        return self._rows.filter(partner_id=OuterRef("partner_id"))

    def _has(self, level: Level) -> Q:
        return Q(Exists(self._its_rows.filter(consent__in=_CONSENTS[level])))
