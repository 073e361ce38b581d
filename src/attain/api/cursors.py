"""Cursors: where the next page of a list begins, signed, so that a caller can only hand back what it was given."""

from __future__ import annotations

from typing import Any

from django.core import signing
from ninja import Schema
from pydantic import Field

from attain.errors import AttainError

_SALT = "attain.api.cursor"
PAGE, LARGEST_PAGE = 50, 1000


class Paged(Schema):
    """Which page of a list is asked for."""

    cursor: str = Field("", max_length=2000, description="`next` of the page before; the first page unless given.")
    limit: int = Field(PAGE, ge=1, le=LARGEST_PAGE, description="How many there are on a page.")


def cursor(listing: str, *key: str | int | None) -> str:
    """Write what tells the last row shown, in a listing, as a cursor."""
    return signing.dumps([listing, *key], salt=_SALT, compress=True)


def after(listing: str, text: str) -> list[Any] | None:
    """Read a cursor of a listing back; None for the first page. AttainError `cursor` where it was not made here, or for another listing."""
    if not text:
        return None
    try:
        of, *key = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, UnicodeError) as error:
        raise _refused() from error
    if of != listing:
        raise _refused()
    return key


def _refused() -> AttainError:
    message = "the cursor was not made by this server for this list"
    return AttainError("cursor", message, "cursor", "take `next` of the page before, or leave it out")
