"""Which alerts an organization may still see: consents may end, or tell less, after something was noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from attain.alerts.models import Alert
from attain.people.resellers import seen

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from attain.people.models import Organization


def visible(organization: Organization) -> QuerySet[Alert]:
    """Give the alerts of an organization about partners that it sees today, those with details only where it sees these."""
    rows = Alert.objects.filter(organization=organization)
    among = seen(organization)
    if among is None:
        return rows
    detailed = seen(organization, detail=True)
    assert detailed is not None, "who sees some partners sees some in detail"
    totals = Q(in_detail=False, partner_id__in=among)
    return rows.filter(Q(partner_id="") | totals | Q(in_detail=True, partner_id__in=detailed))
