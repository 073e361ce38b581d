"""Segments: partners put together under a name, from a list of ids or a file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.people.access import needs
from attain.people.roles import Access
from attain.people.segments import LONGEST_NAME, ids_of, remove_segment, rename_segment, save_segment, segment_of, segments_of
from attain.published.resellers import listed_ids
from attain.web.form_faults import say_in_form
from attain.web.portfolio.places import About, about, nothing_yet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

TITLE = "Segments"
LARGEST_FILE = 4 * 1024 * 1024


class SegmentForm(forms.Form):
    """A segment."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME, help_text="A segment of the same name is replaced.")
    partners = forms.CharField(label="Partner ids", required=False, widget=forms.Textarea({"rows": 5}), help_text="One per line.")
    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
        help_text="Its column partner_id, or its first column where it has no head.",
    )

    def clean_file(self) -> list[str]:
        """Read the ids of the file."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            return []
        if (file.size or 0) > LARGEST_FILE:
            message = "The file is larger than 4 MB."
            raise forms.ValidationError(message)
        try:
            return ids_of(file.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, csv.Error) as error:
            message = "This is no CSV file in UTF-8."
            raise forms.ValidationError(message) from error

    def clean(self) -> dict[str, Any]:
        """Put the ids of both together."""
        data = super().clean() or {}
        data["ids"] = [*data.get("partners", "").replace(",", "\n").split(), *data.get("file", [])]
        return data


@needs(Access.PORTFOLIO)
def segments(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the segments of a distributor, with a form for another."""
    del organization
    found = about(request)
    return nothing_yet(request, TITLE) if found is None else _page(found, SegmentForm())


@require_POST
@needs(Access.PORTFOLIO_NOTES)
def segment_save(request: AttainRequest, organization: str) -> HttpResponse:
    """Save a segment."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    form = SegmentForm(request.POST, request.FILES)
    if form.is_valid():

        def known(some: Sequence[str]) -> set[str]:
            return listed_ids(found.publication, found.organization, some)

        try:
            made = save_segment(request.granted, request, form.cleaned_data["name"], form.cleaned_data["ids"], known=known)
        except AttainError as error:
            say_in_form(form, error)
        else:
            messages.success(request, f"{made} is saved.")
            return redirect(found.url("segments"))
    return _page(found, form)


@require_POST
@needs(Access.PORTFOLIO_NOTES)
def segment_rename(request: AttainRequest, organization: str, segment: int) -> HttpResponse:
    """Give a segment another name."""
    place = request.granted.grant
    assert place is not None
    try:
        renamed = rename_segment(request.granted, request, segment_of(place.organization, segment), request.POST.get("name", ""))
    except AttainError as error:
        messages.error(request, f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}.")
    else:
        messages.success(request, f"It is called {renamed} now.")
    return redirect("portfolio:segments", organization)


@require_POST
@needs(Access.PORTFOLIO_NOTES)
def segment_remove(request: AttainRequest, organization: str, segment: int) -> HttpResponse:
    """Remove a segment."""
    place = request.granted.grant
    assert place is not None
    try:
        gone = segment_of(place.organization, segment)
        remove_segment(request.granted, request, gone)
    except AttainError as error:
        messages.error(request, f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}.")
    else:
        messages.success(request, f"{gone} is removed. Its resellers stay as they are.")
    return redirect("portfolio:segments", organization)


def _page(found: About, form: SegmentForm) -> HttpResponse:
    lines = [
        {
            "segment": one,
            "size": getattr(one, "size"),  # noqa: B009 - the query adds it
            "list_url": f"{found.url('resellers')}?segment={one.pk}",
            "rename_url": found.url("segment_rename", one.pk),
            "remove_url": found.url("segment_remove", one.pk),
        }
        for one in segments_of(found.organization)
    ]
    context = {"form": form, "lines": lines, "save_url": found.url("segment_save"), "longest": LONGEST_NAME}
    return found.page("web/portfolio/segments.html", TITLE, context)
