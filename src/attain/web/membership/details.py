"""The rows behind a metric: a panel to search, filter, sort and page through, and the same rows as a file."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from attain.errors import AttainError, did_you_mean
from attain.explaining.words import number, unit
from attain.people.access import needs
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.published import served
from attain.published.downloads import CSV_TYPE, XLSX_TYPE, csv_pieces, xlsx_pieces
from attain.published.rows import FILTERS, PAGE, Asked, Behind, page, selected
from attain.scoring.units import counted
from attain.web.membership.designation import designation_url, metric_of, page_context, track_of, with_track
from attain.web.membership.standing import home_crumb, nothing_yet, standing_of
from attain.web.pages import Crumb, panel_page
from attain.web.tables import Column, Table, sort_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from attain.explaining.result import ExplainedRow, Explanation
    from attain.explaining.skilling import Certificate, SkillStep
    from attain.people.access import AttainRequest
    from attain.published.read import Designation, Metric, Track
    from attain.web.membership.standing import Standing
    from attain.workspace import Workspace

EVERY_POOL = "all"
FILES = {"csv": (CSV_TYPE, csv_pieces), "xlsx": (XLSX_TYPE, xlsx_pieces)}


class RowsForm(forms.Form):
    """Which rows of a metric are shown."""

    pool = forms.CharField(required=False, widget=forms.HiddenInput)
    track = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="Search", required=False)
    keep = forms.ChoiceField(label="Show", required=False)


@dataclass(frozen=True)
class Metered:
    """A metric under the panel: where it belongs, and the rows behind it."""

    standing: Standing
    found: Designation
    track: Track
    metric: Metric
    workspace: Workspace
    explanation: Explanation

    @property
    def is_skilling(self) -> bool:
        """Say whether people and certificates make the metric."""
        return bool(next(one for one in self.found.book.designations[self.found.id].metrics if one.id == self.metric.id).steps)

    def pool(self, request: AttainRequest) -> str:
        """Give the pool that is shown: the one asked for, all of them, or the first of several."""
        asked, known = request.GET.get("pool", ""), [pool.id for pool in self.explanation.pools]
        if asked in known:
            return asked
        return "" if asked == EVERY_POOL or len(known) < 2 else known[0]


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


@dataclass(frozen=True)
class Tab:
    """A pool as a tab."""

    label: str
    url: str
    current: bool
    note: str = ""


@needs(Access.MEMBERSHIP)
def details(request: AttainRequest, partner_id: str, code: str, metric: str) -> HttpResponse:
    """Show the rows behind a metric."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Solutions Partner")
    shown = _metered(request, standing, code, metric)
    own = _people(shown) if shown.is_skilling else _rows(request, shown)
    context = page_context(request, partner_id, standing, shown.found) | own
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


