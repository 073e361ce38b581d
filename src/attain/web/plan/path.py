"""The cheapest path: the actions of least cost after which a designation reaches its target by a day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from attain.advise.action_costs import KIND_NAMES, ActionCosts
from attain.advise.cheapest import AHEAD_DAYS
from attain.advise.plans import INCOMPLETE, NOT_AN_ENTITLEMENT
from attain.errors import AttainError
from attain.explaining.words import number
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.dates import dated, day_words
from attain.web.form_faults import say_in_form
from attain.web.membership.standing import track_name
from attain.web.plan.asking import Asked, asked, nothing_yet
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from django.http import HttpResponse

    from attain.advise.plans import CheapPlan, Paths
    from attain.people.access import AttainRequest

TITLE = "Cheapest path"
COLUMNS = (
    Column("words", "What to do"),
    Column("cost", "Cost", "USD", numeric=True),
    Column("days", "Days", numeric=True),
    Column("likely", "Likely", numeric=True),
    Column("acts", "Shows from", whole=True),
)
METRIC_COLUMNS = (
    Column("metric", "Metric"),
    Column("before", "Without it", "points", numeric=True),
    Column("after", "With it", "points", numeric=True),
)
MOST_DAYS, HUNDRED = 3650, 100
_TAKES: dict[str, tuple[str, Callable[[str], forms.Field]]] = {
    "cost_usd": ("once, USD", lambda label: forms.DecimalField(label=label, required=False, min_value=0, max_digits=12)),
    "each_usd": ("each, USD", lambda label: forms.DecimalField(label=label, required=False, min_value=0, max_digits=12)),
    "days": ("days", lambda label: forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_DAYS)),
    "likelihood_percent": (
        "likely, percent",
        lambda label: forms.IntegerField(label=label, required=False, min_value=0, max_value=HUNDRED),
    ),
}
"""What an action takes: how it is called, and its field under a label."""


class PathForm(forms.Form):
    """What is to be reached, by when, and what it is worth."""

    designation = forms.ChoiceField(label="Designation")
    target = forms.DecimalField(label="Target, points", required=False, min_value=0, max_digits=7, help_text="Empty: what qualifies.")
    by = forms.DateField(label="By", required=False, widget=forms.DateInput({"type": "date"}))
    worth_usd = forms.DecimalField(
        label="Worth to you, USD", required=False, min_value=0, max_digits=12, help_text="Empty: the yearly fee of the programme."
    )

    def __init__(self, data: Mapping[str, Any], designations: list[tuple[str, str]], day: dt.date) -> None:
        super().__init__(data)
        self._day = day
        field = self.fields["designation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = designations
        self.fields["by"].help_text = f"Empty: {AHEAD_DAYS} days on."

    def clean_by(self) -> dt.date | None:
        """Refuse a day that has passed."""
        by: dt.date | None = self.cleaned_data["by"]
        if by is not None and by < self._day:
            message = f"Name a day from {day_words(self._day)} on."
            raise forms.ValidationError(message)
        return by


class CostForm(forms.Form):
    """What each kind of action takes, where the user says so."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for kind, words in KIND_NAMES.items():
            takes = ActionCosts().of(kind)
            for name, (unit, made) in _TAKES.items():
                field = made(f"{words}, {unit}")
                field.widget.attrs["placeholder"] = number(getattr(takes, name))
                field.widget.attrs["aria-label"] = f"{words}, {unit}"
                self.fields[f"{kind}.{name}"] = field

    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        """Give the fields by kind of action."""
        for kind, words in KIND_NAMES.items():
            yield words, [self[f"{kind}.{name}"] for name in _TAKES]

    @property
    def is_changed(self) -> bool:
        """Say whether the user set any of them."""
        return any(value is not None for value in self.cleaned_data.values())

    def costs(self, worth: Decimal | None) -> ActionCosts:
        """Give what actions take: the defaults where nothing is said."""
        given: dict[str, Any] = {"worth_usd": None if worth is None else str(worth)}
        for kind in KIND_NAMES:
            said = {name: self.cleaned_data[f"{kind}.{name}"] for name in _TAKES}
            if any(value is not None for value in said.values()):
                takes = ActionCosts().of(kind).model_dump()
                texts = {name: str(value) if isinstance(value, Decimal) else value for name, value in said.items() if value is not None}
                given[kind] = {**takes, **texts}
        return ActionCosts.model_validate(given)


