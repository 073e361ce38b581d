"""What must never be shown: the secrets of a pull, cut out of every text that a server sends before a person sees it."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

LONGEST = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_QUERY = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]*")


class Secrets:
    """The secrets of one pull, as they become known."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        # httpx logs whole addresses, and those of downloads hold a signature
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)

    def add(self, secret: str) -> str:
        """Remember a secret and give it back."""
        if secret:
            self._held |= {secret, quote(secret, safe="")}
        return secret

    def clean(self, text: str) -> str:
        """Give a server's text on one short line, without secrets, queries of addresses and control characters."""
        for secret in sorted(self._held, key=len, reverse=True):
            text = text.replace(secret, "…")
        line = _QUERY.sub(r"\1", " ".join(_CONTROL.sub(" ", text).split()))
        return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
