"""People and certificates: steps, gates, what ends when, and who could close a gate."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Literal

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Word
from attain.api.cursors import Paged
from attain.api.downloads import DOWNLOADS, Format, Wanted, wanted
from attain.api.working import About
from attain.explaining.skilling import Skilling, StepRef
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.certificates import COLUMNS, records
from attain.published.masked import called, mark_of

if TYPE_CHECKING:
    from attain.explaining.skilling import Certificate

router = Router(tags=["Insights"])
State = Literal["counts", "expired", "retired", "not_linked", "left", "not_yet"]


class StepShown(Schema):
    """A step that a certificate serves."""

    designation: str
    designation_name: str
    metric_name: str
    step: str
    step_name: str
    is_gate: bool


class CloserShown(Schema):
    """Somebody who could close a gate that is not met, and what is to be done."""

    person: str
    certification: str = Field(examples=["SC-200"])
    does: str


class SkillStepShown(StepShown):
    """A step with its people; a gate needs `needed` of them."""

    certificates: list[str] = Field(examples=[["SC-200", "SC-300"]])
    needed: int
    holders: int
    is_met: bool | None = Field(description="Whether the gate is met; null for a step that is none, where each holder scores.")
    missing: int
    closers: list[CloserShown]


class SkillingShown(Schema):
    """Steps and gates of the tracks that count; `has_facts` is false where there is no table of certificates."""

    as_of: dt.date
    has_facts: bool
    people: int
    steps: list[SkillStepShown]


class CertificatesAsked(Paged):
    """Which certificates."""

    state: State | None = Field(None, description="How they stand; all unless given.")
    ends_within: int | None = Field(None, ge=0, le=3660, description="Only those that stop to count within so many days.")
    search: Word = Field("", description="A part of the person or the certificate.")
    format: Wanted = None


class CertificateShown(Schema):
    """A certificate of a person; `ends_on` is the last day on which it counts. People are marks for who may not see their names."""

    person: str
    person_id: str
    certification: str = Field(examples=["SC-200"])
    name: str
    earned_on: dt.date
    expires_on: dt.date | None
    retired_on: dt.date | None
    ends_on: dt.date | None
    state: str = Field(examples=["counts"])
    why: str
    serves: list[StepShown]


class CertificatesPage(Schema):
    """A page of certificates, by person."""

    as_of: dt.date
    count: int
    certificates: list[CertificateShown]
    next: str


def _skilling(about: About) -> Skilling:
    standing = about.standing
    day, partner, tracks = standing.overview.partner.day, standing.partner_id, standing.tracks
    return standing.answer("skilling", lambda workspace: workspace.skilling(day, partner=partner, tracks=tracks, **standing.options))


@router.get("/partners/{partner_id}/skilling", response=SkillingShown, summary="Skilling eligibility")
@endpoint_needs(Access.INSIGHTS)
def skilling(request: AttainRequest, partner_id: str, response: HttpResponse) -> SkillingShown | HttpResponse:
    """Give steps and gates with the people who hold their certificates, and who could close a gate."""
    about = About.of(request, partner_id)
    if (same := about.same()) is not None:
        return same
    found = _skilling(about)
    about.tagged(response)
    steps = [
        SkillStepShown(
            **asdict(step.ref),
            certificates=list(step.certificates),
            needed=step.needed,
            holders=step.holders,
            is_met=step.is_met,
            missing=step.missing,
            closers=[] if step.is_met is not False else _closers(about, found, step.ref),
        )
        for step in found.steps
    ]
    return SkillingShown(as_of=found.as_of, has_facts=found.has_facts, people=found.people, steps=steps)


def _closers(about: About, found: Skilling, step: StepRef) -> list[CloserShown]:
    return [
        CloserShown(person=called(one.person_name, one.person_id, shown=about.sees_names), certification=one.code, does=one.does)
        for one in found.closers
        if one.ref == step
    ]


@router.get(
    "/partners/{partner_id}/skilling/certificates",
    response=CertificatesPage,
    summary="People and certificates",
    openapi_extra={DOWNLOADS: True},
)
@endpoint_needs(Access.INSIGHTS)
def certificates(
    request: AttainRequest, partner_id: str, asked: Query[CertificatesAsked], response: HttpResponse
) -> CertificatesPage | HttpResponseBase:
    """List the certificates of the partner's people: until when each counts, and the steps that it serves. A file has every one."""
    about = About.of(request, partner_id)
    kind = wanted(request, asked.format)
    if (same := about.same()) is not None:
        return same
    found = _skilling(about)
    named = partial(called, shown=about.sees_names)
    kept = sorted(
        found.matching(asked.search, named, state=asked.state or "", within=asked.ends_within),
        key=lambda one: named(one.person_name, one.person_id).casefold(),
    )
    if kind is not Format.json:
        return about.file(kind, "certificates", COLUMNS, list(records(kept, names=about.sees_names)))
    about.tagged(response)
    shown, following = about.page(kept, asked)
    rows = [_certificate(one, named(one.person_name, one.person_id), named=about.sees_names) for one in shown]
    return CertificatesPage(as_of=found.as_of, count=len(kept), certificates=rows, next=following)


def _certificate(one: Certificate, person: str, *, named: bool) -> CertificateShown:
    return CertificateShown(
        person=person,
        person_id=one.person_id if named else mark_of(one.person_id),
        certification=one.code,
        name=one.name,
        earned_on=one.earned_on,
        expires_on=one.expires_on,
        retired_on=one.retired_on,
        ends_on=one.ends_on,
        state=one.state,
        why=one.why,
        serves=[StepShown(**asdict(step)) for step in one.serves],
    )
