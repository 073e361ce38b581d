"""Scenarios under a name, shared by the people of an organization."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.advise.changes import Change
from attain.advise.scenario import Scenario, change_fields, change_text, read_changes
from attain.api.access import endpoint_needs
from attain.api.amounts import Line
from attain.api.bodies import Body
from attain.api.changes import ChangeMade, Changes
from attain.api.recording import organization_of
from attain.api.simulations import SimulationShown
from attain.api.working import WORKED_OUT, About, Working, working
from attain.imports.publishing import today
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.advised import advice_of
from attain.published.masked import changes_without_people
from attain.recorded.models import SavedScenario
from attain.recorded.recording import recorder_of
from attain.recorded.scenarios import remove_scenario, rename_scenario, save_scenario, saved_scenarios, scenario_numbered

router = Router(tags=["Simulation"])


class ScenarioAsked(Body):
    """What a scenario is saved as, and what it changes."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=100)] = Field(examples=["Two customers more"])
    note: Annotated[Line, StringConstraints(max_length=500)] = ""
    changes: Changes


class NameAsked(Body):
    """What a scenario is to be called; a note that is not said stays."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=100)] = Field(examples=["Three customers more"])
    note: Annotated[Line, StringConstraints(max_length=500)] | None = None


class ScenarioRenamed(Schema):
    """A scenario by its name and note."""

    id: int
    name: str
    note: str


class ScenarioShown(Schema):
    """A saved scenario. People are marks for who may not see their names."""

    id: int
    name: str
    note: str
    changes: list[ChangeMade]
    saved_by: str
    saved_at: dt.datetime


class Scenarios(Schema):
    """Every saved scenario of one's organization for a partner, by name."""

    scenarios: list[ScenarioShown]


def _shown(found: SavedScenario, changes: tuple[Change, ...]) -> ScenarioShown:
    return ScenarioShown(
        id=found.pk,
        name=found.name,
        note=found.note,
        changes=[change_fields(change) for change in changes],
        saved_by=found.saved_by,
        saved_at=found.saved_at,
    )


def _changes(about: About, found: SavedScenario) -> tuple[Change, ...] | None:
    """Give the changes of a scenario as the caller may see them; None while the people in them are looked up."""
    read = read_changes(found.changes)
    if about.sees_names or not any(getattr(change, "person", None) for change in read):
        return read
    return about.answer(("masked", tuple(found.changes)), lambda _: _masked(about, read))


def _masked(about: About, read: tuple[Change, ...]) -> tuple[Change, ...]:
    return changes_without_people(read, advice_of(about.standing, sees_names=True).hypotheses.today)


@router.get(
    "/partners/{partner_id}/scenarios", response={200: Scenarios, 202: Working}, summary="Saved scenarios", openapi_extra={WORKED_OUT: True}
)
@endpoint_needs(Access.INSIGHTS)
def list_scenarios(request: AttainRequest, partner_id: str, response: HttpResponse) -> Scenarios | Status[Working]:
    """List the scenarios that one's organization saved for a partner."""
    about = About.of(request, partner_id)
    shown: list[ScenarioShown] = []
    for found in saved_scenarios(organization_of(request), partner_id):
        changes = _changes(about, found)
        if changes is None:
            return working(response)
        shown.append(_shown(found, changes))
    return Scenarios(scenarios=shown)


@router.post("/partners/{partner_id}/scenarios", response={201: ScenarioShown}, summary="Save a scenario")
@endpoint_needs(Access.PLAN)
def add_scenario(request: AttainRequest, partner_id: str, asked: ScenarioAsked) -> Status[ScenarioShown]:
    """Save changes under a name. A token needs the scope to plan."""
    texts = [change_text(change) for change in asked.changes]
    found = save_scenario(recorder_of(request, partner_id, today()), asked.name, texts, asked.note)
    return Status(HTTPStatus.CREATED, _shown(found, read_changes(found.changes)))


@router.get(
    "/partners/{partner_id}/scenarios/{scenario}",
    response={200: ScenarioShown, 202: Working},
    summary="A saved scenario",
    openapi_extra={WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def scenario(request: AttainRequest, partner_id: str, scenario: int, response: HttpResponse) -> ScenarioShown | Status[Working]:
    """Give a saved scenario with its changes."""
    about = About.of(request, partner_id)
    found = scenario_numbered(organization_of(request), partner_id, scenario)
    changes = _changes(about, found)
    return working(response) if changes is None else _shown(found, changes)


@router.get(
    "/partners/{partner_id}/scenarios/{scenario}/simulation",
    response={200: SimulationShown, 202: Working},
    summary="A saved scenario against today",
    openapi_extra={WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def play_scenario(request: AttainRequest, partner_id: str, scenario: int, response: HttpResponse) -> SimulationShown | Status[Working]:
    """Play a saved scenario through the score."""
    about = About.of(request, partner_id)
    found = scenario_numbered(organization_of(request), partner_id, scenario)
    changes = _changes(about, found)
    if changes is None:
        return working(response)
    texts = tuple(change_text(change) for change in changes)
    played = about.answer(("simulation", texts), lambda advice: advice.simulate(Scenario(changes=changes)))
    return working(response) if played is None else SimulationShown.of(played)


@router.patch("/partners/{partner_id}/scenarios/{scenario}", response=ScenarioRenamed, summary="Rename a scenario")
@endpoint_needs(Access.PLAN)
def call_scenario(request: AttainRequest, partner_id: str, scenario: int, asked: NameAsked) -> ScenarioRenamed:
    """Give a saved scenario another name, and another note where one is said. A token needs the scope to plan."""
    found = rename_scenario(recorder_of(request, partner_id, today()), scenario, asked.name, asked.note)
    return ScenarioRenamed(id=found.pk, name=found.name, note=found.note)


@router.delete("/partners/{partner_id}/scenarios/{scenario}", response=ScenarioShown, summary="Remove a scenario")
@endpoint_needs(Access.PLAN)
def delete_scenario(request: AttainRequest, partner_id: str, scenario: int) -> ScenarioShown:
    """Remove a saved scenario. A token needs the scope to plan."""
    found = remove_scenario(recorder_of(request, partner_id, today()), scenario)
    return _shown(found, read_changes(found.changes))
