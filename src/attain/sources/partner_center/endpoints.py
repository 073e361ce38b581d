"""The hosts that are asked, and which addresses may be: https everywhere, http only on this machine."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import httpx

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
VARIABLES = {
    "login": "ATTAIN_LOGIN_URL",
    "partner_center": "ATTAIN_PARTNER_CENTER_URL",
    "graph": "ATTAIN_GRAPH_URL",
    "management": "ATTAIN_MANAGEMENT_URL",
}
"""The environment variable of each endpoint."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where to sign in and whom to ask. Each is an address without a slash at its end."""

    login: str = "https://login.microsoftonline.com"
    partner_center: str = "https://api.partnercenter.microsoft.com"
    graph: str = "https://graph.microsoft.com"
    management: str = "https://management.azure.com"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Endpoints:
        """Take Microsoft's public hosts, or what the environment names instead; raises AttainError `address-unsafe`."""
        named = {field.name: environment.get(VARIABLES[field.name], "") for field in fields(cls)}
        return cls(**{name: base_address(url, VARIABLES[name]) for name, url in named.items() if url})


def is_local(url: str) -> bool:
    """Say whether an address is of this machine."""
    return httpx.URL(url).host in LOCAL_HOSTS


def base_address(url: str, where: str) -> str:
    """Check the address of an endpoint that a user names: https, or http on this machine. Raises AttainError `address-unsafe`."""
    parsed = _parsed(url, where)
    if parsed.scheme != "https" and not (parsed.scheme == "http" and parsed.host in LOCAL_HOSTS):
        raise _unsafe(url, where)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}{parsed.path}".rstrip("/")


def followed(url: str, base: str, what: str) -> str:
    """Check an address that a server hands out: https, or http where the server itself is on this machine.

    Raises AttainError `address-unsafe`; the query is never shown, it may hold a signature.
    """
    parsed = _parsed(url, what)
    if parsed.scheme == "https" or (parsed.scheme == "http" and parsed.host in LOCAL_HOSTS and is_local(base)):
        return url
    raise _unsafe(url, what)


def same_host(url: str, base: str, what: str) -> str:
    """Check an address that a server hands out and that will be sent a token: it must be on the server's own host."""
    parsed, own = _parsed(url, what), httpx.URL(base)
    if (parsed.scheme, parsed.host, parsed.port) == (own.scheme, own.host, own.port):
        return url
    raise AttainError("address-unsafe", f"the answer points to another host, {shown(url)}", what, "nothing was sent to it")


def shown(url: str) -> str:
    """Give an address as people may see it: without its query, which may hold a signature."""
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}{parsed.path}"


def _parsed(url: str, where: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise AttainError("address-unsafe", "this is no address", where, "write it as https://host") from None
    if not parsed.host or parsed.userinfo:
        raise AttainError("address-unsafe", "this is no address of a host alone", where, "write it as https://host")
    return parsed


def _unsafe(url: str, where: str) -> AttainError:
    return AttainError("address-unsafe", f"{shown(url)} is not https", where, "http is taken on this machine only (localhost)")
