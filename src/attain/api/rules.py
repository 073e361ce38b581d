"""The rulebook: designations and their editions, every figure with its source and standing, and what changed between two editions."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Code, Day, Word
from attain.api.caching import not_changed, tagged
from attain.api.shown import tag_of
from attain.errors import AttainError
from attain.imports.publishing import today
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.rulebook.diff import diff
from attain.rulebook.load import Book, load_book
from attain.rulebook.model import Designation, Edition
from attain.rulebook.programme_view import Figure, programme_figures
from attain.rulebook.resolve import edition_on
from attain.rulebook.sources import Source
from attain.rulebook.view import EditionView, Rule, edition_of, view
from attain.rulebook.walk import by_date, tracks_of

router = Router(tags=["Rules"])


class EditionListed(Schema):
    """An edition of a designation. `state` says how it stands on the day: in_force, to_come or earlier."""

    edition: str = Field(examples=["2026-07"])
    from_day: dt.date
    start_established: bool
    state: str = Field(examples=["in_force"])
    tracks: list[str] = Field(examples=[["enterprise", "smb"]])
    source: str = Field(examples=["ms-security#metrics"])
    standing: str = Field(examples=["official"])

    @classmethod
    def of(cls, designation: Designation, edition: Edition, current: Edition | None, day: dt.date) -> EditionListed:
        """List an edition."""
        return cls(
            edition=edition.id,
            from_day=edition.from_,
            start_established=edition.start_established,
            state="in_force" if edition is current else "to_come" if edition.from_ > day else "earlier",
            tracks=list(tracks_of(designation, edition)),
            source=edition.source,
            standing=edition.standing,
        )


class DesignationListed(Schema):
    """A designation with its editions, the latest first."""

    designation: str = Field(examples=["security"])
    name: str = Field(examples=["Security"])
    editions: list[EditionListed]


class Rulebook(Schema):
    """The rulebook that answers are made by: its digest goes with every score."""

    rulebook: str
    day: dt.date
    designations: list[DesignationListed]


class RuleInWords(Schema):
    """A rule: its words by track, the place in a document that says so, and how well that is founded."""

    path: str = Field(examples=["security.net_customer_adds.azure.services"])
    label: str = Field(examples=["services"])
    words: dict[str, str] = Field(examples=[{"enterprise": "Sentinel", "smb": "Sentinel"}])
    source: str = Field(examples=["ms-security#metrics"])
    standing: str = Field(examples=["official"])
    note: str
    interpretations: list[str] = Field(examples=[["I-1"]])

    @classmethod
    def of(cls, found: Rule) -> RuleInWords:
        """Show a rule."""
        return cls(
            path=found.path,
            label=found.label,
            words=found.words,
            source=found.source,
            standing=found.standing,
            note=found.note,
            interpretations=list(found.interpretations),
        )


class SectionShown(Schema):
    """A pool or step of a metric: what it does, on which tracks, and its rules."""

    path: str = Field(examples=["security.net_customer_adds.azure"])
    name: str
    sentence: str
    tracks: list[str] = Field(examples=[["enterprise", "smb"]])
    rules: list[RuleInWords]


class MetricRules(Schema):
    """A metric: its maximum and its pools or steps. `combine` says how pools make one result."""

    path: str = Field(examples=["security.net_customer_adds"])
    name: str
    category: str = Field(examples=["performance"])
    combine: str
    max_points: RuleInWords
    sections: list[SectionShown]


class InterpretationShown(Schema):
    """How the rulebook reads what the sources leave open."""

    id: str = Field(examples=["I-1"])
    title: str
    text: str


class SourceShown(Schema):
    """A document that the rulebook cites as `id#part`: `page_date` is its own date, `retrieved` the day on which it was read."""

    id: str = Field(examples=["ms-security"])
    title: str
    publisher: str
    url: str
    page_date: dt.date | None
    retrieved: dt.date | None
    note: str
    parts: list[str]

    @classmethod
    def of(cls, found: Source) -> SourceShown:
        """Show a document."""
        return cls(**found.model_dump(exclude={"anchors"}), parts=list(found.anchors))


class EditionShown(Schema):
    """An edition of a designation, every rule in words; `until` is the first day of the next edition."""

    rulebook: str
    designation: str = Field(examples=["security"])
    name: str = Field(examples=["Security"])
    edition: EditionListed
    until: dt.date | None
    tracks_words: list[str]
    tracks_rule: RuleInWords
    qualifies: str
    metrics: list[MetricRules]
    interpretations: list[InterpretationShown]
    sources: list[SourceShown]


class ChangeShown(Schema):
    """A rule that changed, began or ended; of lists, what left stands in `before` and what joined in `after`."""

    path: str = Field(examples=["security.net_customer_adds.azure.services"])
    track: str
    kind: str = Field(examples=["changed"])
    before: str
    after: str
    source: str
    standing: str = Field(examples=["official"])


class ChangesShown(Schema):
    """What changed from one edition to another."""

    rulebook: str
    designation: str = Field(examples=["security"])
    before: str = Field(examples=["2025-10"])
    after: str = Field(examples=["2026-07"])
    changes: list[ChangeShown]


class FigureShown(Schema):
    """A figure that holds for every designation, from a day until the next one's."""

    name: str = Field(examples=["qualifying_total"])
    label: str
    words: str
    from_day: dt.date
    until: dt.date | None
    in_force: bool
    source: str
    standing: str = Field(examples=["official"])
    note: str
    interpretations: list[str]

    @classmethod
    def of(cls, found: Figure, day: dt.date) -> FigureShown:
        """Show a figure."""
        return cls(
            name=found.name,
            label=found.label,
            words=found.words,
            from_day=found.from_,
            until=found.until,
            in_force=found.holds(day),
            source=found.source,
            standing=found.standing,
            note=found.note,
            interpretations=list(found.interpretations),
        )


