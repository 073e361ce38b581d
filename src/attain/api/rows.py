"""The rows behind a metric: searched, filtered, sorted, page by page, or as a file."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Word, maybe_fraction, of_fraction
from attain.api.caching import not_changed, tagged
from attain.api.cursors import Paged, after, cursor
from attain.api.downloads import DOWNLOADS, Format, Wanted, download, wanted
from attain.api.shown import tag_of_published
from attain.errors import AttainError, did_you_mean
from attain.explaining.result import ExplainedRow
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published import read, served
from attain.published.read import published
from attain.published.rows import Asked, Behind, counts_of, rows_after, selected
from attain.report.pieces import explained_pieces

router = Router(tags=["Partners"])


class RowsAsked(Paged):
    """Which rows are asked for."""

    track: Word = Field("", description="The track; the one that counts unless given.")
    keep: Word = Field("", description="counts, lost, near or unrecognized; every row unless given.")
    search: Word = Field("", description="A text in a name, a tenant, an entity or a reason.")
    pool: Word = Field("", description="The pool or option; every one unless given.")
    sort: Word = Field("", description="name, before, after, change or points; the rulebook's order unless given.")
    descending: bool = Field(False, description="The other way around.")
    format: Wanted = None


class RowShown(Schema):
    """A row: what is counted, before and after, whether it counts and why. `change` adds up to the value of the metric."""

    pool: str
    option: str
    entity: str
    tenant_id: str
    name: str
    before: Amount | None
    after: Amount | None
    counted_before: bool | None
    counted_after: bool
    change: Amount
    points: Amount | None
    reason: str
    near_miss: bool
    unrecognized: bool


class PoolShown(Schema):
    """A pool or option as a whole: its formula with the numbers filled in, and its points."""

    pool: str
    name: str
    formula: str
    points: Amount


class RowPage(Schema):
    """A page of rows. `count` is how many there are in all, `counts` how many of the search each filter keeps."""

    designation: str
    edition: str
    track: str
    metric: str
    pools: list[PoolShown]
    notes: list[str]
    count: int
    counts: dict[str, int]
    rows: list[RowShown]
    next: str


@router.get(
    "/partners/{partner_id}/designations/{designation}/metrics/{metric}/rows",
    response=RowPage,
    summary="The rows behind a metric",
    openapi_extra={DOWNLOADS: True},
)
@endpoint_needs(Access.MEMBERSHIP)
def metric_rows(
    request: AttainRequest, partner_id: str, designation: str, metric: str, asked: Query[RowsAsked], response: HttpResponse
) -> RowPage | HttpResponseBase:
    """Give what counts, what does not, and why. A file has every row asked for."""
    holds, account = published(partner_id)
    tag = tag_of_published(request, holds, account)
    kind = wanted(request, asked.format)
    if (same := not_changed(request, tag)) is not None:
        return same
    _, found = read.designation(partner_id, designation, holds)
    tracks = {track.id: {one.id for one in track.metrics} for track in found.tracks}
    track = asked.track or found.row.track
    if track not in tracks:
        raise AttainError("unknown-track", f"{found.id} has no track {track!r}", "track", did_you_mean(track, tracks))
    if metric not in tracks[track]:
        raise AttainError("unknown-metric", f"{found.id} has no metric {metric!r}", "metric", did_you_mean(metric, sorted(tracks[track])))
    workspace = served.workspace_of(account)
    behind = Behind(partner_id, found.id, metric, track, account.day)
    wanted_rows = Asked(asked.keep, asked.search, asked.pool, asked.sort, asked.descending)
    if kind is not Format.json:
        sent = served.rows_for_file(workspace, account, holds, behind, wanted_rows)
        return download(request, kind, f"{partner_id} {found.id} {metric} {track}", tag, partial(explained_pieces, sent))
    explained = served.explanation(workspace, account, holds, behind)
    rows = selected(explained, wanted_rows)
    listing = f"rows {partner_id} {found.id} {metric} {track} {wanted_rows}"
    last = after(listing, asked.cursor)
    start, page = rows_after(rows, None if last is None else (last[0], (last[1], last[2], last[3])), asked.limit)
    end = start + len(page)
    tagged(response, tag)
    return RowPage(
        designation=found.id,
        edition=explained.edition,
        track=track,
        metric=metric,
        pools=[PoolShown(pool=one.id, name=one.name, formula=one.formula, points=of_fraction(one.points)) for one in explained.pools],
        notes=list(explained.notes),
        count=len(rows),
        counts=counts_of(explained, wanted_rows),
        rows=[_shown(row) for row in page],
        next=cursor(listing, end, page[-1].pool, page[-1].option, page[-1].entity) if page and end < len(rows) else "",
    )


def _shown(row: ExplainedRow) -> RowShown:
    return RowShown(
        pool=row.pool,
        option=row.option,
        entity=row.entity,
        tenant_id=row.tenant_id,
        name=row.name,
        before=maybe_fraction(row.before),
        after=maybe_fraction(row.after),
        counted_before=row.counted_before,
        counted_after=row.counted_after,
        change=of_fraction(row.change),
        points=maybe_fraction(row.points),
        reason=row.reason,
        near_miss=row.near_miss,
        unrecognized=row.unrecognized,
    )
