"""Cursors: where the next page of a list begins, signed, so that a caller can only hand back what it was given."""

from __future__ import annotations

from typing import Any

from django.core import signing

from attain.errors import AttainError

_SALT = "attain.api.cursor"


def cursor(*key: str | int | None) -> str:
    """Write the sort key of the last row shown as a cursor."""
    return signing.dumps(list(key), salt=_SALT, compress=True)


def after(text: str) -> list[Any] | None:
    """Read a cursor back; None for the first page. AttainError where it was not made here."""
    if not text:
        return None
    try:
        key: list[Any] = signing.loads(text, salt=_SALT)
    except signing.BadSignature as error:
        raise AttainError(
            "cursor", "the cursor was not made by this server", "cursor", "take the one of the last page, or leave it out"
        ) from error
    return key
