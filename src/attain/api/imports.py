"""Imports: files posted, how far each import is, the loads of the store, and the rows they set aside."""

from __future__ import annotations

import datetime as dt
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from attain.advise.columns import Columns
from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, Day, Word
from attain.api.caching import etag, not_changed, tagged
from attain.api.cursors import Paged, after, cursor
from attain.api.downloads import DOWNLOADS, Format, Wanted, download, wanted
from attain.errors import AttainError
from attain.imports import runner, uploads
from attain.imports.choices import Choices
from attain.imports.kept import load_lines, load_of, runs_of
from attain.imports.models import ImportRun
from attain.people.access import AttainRequest
from attain.people.audit import record
from attain.people.models import Event, User
from attain.people.roles import Access
from attain.published.served import newest
from attain.report.pieces import record_pieces
from attain.store.records import Record, rejects_of

router = Router(tags=["Imports"])
REJECT_COLUMNS: Columns = {
    "file": "text",
    "row": "count",
    "column": "text",
    "value": "text",
    "reason": "text",
    "hint": "text",
    "given": "text",
}


class ImportAsked(Schema):
    """What is said beside the files; all of it is optional."""

    partner: Word = Field("", description="The partner of rows that name none.")
    tenant: Word = Field("", description="The tenant (a GUID) of rows that name none.")
    basis: str = Field("", pattern=r"^(billed|amortized|list)?$", description="What the amounts of a cost file are taken as.")
    dates: str = Field("", pattern=r"^(mdy|dmy)?$", description="The order of dates, where a file leaves it open.")
    rates: Word = Field("", description="Exchange rates, blanks between.", examples=["EUR=1.08@2026-10"])
    as_of: Day | None = Field(None, description="The day of a file that names none.")
    designation: Word = Field("", description="The designation of a download that names none.")
    keep_names: bool = Field(False, description="Keep the names of certified people.")
    parts: bool = Field(False, description="The files are parts of one export.")
    replace: bool = Field(False, description="Take a file that leaves out much of what is there.")


class FileShown(Schema):
    """A file as it came."""

    name: str
    size: int


class FaultShown(Schema):
    """Why nothing was imported."""

    code: str = ""
    message: str
    where: str
    hint: str


class ReportShown(Schema):
    """What became of one file: its rows, months and sums by basis. `load` is its number in the store, 0 in a facts folder."""

    files: list[str]
    source: str
    title: str
    rows_in: int
    kept: int
    rejected: int
    unassigned: int
    months: list[str]
    sums: dict[str, Amount]
    tables: dict[str, int]
    warnings: list[str]
    already: bool
    load: int


class ImportShown(Schema):
    """An import: waiting, reading, publishing, done or failed. `done` of `total` partners are published."""

    id: int
    state: str = Field(examples=["reading"])
    files: list[FileShown]
    doing: str
    done: int
    total: int
    reports: list[ReportShown]
    fault: FaultShown | None
    note: str
    actor: str
    created_at: dt.datetime
    finished_at: dt.datetime | None

    @classmethod
    def of(cls, run: ImportRun) -> ImportShown:
        """Show an import."""
        return cls(
            id=run.pk,
            state=run.state,
            files=[FileShown.model_validate(file) for file in run.files],
            doing=run.doing,
            done=run.done,
            total=run.total,
            reports=[_report(report) for report in run.reports],
            fault=FaultShown.model_validate(run.fault) if run.fault else None,
            note=run.note,
            actor=run.actor,
            created_at=run.created_at,
            finished_at=run.finished_at,
        )


class ImportPage(Schema):
    """A page of imports over the network, the latest first."""

    imports: list[ImportShown]
    next: str


class LoadShown(Schema):
    """A load of the store. Of one that is not one's own only `own_rows` are told, the rows of this partner."""

    number: int
    at: str = Field(examples=["2026-11-24 09:30"])
    title: str
    files: str
    rows: int | None
    kept: int | None
    rejected: int
    unassigned: int
    own_rows: int | None
    notes: list[str]


class Loads(Schema):
    """Loads of the store, the latest first."""

    loads: list[LoadShown]


class RejectShown(Schema):
    """A row set aside: its place, why, what to do, and the row as it was given."""

    file: str
    row: int
    column: str
    value: str
    reason: str
    hint: str
    given: str


class RejectPage(Schema):
    """A page of rows set aside; `count` is how many there are in all."""

    count: int
    rejects: list[RejectShown]
    next: str


class RejectsAsked(Paged):
    """Which rows set aside, and how they are written."""

    format: Wanted = None


def _report(report: dict[str, Any]) -> ReportShown:
    names = {name: report[name] for name in ReportShown.model_fields}
    return ReportShown.model_validate(names | {"sums": {basis: str(amount) for basis, amount in report["sums"].items()}})


