"""How long is kept what is not needed for a score: the audit log, reports of imports, alerts, and the text of rows set aside."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from attain.alerts.forgetting import forget_alerts
from attain.imports.models import UNFINISHED, ImportRun
from attain.people.models import AuditEntry
from attain.scoring.units import counted
from attain.store.erasing import forget_verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attain.store.store import Store


def forget_old(store: Store | None, say: Callable[[str], None] = lambda _text: None, now: dt.datetime | None = None) -> Iterator[str]:
    """Remove what is older than the settings say, and give a line for each kind that lost anything.

    Nothing is removed of a kind whose setting is not made. Raises what `forget_verbatim` raises.
    """
    now = now or timezone.now()
    if settings.KEEP_AUDIT_DAYS:
        count, _ = AuditEntry.objects.filter(at__lt=now - dt.timedelta(days=settings.KEEP_AUDIT_DAYS)).delete()
        if count:
            removed = f"{counted(f'{count:,}', 'entries')} of the audit log {'that is' if count == 1 else 'that are'}"
            yield f"Removed {removed} older than {settings.KEEP_AUDIT_DAYS} days."
    if settings.KEEP_IMPORTS_DAYS:
        old = ImportRun.objects.filter(created_at__lt=now - dt.timedelta(days=settings.KEEP_IMPORTS_DAYS))
        count, _ = old.exclude(state__in=UNFINISHED).delete()
        if count:
            removed = f"{counted(f'{count:,}', 'reports')} of imports {'that is' if count == 1 else 'that are'}"
            yield f"Removed {removed} older than {settings.KEEP_IMPORTS_DAYS} days."
    if settings.KEEP_ALERTS_DAYS:
        alerts, deliveries = forget_alerts(now - dt.timedelta(days=settings.KEEP_ALERTS_DAYS))
        if alerts or deliveries:
            over = f"{counted(f'{alerts:,}', 'alerts')} that {'was' if alerts == 1 else 'were'} over"
            yield f"Removed {over} and {counted(f'{deliveries:,}', 'messages')} more than {settings.KEEP_ALERTS_DAYS} days ago."
    if settings.KEEP_REJECTED_DAYS and store is not None:
        load = forget_verbatim(store, (now - dt.timedelta(days=settings.KEEP_REJECTED_DAYS)).date(), say)
        if load is not None:
            yield f"Left out the text of rows set aside more than {settings.KEEP_REJECTED_DAYS} days ago, as load {load.number}."
