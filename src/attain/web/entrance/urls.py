"""The way in, and the account pages of allauth under names that allauth itself looks up.

Only what is used here has a URL: there is no sign-up, and nothing that needs mail.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import URLPattern, path

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.entrance import first_run, identity_provider, joining, new_password, partners, start

oidc: Any = openid_connect
public = needs(Access.PUBLIC)
signed_in = needs(Access.SIGNED_IN)

_own: list[URLPattern] = [
    path("", start.home, name="home"),
    path("partners/", partners.partners, name="partners"),
    path("partners/<partner:partner_id>/", partners.switch_partner, name="switch_partner"),
    path("theme/", start.theme, name="theme"),
    path("start/", first_run.first_run, name="first_run"),
    path("account/new-password/<int:user>/<str:secret>/", new_password.new_password, name="new_password"),
    path("join/<str:secret>/", joining.join, name="join"),
]
_account: list[URLPattern] = [
    path("account/login/", public(account.login), name="account_login"),
    path("account/logout/", public(account.logout), name="account_logout"),
    path("account/signup/", public(account.signup), name="account_signup"),
    path("account/inactive/", public(account.account_inactive), name="account_inactive"),
    path("account/reauthenticate/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("account/password/", signed_in(account.password_change), name="account_change_password"),
    path("account/password/set/", signed_in(account.password_set), name="account_set_password"),
]
_two_step: list[URLPattern] = [
    path("account/two-step/", signed_in(mfa.index), name="mfa_index"),
    path("account/two-step/sign-in/", public(mfa.authenticate), name="mfa_authenticate"),
    path("account/two-step/reauthenticate/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/two-step/app/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("account/two-step/app/remove/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/two-step/codes/", signed_in(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/two-step/codes/new/", signed_in(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/two-step/codes/file/", signed_in(recovery_codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]
_provider: list[URLPattern] = [
    path("account/provider/cancelled/", public(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("account/provider/error/", public(social.login_error), name="socialaccount_login_error"),
    path("account/provider/signup/", public(social.signup), name="socialaccount_signup"),
    path("account/provider/connections/", signed_in(social.connections), name="socialaccount_connections"),
    path("account/oidc/<str:provider_id>/login/", public(oidc.login), name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", public(identity_provider.callback), name="openid_connect_callback"),
]
urlpatterns = [*_own, *_account, *_two_step, *_provider]
