"""Catalog names without regard to case and punctuation, with the renames of section 5a and the aliases of sections 2 and 4."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from tests.oracle.skills import CERTIFICATE_NAMES

RENAMED = {
    # services
    "Security Center": "Microsoft Defender for Cloud",
    "Azure Defender": "Microsoft Defender for Cloud",
    "Azure Active Directory Domain Services": "Microsoft Entra Domain Services",
    # workloads of Security
    "Azure Active Directory Premium": "Microsoft Entra ID P1",
    "Microsoft Defender for Endpoints": "Microsoft Defender for Endpoint P2",
    "Microsoft Information Protection": "Microsoft Purview Information Protection",
    # workloads of Modern Work
    "Exchange": "Exchange Online",
    "SharePoint": "SharePoint Online",
    "ProPlus": "Microsoft 365 Apps",
    "Teams Platform": "Teams Apps",
    "Yammer": "Viva Engage",
    # certificates
    **CERTIFICATE_NAMES,
}


def squeeze(name: str) -> str:
    """Reduce a name to its letters and digits, in lower case."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_NOW = {squeeze(old): squeeze(new) for old, new in RENAMED.items()}


@cache
def name_key(name: str | None) -> str:
    """Identify a name: two names with one key are the same thing."""
    squeezed = squeeze(name or "")
    return _NOW.get(squeezed, squeezed)


def name_keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name_key(name) for name in names)
