"""The rows behind a metric: a panel to search, filter, sort and page through, and the same rows as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from attain.errors import AttainError, did_you_mean
from attain.people.access import NoRole, needs
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.published import served
from attain.published.downloads import CSV_TYPE, XLSX_TYPE, csv_pieces, xlsx_pieces
from attain.published.rows import FILTERS, PAGE, Asked, page
from attain.published.standing import standing_of
from attain.web.membership.certificates import certificates_of, file_of, panel_of
from attain.web.membership.designation import designation_url, page_context, with_track
from attain.web.membership.metered import EVERY_POOL, Metered, metered, placed, pool_names, signed, unit_of, written
from attain.web.membership.standing import home_crumb, nothing_yet
from attain.web.pages import Crumb, panel_page, wants_panel
from attain.web.tables import Column, Table, sort_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from attain.explaining.result import ExplainedRow
    from attain.people.access import AttainRequest
    from attain.rulebook.model import Metric

FILES = {"csv": (CSV_TYPE, csv_pieces), "xlsx": (XLSX_TYPE, xlsx_pieces)}


class RowsForm(forms.Form):
    """Which rows of a metric are shown."""

    pool = forms.CharField(required=False, widget=forms.HiddenInput)
    track = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="Search", required=False)
    keep = forms.ChoiceField(label="Show", required=False)


@dataclass(frozen=True)
class Line:
    """A row as the panel shows it; `inner` stands below the heading of its customer."""

    name: str
    note: str
    before: str
    after: str
    change: str
    verdict: str
    tone: str
    reason: str
    inner: bool
    heading: bool = False
    parts_url: str = ""


@dataclass(frozen=True)
class Tab:
    """A pool as a tab. By `id` the focus finds back to it when the panel is fetched anew."""

    id: str
    label: str
    url: str
    current: bool
    note: str = ""


@needs(Access.MEMBERSHIP)
def details(request: AttainRequest, partner_id: str, code: str, metric: str) -> HttpResponse:
    """Show the rows behind a metric."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Overview")
    shown = metered(request, standing, code, metric)
    own = panel_of(request, shown) if shown.is_skilling else _rows(request, shown)
    # The page around a panel is not made where the panel is asked for alone.
    around = {} if wants_panel(request) else page_context(request, partner_id, standing, shown.found)
    context = around | own
    context |= {
        "metric": shown.metric,
        "pools": [(pool.name, pool.formula) for pool in shown.explanation.pools],
        "notes": shown.explanation.notes,
        "is_current": served.is_as_published(shown.workspace, standing.overview.partner),
        "downloads": _downloads(request, shown),
        "requirements_url": with_track(
            reverse("membership:requirements", args=[partner_id, shown.found.id, shown.metric.id]), shown.found, shown.track
        ),
    }
    return panel_page(
        request,
        "web/membership/designation.html",
        "web/membership/details.html",
        shown.found.name,
        shown.metric.name,
        context,
        crumbs=[Crumb("Membership"), home_crumb(partner_id), Crumb(shown.found.name)],
        close_url=designation_url(partner_id, shown.found, shown.track),
    )


@needs(Access.MEMBERSHIP)
def download(request: AttainRequest, partner_id: str, code: str, metric: str, kind: str) -> HttpResponseBase:
    """Send the rows or certificates shown, or with nothing asked for all behind a metric, as a file while it is made.

    Whoever takes them away must be able to see them: the access of the panel comes first.
    """
    if not request.granted.may(Access.EXPORT):
        raise NoRole(Access.EXPORT)
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Overview")
    if kind not in FILES:
        raise AttainError("unknown-format", f"rows are not sent as {kind!r}", hint=did_you_mean(kind, FILES))
    shown = placed(request, standing, code, metric)
    partner = standing.overview.partner
    name = f"{shown.found.id}-{shown.metric.id}-{partner_id}-{partner.day}.{kind}"
    content_type, pieces = FILES[kind]
    grant = request.granted.grant

    def told(words: str) -> None:
        place = grant.organization if grant else None
        record(Event.EXPORTED, request, organization=place, partner_id=partner_id, detail=f"{name}, {words}")

    if shown.is_skilling:
        certificates = certificates_of(request, metered(request, standing, code, metric))
        told(f"{len(certificates.shown)} rows")
        content = file_of(certificates, kind)
    else:
        asked = _asked(request, request.GET.get("pool", ""))
        content = pieces(served.rows_for_file(shown.workspace, partner, standing.publication, shown.behind, asked, told))
    headers = {"Content-Disposition": f'attachment; filename="{"".join(_safe(name))}"'}
    return StreamingHttpResponse(content, content_type=content_type, headers=headers)


def _safe(name: str) -> Iterator[str]:
    """Keep of a file name what every system takes."""
    for character in name:
        yield character if character.isascii() and (character.isalnum() or character in "-._") else "-"


def _asked(request: AttainRequest, pool: str) -> Asked:
    get = request.GET
    sort, number_of_page = get.get("sort", ""), get.get("page", "")
    return Asked(
        keep=get.get("keep", ""),
        search=get.get("q", ""),
        pool="" if pool == EVERY_POOL else pool,
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
        page=int(number_of_page) if number_of_page.isdecimal() else 1,
    )


