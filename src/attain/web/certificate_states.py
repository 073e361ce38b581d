"""How the state of a certificate is called and looks, on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attain.explaining.skilling import CertificateState

STATE_WORDS: dict[CertificateState, tuple[str, str]] = {
    "counts": ("Counts", "good"),
    "expired": ("Expired", "bad"),
    "retired": ("Retired", "bad"),
    "not_linked": ("Not linked", "warn"),
    "left": ("Has left", "neutral"),
    "not_yet": ("Not yet earned", "neutral"),
}
"""The word and the tone of each."""
