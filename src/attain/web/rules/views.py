"""Views of Rules: what the rulebook says, since when, by which source, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from attain.errors import AttainError
from attain.imports.publishing import today
from attain.people.access import needs
from attain.people.roles import Access
from attain.rulebook.applying import applies_words
from attain.rulebook.diff import diff
from attain.rulebook.load import load_book
from attain.rulebook.programme_view import programme_figures
from attain.rulebook.resolve import edition_on
from attain.rulebook.view import edition_of, view
from attain.rulebook.walk import by_date, tracks_of
from attain.web.dates import dated, day_words
from attain.web.pages import Crumb, page
from attain.web.rules.citing import TRACK_WORDS, Citing
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation, Edition

_PAGES = (
    ("Designations", "rules:designations"),
    ("Programme", "rules:programme"),
    ("Interpretations", "rules:interpretations"),
    ("Sources", "rules:sources"),
)
_DESIGNATION_COLUMNS = (
    Column("designation", "Designation"),
    Column("edition", "Edition"),
    Column("from", "In effect from", whole=True),
    Column("tracks", "Tracks"),
    Column("standing", "Standing"),
    Column("changes", "Changes"),
)
_FIGURE_COLUMNS = (
    Column("figure", "Figure"),
    Column("value", "Value"),
    Column("from", "From", whole=True),
    Column("source", "Source", whole=True),
)
_CHANGE_COLUMNS = (
    Column("rule", "Rule"),
    Column("track", "Track"),
    Column("before", "Before"),
    Column("after", "After"),
    Column("source", "Source"),
)


def _shown(request: AttainRequest, template: str, title: str, context: dict[str, Any], here: str, *crumbs: Crumb) -> HttpResponse:
    tabs = [{"label": label, "url": reverse(name), "current": name == here} for label, name in _PAGES]
    whole = {"tabs": tabs, "rulebook": load_book().digest[:12], **context}
    trail = [Crumb("Rules", reverse("rules:designations") if crumbs else ""), *crumbs]
    return page(request, template, title, whole, crumbs=trail)


@needs(Access.RULES)
def designations(request: AttainRequest) -> HttpResponse:
    """Show the designations and their editions, and which are in force."""
    book, day = load_book(), today()
    rows: list[list[Cell]] = []
    for found in book.designations.values():
        editions = by_date(found)
        current = _current(found, day)
        for place, edition in enumerate(reversed(editions)):
            earlier = editions[: len(editions) - 1 - place]
            rows.append(_edition_row(found, edition, current, earlier[-1] if earlier else None, day=day))
    table = Table("Designations and their editions", _DESIGNATION_COLUMNS, rows)
    return _shown(request, "web/rules/designations.html", "Rules", {"table": table}, "rules:designations")


def _current(designation: Designation, day: dt.date) -> Edition | None:
    try:
        return edition_on(designation, day)
    except AttainError:
        return None


def _edition_row(
    designation: Designation, edition: Edition, current: Edition | None, earlier: Edition | None, *, day: dt.date
) -> list[Cell]:
    address = reverse("rules:designation", args=[designation.id])
    tracks = ", ".join(TRACK_WORDS[track] for track in tracks_of(designation, edition))
    state = "in force" if edition is current else "to come" if edition.from_ > day else ""
    standing = edition.standing.capitalize() + ("" if edition.start_established else ", start not established")
    changes = "" if earlier is None else f"{address}changes/?before={earlier.id}&after={edition.id}"
    return [
        Cell(designation.name),
        Cell(edition.id, f"{address}?edition={edition.id}", note=state),
        Cell(day_words(edition.from_)),
        Cell(tracks),
        Cell(standing),
        Cell(f"since {earlier.id}" if earlier else "", changes),
    ]


class EditionChoice(forms.Form):
    """Which edition is shown."""

    edition = forms.ChoiceField(label="Edition")

    def __init__(self, designation: Designation, chosen: Edition) -> None:
        super().__init__(initial={"edition": chosen.id})
        field = self.fields["edition"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.id, f"{one.id}, from {day_words(one.from_)}") for one in reversed(by_date(designation))]


@needs(Access.RULES)
def designation(request: AttainRequest, designation: str) -> HttpResponse:
    """Show one edition of a designation: every rule with its source."""
    book, day = load_book(), today()
    found = book.designation(designation)
    asked = request.GET.get("edition", "")
    edition = edition_of(found, None if asked else day, asked or None)
    citing = Citing(book)
    laid_out = view(book, found, edition)
    metrics = [
        {
            "name": metric.name,
            "path": metric.path,
            "combine": metric.combine,
            "maximum": citing.rule(metric.max_points),
            "sections": [
                {
                    "name": section.name,
                    "sentence": section.sentence,
                    "tracks": ", ".join(TRACK_WORDS[track] for track in section.tracks)
                    if len(section.tracks) < len(laid_out.tracks)
                    else "",
                    "rules": [citing.rule(rule) for rule in section.rules],
                }
                for section in metric.sections
            ],
        }
        for metric in laid_out.metrics
    ]
    earlier = [one for one in by_date(found) if one.from_ < edition.from_]
    context = {
        "laid_out": laid_out,
        "tracks": ", ".join(TRACK_WORDS[track] for track in laid_out.tracks),
        "tracks_rule": citing.rule(laid_out.tracks_rule),
        "metrics": metrics,
        "readings": laid_out.interpretations,
        "sources": citing.cited,
        "choice": EditionChoice(found, edition),
        "changes_url": f"{reverse('rules:changes', args=[found.id])}?before={earlier[-1].id}&after={edition.id}" if earlier else "",
        "earlier": earlier[-1].id if earlier else "",
    }
    return _shown(request, "web/rules/designation.html", found.name, context, "", Crumb(found.name))


class TwoEditions(forms.Form):
    """Which two editions are compared."""

    before = forms.ChoiceField(label="From")
    after = forms.ChoiceField(label="To")

    def __init__(self, designation: Designation, before: Edition, after: Edition) -> None:
        super().__init__(initial={"before": before.id, "after": after.id})
        for name in ("before", "after"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(one.id, f"{one.id}, from {day_words(one.from_)}") for one in by_date(designation)]


@needs(Access.RULES)
def changes(request: AttainRequest, designation: str) -> HttpResponse:
    """Show what changed between two editions of a designation."""
    book = load_book()
    found = book.designation(designation)
    editions = by_date(found)
    after = edition_of(found, edition_id=request.GET.get("after") or editions[-1].id)
    before = edition_of(found, edition_id=request.GET.get("before") or editions[max(len(editions) - 2, 0)].id)
    citing = Citing(book)
    rows = [
        [
            Cell(citing.rule_name(found, change.path)),
            Cell(TRACK_WORDS.get(change.track, change.track or "All")),
            Cell(dated(change.before) or _nothing(change.kind), note="left" if change.kind == "removed" else ""),
            Cell(dated(change.after) or _nothing(change.kind), note="joined" if change.kind == "added" else ""),
            citing.cell(change.source, change.standing),
        ]
        for change in diff(book, found, before, after)
    ]
    table = Table(f"Changes from {before.id} to {after.id}", _CHANGE_COLUMNS, rows)
    context = {"table": table, "choice": TwoEditions(found, before, after), "sources": citing.cited, "any": bool(rows)}
    home = Crumb(found.name, reverse("rules:designation", args=[found.id]))
    return _shown(request, "web/rules/changes.html", f"{found.name}: what changed", context, "", home, Crumb("What changed"))


def _nothing(kind: str) -> str:
    """Say what stands in the empty half of a change."""
    return "" if kind in {"added", "removed"} else "\N{EN DASH}"


@needs(Access.RULES)
def programme(request: AttainRequest) -> HttpResponse:
    """Show the figures that hold for every designation."""
    book, day = load_book(), today()
    citing = Citing(book)
    rows: list[list[Cell]] = []
    for figure in programme_figures(book.programme):
        over = "" if figure.until is None else f"until {day_words(figure.until)}"
        note = "; ".join(part for part in (over, "" if figure.holds(day) or over else "to come") if part)
        words = Cell(dated(figure.words), note=dated(figure.note))
        rows.append(
            [
                Cell(figure.label),
                words,
                Cell(day_words(figure.from_), note=note),
                citing.cell(figure.source, figure.standing, figure.interpretations),
            ]
        )
    context = {
        "table": Table("Figures of the programme", _FIGURE_COLUMNS, rows),
        "statuses": [(status.name, status.meaning) for status in book.programme.statuses],
        "sources": citing.cited,
    }
    return _shown(request, "web/rules/programme.html", "Programme", context, "rules:programme", Crumb("Programme"))


@needs(Access.RULES)
def interpretations(request: AttainRequest) -> HttpResponse:
    """Show how the rulebook reads what the sources leave open."""
    book = load_book()
    context = {"interpretations": [(reading, applies_words(book, reading)) for reading in book.programme.interpretations]}
    return _shown(request, "web/rules/interpretations.html", "Interpretations", context, "rules:interpretations", Crumb("Interpretations"))


@needs(Access.RULES)
def sources(request: AttainRequest) -> HttpResponse:
    """Show the documents that the rulebook cites."""
    context = {"sources": _sources(load_book())}
    return _shown(request, "web/rules/sources.html", "Sources", context, "rules:sources", Crumb("Sources"))


def _sources(book: Book) -> list[dict[str, Any]]:
    return [{"source": source, "parts": ", ".join(source.anchors)} for source in book.sources.sources]
