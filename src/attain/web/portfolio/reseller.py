"""One reseller, as much of it as its consent lets see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.people.access import OutOfReach, needs
from attain.people.roles import Access
from attain.published.resellers import Reseller, reseller_rows
from attain.published.shapes import unpack_tracks
from attain.recorded.calls import calls_with
from attain.web.dates import day_words, month_words
from attain.web.membership.standing import TONES, track_name
from attain.web.pages import Crumb
from attain.web.portfolio.calls import CallForm
from attain.web.portfolio.listing import consent_words, in_the_way
from attain.web.portfolio.places import DASH, EVENTS, About, about, day_or_dash, nothing_yet
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.published.models import PublishedDesignation

CALLS_SHOWN = 20


@needs(Access.PORTFOLIO)
def reseller(request: AttainRequest, organization: str, partner_id: str) -> HttpResponse:
    """Show one reseller: what the distributor holds itself, its totals, or its details."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, "Reseller")
    rows, tracks = reseller_rows(found.publication, found.organization, partner_id, found.designations)
    if not rows:
        raise OutOfReach(f"reseller {partner_id}")
    one = rows[0]
    context: dict[str, Any] = {
        "heading": one.name or one.partner_id,
        "facts": _facts(one),
        "level": one.seen.level.name.lower(),
        "table": Table("Designations", _columns(found, one), [_row(found, row) for row in rows]) if one.totals is not None else None,
        "metrics": [_metrics(found, row) for row in tracks],
        "form": CallForm(initial={"called": True}),
        "record_url": found.url("call_record", partner_id),
        "calls": calls_with(found.organization, partner_id)[:CALLS_SHOWN],
    }
    crumbs = (Crumb("All resellers", found.url("resellers")), Crumb(str(context["heading"])))
    return found.page("web/portfolio/reseller.html", str(context["heading"]), context, *crumbs)


def _facts(row: Reseller) -> list[tuple[str, str]]:
    facts = [("Partner id", row.partner_id), ("Country", row.country or DASH), ("Consent", consent_words(row))]
    if row.seen.until is not None:
        facts.append(("Consent until", day_words(row.seen.until)))
    if row.totals is not None:
        facts.append(("Data up to", month_words(row.totals.data_month) if row.totals.data_month else DASH))
    return facts


def _columns(found: About, row: Reseller) -> list[Column]:
    detail = [Column("blocking", "In the way"), Column("unclaimed", "Unclaimed", "points", numeric=True)] if row.detail is not None else []
    return [
        Column("designation", "Designation"),
        Column("total", "Total", "points", numeric=True),
        Column("distance", f"Short of {found.goal}", "points", numeric=True),
        Column("status", "Status"),
        Column("next_date", "Next date", whole=True),
        Column("at_risk", "At risk on", whole=True),
        *detail,
    ]


def _row(found: About, row: Reseller) -> list[Cell]:
    totals = row.totals
    assert totals is not None, "rows are made where the totals are seen"
    detail = [Cell(in_the_way(found, row)), Cell(found.shown(row.detail.unclaimed_micro))] if row.detail is not None else []
    return [
        Cell(found.designations[row.designation]),
        Cell(found.shown(totals.total_micro), note="" if totals.complete else "months missing"),
        Cell(found.missing(totals.total_micro)),
        Cell(found.statuses[totals.status], tone=TONES[totals.status], note=f"{track_name(totals.track)} track"),
        Cell(day_words(totals.next_date), note=EVENTS[totals.next_event]),
        Cell(day_or_dash(totals.at_risk_on)),
        *detail,
    ]


def _metrics(found: About, row: PublishedDesignation) -> Table:
    """Give the metrics of the track that counts of one designation."""
    counting = next(track for track in unpack_tracks(row.tracks) if track.track == row.track)
    lines = [
        [
            Cell(found.metrics.get(metric.metric, metric.metric), note="" if metric.earns else "earns nothing"),
            Cell(found.shown(metric.points)),
            Cell(found.shown(metric.max_points)),
        ]
        for metric in counting.metrics
    ]
    columns = (Column("metric", "Metric"), Column("points", "Points", numeric=True), Column("most", "Of", "points", numeric=True))
    return Table(f"{found.designations[row.designation]}, {track_name(row.track)}", columns, lines, caption_shown=True)
