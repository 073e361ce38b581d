"""The left navigation: areas and their pages, with what each needs. Only what one may see is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from attain.people.roles import Access, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.people.principal import Principal


@dataclass(frozen=True)
class Item:
    """A page of the navigation: the name of its URL, what it needs, and its icon where it stands alone."""

    label: str
    view: str
    access: Access
    icon: str = ""
    under: str = ""
    """The beginning of the addresses that belong to it, where that is not its own."""
    beside: str = ""
    """The name of the URL of another page that belongs to it, and has no place of its own."""


@dataclass(frozen=True)
class Area:
    """A headed group of pages; one without a heading stands for its pages alone."""

    label: str
    icon: str
    items: tuple[Item, ...]


AREAS = (
    Area(
        "Membership",
        "award",
        (
            Item("Overview", "membership:overview", Access.MEMBERSHIP),
            Item("Scoring history", "membership:history", Access.MEMBERSHIP),
            Item("Membership offers", "membership:offers", Access.MEMBERSHIP),
        ),
    ),
    Area(
        "Insights",
        "chart-line",
        (
            Item("Qualification summary", "insights:qualification", Access.INSIGHTS),
            Item("Customer eligibility", "insights:customers", Access.INSIGHTS),
            Item("Skilling eligibility", "insights:skilling", Access.INSIGHTS),
            Item("Metric trends", "insights:trends", Access.INSIGHTS),
            Item("Evidence", "evidence:cases", Access.INSIGHTS),
        ),
    ),
    Area(
        "Plan",
        "compass",
        (
            Item("Near misses", "plan:near", Access.INSIGHTS),
            Item("Associations coverage", "plan:coverage", Access.INSIGHTS),
            Item("CPOR claims", "plan:claims", Access.INSIGHTS),
            Item("Seats", "plan:seats", Access.INSIGHTS),
            Item("Fragility", "plan:fragility", Access.INSIGHTS),
            Item("Forecast", "plan:forecast", Access.INSIGHTS),
            Item("Recommendations", "plan:recommendations", Access.INSIGHTS),
            Item("Cheapest path", "plan:path", Access.INSIGHTS),
            Item("Simulator", "plan:simulator", Access.INSIGHTS, beside="plan:scenarios"),
            Item("Rule change", "plan:rule_change", Access.INSIGHTS),
        ),
    ),
    Area(
        "",
        "",
        (
            Item("Portfolio", "portfolio:resellers", Access.PORTFOLIO, "network"),
            Item("What resellers learn", "playbook:resellers", Access.PORTFOLIO, "users"),
            Item("Playbook", "playbook:course", Access.PLAYBOOK, "graduation-cap"),
            Item("Data", "data:loads", Access.DATA, "database"),
            Item("Rules", "rules:designations", Access.RULES, "book-open-check"),
            Item("Sharing", "settings:sharing", Access.CONSENT, "share-2"),
            Item("Alerts", "settings:alerts", Access.ALERTS, "bell"),
            Item("Settings", "settings:people", Access.PEOPLE, "settings", under="/settings/"),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    """A page of the navigation as it is shown."""

    label: str
    url: str
    current: bool
    icon: str


@dataclass(frozen=True)
class Group:
    """An area as it is shown."""

    label: str
    icon: str
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        """Say whether the page shown is in it."""
        return any(link.current for link in self.links)


def groups(principal: Principal, *, partner_id: str, organization: str, path: str) -> Iterator[Group]:
    """Give the areas that the asker may see, for a partner and an organization."""
    for area in AREAS:
        links = tuple(_links(area, principal, partner_id, organization, path))
        if links:
            yield Group(area.label, area.icon, links)


def _links(area: Area, principal: Principal, partner_id: str, organization: str, path: str) -> Iterator[Link]:
    urls = [(item, url) for item in area.items if (url := _url(item, principal, partner_id, organization))]
    # The longest address that the page's begins with: an area's first page is the beginning of all the others.
    begin = {item.under or url: url for item, url in urls}
    begin |= {reverse(item.beside, args=[partner_id]): url for item, url in urls if item.beside}
    current = begin.get(max((start for start in begin if path.startswith(start)), key=len, default=""), "")
    for item, url in urls:
        yield Link(item.label, url, url == current, item.icon)


def _url(item: Item, principal: Principal, partner_id: str, organization: str) -> str:
    match item.access.reach:
        case Reach.PARTNER:
            if partner_id and principal.grant_for_partner(partner_id, item.access):
                return reverse(item.view, args=[partner_id])
        case Reach.ORGANIZATION:
            grant = principal.grant_in(organization, item.access)
            grant = grant or next((grant for grant in principal.grants if grant.may(item.access)), None)
            if grant is not None and (item.access is not Access.PORTFOLIO or grant.organization.kind == "distributor"):
                return reverse(item.view, args=[grant.organization.slug])
        case _:
            if principal.may_anywhere(item.access):
                return reverse(item.view)
    return ""


def first_page(principal: Principal, partner_id: str) -> str:
    """Give the first page about a partner that the asker may see; empty where there is none."""
    items = (item for area in AREAS for item in area.items if item.access.reach is Reach.PARTNER)
    return next((url for item in items if (url := _url(item, principal, partner_id, ""))), "")
