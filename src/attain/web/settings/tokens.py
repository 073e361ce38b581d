"""Tokens of the REST interface: an organization's services, and one's own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from attain.people.access import needs
from attain.people.audit import record
from attain.people.models import Event, Organization, Token, TokenScope, User
from attain.people.roles import Access, Role
from attain.people.tokens import revoke_token, tokens_of
from attain.web.pages import Crumb, page
from attain.web.settings.places import organization_of, settings_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_DAYS = (("30", "30 days"), ("90", "90 days"), ("365", "A year"))


class TokenForm(forms.Form):
    """A token: what it is for, what it may do, how long."""

    name = forms.CharField(label="What it is for", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="May", choices=TokenScope.choices, initial=[TokenScope.READ], widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label="Good for", choices=_DAYS, initial="90")


class ServiceTokenForm(TokenForm):
    """A token of a service, which has a role as a person has."""

    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.EXECUTIVE_REPORT_VIEWER)
    field_order = ("name", "role", "scopes", "days")


@needs(Access.PEOPLE)
def tokens(request: AttainRequest, organization: str) -> HttpResponse:
    """Show the tokens of an organization's services, and make one."""
    place = organization_of(request)
    form, secret = _make(request, ServiceTokenForm(request.POST or None), place)
    context = {"tokens": tokens_of(place), "form": form, "secret": secret, "now": timezone.now()}
    return settings_page(request, "web/settings/tokens.html", "Tokens", context)


@needs(Access.SIGNED_IN)
def own_tokens(request: AttainRequest) -> HttpResponse:
    """Show one's own tokens, and make one."""
    form, secret = _make(request, TokenForm(request.POST or None), None)
    user = request.granted.principal.user
    context = {"tokens": Token.objects.filter(user=user, revoked_at=None), "form": form, "secret": secret, "now": timezone.now()}
    crumbs = [Crumb("Your account", reverse("settings:account")), Crumb("Your tokens")]
    return page(request, "web/settings/own_tokens.html", "Your tokens", context, crumbs=crumbs)


@require_POST
@needs(Access.PEOPLE)
def token_end(request: AttainRequest, organization: str, token: int) -> HttpResponse:
    """Revoke a token of a service."""
    _revoke(request, get_object_or_404(Token, pk=token, organization=organization_of(request), revoked_at=None))
    return redirect("settings:tokens", organization)


@require_POST
@needs(Access.SIGNED_IN)
def own_token_end(request: AttainRequest, token: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    _revoke(request, get_object_or_404(Token, pk=token, user=request.granted.principal.user, revoked_at=None))
    return redirect("settings:own_tokens")


def _make(request: AttainRequest, form: TokenForm, place: Organization | None) -> tuple[TokenForm, str]:
    """Make the token that a form asks for; gives an empty form and the secret then, else the form and nothing."""
    user = request.granted.principal.user
    if request.method != "POST" or not form.is_valid() or not isinstance(user, User):
        return form, ""
    data = form.cleaned_data
    made, secret = Token.issue(
        data["name"],
        scopes=[TokenScope(scope) for scope in data["scopes"]],
        expires_at=timezone.now() + dt.timedelta(days=int(data["days"])),
        by=user,
        organization=place,
        role=Role(data["role"]) if place is not None else None,
    )
    record(Event.TOKEN_MADE, request, organization=place, detail=f"{made.name} ({', '.join(made.scopes)})")
    return type(form)(), secret


def _revoke(request: AttainRequest, token: Token) -> None:
    revoke_token(token, request)
    messages.success(request, f"The token {token.name} no longer works.")
