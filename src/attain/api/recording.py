"""Recording in the name of who calls, and keeping that in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import AttainRequest

if TYPE_CHECKING:
    from attain.people.models import Organization


def organization_of(request: AttainRequest) -> Organization:
    """Give the organization whose grant lets the call through."""
    grant = request.granted.grant
    assert grant is not None, "an access to a partner or an organization comes with a grant"
    return grant.organization
