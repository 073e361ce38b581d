"""The log of deliveries: to whom, when, how often it was tried, what was answered, and another try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.alerts.delivering import retry
from attain.alerts.models import Attempt, Delivery, DeliveryState
from attain.alerts.sight import visible
from attain.errors import AttainError
from attain.explaining.words import first_upper
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.dates import dated, day_words
from attain.web.settings.alerts import alerts_page
from attain.web.settings.places import organization_of
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_ON_A_PAGE = 50
_ALERTS_SHOWN = 200
_TONES = {DeliveryState.SENT: "good", DeliveryState.FAILED: "bad", DeliveryState.NOTHING_LEFT: "neutral"}
_COLUMNS = (
    Column("made", "Made", "UTC", whole=True),
    Column("to", "To"),
    Column("what", "What"),
    Column("state", "State"),
    Column("tries", "Tries", numeric=True),
    Column("answer", "Last answer"),
    Column("next", "Sent or due", "UTC", whole=True),
)
_TRY_COLUMNS = (Column("at", "When", "UTC", whole=True), Column("code", "Answer", numeric=True), Column("words", "In words"))
_ALERT_COLUMNS = (Column("partner", "Partner"), Column("text", "What"))


class DeliveryFilters(forms.Form):
    """Which deliveries are shown."""

    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *DeliveryState.choices])


@needs(Access.ALERTS)
def deliveries(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the deliveries, newest first."""
    place = organization_of(request)
    found = Delivery.objects.filter(organization=place)
    filters = DeliveryFilters(request.GET)
    if filters.is_valid() and filters.cleaned_data["state"]:
        found = found.filter(state=filters.cleaned_data["state"])
    shown = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    links = Delivery.alerts.through.objects.filter(delivery__in=[one.pk for one in shown])
    counts = dict(links.values_list("delivery").annotate(Count("pk")).order_by())
    table = Table("Deliveries", _COLUMNS, [_row(one, counts.get(one.pk, 0), place.slug) for one in shown])
    clear_url = reverse("settings:alert_deliveries", args=[place.slug])
    context = {
        "filters": filters,
        "page_obj": shown,
        "table": table,
        "clear_url": clear_url,
        "any": bool(request.GET) or shown.paginator.count > 0,
    }
    return alerts_page(request, "web/settings/alert_deliveries.html", "Deliveries", context)


@needs(Access.ALERTS)
def delivery(request: AttainRequest, organization: str, delivery: int) -> HttpResponse:
    """Show one delivery: what was in it, and every attempt."""
    place = organization_of(request)
    found = get_object_or_404(Delivery, pk=delivery, organization=place)
    tries = [
        [Cell(_moment(one.at)), Cell(one.code or "\N{EN DASH}"), Cell(first_upper(one.words))]
        for one in Attempt.objects.filter(delivery=found)
    ]
    told_of = visible(place).filter(deliveries=found)
    alerts = told_of.order_by("partner_name", "partner_id", "pk")[:_ALERTS_SHOWN]
    told = [[Cell(one.partner_name or one.partner_id or "All"), Cell(dated(one.text))] for one in alerts]
    context = {
        "delivery": found,
        "tone": _TONES.get(DeliveryState(found.state), "info"),
        "state": str(DeliveryState(found.state).label),
        "facts": [
            ("Channel", found.channel_name),
            ("To", found.recipient),
            ("Made", f"{_moment(found.made_at)} UTC"),
            ("Sent" if found.sent_at else "Due", f"{_moment(found.sent_at or found.due_at)} UTC"),
            ("Id", str(found.identity)),
        ],
        "tries": Table("Attempts", _TRY_COLUMNS, tries),
        "told": Table("Alerts in it", _ALERT_COLUMNS, told),
        "left": max(told_of.count() - _ALERTS_SHOWN, 0),
        "may_retry": DeliveryState(found.state) is DeliveryState.FAILED and found.channel is not None,
    }
    return alerts_page(request, "web/settings/alert_delivery.html", "Deliveries", context)


@require_POST
@needs(Access.SET_ALERTS)
def delivery_retry(request: AttainRequest, organization: str, delivery: int) -> HttpResponse:
    """Let a delivery that was given up be tried anew."""
    found = get_object_or_404(Delivery, pk=delivery, organization=organization_of(request))
    try:
        retry(found)
    except AttainError as error:
        messages.error(request, f"{error.message[:1].upper()}{error.message[1:]}. {error.hint[:1].upper()}{error.hint[1:]}.")
    else:
        messages.success(request, "It is tried again within a minute.")
    return redirect("settings:alert_delivery", organization, delivery)


def _row(one: Delivery, count: int, slug: str) -> list[Cell]:
    what = "Test" if one.is_test else f"{count:,} {'alert' if count == 1 else 'alerts'}"
    moment = one.sent_at or (one.due_at if DeliveryState(one.state) is DeliveryState.WAITING else None)
    return [
        Cell(_moment(one.made_at), reverse("settings:alert_delivery", args=[slug, one.pk])),
        Cell(one.channel_name, note=one.recipient),
        Cell(what),
        Cell(str(DeliveryState(one.state).label), tone=_TONES.get(DeliveryState(one.state), "info")),
        Cell(f"{one.attempts:,}"),
        Cell(first_upper(one.words) or "\N{EN DASH}", note="" if one.code in one.words else one.code),
        Cell(_moment(moment) if moment else "\N{EN DASH}"),
    ]


def _moment(at: dt.datetime) -> str:
    return f"{day_words(at.date())}, {at:%H:%M}"
