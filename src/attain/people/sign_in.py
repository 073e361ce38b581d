"""How people sign in: what allauth asks this project about. Accounts are made by invitation or on the first run alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.shortcuts import render
from requests import RequestException

from attain.people.audit import record
from attain.people.joining import accept, invitation_for
from attain.people.models import Event
from attain.people.openid_connect import SignInRefused

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.http import HttpRequest

    from attain.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Local accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: nobody makes an account unasked."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts of the identity provider."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Say to whom has no account here and no invitation why that is, instead of leading on to a sign-up that is closed."""
        login: Any = sociallogin
        connecting = login.state.get("process") == AuthProcess.CONNECT
        if login.is_existing or connecting or self.is_open_for_signup(request, sociallogin):
            return
        addresses = login.email_addresses
        address = addresses[0].email if addresses else ""
        record(Event.SIGN_IN_FAILED, request, actor=address, detail="no account for whom the identity provider names")
        told = {"address": address, "verified": bool(_verified_addresses(sociallogin)), "provider": login.provider}
        raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", told, status=HTTPStatus.FORBIDDEN))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Keep why a sign-in failed, where an answer to a question of this server did; anybody can make up others."""
        if isinstance(exception, SignInRefused):
            reason = str(exception)
        elif isinstance(exception, RequestException):
            reason = "the provider did not answer as it should"
        else:
            reason = "the provider gave no token"
        if exception is not None:
            record(Event.SIGN_IN_FAILED, request, detail=f"identity provider: {reason}")

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Let in whom an open invitation names: by the link opened in this browser, or by an address that the provider vouches for."""
        return invitation_for(request, _verified_addresses(sociallogin)) is not None

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Keep the account and make it the member that its invitation says."""
        invitation = invitation_for(request, _verified_addresses(sociallogin))
        base: Any = super()
        user: User = base.save_user(request, sociallogin, form)
        if invitation is not None:
            accept(invitation, user, request)
        return user

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        """Take the name and the address as the provider gives them."""
        base: Any = super()
        user: User = base.populate_user(request, sociallogin, data)
        user.name = data.get("name") or " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))
        invitation = invitation_for(request, _verified_addresses(sociallogin))
        if not user.email and invitation is not None:
            user.email = invitation.email
        user.email = (user.email or "").lower()
        return user


def _verified_addresses(sociallogin: SocialLogin) -> list[str]:
    addresses: Any = sociallogin.email_addresses
    return [address.email.lower() for address in addresses if address.verified]
