"""What the loss of one person, one certificate or one customer would break, and how much each metric could lose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django import forms
from django.urls import reverse

from attain.advise.fragility import Effect, Fragility, Loss, Margin
from attain.explaining.words import number
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.membership.standing import track_name
from attain.web.plan.asking import Asked, asked, downloads, nothing_yet, paged
from attain.web.plan.seats import customer_cell, tenths
from attain.web.plan.simulated import simulator_url
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

TITLE = "Fragility"
KINDS = {"person": "A person leaves", "certificate": "A certificate is lost", "customer": "A customer is lost"}
LOSS_COLUMNS = (
    Column("loss", "If this is lost"),
    Column("effects", "What it does"),
    Column("points", "Points", "all designations", numeric=True),
    Column("play", "Play through"),
)
MARGIN_COLUMNS = (
    Column("metric", "Metric"),
    Column("points", "Points", numeric=True),
    Column("spare", "May lose", "points", numeric=True),
    Column("surplus", "Beyond full marks", "points", numeric=True),
    Column("entities", "Counted", numeric=True),
    Column("largest", "Largest customer"),
)


class LossFilters(forms.Form):
    """Which losses are shown."""

    q = forms.CharField(label="Customer or person", required=False)
    kind = forms.ChoiceField(label="Loss", required=False, choices=[("", "Any"), *KINDS.items()])
    breaks = forms.ChoiceField(
        label="Breaks",
        required=False,
        choices=[("", "Anything"), ("qualification", "A designation would not qualify"), ("metric", "A metric falls to nothing")],
    )


@needs(Access.INSIGHTS)
def fragility(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show losses, worst first, and margins."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    found = fragile(about)
    if found is None:
        return about.wait()
    margins = request.GET.get("view") == "margins"
    home = reverse("plan:fragility", args=[partner_id])
    shown = paged(request, kept_losses(about, found))
    tried = found.tried.get("customer", 0)
    context = {
        "margins": margins,
        "tabs": [
            {"label": "Losses", "note": number(len(found.losses)), "url": home, "current": not margins},
            {"label": "Margins", "note": "", "url": f"{home}?view=margins", "current": margins},
        ],
        "filters": LossFilters(request.GET),
        "clear_url": home,
        "table": Table("Margins by metric", MARGIN_COLUMNS, [_margin(about, one) for one in found.margins])
        if margins
        else Table("Losses, worst first", LOSS_COLUMNS, [_loss(about, one) for one in shown]),
        "page_obj": shown,
        "left_out": number(found.customers) if found.customers > tried else "",
        "tried": number(tried),
        "downloads": downloads(request, partner_id, "margins" if margins else "losses"),
    }
    return about.page("web/plan/fragility.html", context)


def fragile(about: Asked) -> Fragility | None:
    """Ask what one loss would break; None while it is being worked out."""
    return about.answer("fragility", lambda advice: advice.fragility())


def kept_losses(about: Asked, found: Fragility) -> list[Loss]:
    """Give the losses that the URL's filters keep, worst first."""
    get = about.request.GET
    return list(found.matching(get.get("q", ""), kind=get.get("kind", ""), breaks=get.get("breaks", "")))


def narrowed(about: Asked, found: Fragility) -> Fragility:
    """Keep of the losses what the URL's filters keep."""
    return replace(found, losses=tuple(kept_losses(about, found)))


def _loss(about: Asked, loss: Loss) -> list[Cell]:
    who = loss.name or loss.entity
    kind = KINDS[loss.kind]
    name = customer_cell(about, loss.name, loss.entity) if loss.kind == "customer" else Cell(who)
    change = {
        "person": {"do": "remove_person", "person": loss.entity},
        "certificate": {"do": "remove_certificate", "person": loss.entity, "certification": loss.certification},
        "customer": {"do": "drop_customer", "tenant": loss.entity},
    }[loss.kind]
    return [
        replace(name, note=f"{kind}{f': {loss.certification}' if loss.certification else ''}"),
        Cell("", lines=[_effect(about, effect) for effect in loss.effects]),
        Cell(about.moved(-loss.worst[2])),
        Cell("Simulate", simulator_url(about.standing.partner_id, [change])),
    ]


def _effect(about: Asked, effect: Effect) -> str:
    said = [about.gain(effect.points)]
    if effect.disqualifies:
        said.append("would no longer qualify")
    said += [f"{about.metric_name(effect.designation, metric)} falls to nothing" for metric in effect.emptied]
    if effect.track_before != effect.track_after:
        said.append(f"the {track_name(effect.track_after)} track would count")
    return f"{effect.name} {'; '.join(said)}"


def _margin(about: Asked, one: Margin) -> list[Cell]:
    largest = Cell("\N{EN DASH}")
    if one.largest_share is not None:
        largest = replace(customer_cell(about, one.largest_name, one.largest), note=f"{tenths(one.largest_share * 100)}% of what counts")
    return [
        Cell(one.name, note=about.name_of(one.designation)),
        Cell(f"{about.shown(one.points)} of {number(one.max_points)}"),
        Cell(about.shown(one.spare)),
        Cell(about.shown(one.surplus)),
        Cell(number(one.entities)),
        largest,
    ]
