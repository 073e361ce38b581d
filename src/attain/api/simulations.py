"""Simulations: changes played through the same score, today against simulated; another edition, or edited rules, on today's facts."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from attain.advise import impact as changing
from attain.advise.impact import SideBySide
from attain.advise.scenario import Scenario, change_text
from attain.advise.simulation import Simulation
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Word
from attain.api.bodies import Body
from attain.api.changes import Changes
from attain.api.downloads import DOWNLOADS, Format, Wanted, download, wanted
from attain.api.edited_rules import EditedFiles, as_files
from attain.api.working import WORKED_OUT, About, Working, patience_of, working
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.rule_changes import Running
from attain.published.rule_changes import rule_change as worked_out_change
from attain.report.pieces import record_pieces
from attain.rulebook.edited import edited_book
from attain.rulebook.load import Book

router = Router(tags=["Simulation"])


class SimulationAsked(Body):
    """What is changed."""

    changes: Changes


class SideShown(Schema):
    """A designation on one side: the track that counts, its total, and the total of every track."""

    track: str
    total: Amount
    totals: dict[str, Amount] = Field(examples=[{"enterprise": "46.666666", "smb": "46.666666"}])
    qualified: bool
    complete: bool


class MoveShown(Schema):
    """One cause of a change of a metric: a customer or person, or gates, floor and cap."""

    kind: str = Field(examples=["won"])
    part: str
    entity: str
    tenant_id: str
    name: str
    points: Amount
    reason: str


class MetricMoved(Schema):
    """A metric on the track that counts, today and simulated; the points of its moves add up to the change on the later track."""

    metric: str
    name: str
    category: str
    before: Amount
    after: Amount
    change: Amount
    max_points: Amount
    moves: list[MoveShown]


class DesignationSimulated(Schema):
    """A designation today and simulated."""

    designation: str
    name: str
    edition: str
    change: Amount
    before: SideShown
    after: SideShown
    metrics: list[MetricMoved]


class SimulationShown(Schema):
    """Today against simulated. `notes` say what the facts do not cover."""

    partner_id: str
    as_of: dt.date
    designations: list[DesignationSimulated]
    notes: list[str]

    @classmethod
    def of(cls, found: Simulation) -> SimulationShown:
        """Show a simulation."""
        return cls.model_validate(found)


class EditionAgainst(Schema):
    """Which edition is held against the rules of the day."""

    edition: Word = Field(description="The edition.", examples=["2026-07"])
    format: Wanted = None


class EditedRulesAsked(Body):
    """Files of the rulebook as somebody edited them."""

    files: EditedFiles


class ImpactedShown(Schema):
    """A designation by the rules of the day and by the other edition."""

    designation: str
    edition_before: str
    edition_after: str
    track_before: str
    track_after: str
    before: Amount
    after: Amount
    change: Amount
    qualified_before: bool
    qualified_after: bool


class ImpactShown(Schema):
    """What other rules do to a partner's scores, on the facts of today; designations without the edition are left out.

    `edition` is empty for edited rules.
    """

    as_of: dt.date
    edition: str
    rows: list[ImpactedShown]

    @classmethod
    def of(cls, found: SideBySide, edition: str) -> ImpactShown:
        """Show what was found."""
        return cls(as_of=found.as_of, edition=edition, rows=[ImpactedShown.model_validate(row) for row in found.rows()])


@router.post(
    "/partners/{partner_id}/simulation",
    response={200: SimulationShown, 202: Working},
    summary="Simulate changes",
    openapi_extra={WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def simulate(request: AttainRequest, partner_id: str, asked: SimulationAsked, response: HttpResponse) -> SimulationShown | Status[Working]:
    """Play changes through the score: today against simulated, with what moved each metric. Nothing is kept."""
    about = About.of(request, partner_id)
    scenario = Scenario(changes=tuple(asked.changes))
    texts = tuple(change_text(change) for change in asked.changes)
    found = about.answer(("simulation", texts), lambda advice: advice.simulate(scenario))
    return working(response) if found is None else SimulationShown.of(found)


@router.get(
    "/partners/{partner_id}/rule-change",
    response={200: ImpactShown, 202: Working},
    summary="Another edition on today's facts",
    openapi_extra={DOWNLOADS: True, WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def rule_change(
    request: AttainRequest, partner_id: str, asked: Query[EditionAgainst], response: HttpResponse
) -> ImpactShown | Status[Working] | HttpResponseBase:
    """Score a partner by another edition on the facts of today: who gains and who loses."""
    about = About.of(request, partner_id)
    kind = wanted(request, asked.format)
    if (same := about.same()) is not None:
        return same
    found = _compared(request, about, edition=asked.edition)
    if isinstance(found, Running):
        return working(response)
    if kind is not Format.json:
        rows = partial(record_pieces, changing.COLUMNS, changing.records(found))
        return download(request, kind, f"{partner_id} rule change {asked.edition} {found.as_of}", about.tag, rows)
    about.tagged(response)
    return ImpactShown.of(found, asked.edition)


@router.post(
    "/partners/{partner_id}/rule-change",
    response={200: ImpactShown, 202: Working},
    summary="Edited rules on today's facts",
    openapi_extra={WORKED_OUT: True},
)
@endpoint_needs(Access.INSIGHTS)
def edited_rule_change(
    request: AttainRequest, partner_id: str, asked: EditedRulesAsked, response: HttpResponse
) -> ImpactShown | Status[Working]:
    """Score a partner by edited files of the rulebook on the facts of today. Nothing is kept of them."""
    found = _compared(request, About.of(request, partner_id), book=edited_book(as_files(asked.files)))
    return working(response) if isinstance(found, Running) else ImpactShown.of(found, "")


def _compared(request: AttainRequest, about: About, *, edition: str = "", book: Book | None = None) -> SideBySide | Running:
    standing = about.standing
    publication, partners = standing.overview.publication, [standing.partner_id]
    return worked_out_change(publication, partners, edition=edition, book=book, patience=patience_of(request))
