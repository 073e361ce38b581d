"""The call list: whom to call first and why, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from attain.errors import AttainError, did_you_mean
from attain.people.access import OutOfReach, needs
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.people.segments import segments_of
from attain.published.call_files import COLUMNS, records
from attain.published.calls import Asked, CallList, Words, call_list
from attain.published.read import current
from attain.published.record_files import FILES
from attain.published.resellers import listed_ids
from attain.recorded.calls import LONGEST_NOTE, record_call
from attain.web.dates import dated, day_words
from attain.web.portfolio.places import About, about, nothing_yet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from attain.people.access import AttainRequest
    from attain.published.calls import Call

TITLE = "Call list"
ON_A_PAGE = 25


class CallFilters(forms.Form):
    """Which lines are shown."""

    designation = forms.ChoiceField(label="Designation", required=False)
    segment = forms.ChoiceField(label="Segment", required=False)
    state = forms.ChoiceField(
        label="Called", required=False, choices=[("", "Any"), ("open", "Not in the last 30 days"), ("called", "In the last 30 days")]
    )

    def __init__(self, data: Mapping[str, Any], found: About) -> None:
        super().__init__(data)
        designation, segment = self.fields["designation"], self.fields["segment"]
        assert isinstance(designation, forms.ChoiceField)
        assert isinstance(segment, forms.ChoiceField)
        designation.choices = [("", "All"), *found.designations.items()]
        segment.choices = [("", "Any"), *((str(one.pk), one.name) for one in segments_of(found.organization))]


class CallForm(forms.Form):
    """A call or a note."""

    note = forms.CharField(
        label="Note", required=False, max_length=LONGEST_NOTE, widget=forms.TextInput({"autocomplete": "off", "placeholder": "Note"})
    )
    called = forms.BooleanField(label="The reseller was called", required=False)


@needs(Access.PORTFOLIO)
def calls(request: AttainRequest, organization: str) -> HttpResponse:
    """Show whom to call, the most pressing first."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    filters, rows = _asked(found)
    shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    lines: list[dict[str, Any]] = [_line(found, call) for call in shown]
    kept = request.GET.copy()
    kept.pop("page", None)
    query = f"?{kept.urlencode()}" if kept else ""
    context = {
        "filters": filters,
        "clear_url": found.url("calls"),
        "lines": lines,
        "page_obj": shown,
        "back": request.get_full_path(),
        "downloads": [(kind.upper(), found.url("call_download", kind) + query) for kind in FILES],
        "any": bool(lines) or bool(kept),
    }
    return found.page("web/portfolio/calls.html", TITLE, context)


@needs(Access.PORTFOLIO)
def call_download(request: AttainRequest, organization: str, kind: str) -> HttpResponseBase:
    """Send the lines that the address' filters keep as a file; the audit log keeps that."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    if kind not in FILES:
        raise AttainError("unknown-format", f"the call list is not sent as {kind!r}", hint=did_you_mean(kind, FILES))
    _, rows = _asked(found)
    name = f"calls-{found.organization.slug}-{found.publication.day}.{kind}"
    record(Event.EXPORTED, request, organization=found.organization, detail=f"{name}, {rows.count()} rows")
    content_type, pieces = FILES[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces(COLUMNS, records(rows)), content_type=content_type, headers=headers)


@require_POST
@needs(Access.PORTFOLIO_NOTES)
def call_record(request: AttainRequest, organization: str, partner_id: str) -> HttpResponse:
    """Record that a reseller was called, or a note about it."""
    grant, publication = request.granted.grant, current()
    assert grant is not None
    if publication is None or not listed_ids(publication, grant.organization, [partner_id]):
        raise OutOfReach(f"reseller {partner_id}")
    form = CallForm(request.POST)
    if form.is_valid():
        try:
            called = form.cleaned_data["called"]
            record_call(grant.organization, request.granted.principal.actor, partner_id, note=form.cleaned_data["note"], called=called)
        except AttainError as error:
            messages.error(request, f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}.")
        else:
            messages.success(request, "The call is recorded." if called else "The note is recorded.")
    else:
        messages.error(request, f"A note has {LONGEST_NOTE} letters at most.")
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if safe else reverse("portfolio:reseller", args=[organization, partner_id]))


def _asked(found: About) -> tuple[CallFilters, CallList]:
    filters = CallFilters(found.request.GET, found)
    filters.is_valid()
    given = filters.cleaned_data
    asked = Asked(given.get("designation") or "", int(given["segment"]) if given.get("segment") else None, given.get("state") or "")
    return filters, call_list(found.publication, found.organization, asked, Words.of(found.book, found.publication.day))


def _line(found: About, call: Call) -> dict[str, Any]:
    row, last = call.reseller, call.last
    return {
        "partner_id": row.partner_id,
        "name": row.name or row.partner_id,
        "place": f"{row.partner_id}, {row.country}" if row.country else row.partner_id,
        "url": found.url("reseller", row.partner_id),
        "designation": found.designations.get(row.designation, row.designation),
        "sentence": dated(call.sentence),
        "last": f"{'Called' if last.called else 'Note'} {day_words(last.recorded_at.date())}" if last is not None else "",
        "note": last.note if last is not None else "",
        "record_url": found.url("call_record", row.partner_id),
    }
