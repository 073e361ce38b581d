"""How fresh the facts are, and what a table that is not there blocks."""

from __future__ import annotations

import datetime as dt

from ninja import Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Month
from attain.imports.publishing import today
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.served import newest

router = Router(tags=["Imports"])


class TableFresh(Schema):
    """A usage table: its newest month, the one that scores use, and the day by which the next is expected. `gaps` are not there."""

    table: str = Field(examples=["azure_usage"])
    basis: str
    first: Month
    newest: Month
    used: Month
    next_month: Month
    due: dt.date
    late: bool
    gaps: list[str] = Field(examples=[[]])


class TableMissing(Schema):
    """A table that scores look at and that has no rows: the metrics that it blocks, and the files that would fill it."""

    table: str = Field(examples=["certifications"])
    blocks: list[str]
    files: list[str]


class FreshnessShown(Schema):
    """How fresh the facts are on a day; `refresh_day` is the day of a month by which the month before is expected."""

    as_of: dt.date
    refresh_day: int
    tables: list[TableFresh]
    missing: list[TableMissing]


@router.get("/partners/{partner_id}/freshness", response=FreshnessShown, summary="How fresh the facts are")
@endpoint_needs(Access.DATA)
def freshness(request: AttainRequest, partner_id: str) -> FreshnessShown:
    """Say of each table which months are there and when the next is expected, and what a missing one blocks."""
    del request, partner_id
    return FreshnessShown.model_validate(newest().freshness(today()))