@dataclass(frozen=True)
class Shown:
    """One plan as the page shows it."""

    place: int
    cost: str
    proof: str
    optimal: bool
    total: str
    likelihood: int
    worth_it: bool
    empty: bool
    table: Table
    metrics: Table


@needs(Access.INSIGHTS)
def path(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Find the cheapest actions for one designation."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    code, day = about.designation, about.standing.overview.partner.day
    form, costs = PathForm({**request.GET.dict(), "designation": code}, about.designations, day), CostForm(request.GET)
    context: dict[str, Any] = {
        "form": form,
        "costs": costs,
        "disclaimer": NOT_AN_ENTITLEMENT,
        "heads": [unit for unit, _ in _TAKES.values()],
    }
    context |= {"clear_url": reverse("plan:path", args=[partner_id]), "open": False}
    if not (form.is_valid() and costs.is_valid()):
        return about.page("web/plan/path.html", context | {"open": bool(costs.errors)})
    target, by = form.cleaned_data["target"], form.cleaned_data["by"]
    takes = costs.costs(form.cleaned_data["worth_usd"])
    aim = None if target is None else Fraction(target)
    asked_for = ("path", aim, by, takes.model_dump_json())
    try:
        found = about.answer(asked_for, lambda advice: advice.plan(code, target=aim, by=by, costs=takes), designation=code)
    except AttainError as error:
        say_in_form(form, error)
        return about.page("web/plan/path.html", context | {"open": costs.is_changed})
    if found is None:
        return about.wait()
    return about.page("web/plan/path.html", context | _shown(about, found) | {"open": costs.is_changed})


def _shown(about: Asked, found: Paths) -> dict[str, Any]:
    return {
        "found": found,
        "name": found.name,
        "before": about.shown(found.before),
        "target": number(found.target),
        "by": day_words(found.by),
        "considered": len(found.considered),
        "incomplete": INCOMPLETE,
        "notes": [dated(note) for note in found.notes],
        "worth": number(found.worth),
        "worth_is_fee": found.worth == found.fee,
        "plans": [_plan(about, found, one, place) for place, one in enumerate(found.plans, 1)],
    }


def _plan(about: Asked, found: Paths, one: CheapPlan, place: int) -> Shown:
    proof = "at the least cost of the actions considered" if place == 1 else "at the least cost of other kinds of action"
    ordered = sorted(one.actions, key=lambda each: (each.acts_on, each.words))
    rows = [
        [
            Cell(dated(action.words), note=KIND_NAMES[action.kind]),
            Cell(number(action.cost)),
            Cell(number(action.days)),
            Cell(f"{action.likelihood_percent}%"),
            Cell(day_words(action.acts_on)),
        ]
        for action in ordered
    ]
    metrics = [
        [Cell(about.metric_name(found.designation, name)), Cell(about.shown(one.metrics_before.get(name, 0))), Cell(about.shown(points))]
        for name, points in one.metrics.items()
    ]
    return Shown(
        place=place,
        cost=number(one.cost),
        proof=proof if one.optimal else f"and any plan costs at least {number(one.bound)} USD",
        optimal=one.optimal,
        total=f"{about.shown(one.total)} on the {track_name(one.track)} track",
        likelihood=one.likelihood_percent,
        worth_it=one.worth_it,
        empty=not one.actions,
        table=Table(f"Actions of plan {place}", COLUMNS, rows),
        metrics=Table(f"Metrics with plan {place}", METRIC_COLUMNS, metrics),
    )
