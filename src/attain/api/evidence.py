"""Cases and their evidence packs: opened, changed, packs made, made again and downloaded."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse
from django.utils.text import slugify
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.api.access import endpoint_needs
from attain.api.amounts import Day, Word
from attain.api.bodies import Body
from attain.api.caching import not_changed, tagged
from attain.imports.kept import own_loads
from attain.imports.publishing import today
from attain.people.access import AttainRequest
from attain.people.models import Event
from attain.people.roles import Access
from attain.published.evidence import DOWNLOADS, Maker, file_of, keep_pack, made_again, make_pack
from attain.published.read import published
from attain.recorded.cases import CaseGiven, KeptPack, case_numbered, cases_of, change_case, open_case, pack_numbered, packs_of, remove_case
from attain.recorded.models import EvidenceCase
from attain.recorded.recording import recorder_of

router = Router(tags=["Evidence"])
KINDS = {name: kind for kind, (name, _) in DOWNLOADS.items()}
_FILES = {"content": {media: {"schema": {"type": "string", "format": "binary"}} for _, media in DOWNLOADS.values()}}


class Kind(StrEnum):
    """A file of a pack: the document, the workbook, the manifest, or Microsoft's numbers."""

    pdf = "pdf"
    xlsx = "xlsx"
    json = "json"
    csv = "csv"


class CaseChanged(Body):
    """A case as it is to stand. A closed one has an outcome, and the day it was closed."""

    opened_on: Day
    ticket_id: Annotated[Word, StringConstraints(max_length=100)] = Field("", description="Empty: an internal review.")
    due_on: Day | None = None
    closed_on: Day | None = None
    outcome: Word = Field("open", description="open, corrected, explained, own_data, declined or withdrawn.", examples=["open"])
    note: Annotated[str, StringConstraints(max_length=2000)] = ""

    def given(self) -> CaseGiven:
        """Give what is said of the case."""
        return CaseGiven(self.opened_on, self.ticket_id, self.due_on, self.closed_on, self.outcome, self.note)


class CaseAsked(CaseChanged):
    """A case that is opened, about one designation."""

    designation: Word = Field(examples=["security"])


class PackAsked(Body):
    """A pack to make."""

    as_of: Day | None = Field(
        None, description="Microsoft's latest numbers up to this day are held against ours of the same day; the published day unless given."
    )
    names: bool = Field(False, description="Make files that name the people with certificates too, for who may see them.")


class PackFileShown(Schema):
    """A file of a pack as it was made."""

    kind: Kind
    bytes: int
    sha256: str


class PackShown(Schema):
    """A pack: the day of its numbers, by whom it was made, and what from. `content` is the digest of its parts with people masked."""

    id: int
    as_of: dt.date
    made_at: dt.datetime
    made_by: str
    made_role: str
    ticket_id: str
    names: bool
    verdict: str
    store_version: int | None
    facts: str
    rulebook: str
    attain: str
    engine: str
    content: str
    files: list[PackFileShown]

    @classmethod
    def of(cls, kept: KeptPack, *, names: bool) -> PackShown:
        """Show a pack with the files that somebody downloads who does, or does not, see names."""
        pack = kept.pack
        return cls(
            id=pack.pk,
            as_of=pack.as_of,
            made_at=pack.made_at,
            made_by=pack.made_by,
            made_role=pack.made_role,
            ticket_id=pack.ticket_id,
            names=pack.names,
            verdict=pack.verdict,
            store_version=pack.load or None,
            facts=pack.facts,
            rulebook=pack.rulebook,
            attain=pack.attain,
            engine=pack.engine,
            content=pack.content,
            files=[PackFileShown(kind=Kind(KINDS[file.name]), bytes=file.size, sha256=file.sha256) for file in kept.seen(names=names)],
        )


class CaseShown(Schema):
    """A support ticket or an internal review, with its packs, the latest first."""

    id: int
    designation: str
    ticket_id: str
    opened_on: dt.date
    due_on: dt.date | None
    closed_on: dt.date | None
    outcome: str
    note: str
    recorded_by: str
    packs: list[PackShown]

    @classmethod
    def of(cls, case: EvidenceCase, packs: list[KeptPack], *, names: bool) -> CaseShown:
        """Show a case."""
        return cls(
            id=case.pk,
            designation=case.designation,
            ticket_id=case.ticket_id,
            opened_on=case.opened_on,
            due_on=case.due_on,
            closed_on=case.closed_on,
            outcome=case.outcome,
            note=case.note,
            recorded_by=case.recorded_by,
            packs=[PackShown.of(one, names=names) for one in packs],
        )


class Cases(Schema):
    """Every case of a partner, open ones first."""

    cases: list[CaseShown]


class MadeAgain(Schema):
    """Whether a pack that was made again is the same byte by byte; `differ` names the files that are not."""

    same: bool
    differ: list[str] = Field(examples=[["evidence.pdf"]])


