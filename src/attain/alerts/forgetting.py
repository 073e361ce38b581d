"""Removing what is long over: alerts that ended, and deliveries that were sent or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.alerts.models import Alert, Delivery, DeliveryState, RuleKind

if TYPE_CHECKING:
    import datetime as dt

_ENDED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.NOTHING_LEFT)


def forget_alerts(before: dt.datetime) -> tuple[int, int]:
    """Remove what was over before a moment, and give how many alerts and deliveries went. What lasts or waits stays, however old.

    A month told anew never ends: it goes by when it was noticed, and is not noticed again, since its rule has looked at the load.
    """
    old = Alert.objects.filter(ended_at__lt=before) | Alert.objects.filter(kind=RuleKind.RESTATED, noticed_at__lt=before)
    waiting = Delivery.objects.exclude(state__in=_ENDED)
    deliveries = Delivery.objects.filter(state__in=_ENDED, made_at__lt=before)
    kept = old.filter(deliveries__in=waiting).values("pk")
    _, gone = old.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    _, sent = deliveries.delete()
    return gone.get(Alert._meta.label, 0), sent.get(Delivery._meta.label, 0)
