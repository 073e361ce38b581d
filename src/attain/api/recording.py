"""Recording in the name of who calls, and keeping that in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.imports.publishing import today
from attain.people.access import AttainRequest
from attain.people.audit import record
from attain.recorded.recording import Recorder
from attain.rulebook.load import load_book

if TYPE_CHECKING:
    from attain.people.models import Event, Organization


def recorder_of(request: AttainRequest, partner_id: str) -> Recorder:
    """Record in the name of who calls."""
    return Recorder(load_book(), partner_id, request.granted.principal.actor[:254], today())


def organization_of(request: AttainRequest) -> Organization:
    """Give the organization whose grant lets the call through."""
    grant = request.granted.grant
    assert grant is not None, "an access to a partner or an organization comes with a grant"
    return grant.organization


def recorded(request: AttainRequest, partner_id: str, event: Event, detail: str) -> None:
    """Keep in the audit log what was recorded."""
    record(event, request, organization=organization_of(request), partner_id=partner_id, detail=detail)
