"""Skilling eligibility: gates and steps, people and certificates, what ends soon, and who could close a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse

from attain.explaining.skilling import Certificate, Skilling, SkillStep
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.masked import called
from attain.scoring.units import counted
from attain.web.certificate_states import STATE_WORDS
from attain.web.dates import dated, day_words
from attain.web.insights.standing import Standing, insight, nothing_yet, standing_of
from attain.web.tables import Cell, Column, Table, sort_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from attain.people.access import AttainRequest

TITLE = "Skilling eligibility"
ON_A_PAGE = 50
SOON = 60
"""Days within which the end of a certificate is shown as near: a choice of this page."""
_COLUMNS = (
    Column("person", "Person", sortable=True),
    Column("certificate", "Certificate", sortable=True),
    Column("earned", "Earned", sortable=True, whole=True),
    Column("ends", "Counts until", sortable=True, whole=True),
    Column("state", "State", sortable=True),
    Column("serves", "Serves"),
)
_STEP_COLUMNS = (
    Column("step", "Step"),
    Column("metric", "Metric"),
    Column("people", "People", numeric=True),
    Column("needed", "Needed", numeric=True),
    Column("state", "State"),
)
_CLOSES = Column("closes", "Who could close it")
_SORTS: dict[str, Callable[[Certificate], Any]] = {
    "certificate": lambda one: one.code,
    "earned": lambda one: one.earned_on,
    "ends": lambda one: (one.ends_on is None, str(one.ends_on)),
    "state": lambda one: list(STATE_WORDS).index(one.state),
}


class SkillingFilters(forms.Form):
    """Which certificates are shown."""

    q = forms.CharField(label="Person or certificate", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any"), ("soon", f"Ends within {SOON} days"), *((state, words) for state, (words, _) in STATE_WORDS.items())],
    )


@needs(Access.INSIGHTS)
def skilling(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show gates, people and certificates."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, TITLE)
    day, partner, tracks = standing.overview.partner.day, standing.partner_id, standing.tracks
    found = standing.answer("skilling", lambda workspace: workspace.skilling(day, partner=partner, tracks=tracks, **standing.options))
    names = _Names(request.granted.sees_names)
    filters = SkillingFilters(request.GET)
    state, text = ("", "")
    if filters.is_valid():
        state, text = filters.cleaned_data["state"], filters.cleaned_data["q"]
    soon_only = state == "soon"
    kept = list(found.matching(text, names, state="" if soon_only else state, within=SOON if soon_only else None))
    sort = sort_of(request.GET.get("sort", ""), _COLUMNS, "person")
    kept.sort(key=_SORTS.get(sort.removeprefix("-"), lambda one: names(one.person_name, one.person_id).casefold()))
    if sort.startswith("-"):
        kept.reverse()
    shown = Paginator(kept, ON_A_PAGE).get_page(request.GET.get("page"))
    soon = sum(1 for one in found.certificates if one.ends_within(day, SOON))
    home = reverse("insights:skilling", args=[partner_id])
    context = {
        "note": standing.note,
        "has_facts": found.has_facts,
        "numbers": [
            ("People with a certificate that counts", found.people, ""),
            ("Gates not met", len([step for step in found.steps if step.is_met is False]), ""),
            (f"Certificates that end within {SOON} days", soon, f"{home}?state=soon#certificates"),
            (
                "Passed, but not linked",
                sum(one.state == "not_linked" for one in found.certificates),
                f"{home}?state=not_linked#certificates",
            ),
        ],
        "areas": _areas(standing, found, names),
        "masked": not request.granted.sees_names,
        "filters": filters,
        "clear_url": home,
        "table": Table("Certificates", _COLUMNS, [_row(one, found, names) for one in shown], sort=sort),
        "page_obj": shown,
    }
    return insight(request, "web/insights/skilling.html", TITLE, context)


class _Names:
    """How people are called: by name for those who may see names, else by a mark that stays the same and tells nothing."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown

    def __call__(self, name: str, person_id: str) -> str:
        return called(name, person_id, shown=self._shown)


def _row(one: Certificate, found: Skilling, names: _Names) -> list[Cell]:
    words, tone = STATE_WORDS[one.state]
    note = dated(one.why)
    if one.state == "counts" and one.retired_on:
        note = f"{'retires' if one.retired_on >= found.as_of else 'retired'} on {day_words(one.retired_on)}"
    if one.ends_within(found.as_of, SOON):
        words, tone = "Ends soon", "warn"
    serves = dict.fromkeys(f"{ref.designation_name}: {ref.step_name}" for ref in one.serves)
    return [
        Cell(names(one.person_name, one.person_id)),
        Cell(one.code, note=one.name if one.name != one.code else ""),
        Cell(day_words(one.earned_on)),
        Cell(day_words(one.ends_on) if one.ends_on else "\N{EN DASH}"),
        Cell(words, tone=tone, note=note),
        Cell("", note="; ".join(serves)),
    ]


def _areas(standing: Standing, found: Skilling, names: _Names) -> list[dict[str, Any]]:
    areas: list[dict[str, Any]] = []
    for designation in standing.overview.designations:
        steps = [step for step in found.steps if step.ref.designation == designation.id]
        if not steps:
            continue
        # Where every gate is met there is nothing to close.
        open_gates = any(step.ref.is_gate and not step.is_met for step in steps)
        columns = (*_STEP_COLUMNS, _CLOSES) if open_gates else _STEP_COLUMNS
        rows = [_step_row(step, found, names)[: len(columns)] for step in steps]
        areas.append({"name": designation.name, "table": Table(f"Steps of {designation.name}", columns, rows)})
    return areas


def _step_row(step: SkillStep, found: Skilling, names: _Names) -> list[Cell]:
    if not step.ref.is_gate:
        scores = Cell("Each scores", tone="neutral")
        return [Cell(step.ref.step_name), Cell(step.ref.metric_name), Cell(str(step.holders)), Cell("\N{EN DASH}"), scores, Cell("")]
    state = Cell("Met", tone="good") if step.is_met else Cell(f"{counted(str(step.missing), 'people')} missing", tone="warn")
    closers = [f"{names(one.person_name, one.person_id)} ({one.code}): {one.does}" for one in found.closers if one.ref == step.ref]
    closes = "" if step.is_met else "; ".join(closers) or "Nobody yet: somebody has to earn a certificate"
    return [Cell(step.ref.step_name), Cell(step.ref.metric_name), Cell(str(step.holders)), Cell(str(step.needed)), state, Cell(closes)]