@router.get("/partners/{partner_id}/evidence", response=Cases, summary="Cases and their packs")
@endpoint_needs(Access.INSIGHTS)
def list_cases(request: AttainRequest, partner_id: str) -> Cases:
    """List the cases of a partner with the packs that were made for them."""
    found = cases_of(partner_id)
    packs = packs_of(found)
    return Cases(cases=[CaseShown.of(case, packs[case.pk], names=request.granted.sees_names) for case in found])


@router.post("/partners/{partner_id}/evidence", response={201: CaseShown}, summary="Open a case")
@endpoint_needs(Access.EVIDENCE)
def open_evidence_case(request: AttainRequest, partner_id: str, asked: CaseAsked) -> Status[CaseShown]:
    """Open a case about a designation; its packs are made for it afterwards."""
    published(partner_id)
    case = open_case(recorder_of(request, partner_id, today()), asked.designation, asked.given())
    return Status(HTTPStatus.CREATED, CaseShown.of(case, [], names=request.granted.sees_names))


@router.put("/partners/{partner_id}/evidence/{case}", response=CaseShown, summary="Change a case")
@endpoint_needs(Access.EVIDENCE)
def change_evidence_case(request: AttainRequest, partner_id: str, case: int, asked: CaseChanged) -> CaseShown:
    """Say how a case stands now: its days, its outcome, its note."""
    found = change_case(recorder_of(request, partner_id, today()), case, asked.given())
    return CaseShown.of(found, packs_of([found])[found.pk], names=request.granted.sees_names)


@router.delete("/partners/{partner_id}/evidence/{case}", response=CaseShown, summary="Remove a case")
@endpoint_needs(Access.EVIDENCE)
def remove_evidence_case(request: AttainRequest, partner_id: str, case: int) -> CaseShown:
    """Take back a case that was recorded by mistake; it and its packs are listed no more."""
    shown = CaseShown.of(found := case_numbered(partner_id, case), packs_of([found])[found.pk], names=request.granted.sees_names)
    remove_case(recorder_of(request, partner_id, today()), case)
    return shown


@router.post("/partners/{partner_id}/evidence/{case}/packs", response={201: PackShown}, summary="Make an evidence pack")
@endpoint_needs(Access.EVIDENCE)
def make_evidence_pack(request: AttainRequest, partner_id: str, case: int, asked: PackAsked) -> Status[PackShown]:
    """Make a pack for a case from the facts that the partner's scores were published from."""
    holds, partner = published(partner_id)
    found, granted = case_numbered(partner_id, case), request.granted
    role = granted.grant.role.words if granted.grant else ""
    maker = Maker(granted.principal.actor, role, dt.datetime.now(dt.UTC), own_loads(request.granted))
    made = make_pack(found, partner, holds, maker, as_of=asked.as_of, names=asked.names and granted.sees_names)
    pack = keep_pack(recorder_of(request, partner_id, today()), found, made)
    (kept,) = [one for one in packs_of([found])[found.pk] if one.pack.pk == pack.pk]
    return Status(HTTPStatus.CREATED, PackShown.of(kept, names=granted.sees_names))


@router.post("/partners/{partner_id}/evidence/{case}/packs/{pack}/again", response=MadeAgain, summary="Make a pack again")
@endpoint_needs(Access.EVIDENCE)
def make_evidence_pack_again(request: AttainRequest, partner_id: str, case: int, pack: int) -> MadeAgain:
    """Make a pack again from the recorded versions and compare; the kept files stay as they are."""
    differ = made_again(pack_numbered(case_numbered(partner_id, case), pack))
    return MadeAgain(same=not differ, differ=differ)


@router.get(
    "/partners/{partner_id}/evidence/{case}/packs/{pack}/{kind}",
    summary="Download a file of a pack",
    openapi_extra={"responses": {200: _FILES}},
)
@endpoint_needs(Access.EXPORT)
def evidence_file(request: AttainRequest, partner_id: str, case: int, pack: int, kind: Kind) -> HttpResponse:
    """Give a file as it was made; people are named only for who may see them."""
    found = case_numbered(partner_id, case)
    file = file_of(pack_numbered(found, pack), kind, names=request.granted.sees_names)
    tag = f'"{file.sha256}"'
    if (same := not_changed(request, tag)) is not None:
        return same
    name = f"evidence {partner_id} {found.designation} {file.pack.as_of} {pack}"
    said = f"{name} as {kind}{', with names' if file.named else ''}, SHA-256 {file.sha256}, over the REST interface"
    recorder_of(request, partner_id, today()).note(Event.EXPORTED, said)
    answer = HttpResponse(bytes(file.content), content_type=DOWNLOADS[kind][1])
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{kind}"'
    return tagged(answer, tag)
