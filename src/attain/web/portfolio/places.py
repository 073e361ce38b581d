"""What the pages of Portfolio share: whose list it is, what is published, the tabs, and how numbers are written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from attain.lifecycle.windows import rules_on
from attain.people.roles import Access
from attain.published.read import current
from attain.published.shapes import MICRO
from attain.rulebook.load import load_book
from attain.web.dates import day_words, month_words
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.people.models import Organization
    from attain.published.models import Publication
    from attain.rulebook.load import Book
    from attain.rulebook.programme import ProgrammeRules

TITLE = "Portfolio"
DASH = "\N{EN DASH}"
EVENTS = {
    "refresh": "Refresh",
    "purchase_by": "Purchase by",
    "window_opens": "Window opens",
    "anniversary": "Anniversary",
    "renew_by": "Renew by",
    "qualify_by": "Qualify by",
    "held_until": "Held until",
}
"""What happens on the next date, in a word or two."""
TABS = (
    ("All resellers", "portfolio:resellers"),
    ("Call list", "portfolio:calls"),
    ("Segments", "portfolio:segments"),
    ("Cohorts", "portfolio:cohorts"),
    ("Rule change", "portfolio:rule_change"),
    ("Others", "portfolio:others"),
)


@dataclass(frozen=True)
class Tab:
    """A tab of Portfolio."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class About:
    """A request about an organization's portfolio as it is published."""

    request: AttainRequest
    publication: Publication

    @property
    def organization(self) -> Organization:
        """Whose portfolio it is."""
        grant = self.request.granted.grant
        assert grant is not None, "an access to an organization comes with a grant"
        return grant.organization

    @property
    def may_note(self) -> bool:
        """Say whether calls and segments may be changed."""
        return self.request.granted.may(Access.PORTFOLIO_NOTES)

    @cached_property
    def book(self) -> Book:
        """The rulebook."""
        return load_book()

    @cached_property
    def rules(self) -> ProgrammeRules:
        """The rules of the programme on the day."""
        return rules_on(self.book.programme, self.publication.day)

    @cached_property
    def designations(self) -> dict[str, str]:
        """Name the designations, in the rulebook's order."""
        return {name: one.name for name, one in self.book.designations.items()}

    @cached_property
    def statuses(self) -> dict[str, str]:
        """Name the statuses."""
        return {one.id: one.name for one in self.book.programme.statuses}

    @cached_property
    def metrics(self) -> dict[str, str]:
        """Name the metrics of all designations."""
        return {metric.id: metric.name for one in self.book.designations.values() for metric in one.metrics}

    @property
    def goal(self) -> str:
        """Write the total that qualifies."""
        return f"{self.rules.qualifying_total.numerator}" if self.rules.qualifying_total.denominator == 1 else self.shown(self._goal)

    @property
    def _goal(self) -> int:
        return int(self.rules.qualifying_total * MICRO)

    def shown(self, micro: int) -> str:
        """Write points, in millionths, as they are shown on the day."""
        return self.rules.shown(Fraction(micro, MICRO))

    def missing(self, total: int) -> str:
        """Write what a total lacks to the one that qualifies, so that both as shown add up; 0 where it lacks nothing."""
        lacks = self.rules.qualifying_total - Fraction(self.shown(total))
        return self.rules.shown(max(lacks, Fraction(0)))

    @property
    def note(self) -> str:
        """Say as of when all of it is."""
        data = f", data up to {month_words(self.publication.data_month)}" if self.publication.data_month else ""
        return f"{self.organization}. As of {day_words(self.publication.day)}{data}."

    def url(self, view: str, *parts: object) -> str:
        """Give the address of a page of this portfolio."""
        return reverse(f"portfolio:{view}", args=[self.organization.slug, *parts])

    def page(self, template: str, title: str, context: Mapping[str, Any], *crumbs: Crumb, status: int = 200) -> HttpResponse:
        """Show a page of Portfolio under its tabs."""
        shared = {
            "note": self.note,
            "organization": self.organization,
            "may_note": self.may_note,
            "tabs": tabs(self.organization.slug, title),
        }
        trail = [Crumb(TITLE, self.url("resellers")), *(crumbs or (Crumb(title),))]
        return page(self.request, template, title, shared | dict(context), crumbs=trail, status=status)


def tabs(slug: str, title: str) -> list[Tab]:
    """Give the tabs of an organization's portfolio."""
    return [Tab(label, reverse(view, args=[slug]), label == title) for label, view in TABS]


def about(request: AttainRequest) -> About | None:
    """Begin a page of Portfolio; None before anything is published."""
    publication = current()
    return None if publication is None else About(request, publication)


def nothing_yet(request: AttainRequest, title: str) -> HttpResponse:
    """Show that nothing is published."""
    return page(request, "web/portfolio/nothing.html", title, crumbs=[Crumb(TITLE), Crumb(title)])


def day_or_dash(day: dt.date | None) -> str:
    """Write a day; a dash where there is none."""
    return DASH if day is None else day_words(day)
