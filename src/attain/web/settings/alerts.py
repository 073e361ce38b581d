"""Alerts of an organization: what was noticed, and the rules that look out for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.alerts.lookouts import DAYS_AHEAD
from attain.alerts.models import Alert, Channel, Rule, RuleKind
from attain.alerts.setting_up import MOST_DAYS, RuleAsked, fields_of, remove, save_rule, switch
from attain.alerts.sight import visible
from attain.alerts.told import about, condition
from attain.errors import AttainError
from attain.people.access import needs
from attain.people.roles import Access
from attain.rulebook.load import load_book
from attain.web.dates import dated, day_words
from attain.web.form_faults import say_in_form
from attain.web.settings.places import Tab, organization_of, settings_page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from attain.people.access import AttainRequest
    from attain.people.models import Organization

TITLE = "Alerts"
_ON_A_PAGE = 50
_COLUMNS = (
    Column("day", "Day", whole=True),
    Column("partner", "Partner"),
    Column("kind", "Alert"),
    Column("text", "What"),
    Column("state", "State"),
)
_PARTS = (
    ("Noticed", "settings:alerts"),
    ("Rules", "settings:alert_rules"),
    ("Channels", "settings:alert_channels"),
    ("Deliveries", "settings:alert_deliveries"),
)


class AlertFilters(forms.Form):
    """Which alerts are shown."""

    kind = forms.ChoiceField(label="Alert", required=False, choices=[("", "All"), *RuleKind.choices])
    partner = forms.CharField(label="Partner", required=False)


class RuleForm(forms.Form):
    """A rule."""

    kind = forms.ChoiceField(label="Look out for", choices=RuleKind.choices)
    partner_id = forms.CharField(label="Partner id", required=False, max_length=200, help_text="Empty: every partner you see.")
    what = forms.ChoiceField(label="Designation or metric", required=False, help_text="A metric is for points under a bound alone.")
    bound = forms.DecimalField(label="Points", required=False, min_value=0, max_digits=10, decimal_places=4)
    days = forms.IntegerField(label="Days", required=False, min_value=0, max_value=MOST_DAYS)
    channels = forms.MultipleChoiceField(label="Tell by", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bound"].help_text = "For points under a bound; empty: what qualifies. For unrecognized usage: the least to tell of."
        usual = ", ".join(f"{str(RuleKind(kind).label).lower()} {days}" for kind, days in DAYS_AHEAD.items())
        self.fields["days"].help_text = f"How many days ahead, or overdue. Empty: {usual}."
        self._choices("what", _what_choices())
        channels = [(str(one.pk), one.name) for one in Channel.objects.filter(organization=organization)]
        self._choices("channels", channels)
        # Who makes a rule most often wants to hear of it.
        self.fields["channels"].initial = [key for key, _ in channels]
        if not channels:
            self.fields["channels"].widget = forms.MultipleHiddenInput()

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def asked(self) -> RuleAsked:
        """Give the rule that a valid form asks for."""
        data = self.cleaned_data
        designation, _, metric = data.get("what", "").partition(" ")
        channels = [int(key) for key in data["channels"]]
        return RuleAsked(data["kind"], data.get("partner_id", ""), designation, metric, data.get("bound"), data.get("days"), channels)


class RuleChangeForm(RuleForm):
    """A rule that is there already: its kind stays, and only what that kind asks about is asked."""

    def __init__(self, *args: Any, organization: Organization, rule: Rule, **kwargs: Any) -> None:
        asked = RuleAsked.of(rule)
        initial = {
            "kind": asked.kind,
            "partner_id": asked.partner_id,
            "what": f"{asked.designation} {asked.metric}".strip(),
            "bound": asked.bound,
            "days": asked.days,
        }
        super().__init__(*args, organization=organization, initial=initial, **kwargs)
        self.fields["kind"].widget = forms.HiddenInput()
        self.fields["channels"].initial = [str(key) for key in asked.channels]
        fields, kind = fields_of(rule.kind), RuleKind(rule.kind)
        self.fields["bound"].help_text = (
            "Empty: what qualifies; of a metric, its full marks." if kind is RuleKind.UNDER else "The least to tell of. Empty: any."
        )
        ahead = "overdue" if kind is RuleKind.STALE else "ahead"
        self.fields["days"].help_text = f"How many days {ahead}. Empty: {DAYS_AHEAD.get(kind)}."
        for name in {"partner_id", "bound", "days"} - fields:
            del self.fields[name]
        if "designation" not in fields:
            del self.fields["what"]
        elif "metric" not in fields:
            self._choices("what", _designation_choices())
            self.fields["what"].label, self.fields["what"].help_text = "Designation", ""
        else:
            self.fields["what"].help_text = ""


def _what_choices() -> list[Any]:
    book = load_book()
    groups = [
        (found.name, [(found.id, "Total"), *((f"{found.id} {metric.id}", metric.name) for metric in found.metrics)])
        for found in book.designations.values()
    ]
    return [("", "All designations"), *groups]


def _designation_choices() -> list[tuple[str, str]]:
    return [("", "All designations"), *((found.id, found.name) for found in load_book().designations.values())]


def alerts_page(request: AttainRequest, template: str, part: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a page of alerts with its own tabs below those of Settings."""
    place = organization_of(request)
    parts = [Tab(label, reverse(view, args=[place.slug]), label == part) for label, view in _PARTS]
    return settings_page(request, template, TITLE, {"alert_parts": parts, "may_set": request.granted.may(Access.SET_ALERTS), **context})


