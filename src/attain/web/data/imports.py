"""Importing files: the form, what becomes of an import while it runs, and what became of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse

from attain.errors import AttainError
from attain.imports import runner, uploads
from attain.imports.choices import BASES, DATE_ORDERS, Choices
from attain.imports.kept import runs_of, sees_every_load
from attain.people.access import OutOfReach, needs
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.rulebook.load import load_book
from attain.scoring.units import counted
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse

    from attain.imports.models import ImportRun
    from attain.people.access import AttainRequest

NO_CONTENT_STOPS_POLLING = 286
"""The status by which htmx stops asking."""


class ManyFiles(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class ImportForm(forms.Form):
    """Files and what is said beside them."""

    upload = forms.FileField(
        label="Files",
        required=False,
        widget=ManyFiles(attrs={"multiple": True, "accept": ".csv,.tsv,.txt,.json,.jsonl,.xlsx,.gz"}),
        help_text="CSV, TSV, JSON or XLSX; text also compressed as .gz. Each file is recognized by its header.",
    )
    partner = forms.ChoiceField(label="Partner of rows that name none", required=False)
    tenant = forms.CharField(label="Tenant of rows that name none", required=False, help_text="The GUID of the customer's directory.")


class MoreChoices(forms.Form):
    """What is seldom needed."""

    basis = forms.ChoiceField(label="Amounts of a cost file", required=False, choices=list(BASES.items()))
    dates = forms.ChoiceField(label="Order of dates", required=False, choices=list(DATE_ORDERS.items()))
    rates = forms.CharField(
        label="Exchange rates", required=False, help_text="Such as EUR=1.08@2026-10: US dollars for one euro in that month. Blanks between."
    )
    as_of = forms.DateField(label="Day of a file that names none", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    designation = forms.ChoiceField(label="Designation of a download that names none", required=False)
    parts = forms.BooleanField(label="The files are parts of one export", required=False)
    replace = forms.BooleanField(label="Take a file that leaves out much of what is there", required=False)


def forms_of(request: AttainRequest, data: Mapping[str, Any] | None = None) -> tuple[ImportForm, MoreChoices]:
    """Give the form, and the one of what is seldom needed, with the choices that somebody has."""
    form, more = ImportForm(data), MoreChoices(data)
    partners = form.fields["partner"]
    designations = more.fields["designation"]
    assert isinstance(partners, forms.ChoiceField)
    assert isinstance(designations, forms.ChoiceField)
    grant = request.granted.grant
    own = runner.partners_of(grant) if grant is not None else []
    known = [request.granted.partner_id] if own is None else own
    partners.choices = [("", "As the file says"), *((partner, partner) for partner in known)]
    designations.choices = [("", "As the file says"), *((one.id, one.name) for one in load_book().designations.values())]
    if not sees_every_load(request.granted):
        del more.fields["replace"]
    return form, more


@needs(Access.IMPORT)
def begin(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Take files in and put their import into the queue."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    uploads.check_size(request)
    form, more = forms_of(request, request.POST)
    if not (form.is_valid() and more.is_valid()):
        fault = next(str(faults[0]) for faults in (*form.errors.values(), *more.errors.values()))
        raise AttainError("import-form", fault, hint="go back and change it")
    files: list[UploadedFile[Any]] = request.FILES.getlist("upload")
    grant = request.granted.grant
    assert grant is not None  # an access to a partner is always granted by somebody
    user = request.granted.principal.user
    run = runner.submit(
        grant,
        partner_id,
        files,
        _choices({**form.cleaned_data, **more.cleaned_data}),
        request.granted.principal.actor,
        None if user is None else user.pk,
    )
    record(Event.IMPORTED, request, organization=grant.organization, partner_id=partner_id, detail=", ".join(run.names))
    transaction.on_commit(runner.start)
    return redirect("data:run", partner_id, run.pk)


def _choices(said: Mapping[str, Any]) -> Choices:
    found = Choices(
        partner=said["partner"],
        tenant=said["tenant"],
        basis=said["basis"],
        dates=said["dates"],
        rates=said["rates"].split(),
        as_of=str(said["as_of"] or ""),
        designation=said["designation"],
        parts=said["parts"],
    )
    if said.get("replace"):
        found["replace"] = True
    return found


def _run(request: AttainRequest, number: int) -> ImportRun:
    runner.mend()
    found = runs_of(request.granted).filter(pk=number).first()
    if found is None:
        raise OutOfReach(f"import {number}")
    return found


@needs(Access.DATA)
def run(request: AttainRequest, partner_id: str, run: int) -> HttpResponse:
    """Show what becomes, or became, of an import."""
    found = _run(request, run)
    title = f"Import of {counted(str(len(found.files)), 'files')}"
    context = shown(found, partner_id)
    home = Crumb("Data", reverse("data:loads", args=[partner_id]))
    return page(request, "web/data/run.html", title, context, crumbs=[home, Crumb(title)])


@needs(Access.DATA)
def state(request: AttainRequest, partner_id: str, run: int) -> HttpResponse:
    """Give the state of an import alone, for a page that asks again and again until it has ended."""
    found = _run(request, run)
    status = NO_CONTENT_STOPS_POLLING if found.finished else HTTPStatus.OK
    if request.headers.get("HX-Request") != "true":
        return redirect("data:run", partner_id, run)
    return render(request, "web/data/run_state.html", shown(found, partner_id), status=status)


def shown(found: ImportRun, partner_id: str) -> dict[str, Any]:
    """Lay out an import for a page."""
    tones = {"done": "good", "failed": "bad"}
    return {
        "run": found,
        "tone": tones.get(found.state, "info"),
        "state_url": reverse("data:state", args=[partner_id, found.pk]),
        "overview_url": reverse("membership:overview", args=[partner_id]),
        "reports": [_report(report, partner_id) for report in found.reports],
        "size": sum(int(file["size"]) for file in found.files),
    }


def _report(report: dict[str, Any], partner_id: str) -> dict[str, Any]:
    months: list[str] = list(report["months"])
    facts = [
        ("Taken for", report["title"]),
        ("Rows", f"{report['rows_in']:,}"),
        ("Kept", f"{report['kept']:,}"),
        ("Set aside", f"{report['rejected']:,}"),
        ("Without an owner", f"{report['unassigned']:,}"),
    ]
    if months:
        facts.append(("Months", f"{months[0]} to {months[-1]}" if len(months) > 1 else months[0]))
    facts += [(f"Amounts, {basis}", f"{amount} USD") for basis, amount in report["sums"].items()]
    facts += [(f"Written to {table}", f"{rows:,}") for table, rows in report["tables"].items()]
    facts += [(f"Replaced in {name}", f"{rows:,}") for name, rows in report["replaced"].items()]
    return {
        "names": ", ".join(report["files"]),
        "already": report["already"],
        "facts": facts,
        "left_out": [f"{count:,} left out: {reason}" for reason, count in report["left_out"].items()],
        "warnings": report["warnings"],
        "feeds": [feed for feed in report["feeds"] if feed["missing"]],
        "rejected_url": reverse("data:rejected", args=[partner_id, report["load"]]) if report["rejected"] and report.get("load") else "",
    }
