"""CSV and Parquet instead of JSON, asked for by `?format=` or by the Accept header, where the web workspace downloads."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from pydantic import Field

from attain.api.caching import tagged
from attain.people.access import AttainRequest, NoRole
from attain.people.audit import record
from attain.people.models import Event, User
from attain.people.roles import Access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attain.report.pieces import PieceFormat


class Format(StrEnum):
    """How an answer is written."""

    json = "json"
    csv = "csv"
    parquet = "parquet"


TYPES = {Format.json: "application/json", Format.csv: "text/csv", Format.parquet: "application/vnd.apache.parquet"}
Wanted = Annotated[Format | None, Field(description="json, csv or parquet; unless given, what the Accept header prefers.")]
DOWNLOADS = "x-downloads"
"""The mark of an operation that also gives files."""


def wanted(request: AttainRequest, asked: Format | None) -> Format:
    """Say how the answer is to be written: as asked for, else as the Accept header prefers, else JSON."""
    if asked is not None:
        return asked
    preferred = request.get_preferred_type(list(TYPES.values()))
    return next((kind for kind, media in TYPES.items() if media == preferred), Format.json)


def download(
    request: AttainRequest,
    kind: Format,
    name: str,
    tag: str,
    pieces: Callable[[PieceFormat], Iterator[bytes]],
    needed: Access = Access.EXPORT,
) -> StreamingHttpResponse:
    """Send a file and record that it was; raises NoRole for who may see but not take away.

    `name` is what the file is called, without its ending; `pieces` gives its content; `needed` is what taking it away needs.
    """
    if not request.granted.may(needed):
        raise NoRole(needed)
    written: PieceFormat = "parquet" if kind is Format.parquet else "csv"
    content = pieces(written)
    principal = request.granted.principal
    place = request.granted.grant
    record(
        Event.EXPORTED,
        request,
        organization=place.organization if place else None,
        partner_id=request.granted.partner_id,
        detail=f"{name} as {written}, over the REST interface",
        user=principal.user if isinstance(principal.user, User) else None,
        actor=principal.actor,
    )
    media = f"{TYPES[kind]}; charset=utf-8" if kind is Format.csv else TYPES[kind]
    answer = StreamingHttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{written}"'
    answer["Vary"] = "Accept"
    return tagged(answer, tag)