class StatusMeaning(Schema):
    """A status that a designation may have."""

    id: str = Field(examples=["in_progress"])
    name: str
    meaning: str


class ProgrammeShown(Schema):
    """The figures of the programme, oldest first, and the statuses."""

    rulebook: str
    day: dt.date
    figures: list[FigureShown]
    statuses: list[StatusMeaning]


class Interpretations(Schema):
    """Every interpretation."""

    rulebook: str
    interpretations: list[InterpretationShown]


class SourcesShown(Schema):
    """Every document that the rulebook cites."""

    rulebook: str
    sources: list[SourceShown]


class EditionAsked(Schema):
    """Which edition: by its name, else the one in force on a day."""

    edition: Word = Field("", description="The edition; the one in force on the day unless given.", examples=["2026-07"])
    day: Day | None = Field(None, description="The day; today unless given.")


class EditionsAsked(Schema):
    """Which two editions."""

    before: Word = Field("", description="The earlier edition; the last but one unless given.")
    after: Word = Field("", description="The later edition; the last unless given.")


@router.get("/rules", response=Rulebook, summary="Designations and their editions")
@endpoint_needs(Access.RULES)
def list_rules(request: AttainRequest, response: HttpResponse) -> Rulebook | HttpResponse:
    """List the designations, their editions, and which are in force today."""
    book, day = load_book(), today()
    tag = tag_of(request, book.digest, day)
    if (same := not_changed(request, tag)) is not None:
        return same
    tagged(response, tag)
    listed = [
        DesignationListed(
            designation=one.id,
            name=one.name,
            editions=[EditionListed.of(one, edition, _current(one, day), day) for edition in reversed(by_date(one))],
        )
        for one in book.designations.values()
    ]
    return Rulebook(rulebook=book.digest, day=day, designations=listed)


@router.get("/rules/programme", response=ProgrammeShown, summary="Figures of the programme")
@endpoint_needs(Access.RULES)
def programme_rules(request: AttainRequest, response: HttpResponse) -> ProgrammeShown | HttpResponse:
    """Give the figures that hold for every designation, each with its source, and what the statuses mean."""
    book, day = load_book(), today()
    tag = tag_of(request, book.digest, day)
    if (same := not_changed(request, tag)) is not None:
        return same
    tagged(response, tag)
    return ProgrammeShown(
        rulebook=book.digest,
        day=day,
        figures=[FigureShown.of(one, day) for one in programme_figures(book.programme)],
        statuses=[StatusMeaning(id=one.id, name=one.name, meaning=one.meaning) for one in book.programme.statuses],
    )


