"""All resellers on one page, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse

from attain.errors import AttainError, did_you_mean
from attain.people.access import needs
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.people.segments import segments_of
from attain.published.reseller_files import FILES
from attain.published.resellers import NO_CONSENT, Asked, Resellers, resellers
from attain.rulebook.words import TRACK_NAMES
from attain.web.dates import day_words, month_label
from attain.web.membership.standing import TONES, track_name
from attain.web.portfolio.places import DASH, EVENTS, About, about, day_or_dash, nothing_yet
from attain.web.tables import Cell, Column, Table, sort_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from attain.people.access import AttainRequest
    from attain.published.resellers import Reseller, Totals

TITLE = "All resellers"
ALL = "all"
ON_A_PAGE = 25
CONSENTS = {"detail": "Details", "totals": "Totals", "own": "Own account", NO_CONSENT: "No consent"}
_DAY = {"type": "date"}


class ResellerFilters(forms.Form):
    """Which resellers are shown."""

    q = forms.CharField(label="Name or id", required=False, max_length=200)
    designation = forms.ChoiceField(label="Designation", required=False)
    status = forms.ChoiceField(label="Status", required=False)
    track = forms.ChoiceField(label="Track", required=False)
    blocking = forms.ChoiceField(label="In the way", required=False)
    within = forms.IntegerField(label="Short by at most, points", required=False, min_value=0, max_value=100, widget=forms.NumberInput())
    at_risk = forms.DateField(label="At risk before", required=False, widget=forms.DateInput(_DAY))
    segment = forms.ChoiceField(label="Segment", required=False)
    consent = forms.ChoiceField(label="Consent", required=False, choices=[("", "Any"), *CONSENTS.items()])
    fresh = forms.ChoiceField(label="Data", required=False, choices=[("", "Any"), ("latest", "Up to date"), ("older", "Behind")])
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], found: About) -> None:
        super().__init__(data)
        self._first = next(iter(found.designations))
        self._choices("designation", [*found.designations.items(), (ALL, "All designations")])
        self._choices("status", [("", "Any"), *found.statuses.items()])
        self._choices("track", [("", "Any"), *TRACK_NAMES.items()])
        self._choices("blocking", [("", "Any"), *found.metrics.items()])
        self._choices("segment", [("", "Any"), *((str(one.pk), one.name) for one in segments_of(found.organization))])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def asked(self, sort: str) -> Asked:
        """Give what is asked for; what is not valid asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        designation = given.get("designation") or self._first
        return Asked(
            designation="" if designation == ALL else designation,
            search=given.get("q") or "",
            status=given.get("status") or "",
            track=given.get("track") or "",
            blocking=given.get("blocking") or "",
            within=given.get("within"),
            at_risk_before=given.get("at_risk"),
            segment=int(given["segment"]) if given.get("segment") else None,
            consent=given.get("consent") or "",
            fresh=given.get("fresh") or "",
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
        )


def columns(found: About, *, every: bool) -> list[Column]:
    """Give the columns of the list; with `every` designation its name is one."""
    return [
        Column("name", "Reseller", sortable=True),
        *([Column("designation", "Designation")] if every else []),
        Column("total", "Total", "points", numeric=True, sortable=True),
        Column("distance", f"Short of {found.goal}", "points", numeric=True, sortable=True),
        Column("status", "Status"),
        Column("blocking", "In the way"),
        Column("next_date", "Next date", sortable=True, whole=True),
        Column("at_risk", "At risk on", sortable=True, whole=True),
        Column("unclaimed", "Unclaimed", "points", numeric=True, sortable=True),
    ]


