"""All pages, by area; each area lists its own in its `urls.py`.

/                                       the first page that one may see
/account/...  /start/  /join/<secret>/  sign-in and account (entrance), first run, invitations
/<partner_id>/membership/...            Membership: overview, <designation>/, history/, offers/
/<partner_id>/insights/...              Insights
/<partner_id>/evidence/...              Evidence: cases, their packs and files
/<partner_id>/plan/...                  Plan: who could count, forecast, simulator, rule change, cheapest path
/<partner_id>/data/...                  Data
/portfolio/<organization>/...           Portfolio
/settings/<organization>/...            Settings: people, invitations, tokens, audit log; /settings/account/: one's own
/rules/...  /playbook/...               Rules, Playbook
/partners/                              the partners that one may see
/styleguide/                            every component, where ATTAIN_STYLEGUIDE or ATTAIN_DEBUG is on
"""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, register_converter

from attain.web.partner_urls import PartnerId

register_converter(PartnerId, "partner")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("attain.web.entrance.urls")),
    path("portfolio/<slug:organization>/", include("attain.web.portfolio.urls")),
    path("settings/", include("attain.web.settings.urls")),
    path("rules/", include("attain.web.rules.urls")),
    path("playbook/", include("attain.web.playbook.urls")),
    path("<partner:partner_id>/membership/", include("attain.web.membership.urls")),
    path("<partner:partner_id>/insights/", include("attain.web.insights.urls")),
    path("<partner:partner_id>/evidence/", include("attain.web.evidence.urls")),
    path("<partner:partner_id>/plan/", include("attain.web.plan.urls")),
    path("<partner:partner_id>/data/", include("attain.web.data.urls")),
]
if settings.STYLEGUIDE:
    urlpatterns.insert(0, path("styleguide/", include("attain.web.styleguide.urls")))
