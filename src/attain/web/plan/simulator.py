"""The simulator: changes played through the same score, current against simulated; they stand in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import redirect
from django.urls import reverse

from attain.advise.changes import KINDS
from attain.advise.names import people_by_id
from attain.advise.scenario import Scenario, read_change
from attain.errors import AttainError
from attain.explaining.words import first_upper, number
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.dates import dated
from attain.web.membership.compare import signed
from attain.web.membership.standing import track_name
from attain.web.plan.asking import Asked, asked, nothing_yet
from attain.web.plan.change_forms import KIND_WORDS, ChangeForm
from attain.web.plan.change_words import change_words
from attain.web.plan.simulated import read_texts, texts_url
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from attain.advise.advice import Advice
    from attain.advise.moves import Move
    from attain.advise.simulation import DesignationChange, Simulation
    from attain.people.access import AttainRequest

TITLE = "Simulator"
NAMES_LISTED = 500
DESIGNATION_COLUMNS = (
    Column("designation", "Designation"),
    Column("before", "Today", "points", numeric=True),
    Column("after", "Simulated", "points", numeric=True),
    Column("change", "Change", "points", numeric=True),
    Column("outcome", "Qualifies"),
)
METRIC_COLUMNS = (
    Column("metric", "Metric"),
    Column("before", "Today", "points", numeric=True),
    Column("after", "Simulated", "points", numeric=True),
    Column("change", "Change", "points", numeric=True),
)
OUTCOMES = {
    (False, True): ("Would qualify", "good"),
    (True, False): ("Would not any more", "bad"),
    (True, True): ("Either way", "good"),
    (False, False): ("Not yet", "neutral"),
}


@dataclass(frozen=True)
class Listed:
    """A change of the scenario as it is listed: in words, and the address of the simulator without it."""

    words: str
    without_url: str


@dataclass(frozen=True)
class Names:
    """How the partner's customers and people are called: by id, and as offered where one is typed."""

    customers: dict[str, str]
    people: dict[str, str]


class KindForm(forms.Form):
    """Which kind of change is added next."""

    kind = forms.ChoiceField(label="Add a change", choices=[("", "Choose"), *KIND_WORDS.items()], required=False)


class SaveForm(forms.Form):
    """What a scenario is saved as."""

    name = forms.CharField(label="Name", max_length=100, help_text="Everybody of your organization who sees this partner can read it.")
    note = forms.CharField(label="Note", required=False, max_length=500)


@needs(Access.INSIGHTS)
def simulator(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Play the changes of the address through; a change that the form adds joins them."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    texts = request.GET.getlist("change")
    catalog = about.standing.workspace.book.catalog
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    form = ChangeForm(kind, catalog, request.GET if "add" in request.GET else None) if kind else None
    if form is not None and form.is_bound and form.is_valid():
        return redirect(texts_url(partner_id, [*texts, form.line]))
    changes = read_texts(texts)
    names = about.answer("names", names_of)
    if names is None:
        return about.wait()
    context: dict[str, Any] = {
        "texts": texts,
        "listed": [
            Listed(change_words(change, catalog, names.customers), texts_url(partner_id, [*texts[:place], *texts[place + 1 :]]))
            for place, change in enumerate(changes)
        ],
        "kind_form": KindForm({"kind": kind}),
        "form": form,
        "kind": kind,
        "kind_words": KIND_WORDS.get(kind, ""),
        "customers": sorted(names.customers.values(), key=str.casefold)[:NAMES_LISTED],
        "people": sorted(names.people.values(), key=str.casefold)[:NAMES_LISTED],
        "here": reverse("plan:simulator", args=[partner_id]),
        "cancel_url": texts_url(partner_id, texts),
        "save_form": SaveForm() if texts and about.may_plan else None,
        "scenarios_url": reverse("plan:scenarios", args=[partner_id]),
    }
    try:
        found = simulation(about, texts)
    except AttainError as error:
        # A change that these facts cannot take is said beside the changes, where it can be taken out.
        context["fault"] = [first_upper(text) for text in (error.message, error.hint) if text]
        return about.page("web/plan/simulator.html", context)
    return about.wait() if found is None else about.page("web/plan/simulator.html", context | _shown(about, found))


def names_of(advice: Advice) -> Names:
    """Name the customers and people of the facts."""
    hypotheses = advice.hypotheses
    return Names(hypotheses.customer_names, people_by_id(hypotheses.today.frames))


def simulation(about: Asked, texts: Sequence[str]) -> Simulation | None:
    """Play changes through, with what moved each metric; None while that is being worked out. Raises AttainError."""
    scenario = Scenario(changes=tuple(read_change(text) for text in texts))
    return about.answer(("simulation", tuple(texts)), lambda advice: advice.simulate(scenario))


def _shown(about: Asked, found: Simulation) -> dict[str, Any]:
    changed = found.changed
    return {
        "simulated": True,
        "notes": [dated(note) for note in found.notes],
        "table": Table("Today against simulated", DESIGNATION_COLUMNS, [_designation(about, one) for one in found.designations]),
        "designations": [_details(about, one) for one in changed],
        "same": not changed,
    }


def _designation(about: Asked, one: DesignationChange) -> list[Cell]:
    words, tone = OUTCOMES[one.before.qualified, one.after.qualified]
    track = track_name(one.after.track)
    if one.before.track != one.after.track:
        track = f"{track} instead of {track_name(one.before.track)}"
    return [
        Cell(one.name, reverse_designation(about, one.designation), note=f"{track} track"),
        Cell(about.shown(one.before.total)),
        Cell(about.shown(one.after.total)),
        Cell(about.moved(one.change) if one.change else "\N{EN DASH}"),
        Cell(words, tone=tone),
    ]


def reverse_designation(about: Asked, designation: str) -> str:
    """Give the page of a designation, for those who may see it."""
    if not about.request.granted.may(Access.MEMBERSHIP):
        return ""
    return reverse("membership:designation", args=[about.standing.partner_id, designation])


def _details(about: Asked, one: DesignationChange) -> dict[str, Any]:
    moved = [metric for metric in one.metrics if metric.change or metric.moves]
    return {
        "name": one.name,
        "change": f"{about.shown(one.before.total)} to {about.shown(one.after.total)}",
        "table": Table(
            f"Metrics of {one.name}",
            METRIC_COLUMNS,
            [
                [
                    Cell(metric.name, note=f"of {number(metric.max_points)}"),
                    Cell(about.shown(metric.before)),
                    Cell(about.shown(metric.after)),
                    Cell(about.moved(metric.change) if metric.change else "\N{EN DASH}"),
                ]
                for metric in one.metrics
            ],
        ),
        "moves": [
            (metric.name, [_move(move, about.part_name(one.designation, metric.metric, move.part)) for move in metric.moves])
            for metric in moved
            if metric.moves
        ],
    }


def _move(move: Move, part: str) -> dict[str, str]:
    who = move.name or move.entity
    return {
        "points": signed(move.points),
        "words": f"{first_upper(move.kind)}{f': {who}' if who else ''}{f' ({part})' if part else ''}",
        "reason": first_upper(dated(move.reason)),
    }
