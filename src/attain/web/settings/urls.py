"""The pages of Settings: an organization's by its slug, one's own account under `account/`."""

from __future__ import annotations

from django.urls import path

from attain.web.settings import account, audit, invitations, organizations, people, sharing, tokens

app_name = "settings"
urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/tokens/", tokens.own_tokens, name="own_tokens"),
    path("account/tokens/<int:token>/revoke/", tokens.own_token_end, name="own_token_end"),
    path("<slug:organization>/people/", people.people, name="people"),
    path("<slug:organization>/people/<int:member>/role/", people.member_role, name="member_role"),
    path("<slug:organization>/people/<int:member>/password/", people.member_password, name="member_password"),
    path("<slug:organization>/people/<int:member>/remove/", people.member_removal, name="member_removal"),
    path("<slug:organization>/invitations/", invitations.invitations, name="invitations"),
    path("<slug:organization>/invitations/<int:invitation>/withdraw/", invitations.invitation_withdrawal, name="invitation_withdrawal"),
    path("<slug:organization>/tokens/", tokens.tokens, name="tokens"),
    path("<slug:organization>/tokens/<int:token>/revoke/", tokens.token_end, name="token_end"),
    path("<slug:organization>/sharing/", sharing.sharing, name="sharing"),
    path("<slug:organization>/sharing/<int:consent>/revoke/", sharing.sharing_end, name="sharing_end"),
    path("<slug:organization>/audit/", audit.audit, name="audit"),
    path("<slug:organization>/organizations/", organizations.organizations, name="organizations"),
    path("<slug:organization>/organizations/<int:place>/", organizations.place, name="place"),
    path(
        "<slug:organization>/organizations/<int:place>/partners/<int:partner>/remove/",
        organizations.partner_removal,
        name="partner_removal",
    ),
]
