"""Saved scenarios: shared in the organization, opened in the simulator, held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.advise.scenario import Scenario, read_changes
from attain.errors import AttainError
from attain.explaining.words import first_upper
from attain.imports.publishing import today
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.advised import advice_of
from attain.published.masked import changes_without_people
from attain.recorded.recording import recorder_of
from attain.recorded.scenarios import remove_scenario, rename_scenario, save_scenario, saved_scenarios
from attain.web.dates import day_words
from attain.web.form_faults import say_in_form
from attain.web.pages import Crumb
from attain.web.plan.asking import Asked, asked, nothing_yet
from attain.web.plan.simulated import changes_url, texts_url
from attain.web.plan.simulator import TITLE as SIMULATOR
from attain.web.plan.simulator import SaveForm
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from attain.advise.advice import Advice
    from attain.advise.changes import Change
    from attain.advise.simulation import Simulation
    from attain.people.access import AttainRequest
    from attain.people.models import Organization
    from attain.recorded.models import SavedScenario

TITLE = "Saved scenarios"
MOST_COMPARED = 4


@needs(Access.INSIGHTS)
def scenarios(request: AttainRequest, partner_id: str) -> HttpResponse:
    """List saved scenarios, and hold those chosen against today."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    found = list(saved_scenarios(_organization(request), partner_id))
    wanted = request.GET.getlist("scenario")
    chosen = [one for one in found if str(one.pk) in wanted][:MOST_COMPARED]
    context: dict[str, Any] = {
        "rows": [
            {
                "scenario": one,
                "chosen": one in chosen,
                "url": reverse("plan:scenario", args=[partner_id, one.pk]),
                "saved": f"{one.saved_by}, {day_words(one.saved_at.date())}",
            }
            for one in found
        ],
        "most": MOST_COMPARED,
        "simulator_url": reverse("plan:simulator", args=[partner_id]),
    }
    if chosen:
        try:
            played = about.answer(
                ("compared", tuple(tuple(one.changes) for one in chosen)), lambda advice: [_played(about, advice, one) for one in chosen]
            )
        except AttainError as error:
            context["fault"] = [first_upper(text) for text in (error.message, error.hint) if text]
        else:
            if played is None:
                return about.wait(_crumb(about), Crumb(TITLE))
            context["table"] = _compared(about, chosen, played)
    return about.page("web/plan/scenarios.html", context, _crumb(about), Crumb(TITLE))


@needs(Access.INSIGHTS)
def scenario(request: AttainRequest, partner_id: str, scenario: int) -> HttpResponse:
    """Open a saved scenario in the simulator."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    found = saved_scenarios(_organization(request), partner_id).filter(pk=scenario).first()
    if found is None:
        raise Http404
    if about.sees_names:
        return redirect(texts_url(partner_id, found.changes))
    changes = about.answer(("masked", tuple(found.changes)), lambda _: _masked(about, read_changes(found.changes)))
    return about.wait() if changes is None else redirect(changes_url(partner_id, changes))


@require_POST
@needs(Access.PLAN)
def scenario_save(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Save the changes of the simulator under a name."""
    texts = request.POST.getlist("change")
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the scenario a name of at most 100 letters.")
        return redirect(texts_url(partner_id, texts))
    try:
        given = form.cleaned_data
        found = save_scenario(recorder_of(request, partner_id, today()), given["name"], texts, given["note"])
    except AttainError as error:
        messages.error(request, f"{first_upper(error.message)}. {first_upper(error.hint)}.")
        return redirect(texts_url(partner_id, texts))
    messages.success(request, f"{found} is saved.")
    return redirect(f"{reverse('plan:scenarios', args=[partner_id])}?scenario={found.pk}")


@needs(Access.PLAN)
def scenario_rename(request: AttainRequest, partner_id: str, scenario: int) -> HttpResponse:
    """Give a saved scenario another name and note."""
    title = "Rename a scenario"
    about = asked(request, partner_id, title)
    if about is None:
        return nothing_yet(request, title)
    found = saved_scenarios(_organization(request), partner_id).filter(pk=scenario).first()
    if found is None:
        raise Http404
    form = SaveForm(request.POST or None, initial={"name": found.name, "note": found.note})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            renamed = rename_scenario(recorder_of(request, partner_id, today()), found.pk, given["name"], given["note"])
        except AttainError as error:
            say_in_form(form, error)
        else:
            messages.success(request, f"It is called {renamed} now.")
            return redirect("plan:scenarios", partner_id)
    crumb = Crumb(TITLE, reverse("plan:scenarios", args=[partner_id]))
    return about.page("web/plan/scenario_rename.html", {"form": form, "scenario": found}, _crumb(about), crumb, Crumb(title))


@require_POST
@needs(Access.PLAN)
def scenario_remove(request: AttainRequest, partner_id: str, scenario: int) -> HttpResponse:
    """Remove a saved scenario."""
    try:
        found = remove_scenario(recorder_of(request, partner_id, today()), scenario)
    except AttainError as error:
        raise Http404 from error
    messages.success(request, f"{found} is removed.")
    return redirect("plan:scenarios", partner_id)


def _organization(request: AttainRequest) -> Organization:
    grant = request.granted.grant
    assert grant is not None, "an access to a partner comes with a grant"
    return grant.organization


def _crumb(about: Asked) -> Crumb:
    return Crumb(SIMULATOR, reverse("plan:simulator", args=[about.standing.partner_id]))


def _masked(about: Asked, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Give people the marks by which this asker knows them."""
    return changes_without_people(changes, advice_of(about.standing, sees_names=True).hypotheses.today)


def _played(about: Asked, advice: Advice, one: SavedScenario) -> Simulation:
    changes = read_changes(one.changes)
    return advice.simulate(Scenario(changes=changes if about.sees_names else _masked(about, changes)), explained=False)


def _compared(about: Asked, chosen: Sequence[SavedScenario], played: Sequence[Simulation]) -> Table:
    columns = (
        Column("designation", "Designation"),
        Column("today", "Today", numeric=True),
        *(Column(f"scenario-{one.pk}", one.name, numeric=True) for one in chosen),
    )
    rows: list[list[Cell]] = []
    for place, now in enumerate(played[0].designations):
        sides = [one.designations[place] for one in played]
        rows.append(
            [
                Cell(now.name),
                Cell(about.shown(now.before.total), note="qualifies" if now.before.qualified else ""),
                *(
                    Cell(
                        about.shown(side.after.total),
                        note=", ".join([about.gain(side.change)] * bool(side.change) + ["qualifies"] * side.after.qualified),
                    )
                    for side in sides
                ),
            ]
        )
        for metric in now.metrics:
            after = [next((one for one in side.metrics if one.metric == metric.metric), None) for side in sides]
            if any(one is not None and one.change for one in after):
                cells = [Cell("\N{EN DASH}" if one is None else about.shown(one.after)) for one in after]
                rows.append([Cell("", note=metric.name), Cell(about.shown(metric.before)), *cells])
    return Table("Today against saved scenarios", columns, rows)
