"""The pages of Settings: an organization's by its slug, one's own account under `account/`."""

from __future__ import annotations

from django.urls import path

from attain.web.settings import (
    account,
    alert_channels,
    alert_log,
    alerts,
    audit,
    invitations,
    organizations,
    people,
    persons,
    sharing,
    tokens,
)

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
    path("<slug:organization>/alerts/", alerts.alerts, name="alerts"),
    path("<slug:organization>/alerts/rules/", alerts.rules, name="alert_rules"),
    path("<slug:organization>/alerts/rules/<int:rule>/", alerts.rule, name="alert_rule"),
    path("<slug:organization>/alerts/rules/<int:rule>/switch/", alerts.rule_switch, name="alert_rule_switch"),
    path("<slug:organization>/alerts/rules/<int:rule>/remove/", alerts.rule_removal, name="alert_rule_removal"),
    path("<slug:organization>/alerts/channels/", alert_channels.channels, name="alert_channels"),
    path("<slug:organization>/alerts/channels/<int:channel>/", alert_channels.channel, name="alert_channel"),
    path("<slug:organization>/alerts/channels/<int:channel>/test/", alert_channels.channel_test, name="alert_channel_test"),
    path("<slug:organization>/alerts/channels/<int:channel>/switch/", alert_channels.channel_switch, name="alert_channel_switch"),
    path("<slug:organization>/alerts/channels/<int:channel>/remove/", alert_channels.channel_removal, name="alert_channel_removal"),
    path("<slug:organization>/alerts/deliveries/", alert_log.deliveries, name="alert_deliveries"),
    path("<slug:organization>/alerts/deliveries/<int:delivery>/", alert_log.delivery, name="alert_delivery"),
    path("<slug:organization>/alerts/deliveries/<int:delivery>/retry/", alert_log.delivery_retry, name="alert_delivery_retry"),
    path("<slug:organization>/audit/", audit.audit, name="audit"),
    path("<slug:organization>/personal-data/", persons.person, name="person"),
    path("<slug:organization>/personal-data/export/", persons.person_export, name="person_export"),
    path("<slug:organization>/personal-data/erase/", persons.person_erasure, name="person_erasure"),
    path("<slug:organization>/organizations/", organizations.organizations, name="organizations"),
    path("<slug:organization>/organizations/<int:place>/", organizations.place, name="place"),
    path(
        "<slug:organization>/organizations/<int:place>/partners/<int:partner>/remove/",
        organizations.partner_removal,
        name="partner_removal",
    ),
]