@router.post("/partners/{partner_id}/imports", response={202: ImportShown}, summary="Import files")
@endpoint_needs(Access.IMPORT)
def import_files(request: AttainRequest, partner_id: str, files: File[list[UploadedFile]], asked: Form[ImportAsked]) -> Status[ImportShown]:
    """Take files in and put their import into the queue, as the page does; its state says what became of it."""
    uploads.check_size(request)
    grant, principal = request.granted.grant, request.granted.principal
    if grant is None:
        raise AttainError("no-store", "no organization imports here")
    user = principal.user if isinstance(principal.user, User) else None
    said = asked.model_dump(exclude={"rates", "as_of", "replace"})
    choices = Choices(**said, rates=asked.rates.split(), as_of=str(asked.as_of or ""))
    if asked.replace:
        choices["replace"] = True
    run = runner.submit(grant, partner_id, files, choices, principal.actor, None if user is None else user.pk)
    detail = ", ".join(run.names)
    record(Event.IMPORTED, request, organization=grant.organization, partner_id=partner_id, detail=detail, user=user, actor=principal.actor)
    transaction.on_commit(runner.start)
    return Status(HTTPStatus.ACCEPTED, ImportShown.of(run))


@router.get("/partners/{partner_id}/imports", response=ImportPage, summary="Imports asked for over the network")
@endpoint_needs(Access.DATA)
def list_imports(request: AttainRequest, partner_id: str, asked: Query[Paged]) -> ImportPage:
    """List imports of one's organization, the latest first."""
    runner.mend()
    last = after("imports", asked.cursor)
    runs = runs_of(request.granted).order_by("-pk")
    found = list((runs if last is None else runs.filter(pk__lt=last[0]))[: asked.limit + 1])
    shown = found[: asked.limit]
    end = cursor("imports", shown[-1].pk) if len(found) > len(shown) else ""
    return ImportPage(imports=[ImportShown.of(run) for run in shown], next=end)


@router.get("/partners/{partner_id}/imports/{number}", response=ImportShown, summary="How far an import is")
@endpoint_needs(Access.DATA)
def import_state(request: AttainRequest, partner_id: str, number: int) -> ImportShown:
    """Say how far an import is and what became of it; ask again until it is done or failed."""
    runner.mend()
    found = runs_of(request.granted).filter(pk=number).first()
    if found is None:
        raise AttainError("no-such-import", f"there is no import {number} here, or it is not yours to see")
    return ImportShown.of(found)


@router.get("/partners/{partner_id}/loads", response=Loads, summary="Loads of the store")
@endpoint_needs(Access.DATA)
def list_loads(request: AttainRequest, partner_id: str) -> Loads:
    """List what was imported, by whatever way, the latest first."""
    lines = [
        LoadShown(
            number=line.number,
            at=line.at,
            title=line.title,
            files=line.files,
            rows=line.rows,
            kept=line.kept,
            rejected=line.rejected,
            unassigned=line.unassigned,
            own_rows=line.own_rows,
            notes=list(line.notes),
        )
        for line in load_lines(request, _ids(partner_id))
    ]
    return Loads(loads=lines)


def _ids(partner_id: str) -> list[str]:
    """Name the partner and its locations, of which loads hold rows; the partner alone where no facts can be read yet."""
    try:
        return newest().ids_of([partner_id])
    except AttainError as error:
        if error.code not in {"no-store", "store-empty", "empty-folder", "unknown-partner"}:
            raise
        return [partner_id]


@router.get("/partners/{partner_id}/loads/{number}/rejects", response=RejectPage, summary="Rows set aside", openapi_extra={DOWNLOADS: True})
@endpoint_needs(Access.DATA)
def list_rejects(
    request: AttainRequest, partner_id: str, number: int, asked: Query[RejectsAsked], response: HttpResponse
) -> RejectPage | HttpResponseBase:
    """List the rows that a load set aside, each with its reason."""
    store, load = load_of(request, number)
    tag = etag(store.identity, load.number, request.get_full_path(), request.headers.get("Accept", ""))
    kind = wanted(request, asked.format)
    if (same := not_changed(request, tag)) is not None:
        return same
    rows = rejects_of(store, load.number)
    if kind is not Format.json:
        return download(request, kind, f"load {load.number} rejects", tag, partial(record_pieces, REJECT_COLUMNS, rows))
    tagged(response, tag)
    listing = f"rejects {load.number}"
    last = after(listing, asked.cursor)
    start = 0 if last is None else int(last[0])
    end = start + asked.limit
    following = cursor(listing, end) if end < len(rows) else ""
    return RejectPage(count=len(rows), rejects=[_reject(row) for row in rows[start:end]], next=following)


def _reject(row: Record) -> RejectShown:
    return RejectShown.model_validate({name: "" if row[name] is None else row[name] for name in REJECT_COLUMNS})
