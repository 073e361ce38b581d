"""What an OpenID Connect provider says of itself, and whether that is the provider that was set up."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = "/.well-known/openid-configuration"
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


def address_of(url: str) -> str:
    """Give where the document of a provider lies, from its issuer, or from the document's own address."""
    return url if "/.well-known/" in url else url.rstrip("/") + PLACE


def fault_of(document: Mapping[str, Any], url: str, tenant: str = "") -> str:
    """Say what is wrong with the document of the provider that was set up as `url`, and perhaps as an Entra tenant; empty where nothing is.

    A tenant may be set up by its domain, and its issuer says its id.
    """
    missing = [name for name in NEEDED if not isinstance(document.get(name), str)]
    if missing:
        return f"the provider does not say its {missing[0]}"
    asked, issuer = url.partition("/.well-known/")[0].rstrip("/"), document["issuer"]
    if tenant:
        said, meant = tenant_of(issuer), _as_id(tenant)
        return f"the provider at {asked} answers for the tenant {said or issuer}" if said == "" or meant not in {"", said} else ""
    return "" if issuer.rstrip("/") == asked else f"the provider at {asked} says that its issuer is {issuer}"


def tenant_of(issuer: str) -> str:
    """Give the id of the Entra tenant that an issuer begins its path with; empty where it names none."""
    return _as_id(urlsplit(issuer).path.split("/")[1] if urlsplit(issuer).path else "")


def _as_id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
