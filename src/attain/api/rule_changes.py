"""Other rules on the facts of today for all resellers, and the edited rulebooks that a distributor tries."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from attain.advise.impact import COLUMNS, Outcome, SideBySide, nothing_compared, records
from attain.api.access import endpoint_needs
from attain.api.amounts import Word
from attain.api.bodies import Body
from attain.api.caching import not_changed, tagged
from attain.api.cursors import Paged, after, cursor
from attain.api.downloads import DOWNLOADS, Format, Wanted, download, wanted
from attain.api.edited_rules import EditedFiles, FileName, as_files
from attain.api.portfolio import Key, Slug, place_of
from attain.api.shown import tag_of
from attain.api.simulations import ImpactedShown
from attain.api.working import WORKED_OUT, Working, patience_of, working
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.models import Publication, PublishedPartner
from attain.published.other_rules import OtherRules, Standing, chosen_rules, other_rules
from attain.published.read import publication
from attain.published.rule_changes import Running, rule_change
from attain.recorded.models import EditedRulebook
from attain.recorded.rulebooks import keep_rulebook, remove_rulebook, rulebooks_of
from attain.report.pieces import record_pieces
from attain.rulebook.edited import edited_file, edited_names
from attain.rulebook.load import load_book

router = Router(tags=["Portfolio"])
RulebookName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class RulesShown(Schema):
    """Rules that may be held against those of the day; `rules` is what the call for them gives."""

    rules: str = Field(examples=["2026-07"])
    standing: Standing
    name: str = Field("", description="The name of an edited rulebook; empty for an edition.", examples=[""])

    @classmethod
    def of(cls, found: OtherRules) -> RulesShown:
        """Show them."""
        return cls(rules=found.key, standing=found.standing, name="" if found.edited is None else found.edited.name)


class RuleChangesOffered(Schema):
    """Every edition, the latest first, and the edited rulebooks of the organization."""

    offered: list[RulesShown]


class RuleChangeAsked(Paged):
    """Which rules, and which rows of what they do."""

    rules: Word = Field(
        "", description="An edition, or edited-7 for an edited rulebook; unless given, the latest not in force.", examples=["2026-07"]
    )
    designation: Word = Field("", description="The designation; any unless given.")
    outcome: Literal["", "gain", "lose", "qualify", "stop", "track", "all"] = Field(
        "", description="What becomes of a reseller; unless given, whatever is different, and with all what is not, too."
    )
    format: Wanted = None


class ResellerImpacted(ImpactedShown):
    """A designation of a reseller by the rules of the day and by the others."""

    partner_id: str
    name: str


class OutcomesCounted(Schema):
    """How many resellers of a designation there are, and how many gain, lose, would come to qualify, and would stop."""

    designation: str
    partners: int
    gain: int
    lose: int
    qualify: int
    stop_qualifying: int


class RuleChangeShown(Schema):
    """What other rules do to resellers whose totals are shared (for edited rules: whose details are), those that lose most first.

    `designations` counts all of them; `count` is how many rows the filters keep; `next` is the cursor of the following page.
    """

    as_of: dt.date
    rules: RulesShown
    partners: int
    designations: list[OutcomesCounted]
    count: int
    rows: list[ResellerImpacted]
    next: str


class WorkingOnPartners(Working):
    """The answer is being worked out, and how far it is."""

    done: int = Field(description="Partners that are done.", examples=[2000])
    total: int = Field(description="Of how many.", examples=[20000])


class RulebookShown(Schema):
    """An edited rulebook that is kept; `rules` is what a rule change asks for."""

    id: int
    rules: str = Field(examples=["edited-7"])
    name: str
    files: list[str] = Field(examples=[["security.yaml"]])
    digest: str
    uploaded_by: str
    uploaded_at: dt.datetime

    @classmethod
    def of(cls, found: EditedRulebook) -> RulebookShown:
        """Show one."""
        return cls(
            id=found.pk,
            rules=f"edited-{found.pk}",
            name=found.name,
            files=sorted(found.files),
            digest=found.digest,
            uploaded_by=found.uploaded_by,
            uploaded_at=found.uploaded_at,
        )


class Rulebooks(Schema):
    """The edited rulebooks of an organization by name, and the files of the rulebook that may be edited."""

    rulebooks: list[RulebookShown]
    files: list[str] = Field(examples=[["security.yaml"]])


class RulebookAsked(Body):
    """An edited rulebook to keep: the text of each file that is different, by the file's own name."""

    name: RulebookName
    files: EditedFiles


class RulebookFile(Schema):
    """A file of the rulebook as it comes with Attain."""

    name: str = Field(examples=["security.yaml"])
    text: str = Field(examples=["id: security\n"])


@router.get("/portfolio/{organization}/rule-changes", response=RuleChangesOffered, summary="Rules that may be tried on all resellers")
@endpoint_needs(Access.PORTFOLIO)
def list_rule_changes(request: AttainRequest, organization: Slug) -> RuleChangesOffered:
    """List the rules that a rule change may ask for."""
    offered = other_rules(load_book(), publication().day, place_of(request))
    return RuleChangesOffered(offered=[RulesShown.of(one) for one in offered])


