"""How people sign in: what allauth asks this project about. Accounts are made by invitation or on the first run alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from attain.people.joining import accept, invitation_for

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
