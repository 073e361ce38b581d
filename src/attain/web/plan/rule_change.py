"""Another edition on today's facts: before and after, who gains and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.urls import reverse

from attain.errors import AttainError
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.advised import impact_of
from attain.rulebook.resolve import edition_on
from attain.web.membership.standing import track_name
from attain.web.plan.asking import Asked, asked, downloads, nothing_yet
from attain.web.plan.simulator import OUTCOMES, reverse_designation
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from attain.advise.impact import Impacted
    from attain.people.access import AttainRequest
    from attain.rulebook.load import Book

TITLE = "Rule change"
COLUMNS = (
    Column("designation", "Designation"),
    Column("editions", "Editions"),
    Column("before", "By today's rules", numeric=True),
    Column("after", "By the other", numeric=True),
    Column("change", "Change", numeric=True),
    Column("outcome", "Qualifies"),
)


class EditionForm(forms.Form):
    """Which edition is held against the rules of the day."""

    edition = forms.ChoiceField(label="Edition")

    def __init__(self, chosen: str, offered: list[tuple[str, str]]) -> None:
        super().__init__({"edition": chosen})
        field = self.fields["edition"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


@needs(Access.INSIGHTS)
def rule_change(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show what an edition does to the partner's scores."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    overview = about.standing.overview
    book, day = overview.designations[0].book, overview.partner.day
    chosen = chosen_edition(about)
    found = impact_of(about.standing, chosen)
    if found is None:
        return about.wait()
    rows = list(found.rows())
    context = {
        "form": EditionForm(chosen, _offered(book, day)),
        "clear_url": reverse("plan:rule_change", args=[partner_id]),
        "table": Table(f"Edition {chosen} on the facts of today", COLUMNS, [_row(about, row) for row in rows]),
        "any": bool(rows),
        "moved": any(row.change or row.track_before != row.track_after for row in rows),
        "downloads": downloads(request, partner_id, "rule-change"),
    }
    return about.page("web/plan/rule_change.html", context)


def chosen_edition(about: Asked) -> str:
    """Give the edition of the URL, else the latest that is in force nowhere. AttainError for one that there is not."""
    overview = about.standing.overview
    book, day = overview.designations[0].book, overview.partner.day
    asked_for = about.request.GET.get("edition", "")
    names = list(_editions(book))
    if asked_for and asked_for not in names:
        raise AttainError("unknown-edition", f"there is no edition {asked_for!r}", "edition", f"known: {', '.join(names)}")
    standing = _in_force(book, day)
    return asked_for or next((name for name in names if name not in standing), names[0])


def _editions(book: Book) -> dict[str, dt.date]:
    """Give the first day of every edition of any designation, the latest first."""
    found = {edition.id: edition.from_ for one in book.designations.values() for edition in one.editions}
    return dict(sorted(found.items(), key=lambda item: item[1], reverse=True))


def _in_force(book: Book, day: dt.date) -> set[str]:
    return {edition_on(one, day).id for one in book.designations.values()}


def _offered(book: Book, day: dt.date) -> list[tuple[str, str]]:
    """Offer the editions as choices, each with how it stands on the day."""
    standing = _in_force(book, day)
    return [
        (name, f"{name}, {'to come' if begins > day else 'in force' if name in standing else 'earlier'}")
        for name, begins in _editions(book).items()
    ]


def _row(about: Asked, row: Impacted) -> list[Cell]:
    words, tone = OUTCOMES[row.qualified_before, row.qualified_after]
    track = track_name(row.track_after)
    if row.track_before != row.track_after:
        track = f"{track} instead of {track_name(row.track_before)}"
    return [
        Cell(about.name_of(row.designation), reverse_designation(about, row.designation), note=f"{track} track"),
        Cell(f"{row.edition_before}, then {row.edition_after}" if row.edition_before != row.edition_after else row.edition_after),
        Cell(about.shown(row.before)),
        Cell(about.shown(row.after)),
        Cell(about.gain(row.change) if row.change else "\N{EN DASH}"),
        Cell(words, tone=tone),
    ]
