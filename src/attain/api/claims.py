"""The register of CPOR claims: what was claimed in Partner Center, its evidence and the day it runs out. Nothing is claimed from here."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.advise.claims import Status as Standing
from attain.api.access import endpoint_needs
from attain.api.amounts import Day, Line, Word
from attain.api.bodies import Body
from attain.imports.publishing import today
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.recorded.claims import FIELDS, record_claim, recorded_claims, remove_claim
from attain.recorded.models import CporClaim
from attain.recorded.recording import recorder_of

router = Router(tags=["Associations"])


class ClaimAsked(Body):
    """A claim as it stands in Partner Center."""

    claim_id: Annotated[Line, StringConstraints(min_length=1, max_length=100)] = Field(
        description="As Partner Center shows it, or a name of your own for a draft.", examples=["C-1042"]
    )
    tenant_id: Annotated[Line, StringConstraints(max_length=100)] = Field(
        description="The customer's tenant, a GUID.", examples=["00000000-0000-4000-8000-000000000001"]
    )
    association: Word = Field(description="The kind of claim.", examples=["cpor"])
    workload: Annotated[Line, StringConstraints(max_length=200)] = Field("", description="Empty: it holds for all of the tenant.")
    status: Standing = Field(examples=["submitted"])
    submitted_on: Day | None = None
    decided_on: Day | None = None
    expires_on: Day | None = None
    evidence: Annotated[list[Word], Field(max_length=20)] = Field(
        default_factory=list[str], description="Codes of the evidence that is at hand.", examples=[[]]
    )
    note: Annotated[Line, StringConstraints(max_length=500)] = ""

    def row(self) -> dict[str, str]:
        """Give what was said as the text of a register's row."""
        texts = {name: "" if getattr(self, name) is None else str(getattr(self, name)) for name in FIELDS}
        return texts | {"evidence": "+".join(self.evidence)}


class ClaimShown(Schema):
    """A recorded claim."""

    id: int
    claim_id: str
    tenant_id: str
    association: str = Field(examples=["cpor"])
    workload: str
    status: str = Field(examples=["submitted"])
    submitted_on: dt.date | None
    decided_on: dt.date | None
    expires_on: dt.date | None
    evidence: list[str] = Field(examples=[[]])
    note: str
    recorded_by: str
    recorded_at: dt.datetime
    changed_by: str
    changed_at: dt.datetime | None

    @classmethod
    def of(cls, found: CporClaim) -> ClaimShown:
        """Show a claim."""
        return cls.model_validate({name: getattr(found, "pk" if name == "id" else name) for name in cls.model_fields})


class Claims(Schema):
    """Every recorded claim of a partner, those that run out first in front."""

    claims: list[ClaimShown]


@router.get("/partners/{partner_id}/claims", response=Claims, summary="CPOR claims")
@endpoint_needs(Access.INSIGHTS)
def list_claims(request: AttainRequest, partner_id: str) -> Claims:
    """List the register of claims."""
    del request
    return Claims(claims=[ClaimShown.of(one) for one in recorded_claims(partner_id)])


@router.post("/partners/{partner_id}/claims", response={201: ClaimShown}, summary="Record a claim")
@endpoint_needs(Access.PLAN)
def add_claim(request: AttainRequest, partner_id: str, asked: ClaimAsked) -> Status[ClaimShown]:
    """Record a claim. A token needs the scope to plan."""
    found = record_claim(recorder_of(request, partner_id, today()), asked.row())
    return Status(HTTPStatus.CREATED, ClaimShown.of(found))


@router.put("/partners/{partner_id}/claims/{claim}", response=ClaimShown, summary="Change a claim")
@endpoint_needs(Access.PLAN)
def change_claim(request: AttainRequest, partner_id: str, claim: int, asked: ClaimAsked) -> ClaimShown:
    """Write a claim anew, as it stands by now. A token needs the scope to plan."""
    found = record_claim(recorder_of(request, partner_id, today()), asked.row(), claim)
    return ClaimShown.of(found)


@router.delete("/partners/{partner_id}/claims/{claim}", response=ClaimShown, summary="Remove a claim")
@endpoint_needs(Access.PLAN)
def delete_claim(request: AttainRequest, partner_id: str, claim: int) -> ClaimShown:
    """Take back a claim that was recorded by mistake. A token needs the scope to plan."""
    found = remove_claim(recorder_of(request, partner_id, today()), claim)
    return ClaimShown.of(found)
