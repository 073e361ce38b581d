"""What a number is made of below one tenant, and by location: panels beside the page of a designation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from attain.people.access import needs
from attain.people.roles import Access
from attain.published.standing import standing_of
from attain.web.membership.designation import designation_url, page_context, with_track
from attain.web.membership.metered import metered, pool_names, unit_of, written
from attain.web.membership.standing import home_crumb, nothing_yet
from attain.web.pages import Crumb, panel_page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


@needs(Access.MEMBERSHIP)
def parts(request: AttainRequest, partner_id: str, code: str, metric: str, tenant: str = "") -> HttpResponse:
    """Show what a number is made of below one tenant, its subscriptions and workloads, or by location."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Overview")
    shown = metered(request, standing, code, metric)
    found = shown.workspace.parts(
        standing.overview.partner.day,
        partner=partner_id,
        designation=shown.found.id,
        metric=shown.metric.id,
        track=shown.track.id,
        tenant=tenant or None,
        **standing.options,
    )
    columns = [
        Column("name", "Subscription or workload" if tenant else "Location"),
        Column("before", "A year ago", numeric=True),
        Column("after", "Now", numeric=True),
        Column("more", "Not recognized", numeric=True),
    ]
    called = next((row.name for row in shown.explanation.rows if row.tenant_id == tenant and row.name), tenant) if tenant else "By location"
    tables: list[Table] = []
    for pool, name in pool_names(shown).items():
        rows = [
            [
                Cell(one.name or "No subscription named", note="" if tenant or one.name != partner_id else "the global account itself"),
                Cell(written(one.before)),
                Cell(written(one.after)),
                Cell(written(one.unrecognized)),
            ]
            for one in found
            if one.pool == pool
        ]
        measured = unit_of(shown, pool)
        if rows:
            tables.append(Table(f"{name}, {measured}" if measured else name, columns, rows, caption_shown=True))
    context = page_context(request, partner_id, standing, shown.found) | {
        "tenant": tenant,
        "tables": tables,
        "back_url": with_track(reverse("membership:details", args=[partner_id, shown.found.id, shown.metric.id]), shown.found, shown.track),
        "metric": shown.metric,
    }
    return panel_page(
        request,
        "web/membership/designation.html",
        "web/membership/parts.html",
        shown.found.name,
        f"{shown.metric.name}: {called}",
        context,
        crumbs=[Crumb("Membership"), home_crumb(partner_id), Crumb(shown.found.name)],
        close_url=designation_url(partner_id, shown.found, shown.track),
    )
