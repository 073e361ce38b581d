"""Which associations cover what customers use, the points that missing ones would add, and records to look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from attain.advise.association_guide import GROUPS, association_guide
from attain.advise.claims import CLAIMED
from attain.advise.coverage import Coverage, Points, Proposal, Unclaimed, of_group
from attain.advise.recognition import Product
from attain.explaining.words import first_upper, number
from attain.people.access import needs
from attain.people.roles import Access
from attain.recorded.claims import register_of
from attain.web.dates import dated
from attain.web.membership.standing import track_name
from attain.web.plan.asking import Asked, asked, downloads, nothing_yet, paged
from attain.web.plan.seats import customer_cell
from attain.web.plan.simulated import simulator_url
from attain.web.tables import Cell, Column, Table, sort_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from attain.people.access import AttainRequest

TITLE = "Associations coverage"
UNITS = {"azure_usage": "USD in 12 months", "workload_revenue": "USD", "workload_usage": "active users"}
COLUMNS = (
    Column("customer", "Customer", sortable=True),
    Column("product", "Service or workload", sortable=True),
    *(Column(code, words) for code, words in GROUPS.items()),
    Column("amount", "Usage", numeric=True, sortable=True),
    Column("lacks", "Recognition", sortable=True),
)
SETTING_COLUMNS = (Column("name", "Association"), Column("who", "Who sets it"), Column("how", "How"), Column("shows", "What it shows"))
CHECK_COLUMNS = (Column("customer", "Customer"), Column("association", "Association"), Column("words", "What to look at"))
SORTS: dict[str, Callable[[Product], Any]] = {
    "customer": lambda one: (one.customer or one.tenant_id).casefold(),
    "product": lambda one: one.name.casefold(),
    "amount": lambda one: (one.table, one.amount),
    "lacks": lambda one: len(one.lacks),
}
ABSENT = "\N{EN DASH}"


class MatrixFilters(forms.Form):
    """Which products of customers are shown."""

    view = forms.CharField(widget=forms.HiddenInput, initial="matrix")
    q = forms.CharField(label="Customer or product", required=False)
    lacks = forms.ChoiceField(label="Show", required=False, choices=[("", "All usage"), ("yes", "Only what nobody recognizes")])
    has = forms.ChoiceField(label="Association", required=False, choices=[("", "Any"), *GROUPS.items(), ("none", "None at all")])


@dataclass(frozen=True)
class Missing:
    """What one customer's missing associations would add, as the page shows it."""

    customer: Cell
    points: str
    gains: tuple[str, ...]
    at_once: tuple[str, ...]
    proposals: tuple[tuple[str, str, str, str], ...]
    """For each association: how it is called, of which products, who sets it, and where a claim of it is recorded."""
    simulate_url: str