@needs(Access.PORTFOLIO)
def all_resellers(request: AttainRequest, organization: str) -> HttpResponse:
    """Show all resellers of a distributor with what their consents let see."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    filters, asked, sort, rows = _asked(found)
    shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    every = not asked.designation
    context = {
        "filters": filters,
        "clear_url": found.url("resellers"),
        "table": Table(TITLE, columns(found, every=every), [_row(found, row, every=every) for row in shown], sort),
        "page_obj": shown,
        "downloads": _downloads(found),
        "summary": [(name, rows.statuses.get(status, 0), TONES[status]) for status, name in found.statuses.items()],
        "any": bool(shown.paginator.count) or filters.has_changed(),
    }
    return found.page("web/portfolio/resellers.html", TITLE, context)


@needs(Access.PORTFOLIO)
def download(request: AttainRequest, organization: str, kind: str) -> HttpResponseBase:
    """Send all resellers that the address' filters keep, or with `page` those of one page, as a file; the audit log keeps that."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    if kind not in FILES:
        raise AttainError("unknown-format", f"resellers are not sent as {kind!r}", hint=did_you_mean(kind, FILES))
    _, _, _, rows = _asked(found)
    number = request.GET.get("page")
    sent: Resellers | Sequence[Reseller] = list(Paginator(rows, ON_A_PAGE).get_page(number)) if number else rows
    name = f"resellers-{found.organization.slug}-{found.publication.day}.{kind}"
    record(Event.EXPORTED, request, organization=found.organization, detail=f"{name}, {len(sent)} rows")
    content_type, pieces = FILES[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces(sent), content_type=content_type, headers=headers)


def _asked(found: About) -> tuple[ResellerFilters, Asked, str, Resellers]:
    filters = ResellerFilters(found.request.GET, found)
    sort = sort_of(found.request.GET.get("sort", ""), columns(found, every=True), "distance")
    asked = filters.asked(sort)
    return filters, asked, sort, resellers(found.publication, found.organization, asked, found.designations)


def _downloads(found: About) -> list[tuple[str, str]]:
    kept = found.request.GET.copy()
    page = kept.pop("page", ["1"])[-1]
    files: list[tuple[str, str]] = []
    for kind in FILES:
        address = found.url("download", kind)
        everything, one_page = kept.urlencode(), kept.copy()
        one_page["page"] = page
        files.append((f"All rows, {kind.upper()}", f"{address}?{everything}" if everything else address))
        files.append((f"This page, {kind.upper()}", f"{address}?{one_page.urlencode()}"))
    return files


def consent_words(row: Reseller) -> str:
    """Name the consent by which a reseller is seen."""
    return CONSENTS[row.seen.consent or NO_CONSENT]


def in_the_way(found: About, row: Reseller) -> str:
    """Name what keeps a reseller from qualifying; a dash where nothing does, or where its consent hides it."""
    if row.totals is None or row.detail is None or row.totals.qualifies:
        return DASH
    if row.detail.blocking:
        return found.metrics.get(row.detail.blocking, row.detail.blocking)
    return f"{row.detail.at_floor} metrics earn nothing" if row.detail.at_floor > 1 else "Several metrics"


def _data_words(totals: Totals) -> str:
    """Say up to which month the total has data, and that months before it are missing."""
    upto = f"data to {month_label(totals.data_month)}" if totals.data_month else ""
    return "; ".join(part for part in (upto, "" if totals.complete else "months missing") if part)


def _row(found: About, row: Reseller, *, every: bool) -> list[Cell]:
    place = f"{row.partner_id}, {row.country}" if row.country else row.partner_id
    until = f" until {day_words(row.seen.until)}" if row.seen.until else ""
    first = [Cell(row.name or row.partner_id, found.url("reseller", row.partner_id), note=f"{place}. {consent_words(row)}{until}")]
    if every:
        first.append(Cell(found.designations.get(row.designation, row.designation) or DASH))
    totals = row.totals
    if totals is None:
        return [*first, *(Cell(DASH) for _ in range(7))]
    return [
        *first,
        Cell(found.shown(totals.total_micro), note=_data_words(totals)),
        Cell(found.missing(totals.total_micro)),
        Cell(found.statuses[totals.status], tone=TONES[totals.status], note=f"{track_name(totals.track)} track"),
        Cell(in_the_way(found, row)),
        Cell(day_words(totals.next_date), note=EVENTS[totals.next_event]),
        Cell(day_or_dash(totals.at_risk_on)),
        Cell(DASH if row.detail is None else found.shown(row.detail.unclaimed_micro)),
    ]
