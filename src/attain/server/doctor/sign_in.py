"""The identity provider: that it answers, and is the one that was set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import httpx

from attain.errors import AttainError
from attain.people.discovery import address_of, fault_of
from attain.server import environment
from attain.server.doctor.finding import ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attain.server.doctor.finding import Finding

SUBJECT = "identity provider"
SECONDS = 10
MEND = "check ATTAIN_ENTRA_TENANT and ATTAIN_OIDC_URL"


def sign_in(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Ask the provider that the environment names for what it says of itself; nothing where none is named."""
    try:
        found = environment.identity_provider(environ)
    except AttainError:
        # Said with the settings.
        return
    if found is None:
        return
    address = address_of(found.url)
    try:
        answer = httpx.get(address, timeout=SECONDS, follow_redirects=True)
        answer.raise_for_status()
        told: Any = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        yield wrong(SUBJECT, f"{address}: {str(error) or type(error).__name__}", MEND)
        return
    document: Mapping[str, Any] = cast("Mapping[str, Any]", told) if isinstance(told, dict) else {}
    fault = fault_of(document, found.url, found.tenant)
    if fault:
        yield wrong(SUBJECT, fault, MEND)
    else:
        yield ok(SUBJECT, f"{document['issuer']} answers")