@router.get(
    "/portfolio/{organization}/rule-change",
    response={200: RuleChangeShown, 202: WorkingOnPartners},
    summary="Other rules on the facts of today, for all resellers",
    openapi_extra={DOWNLOADS: True, WORKED_OUT: True},
)
@endpoint_needs(Access.PORTFOLIO)
def show_rule_change(
    request: AttainRequest, organization: Slug, asked: Query[RuleChangeAsked], response: HttpResponse
) -> RuleChangeShown | Status[WorkingOnPartners] | HttpResponseBase:
    """Score all resellers that are seen by other rules: before and after, who gains and who loses. A file holds all rows that are kept."""
    holds, place, book = publication(), place_of(request), load_book()
    designation = book.designation(asked.designation).id if asked.designation else ""
    chosen = chosen_rules(other_rules(book, holds.day, place), asked.rules)
    kind = wanted(request, asked.format)
    partners = chosen.partners(holds, place)
    state = _state(holds, chosen, partners)
    tag = tag_of(request, state)
    if (same := not_changed(request, tag)) is not None:
        return same
    listing = f"rule change {state} {designation} {asked.outcome}"
    last = after(listing, asked.cursor)
    found = nothing_compared(holds.day) if not partners else _worked_out(request, holds, partners, chosen)
    if isinstance(found, Running):
        said = working(response).value.model_dump()
        return Status(HTTPStatus.ACCEPTED, WorkingOnPartners(**said, done=found.done, total=found.total))
    outcome = None if asked.outcome in {"", "all"} else cast("Outcome", asked.outcome)
    kept = found.narrowed(designation=designation, outcome=outcome, moved=asked.outcome != "all")
    if kind is not Format.json:
        pieces = partial(record_pieces, COLUMNS, records(kept))
        return download(request, kind, f"rule change {place.slug} {chosen.key} {holds.day}", tag, pieces, Access.PORTFOLIO)
    tagged(response, tag)
    start = 0 if last is None else int(last[0])
    end = start + asked.limit
    return RuleChangeShown(
        as_of=found.as_of,
        rules=RulesShown.of(chosen),
        partners=len(partners),
        designations=[OutcomesCounted.model_validate(one) for one in found.counts()],
        count=len(kept),
        rows=_named(holds, kept, start, end),
        next=cursor(listing, end) if end < len(kept) else "",
    )


@router.get("/portfolio/{organization}/rulebooks", response=Rulebooks, summary="Edited rulebooks")
@endpoint_needs(Access.PORTFOLIO)
def list_rulebooks(request: AttainRequest, organization: Slug) -> Rulebooks:
    """List the edited rulebooks that people of the organization keep."""
    return Rulebooks(rulebooks=[RulebookShown.of(one) for one in rulebooks_of(place_of(request))], files=list(edited_names()))


@router.post("/portfolio/{organization}/rulebooks", response={201: RulebookShown}, summary="Keep an edited rulebook")
@endpoint_needs(Access.PORTFOLIO_NOTES)
def keep_a_rulebook(request: AttainRequest, organization: Slug, asked: RulebookAsked) -> Status[RulebookShown]:
    """Keep an edited rulebook, once it loads without a fault; no score is published by it. A token needs the scope to plan."""
    kept = keep_rulebook(request.granted, request, asked.name, as_files(asked.files))
    return Status(HTTPStatus.CREATED, RulebookShown.of(kept))


@router.delete("/portfolio/{organization}/rulebooks/{rulebook}", response={204: None}, summary="Remove an edited rulebook")
@endpoint_needs(Access.PORTFOLIO_NOTES)
def remove_a_rulebook(request: AttainRequest, organization: Slug, rulebook: Key) -> HttpResponse:
    """Remove an edited rulebook. A token needs the scope to plan."""
    remove_rulebook(request.granted, request, rulebook)
    return HttpResponse(status=204)


@router.get("/portfolio/{organization}/rulebooks/files/{name}", response=RulebookFile, summary="A file of the rulebook, to be edited")
@endpoint_needs(Access.PORTFOLIO)
def show_rulebook_file(request: AttainRequest, organization: Slug, name: FileName) -> RulebookFile:
    """Give a file of the rulebook as it comes with Attain."""
    return RulebookFile(name=name, text=edited_file(name).decode())


def _state(holds: Publication, chosen: OtherRules, partners: list[str]) -> str:
    """Name all that an answer follows from: what is published, the rules, and who is seen."""
    rules = chosen.key if chosen.edited is None else chosen.edited.digest
    return hashlib.sha256("\n".join([str(holds.pk), holds.rows_stamp, rules, *partners]).encode()).hexdigest()[:32]


def _worked_out(request: AttainRequest, holds: Publication, partners: list[str], chosen: OtherRules) -> SideBySide | Running:
    return rule_change(holds, partners, edition=chosen.edition, book=chosen.book, patience=patience_of(request))


def _named(holds: Publication, kept: SideBySide, start: int, end: int) -> list[ResellerImpacted]:
    """Show some rows, with the names of their resellers by one query."""
    rows = list(kept.rows(start=start, stop=end))
    known = PublishedPartner.objects.filter(publication=holds, partner_id__in={row.partner_id for row in rows})
    names = dict(known.values_list("partner_id", "name"))
    return [
        ResellerImpacted.model_validate(
            {**ImpactedShown.model_validate(row).model_dump(), "partner_id": row.partner_id, "name": names.get(row.partner_id, "")}
        )
        for row in rows
    ]
