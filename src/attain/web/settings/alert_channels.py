"""The channels of alerts: made, changed, tried, turned off and removed. What is secret is shown once, and never again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from attain.alerts.delivering import try_channel
from attain.alerts.models import Channel, ChannelKind, DeliveryState, Pace
from attain.alerts.setting_up import ChannelAsked, remove, save_channel, switch
from attain.errors import AttainError
from attain.people.access import needs
from attain.people.roles import Access
from attain.web.form_faults import say_in_form
from attain.web.settings.alerts import alerts_page
from attain.web.settings.places import organization_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK = forms.TimeInput({"type": "time"}, format="%H:%M")


class ChannelForm(forms.Form):
    """A channel."""

    name = forms.CharField(label="Name", max_length=100)
    kind = forms.ChoiceField(label="Kind", choices=ChannelKind.choices)
    addresses = forms.CharField(
        label="Mail addresses", required=False, widget=forms.Textarea({"rows": 3}), help_text="For mail: one a line; each gets its own."
    )
    url = forms.CharField(
        label="Address of the webhook",
        required=False,
        max_length=2000,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
        help_text="For Teams: the address that a workflow gave you. It is kept sealed and not shown again.",
    )
    pace = forms.ChoiceField(label="Tell", choices=Pace.choices)
    digest_at = forms.TimeField(label="Digests at", initial=dt.time(8), widget=_CLOCK)
    digest_on = forms.TypedChoiceField(
        label="Weekly digests on", coerce=int, choices=[(str(place), day) for place, day in enumerate(WEEKDAYS)], initial="0"
    )
    zone = forms.CharField(label="Time zone", initial="UTC", max_length=60, help_text="Such as Europe/Berlin.")
    quiet_from = forms.TimeField(label="Quiet from", required=False, widget=_CLOCK)
    quiet_until = forms.TimeField(
        label="Quiet until", required=False, widget=_CLOCK, help_text="What falls into quiet hours is told when they end."
    )

    def asked(self) -> ChannelAsked:
        """Give the channel that a valid form asks for."""
        data = dict(self.cleaned_data)
        return ChannelAsked(addresses=data.pop("addresses").replace(",", "\n").splitlines(), **data)


class ChangeForm(ChannelForm):
    """A channel that is there already: its kind stays, its address too where none is given."""

    new_secret = forms.BooleanField(label="Make a new secret for its signature", required=False)

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        names = ("name", "kind", "pace", "digest_at", "digest_on", "zone", "quiet_from", "quiet_until")
        initial = {name: getattr(channel, name) for name in names} | {"addresses": "\n".join(channel.addresses)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["kind"].widget = forms.HiddenInput()
        self.fields["url"].help_text = f"Empty: it stays as it is, at {channel.host}."
        if ChannelKind(channel.kind) is ChannelKind.MAIL:
            del self.fields["url"]
        else:
            self.fields["addresses"].widget = forms.HiddenInput()
        if ChannelKind(channel.kind) is not ChannelKind.WEBHOOK:
            del self.fields["new_secret"]


@needs(Access.SET_ALERTS)
def channels(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the channels, and make one; the secret that signs a webhook's messages is shown once."""
    place = organization_of(request)
    form, secret = ChannelForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = save_channel(request.granted, request, form.asked())
        except AttainError as error:
            say_in_form(form, error)
        else:
            messages.success(request, f"The channel {made.name} is made. Send a test to see that it arrives.")
            if not secret:
                return redirect("settings:alert_channels", organization)
            form = ChannelForm()
    context = {
        "channels": [_line(one) for one in Channel.objects.filter(organization=place)],
        "form": form,
        "secret": secret,
        "mail": settings.MAIL_SERVER is not None,
    }
    return alerts_page(request, "web/settings/alert_channels.html", "Channels", context)


@needs(Access.SET_ALERTS)
def channel(request: AttainRequest, organization: str, channel: int) -> HttpResponse:
    """Change a channel."""
    found = get_object_or_404(Channel, pk=channel, organization=organization_of(request))
    form, secret = ChangeForm(request.POST or None, channel=found), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = save_channel(request.granted, request, form.asked(), found)
        except AttainError as error:
            say_in_form(form, error)
        else:
            messages.success(request, f"The channel {found.name} is saved.")
            if not secret:
                return redirect("settings:alert_channels", organization)
            form = ChangeForm(channel=found)
    return alerts_page(request, "web/settings/alert_channel.html", "Channels", {"channel": _line(found), "form": form, "secret": secret})


@require_POST
@needs(Access.SET_ALERTS)
def channel_test(request: AttainRequest, organization: str, channel: int) -> HttpResponse:
    """Send a test by a channel, and say what came of it."""
    found = get_object_or_404(Channel, pk=channel, organization=organization_of(request))
    for delivery in try_channel(found):
        if DeliveryState(delivery.state) is DeliveryState.SENT:
            messages.success(request, f"The test reached {delivery.recipient}.")
        else:
            messages.error(request, f"The test did not reach {delivery.recipient}: {delivery.words}.")
    return redirect("settings:alert_deliveries", organization)


@require_POST
@needs(Access.SET_ALERTS)
def channel_switch(request: AttainRequest, organization: str, channel: int) -> HttpResponse:
    """Turn a channel on or off."""
    found = get_object_or_404(Channel, pk=channel, organization=organization_of(request))
    switch(request.granted, request, found, active=not found.active)
    return redirect("settings:alert_channels", organization)


@require_POST
@needs(Access.SET_ALERTS)
def channel_removal(request: AttainRequest, organization: str, channel: int) -> HttpResponse:
    """Remove a channel; the log of its deliveries stays."""
    found = get_object_or_404(Channel, pk=channel, organization=organization_of(request))
    remove(request.granted, request, found)
    messages.success(request, f"The channel {found.name} is removed.")
    return redirect("settings:alert_channels", organization)


def _line(one: Channel) -> dict[str, Any]:
    when = str(Pace(one.pace).label)
    if Pace(one.pace) is Pace.DAILY:
        when += f", {one.digest_at:%H:%M}"
    elif Pace(one.pace) is Pace.WEEKLY:
        when += f", {WEEKDAYS[one.digest_on]} {one.digest_at:%H:%M}"
    quiet = f"quiet {one.quiet_from:%H:%M} to {one.quiet_until:%H:%M}" if one.quiet_from and one.quiet_until else ""
    zone = one.zone if quiet or Pace(one.pace) is not Pace.AT_ONCE else ""
    return {
        "channel": one,
        "kind": str(ChannelKind(one.kind).label),
        "recipients": one.recipients,
        "when": when,
        "note": ", ".join(part for part in (quiet, zone) if part),
    }
