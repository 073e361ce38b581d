"""After an import: the scores that pages show, made anew from the facts as they are by now."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from attain.errors import AttainError
from attain.published.publish import publish
from attain.published.read import current
from attain.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.published.publish import Told
    from attain.scoring.options import ScoreOptions


def today() -> dt.date:
    """Give the day that pages take for today: that of the demo on demo facts."""
    return dt.date.fromisoformat(settings.DEMO_DAY) if settings.DEMO_DAY else dt.datetime.now(tz=dt.UTC).date()


def publish_again(partner_id: str, partners: Sequence[str] | None, told: Told) -> str:
    """Publish the partners that an import may have changed: `partners`, or everybody, the one of `partner_id` first.

    Gives a sentence where something is left to do, else nothing. Raises AttainError as `publish` does.
    """
    workspace = Workspace.open(settings.STORE)
    publication = current()
    options: ScoreOptions = {} if publication is None else {"basis": publication.basis, "refresh_day": publication.refresh_day}
    day = today()
    if publication is None:
        publish(workspace, day, settings.STORE, told=told, **options)
        return ""
    if partners is not None:
        known = {account.partner_id for account in workspace.accounts()}
        there = [partner for partner in partners if partner in known]
        if there:
            publish(workspace, day, settings.STORE, partners=there, told=told, **options)
        return ""
    try:
        publish(workspace, day, settings.STORE, partners=[partner_id], **options)
    except AttainError as error:
        if error.code != "unknown-partner":
            raise
    publish(workspace, day, settings.STORE, told=told, **options)
    return ""
