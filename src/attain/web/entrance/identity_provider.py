"""Where the identity provider sends people back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404

from attain.people.openid_connect import OrganizationAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in whom the provider's answer names; Http404 for a provider that is not set up."""
    view: Any = OAuth2CallbackView
    try:
        return view.adapter_view(OrganizationAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as fault:
        raise Http404 from fault
