"""Customer eligibility: all customers by the conditions they meet, and one customer across every metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse

from attain.errors import AttainError
from attain.explaining.eligibility import RANK, Customer, Eligibility, Meets
from attain.people.access import OutOfReach, needs
from attain.people.roles import Access
from attain.web.dates import dated
from attain.web.insights.standing import Standing, insight, nothing_yet, standing_of
from attain.web.pages import Crumb
from attain.web.tables import Cell, Column, Table, sort_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse, QueryDict

    from attain.explaining.eligibility import Criterion
    from attain.people.access import AttainRequest

TITLE = "Customer eligibility"
ON_A_PAGE = 50
MEETS_WORDS: dict[Meets, str] = {
    "counts": "Counts",
    "near": "Near miss",
    "unrecognized": "Not recognized",
    "lost": "Lost",
    "no": "Does not count",
    "": "No usage",
}
MEETS_TONES: dict[Meets, str] = {"counts": "good", "near": "info", "unrecognized": "warn", "lost": "bad", "no": "neutral"}


class CustomerFilters(forms.Form):
    """Which customers are shown."""

    designation = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(label="Customer or tenant", required=False)
    criterion = forms.ChoiceField(label="Condition", required=False)
    meets = forms.ChoiceField(label="Stands", required=False)

    def __init__(self, data: Mapping[str, Any] | QueryDict, criteria: Sequence[Criterion]) -> None:
        super().__init__(data)
        conditions, states = self.fields["criterion"], self.fields["meets"]
        assert isinstance(conditions, forms.ChoiceField)
        assert isinstance(states, forms.ChoiceField)
        conditions.choices = [("", "Any"), *((one.key, f"{one.metric_name}: {one.pool_name}") for one in criteria)]
        states.choices = [("", "Any"), *((meets, MEETS_WORDS[meets]) for meets in RANK if meets)]


def _eligibility(standing: Standing, designation: str | None = None) -> Eligibility:
    day, tracks, partner = standing.overview.partner.day, standing.tracks, standing.partner_id
    named = None if designation is None else [designation]
    return standing.answer(
        ("eligibility", designation),
        lambda workspace: workspace.eligibility(day, partner=partner, tracks=tracks, designations=named, **standing.options),
    )


@needs(Access.INSIGHTS)
def customers(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show every customer against the conditions of one designation."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, TITLE)
    offered = standing.overview.designations
    asked = request.GET.get("designation", "")
    chosen = next((one for one in offered if one.id == asked), offered[0])
    found = _eligibility(standing, chosen.id)
    filters = CustomerFilters({**request.GET.dict(), "designation": chosen.id}, found.criteria)
    if not filters.is_valid():
        raise AttainError("unknown-filter", "that filter is not known", hint="start again from the page without filters")
    criterion, meets, text = (str(filters.cleaned_data[name]) for name in ("criterion", "meets", "q"))
    kept = list(found.matching(text, criterion=criterion, meets=meets))
    columns = _columns(found, criterion)
    sort = sort_of(request.GET.get("sort", ""), columns, "customer")
    key = sort.removeprefix("-")
    if key != "customer":
        kept.sort(key=lambda customer: RANK.index(customer.meets(key)))
    if sort.startswith("-"):
        kept.reverse()
    shown = Paginator(kept, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [_row(customer, found, partner_id, criterion) for customer in shown]
    home = reverse("insights:customers", args=[partner_id])
    context = {
        "note": standing.note,
        "tabs": [{"label": one.name, "url": f"{home}?designation={one.id}", "current": one.id == chosen.id} for one in offered],
        "summary": [_summary(found, one, f"{home}?designation={chosen.id}") for one in found.criteria],
        "gaps": found.gaps,
        "filters": filters,
        "clear_url": f"{home}?designation={chosen.id}",
        "table": Table(f"Customers by condition of {chosen.name}", columns, rows, sort=sort, prose=bool(criterion)),
        "page_obj": shown,
        "any": bool(found.customers),
    }
    return insight(request, "web/insights/customers.html", TITLE, context)


def _columns(found: Eligibility, chosen: str) -> list[Column]:
    """Give a column for each condition; of one that was chosen, how customers stand and why."""
    customer = Column("customer", "Customer", sortable=True)
    if chosen:
        return [customer, Column(chosen, "Stands", sortable=True), Column("why", "Why")]
    return [customer, *(Column(one.key, one.metric_name, one.pool_name, sortable=True) for one in found.criteria)]


def _row(customer: Customer, found: Eligibility, partner_id: str, chosen: str) -> list[Cell]:
    address = reverse("insights:customer", args=[partner_id, customer.tenant_id])
    name = Cell(customer.name or customer.tenant_id, address)
    if chosen:
        return [name, _stands(customer, chosen), Cell(dated(customer.reason(chosen)))]
    return [name, *(_stands(customer, one.key) for one in found.criteria)]


def _stands(customer: Customer, key: str) -> Cell:
    meets = customer.meets(key)
    return Cell(MEETS_WORDS[meets], tone=MEETS_TONES[meets]) if meets else Cell("\N{EN DASH}")


def _summary(found: Eligibility, criterion: Criterion, home: str) -> dict[str, Any]:
    counts = found.counts(criterion.key)
    return {
        "criterion": criterion,
        "numbers": [
            {"label": MEETS_WORDS[meets], "number": counts[meets], "url": f"{home}&criterion={criterion.key}&meets={meets}"}
            for meets in RANK
            if meets
        ],
    }


@needs(Access.INSIGHTS)
def customer(request: AttainRequest, partner_id: str, tenant: str) -> HttpResponse:
    """Show one customer across every metric of every designation."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, TITLE)
    found = _eligibility(standing)
    one = found.of(tenant)
    if one is None:
        raise OutOfReach(f"customer {tenant}")
    areas: list[dict[str, Any]] = []
    for designation in standing.overview.designations:
        criteria = [criterion for criterion in found.criteria if criterion.designation == designation.id]
        if criteria:
            areas.append({"name": designation.name, "rows": [_held(one, criterion) for criterion in criteria]})
    counts = sum(1 for criterion in found.criteria if one.meets(criterion.key) == "counts")
    context = {
        "note": standing.note,
        "areas": areas,
        "facts": [("Tenant", one.tenant_id), ("Meets", f"{counts} of {len(found.criteria)} conditions")],
    }
    home = Crumb(TITLE, reverse("insights:customers", args=[partner_id]))
    return insight(request, "web/insights/customer.html", one.name or one.tenant_id, context, home, Crumb(one.name or one.tenant_id))


def _held(one: Customer, criterion: Criterion) -> dict[str, Any]:
    meets = one.meets(criterion.key)
    parts = [
        {"workload": part.workload, "words": MEETS_WORDS[part.meets], "tone": MEETS_TONES.get(part.meets, "neutral"), "reason": part.reason}
        for part in one.parts.get(criterion.key, ())
    ]
    return {"criterion": criterion, "words": MEETS_WORDS[meets], "tone": MEETS_TONES.get(meets, "neutral"), "parts": parts}