@needs(Access.INSIGHTS)
def coverage(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show what is missing, the matrix, or records to look at."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    found = covered(about)
    if found is None:
        return about.wait()
    view = request.GET.get("view", "")
    view = view if view in {"matrix", "checks"} else ""
    home = reverse("plan:coverage", args=[partner_id])
    claims_url = reverse("plan:claims", args=[partner_id])
    tabs = [
        ("Missing", str(len(found.unclaimed)), home, not view),
        ("Customer by product", number(len(found.products)), f"{home}?view=matrix", view == "matrix"),
        ("To look at", str(len(found.checks)), f"{home}?view=checks", view == "checks"),
        ("CPOR claims", str(len(found.claims)), claims_url, False),
    ]
    context: dict[str, Any] = {
        "view": view,
        "tabs": [{"label": label, "note": note, "url": url, "current": current} for label, note, url, current in tabs],
        "downloads": downloads(request, partner_id, "coverage"),
    }
    if view == "matrix":
        context |= _matrix(about, found, home)
    elif view == "checks":
        context["table"] = Table("Records to look at", CHECK_COLUMNS, _checks(about, found))
        context["any"] = bool(found.checks)
    else:
        context |= {
            "missing": [_missing(about, one) for one in found.unclaimed],
            "together": _gains(about, found.together),
            "together_at_once": _gains(about, found.together_at_once),
            "shows_on": found.shows_on,
            "left_out": found.lacking - len(found.unclaimed),
            "products": len(found.products),
            "unrecognized": len(found.unrecognized),
            "settings": Table("How these associations are set", SETTING_COLUMNS, _settings(about, found)),
        }
    return about.page("web/plan/coverage.html", context)


def covered(about: Asked) -> Coverage | None:
    """Ask for the coverage, with the claims that are recorded; None while it is being worked out."""
    claims = register_of(about.standing.partner_id)
    return about.answer(("coverage", claims), lambda advice: advice.coverage(claims))


def kept_products(about: Asked, found: Coverage) -> tuple[list[Product], MatrixFilters]:
    """Give the products that the URL's filters keep."""
    filters = MatrixFilters({"view": "matrix", **about.request.GET.dict()})
    if not filters.is_valid():
        return list(found.products), filters
    text, lacks, has = (str(filters.cleaned_data[name]) for name in ("q", "lacks", "has"))
    kept = list(found.matching(text, lacks=bool(lacks), association=has))
    return kept, filters


def narrowed(about: Asked, found: Coverage) -> Coverage:
    """Keep of the coverage what the URL's filters keep."""
    return replace(found, products=tuple(kept_products(about, found)[0]))


def _matrix(about: Asked, found: Coverage, home: str) -> dict[str, Any]:
    kept, filters = kept_products(about, found)
    sort = sort_of(about.request.GET.get("sort", ""), COLUMNS, "")
    if sort:
        kept.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    shown = paged(about.request, kept)
    return {
        "filters": filters,
        "clear_url": f"{home}?view=matrix",
        "table": Table("Associations by customer and product", COLUMNS, [_row(about, one) for one in shown], sort=sort),
        "page_obj": shown,
    }


def _row(about: Asked, one: Product) -> list[Cell]:
    marks = [Cell("Yes") if of_group(group, one.associations) else _recorded(group, one) for group in GROUPS]
    lacks = ", ".join(dict.fromkeys(about.name_of(lack.designation) for lack in one.lacks))
    return [
        customer_cell(about, one.customer, one.tenant_id),
        Cell(one.name),
        *marks,
        Cell(number(one.amount), note=UNITS[one.table]),
        Cell("Not recognized", tone="warn", note=lacks) if lacks else Cell("Recognized", tone="good"),
    ]


def _recorded(group: str, one: Product) -> Cell:
    return Cell(ABSENT, note="on record only") if of_group(group, one.recorded) else Cell(ABSENT, spare=True)


def _checks(about: Asked, found: Coverage) -> list[list[Cell]]:
    names = about.standing.workspace.book.catalog.associations
    return [
        [
            customer_cell(about, one.customer, one.tenant_id),
            Cell(names.name(one.association), note=one.scope),
            Cell(first_upper(dated(one.words))),
        ]
        for one in found.checks
    ]


def _missing(about: Asked, one: Unclaimed) -> Missing:
    names = about.standing.workspace.book.catalog.associations
    by_code: dict[str, list[Proposal]] = {}
    for each in one.proposals:
        by_code.setdefault(each.association, []).append(each)
    changes: list[dict[str, object]] = [
        {
            "do": "add_association",
            "tenant": one.tenant_id,
            "association": each.association,
            "service" if each.table == "azure_usage" else "workload": each.product,
        }
        for each in one.proposals
    ]
    return Missing(
        customer=customer_cell(about, one.customer, one.tenant_id),
        points=about.moved(one.best),
        gains=_gains(about, one.points),
        at_once=_gains(about, one.at_once),
        proposals=tuple(
            (names.name(code), ", ".join(each.name for each in some), some[0].setting.set_by, _claim_url(about, one.tenant_id, code, some))
            for code, some in by_code.items()
        ),
        simulate_url=simulator_url(about.standing.partner_id, changes),
    )


def _claim_url(about: Asked, tenant: str, code: str, some: list[Proposal]) -> str:
    if code not in CLAIMED or not about.may_plan:
        return ""
    given = {"tenant": tenant, "association": code, **({"workload": some[0].name} if len(some) == 1 else {})}
    return f"{reverse('plan:claim_new', args=[about.standing.partner_id])}?{urlencode(given)}"


def _gains(about: Asked, points: Points) -> tuple[str, ...]:
    """Say what each designation gains, on the track or tracks on which it does."""
    said: list[str] = []
    for name, tracks in points.items():
        if len(set(tracks.values())) == 1:
            said.append(f"{about.name_of(name)} {about.gain(next(iter(tracks.values())))}")
        else:
            each = ", ".join(f"{about.gain(gain)} on the {track_name(track)} track" for track, gain in tracks.items())
            said.append(f"{about.name_of(name)} {each}")
    return tuple(said)


def _settings(about: Asked, found: Coverage) -> list[list[Cell]]:
    """Say of each association that is proposed how it is set, when it shows, and who says so."""
    guide, names = association_guide(), about.standing.workspace.book.catalog.associations
    codes = dict.fromkeys(each.association for one in found.unclaimed for each in one.proposals)
    return [
        [
            Cell(names.name(code)),
            Cell(first_upper(guide.of(code).set_by)),
            Cell(first_upper(guide.of(code).how)),
            Cell(first_upper(guide.of(code).shows), note=guide.source(guide.of(code)).title),
        ]
        for code in codes
    ]
