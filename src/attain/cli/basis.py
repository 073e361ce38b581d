"""What stands beside every number that was not made from Azure consumed revenue, the one basis that Microsoft scores."""

from __future__ import annotations

SCORED = "acr"


def on_basis(basis: str) -> str:
    """Give the words that follow a number on another basis; nothing where it is on the one that Microsoft scores."""
    return "" if basis == SCORED else f" on basis {basis}, not ACR"