@router.get("/rules/interpretations", response=Interpretations, summary="Interpretations")
@endpoint_needs(Access.RULES)
def list_interpretations(request: AttainRequest) -> Interpretations:
    """List how the rulebook reads what the sources leave open."""
    book = load_book()
    found = [InterpretationShown(id=one.id, title=one.title, text=one.text) for one in book.programme.interpretations]
    return Interpretations(rulebook=book.digest, interpretations=found)


@router.get("/rules/sources", response=SourcesShown, summary="Sources")
@endpoint_needs(Access.RULES)
def list_sources(request: AttainRequest) -> SourcesShown:
    """List the documents that the rulebook cites."""
    book = load_book()
    return SourcesShown(rulebook=book.digest, sources=[SourceShown.of(one) for one in book.sources.sources])


@router.get("/rules/designations/{designation}", response=EditionShown, summary="An edition, rule by rule")
@endpoint_needs(Access.RULES)
def designation_rules(
    request: AttainRequest, designation: Code, asked: Query[EditionAsked], response: HttpResponse
) -> EditionShown | HttpResponse:
    """Give one edition of a designation: every rule in words by track, with its source and standing."""
    book, day = load_book(), asked.day or today()
    found = book.designation(designation)
    edition = edition_of(found, None if asked.edition else day, asked.edition or None)
    tag = tag_of(request, book.digest, edition.id, today())
    if (same := not_changed(request, tag)) is not None:
        return same
    tagged(response, tag)
    return _edition(book, found, edition)


@router.get("/rules/designations/{designation}/changes", response=ChangesShown, summary="What changed between editions")
@endpoint_needs(Access.RULES)
def rule_changes(request: AttainRequest, designation: Code, asked: Query[EditionsAsked]) -> ChangesShown:
    """Say what changed from one edition of a designation to another."""
    book = load_book()
    found = book.designation(designation)
    editions = by_date(found)
    after = edition_of(found, edition_id=asked.after or editions[-1].id)
    before = edition_of(found, edition_id=asked.before or editions[max(len(editions) - 2, 0)].id)
    return ChangesShown(
        rulebook=book.digest,
        designation=found.id,
        before=before.id,
        after=after.id,
        changes=[ChangeShown.model_validate(one, from_attributes=True) for one in diff(book, found, before, after)],
    )


def _current(designation: Designation, day: dt.date) -> Edition | None:
    """Give the edition in force; None before the first one."""
    try:
        return edition_on(designation, day)
    except AttainError:
        return None


def _edition(book: Book, designation: Designation, edition: Edition) -> EditionShown:
    laid_out, day = view(book, designation, edition), today()
    return EditionShown(
        rulebook=book.digest,
        designation=designation.id,
        name=designation.name,
        edition=EditionListed.of(designation, edition, _current(designation, day), day),
        until=laid_out.until,
        tracks_words=list(laid_out.tracks_words),
        tracks_rule=RuleInWords.of(laid_out.tracks_rule),
        qualifies=laid_out.qualifies,
        metrics=[
            MetricRules(
                path=metric.path,
                name=metric.name,
                category=metric.category,
                combine=metric.combine,
                max_points=RuleInWords.of(metric.max_points),
                sections=[
                    SectionShown(
                        path=section.path,
                        name=section.name,
                        sentence=section.sentence,
                        tracks=list(section.tracks),
                        rules=[RuleInWords.of(rule) for rule in section.rules],
                    )
                    for section in metric.sections
                ],
            )
            for metric in laid_out.metrics
        ],
        interpretations=[InterpretationShown(id=name, title=title, text=text) for name, (title, text) in laid_out.interpretations.items()],
        sources=_cited(book, laid_out),
    )


def _cited(book: Book, laid_out: EditionView) -> list[SourceShown]:
    """Give the documents that an edition and its rules cite, each once, in the order in which they come."""
    rules = [laid_out.tracks_rule]
    for metric in laid_out.metrics:
        rules += [metric.max_points, *(rule for section in metric.sections for rule in section.rules)]
    found = [book.sources.cited(citation) for citation in (laid_out.edition.source, *(rule.source for rule in rules))]
    once = {one.id: one for one in found if one is not None}
    return [SourceShown.of(one) for one in once.values()]