@needs(Access.ALERTS)
def alerts(request: AttainRequest, organization: str) -> HttpResponse:
    """Show what the rules noticed, newest first."""
    place = organization_of(request)
    found = visible(place).filter(silent=False)
    filters = AlertFilters(request.GET)
    if filters.is_valid():
        if filters.cleaned_data["kind"]:
            found = found.filter(kind=filters.cleaned_data["kind"])
        if wanted := filters.cleaned_data["partner"].strip():
            found = found.filter(partner_name__icontains=wanted) | found.filter(partner_id=wanted)
    shown = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    table = Table("Alerts", _COLUMNS, [_row(alert) for alert in shown])
    context = {
        "filters": filters,
        "page_obj": shown,
        "table": table,
        "clear_url": reverse("settings:alerts", args=[place.slug]),
        "any": bool(request.GET) or shown.paginator.count > 0,
        "any_rules": Rule.objects.filter(organization=place).exists(),
    }
    return alerts_page(request, "web/settings/alerts.html", "Noticed", context)


def _row(alert: Alert) -> list[Cell]:
    state = Cell("Over", tone="neutral") if alert.ended_at else Cell("Holds", tone="info")
    people = f"{len(alert.people):,} {'person' if len(alert.people) == 1 else 'people'}" if alert.people else ""
    return [
        Cell(day_words(alert.day)),
        Cell(alert.partner_name or alert.partner_id or "All", note=alert.partner_id if alert.partner_name else ""),
        Cell(str(RuleKind(alert.kind).label)),
        Cell(dated(alert.text), note=people),
        state,
    ]


@needs(Access.SET_ALERTS)
def rules(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the rules, and make one."""
    place = organization_of(request)
    form = RuleForm(request.POST or None, organization=place)
    if request.method == "POST" and form.is_valid() and _save(request, form):
        messages.success(request, "The rule is made. It looks with the next refresh.")
        return redirect("settings:alert_rules", organization)
    book = load_book()
    lines = [
        {
            "rule": rule,
            "about": about(rule, book),
            "condition": condition(rule),
            "channels": ", ".join(one.name for one in rule.channels.all()),
            "looked_on": rule.looked_on and day_words(rule.looked_on),
        }
        for rule in Rule.objects.filter(organization=place).prefetch_related("channels")
    ]
    any_channel = Channel.objects.filter(organization=place).exists()
    return alerts_page(request, "web/settings/alert_rules.html", "Rules", {"form": form, "lines": lines, "any_channel": any_channel})


@needs(Access.SET_ALERTS)
def rule(request: AttainRequest, organization: str, rule: int) -> HttpResponse:
    """Change a rule."""
    place = organization_of(request)
    found = get_object_or_404(Rule.objects.prefetch_related("channels"), pk=rule, organization=place)
    form = RuleChangeForm(request.POST or None, organization=place, rule=found)
    if request.method == "POST" and form.is_valid() and _save(request, form, found):
        messages.success(request, "The rule is saved. It looks with the next refresh.")
        return redirect("settings:alert_rules", organization)
    context = {"form": form, "rule": found, "about": about(found, load_book()), "condition": condition(found)}
    return alerts_page(request, "web/settings/alert_rule.html", "Rules", context)


def _save(request: AttainRequest, form: RuleForm, found: Rule | None = None) -> bool:
    try:
        save_rule(request.granted, request, form.asked(), found)
    except AttainError as error:
        fields = {"designation": "what", "metric": "what"}
        say_in_form(form, AttainError(error.code, error.message, fields.get(error.where, error.where), error.hint))
        return False
    return True


@require_POST
@needs(Access.SET_ALERTS)
def rule_switch(request: AttainRequest, organization: str, rule: int) -> HttpResponse:
    """Turn a rule on or off."""
    found = get_object_or_404(Rule, pk=rule, organization=organization_of(request))
    switch(request.granted, request, found, active=not found.active)
    return redirect("settings:alert_rules", organization)


@require_POST
@needs(Access.SET_ALERTS)
def rule_removal(request: AttainRequest, organization: str, rule: int) -> HttpResponse:
    """Remove a rule with what it noticed."""
    remove(request.granted, request, get_object_or_404(Rule, pk=rule, organization=organization_of(request)))
    messages.success(request, "The rule is removed.")
    return redirect("settings:alert_rules", organization)