@needs(Access.EXPORT)
def download(request: AttainRequest, partner_id: str, code: str, metric: str, kind: str) -> HttpResponseBase:
    """Send the rows shown, or with nothing asked for all rows behind a metric, as a file while it is made."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Solutions Partner")
    if kind not in FILES:
        raise AttainError("unknown-format", f"rows are not sent as {kind!r}", hint=did_you_mean(kind, FILES))
    shown = _metered(request, standing, code, metric)
    rows = selected(shown.explanation, _asked(request, request.GET.get("pool", "")))
    name = f"{shown.found.id}-{shown.metric.id}-{partner_id}-{standing.overview.partner.day}.{kind}"
    content_type, pieces = FILES[kind]
    grant = request.granted.grant
    record(
        Event.EXPORTED,
        request,
        organization=grant.organization if grant else None,
        partner_id=partner_id,
        detail=f"{name}, {len(rows)} rows",
    )
    headers = {"Content-Disposition": f'attachment; filename="{"".join(_safe(name))}"'}
    return StreamingHttpResponse(pieces(rows), content_type=content_type, headers=headers)


def _safe(name: str) -> Iterator[str]:
    """Keep of a file name what every system takes."""
    for character in name:
        yield character if character.isascii() and (character.isalnum() or character in "-._") else "-"


def _metered(request: AttainRequest, standing: Standing, code: str, metric: str) -> Metered:
    found = standing.designation(code)
    track = track_of(request, found)
    shown = metric_of(track, metric)
    partner = standing.overview.partner
    workspace = served.workspace_of(partner)
    behind = Behind(partner.partner_id, found.id, shown.id, track.id, partner.day)
    explanation = served.explanation(workspace, partner, standing.publication, behind)
    return Metered(standing, found, track, shown, workspace, explanation)


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
    units = _unit(shown, pool)
    columns = [
        Column("name", "Customer" if any(row.tenant_id for row in found.rows) else "Service", sortable=True),
        Column("before", "A year ago", units, numeric=True, sortable=True),
        Column("after", "Now", units, numeric=True, sortable=True),
        Column("change", "Adds", numeric=True, sortable=True),
    ]
    url = reverse("membership:details", args=[shown.standing.overview.partner.partner_id, shown.found.id, shown.metric.id])
    return {
        "form": form,
        "form_url": url,
        "table": Table(f"Rows behind {shown.metric.name}", columns, [], sort=sort_of(request.GET.get("sort", ""), columns, "")),
        "lines": list(_lines(found.rows, several=not pool and len(shown.explanation.pools) > 1, names=_pool_names(shown))),
        "page_obj": Paginator(range(found.count), PAGE).get_page(found.number),
        "tabs": _tabs(request, shown, url, pool),
        "clear_url": with_track(url, shown.found, shown.track),
        "is_filtered": bool(asked.keep or asked.search or asked.pool),
    }


def _pool_names(shown: Metered) -> dict[str, str]:
    return {pool.id: pool.name for pool in shown.explanation.pools}


def _unit(shown: Metered, pool: str) -> str:
    """Name the unit of the amounts of one pool; none where pools are mixed."""
    rules = next(one for one in shown.found.book.designations[shown.found.id].metrics if one.id == shown.metric.id)
    wanted = [one for one in rules.pools if one.id in (pool or [found.id for found in shown.explanation.pools])]
    units = {unit(one) for one in wanted}
    return units.pop() if len(units) == 1 else ""


def _tabs(request: AttainRequest, shown: Metered, url: str, pool: str) -> list[Tab]:
    pools = shown.explanation.pools
    if len(pools) < 2:
        return []
    kept = {name: value for name in ("track", "q", "keep", "sort") if (value := request.GET.get(name))}
    points = shown.standing.overview.designations[0].rules.shown
    tabs = [Tab(one.name, f"{url}?{urlencode({**kept, 'pool': one.id})}", one.id == pool, f"{points(one.points)} points") for one in pools]
    return [*tabs, Tab("All", f"{url}?{urlencode({**kept, 'pool': EVERY_POOL})}", not pool)]


def _lines(rows: Sequence[ExplainedRow], *, several: bool, names: dict[str, str]) -> Iterator[Line]:
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
            yield _line(row, inner=len(together) > 1, pool=names.get(row.pool or row.option, "") if several else "")


def _line(row: ExplainedRow, *, inner: bool, pool: str) -> Line:
    verdict, tone = _verdict(row)
    below = row.tenant_id if row.entity in {"", row.tenant_id} else row.entity
    name = (below if inner else row.name) or row.name or row.entity
    notes = [
        note for note in (pool, "" if below == name else below, row.tenant_id if row.tenant_id not in {"", name, below} else "") if note
    ]
    return Line(name, " · ".join(notes), _text(row.before), _text(row.after), _signed(row.change), verdict, tone, row.reason, inner)


def _verdict(row: ExplainedRow) -> tuple[str, str]:
    if row.counted_after:
        return "Counts", "good"
    if row.counted_before:
        return "Lost", "bad"
    if row.near_miss:
        return "Near miss", "warn"
    return ("Not recognized", "warn") if row.unrecognized else ("Does not count", "neutral")


def _text(value: Fraction | None) -> str:
    return "\N{EN DASH}" if value is None else number(value).replace("-", "\N{MINUS SIGN}")


def _signed(value: Fraction) -> str:
    return f"+{number(value)}" if value > 0 else _text(value)


def _people(shown: Metered) -> dict[str, Any]:
    """Give the steps of a skilling metric, and every certificate with the steps that it serves."""
    partner = shown.standing.overview.partner
    skilling = shown.workspace.skilling(
        partner.day, partner=partner.partner_id, tracks={shown.found.id: shown.track.id}, **served.options_of(shown.standing.publication)
    )
    mine = [step for step in skilling.steps if step.ref.metric_name == shown.metric.name]
    certificates = [one for one in skilling.certificates if any(ref.metric_name == shown.metric.name for ref in one.serves)]
    return {
        "steps": [_step(step) for step in mine],
        "certificates": [_certificate(one, shown.metric.name) for one in certificates],
        "closers": [one for one in skilling.closers if one.ref.metric_name == shown.metric.name],
    }


def _step(step: SkillStep) -> dict[str, Any]:
    if step.needed:
        state = ("Met", "good") if step.is_met else (f"{step.missing} missing", "warn")
        return {
            "name": step.ref.step_name,
            "words": f"{counted(str(step.holders), 'people')}, {step.needed} needed",
            "state": state[0],
            "tone": state[1],
        }
    return {
        "name": step.ref.step_name,
        "words": f"{counted(str(step.holders), 'people')} with a certificate",
        "state": "Scores",
        "tone": "info",
    }


STATES = {
    "counts": ("Counts", "good"),
    "expired": ("Expired", "bad"),
    "retired": ("Retired", "bad"),
    "not_linked": ("Not linked", "warn"),
    "left": ("Has left", "neutral"),
    "not_yet": ("Not yet earned", "neutral"),
}


def _certificate(one: Certificate, metric: str) -> dict[str, Any]:
    label, tone = STATES[one.state]
    return {
        "person": one.person_name or one.person_id,
        "code": one.code,
        "name": "" if one.name == one.code else one.name,
        "earned_on": one.earned_on,
        "expires_on": one.expires_on,
        "ends_on": one.ends_on,
        "state": label,
        "tone": tone,
        "why": one.why,
        "serves": [(ref.step_name, ref.is_gate) for ref in one.serves if ref.metric_name == metric],
    }


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