def _rows(request: AttainRequest, shown: Metered) -> dict[str, Any]:
    """Give the table of customers, its filters, tabs and pages."""
    pool = shown.pool(request)
    asked = _asked(request, pool)
    found = page(shown.explanation, asked)
    form = RowsForm(
        {
            "pool": request.GET.get("pool", ""),
            "track": request.GET.get("track", ""),
            "sort": request.GET.get("sort", ""),
            "q": asked.search,
            "keep": asked.keep,
        }
    )
    labels = {"": "All", **{name: label for name, (label, _) in FILTERS.items()}}
    choices = [(name, f"{label} ({found.counts[name or 'all']:,})") for name, label in labels.items()]
    form.fields["keep"].choices = choices  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices
    units = unit_of(shown, pool)
    columns = [
        Column("name", "Service" if all(pool.entity == "service" for pool in _rules_of(shown).pools) else "Customer", sortable=True),
        Column("before", "A year ago", units, numeric=True, sortable=True),
        Column("after", "Now", units, numeric=True, sortable=True),
        Column("change", "Adds", numeric=True, sortable=True),
    ]
    url = reverse("membership:details", args=[shown.standing.overview.partner.partner_id, shown.found.id, shown.metric.id])
    return {
        "form": form,
        "form_url": url,
        "table": Table(f"Rows behind {shown.metric.name}", columns, [], sort=sort_of(request.GET.get("sort", ""), columns, "")),
        "lines": list(_lines(found.rows, shown, several=not pool and len(shown.explanation.pools) > 1, names=pool_names(shown))),
        "page_obj": Paginator(range(found.count), PAGE).get_page(found.number),
        "tabs": _tabs(request, shown, url, pool),
        "clear_url": with_track(url, shown.found, shown.track),
        "locations_url": _parts_url(shown) if _has_locations(shown) else "",
    }


def _rules_of(shown: Metered) -> Metric:
    return next(one for one in shown.found.book.designations[shown.found.id].metrics if one.id == shown.metric.id)


def _has_locations(shown: Metered) -> bool:
    """Say whether several locations of the partner report Azure usage that the metric looks at."""
    about_azure = any(pool.table == "azure_usage" for pool in _rules_of(shown).pools)
    return about_azure and len(shown.workspace.locations(shown.standing.overview.partner.partner_id)) > 1


def _tabs(request: AttainRequest, shown: Metered, url: str, pool: str) -> list[Tab]:
    pools = shown.explanation.pools
    if len(pools) < 2:
        return []
    kept = {name: value for name in ("track", "q", "keep", "sort") if (value := request.GET.get(name))}
    points = shown.standing.overview.designations[0].rules.shown
    tabs = [
        Tab(f"pool-{one.id}", one.name, f"{url}?{urlencode({**kept, 'pool': one.id})}", one.id == pool, f"{points(one.points)} points")
        for one in pools
    ]
    return [*tabs, Tab("pool-all", "All", f"{url}?{urlencode({**kept, 'pool': EVERY_POOL})}", not pool)]


def _lines(rows: Sequence[ExplainedRow], shown: Metered, *, several: bool, names: dict[str, str]) -> Iterator[Line]:
    """Put rows of one customer together: below a heading where there are several."""
    order: dict[str, int] = {}
    for row in rows:
        order.setdefault(row.name or row.tenant_id or row.entity, len(order))
    grouped = sorted(rows, key=lambda row: order[row.name or row.tenant_id or row.entity])
    for customer, found in groupby(grouped, key=lambda row: row.name or row.tenant_id or row.entity):
        together = list(found)
        if len(together) > 1:
            yield Line(customer, "", "", "", "", "", "", "", inner=False, heading=True)
        for row in together:
            made = _line(row, inner=len(together) > 1, pool=names.get(row.pool or row.option, "") if several else "")
            yield replace(made, parts_url=_parts_url(shown, row.tenant_id)) if row.tenant_id and row.entity == row.tenant_id else made


def _parts_url(shown: Metered, tenant: str = "") -> str:
    place = [shown.standing.overview.partner.partner_id, shown.found.id, shown.metric.id]
    url = reverse("membership:parts", args=[*place, tenant]) if tenant else reverse("membership:locations", args=place)
    return with_track(url, shown.found, shown.track)


def _line(row: ExplainedRow, *, inner: bool, pool: str) -> Line:
    verdict, tone = _verdict(row)
    below = row.tenant_id if row.entity in {"", row.tenant_id} else row.entity
    name = (below if inner else row.name) or row.name or row.entity
    notes = [
        note for note in (pool, "" if below == name else below, row.tenant_id if row.tenant_id not in {"", name, below} else "") if note
    ]
    return Line(name, " · ".join(notes), written(row.before), written(row.after), signed(row.change), verdict, tone, row.reason, inner)


def _verdict(row: ExplainedRow) -> tuple[str, str]:
    if row.counted_after:
        return "Counts", "good"
    if row.counted_before:
        return "Lost", "bad"
    if row.near_miss:
        return "Near miss", "info"
    return ("Not recognized", "warn") if row.unrecognized else ("Does not count", "neutral")


def _downloads(request: AttainRequest, shown: Metered) -> list[tuple[str, str]]:
    """List the files there are: the rows shown where some are left out, and all rows."""
    partner = shown.standing.overview.partner.partner_id
    track = {} if shown.track.id == shown.found.row.track else {"track": shown.track.id}
    kept = {name: value for name in ("q", "keep", "sort") if (value := request.GET.get(name))}
    pool = "" if shown.is_skilling else shown.pool(request)
    asked = {**track, **kept, **({"pool": pool} if pool else {})}
    links: list[tuple[str, str]] = []
    for words, given in (("rows shown", asked), ("all rows", track)):
        if words == "rows shown" and asked == track:
            continue
        for kind in FILES:
            url = reverse("membership:download", args=[partner, shown.found.id, shown.metric.id, kind])
            links.append((f"{words.capitalize()}, {kind.upper()}", f"{url}?{urlencode(given)}" if given else url))
    return links
