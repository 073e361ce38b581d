"""The people behind a skilling metric: steps, certificates with their dates, and who could close a gate; also as a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse

from attain.errors import AttainError, did_you_mean
from attain.facts.spreadsheet import neutral
from attain.published.certificates import COLUMNS, records
from attain.published.downloads import text_pieces, workbook_pieces
from attain.scoring.units import counted
from attain.web.certificate_states import STATE_WORDS
from attain.web.membership.designation import with_track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.explaining.skilling import Certificate, Skilling, SkillStep
    from attain.people.access import AttainRequest
    from attain.web.membership.metered import Metered

ON_A_PAGE = 50


class CertificatesForm(forms.Form):
    """Which certificates are shown."""

    track = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="Person or certificate", required=False)
    keep = forms.ChoiceField(label="Show", required=False)


@dataclass(frozen=True)
class Certificates:
    """The certificates of one skilling metric: all of a search, those that a filter keeps, and how many each filter keeps."""

    skilling: Skilling
    designation: str
    metric: str
    shown: list[Certificate]
    counts: dict[str, int]


def certificates_of(request: AttainRequest, shown: Metered) -> Certificates:
    """Give the certificates that the address asks for; AttainError `unknown-filter` names the nearest."""
    partner = shown.standing.overview.partner
    skilling = shown.workspace.skilling(
        partner.day, partner=partner.partner_id, tracks={shown.found.id: shown.track.id}, **shown.standing.options
    )
    metric, asked = shown.metric.name, request.GET.get("keep", "")
    if asked and asked not in STATE_WORDS:
        raise AttainError("unknown-filter", f"certificates are not filtered by {asked!r}", hint=did_you_mean(asked, STATE_WORDS))
    text = request.GET.get("q", "").strip().casefold()
    mine = (one for one in skilling.certificates if any(ref.metric_name == metric for ref in one.serves))
    searched = [one for one in mine if text in f"{one.person_name} {one.person_id} {one.code} {one.name}".casefold()]
    counts = {"": len(searched), **{state: sum(one.state == state for one in searched) for state in STATE_WORDS}}
    return Certificates(skilling, shown.found.id, metric, [one for one in searched if asked in {"", one.state}], counts)


def panel_of(request: AttainRequest, shown: Metered) -> dict[str, Any]:
    """Give the steps of a skilling metric, and a page of the certificates asked for with the steps that each serves."""
    found = certificates_of(request, shown)
    form = CertificatesForm({name: request.GET.get(name, "") for name in ("track", "q", "keep")})
    words = {"": "All", **{state: label for state, (label, _) in STATE_WORDS.items()}}
    choices = [(state, f"{label} ({found.counts[state]:,})") for state, label in words.items()]
    form.fields["keep"].choices = choices  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices
    page = Paginator(found.shown, ON_A_PAGE).get_page(request.GET.get("page"))
    url = reverse("membership:details", args=[shown.standing.overview.partner.partner_id, shown.found.id, shown.metric.id])
    return {
        "steps": [_step(step) for step in found.skilling.steps if step.ref.metric_name == found.metric],
        "certificates": [_certificate(one, found.metric) for one in page],
        "closers": [one for one in found.skilling.closers if one.ref.metric_name == found.metric],
        "any_certificates": bool(found.counts[""]) or bool(request.GET.get("q")),
        "form": form,
        "form_url": url,
        "clear_url": with_track(url, shown.found, shown.track),
        "page_obj": page,
    }


def file_of(found: Certificates, kind: str) -> Iterator[bytes]:
    """Give the certificates shown as a CSV, or a workbook where `kind` is `xlsx`; no cell runs as a formula."""
    columns = tuple(COLUMNS)
    made = records(found.shown, names=True, of=(found.designation, found.metric))
    rows = ([_cell(record[name]) for name in columns] for record in made)
    return workbook_pieces(columns, rows, "certificates") if kind == "xlsx" else text_pieces(columns, rows)


def _cell(value: object) -> str | dt.date | None:
    return value if value is None or isinstance(value, dt.date) else neutral(str(value))


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


def _certificate(one: Certificate, metric: str) -> dict[str, Any]:
    label, tone = STATE_WORDS[one.state]
    return {
        "person": one.person_name or one.person_id,
        "code": one.code,
        "name": "" if one.name == one.code else one.name,
        "earned_on": one.earned_on,
        "expires_on": one.expires_on,
        "state": label,
        "tone": tone,
        "why": one.why,
        "serves": [(ref.step_name, ref.is_gate) for ref in one.serves if ref.metric_name == metric],
    }
