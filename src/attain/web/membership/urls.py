"""The pages of Membership. Fixed names stand before that of a designation."""

from __future__ import annotations

from django.urls import path

from attain.web.membership import compare, designation, details, history, offers, overview, parts, reported

app_name = "membership"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("history/", history.history, name="history"),
    path("history/compare/", compare.compare, name="compare"),
    path("offers/", offers.offers, name="offers"),
    path("offers/<int:purchase>/withdraw/", offers.withdraw, name="withdraw"),
    path("reported/", reported.report, name="report"),
    path("reconcile/", reported.reconcile, name="reconcile"),
    path("<str:code>/", designation.designation, name="designation"),
    path("<str:code>/<str:metric>/", details.details, name="details"),
    path("<str:code>/<str:metric>/requirements/", designation.requirements, name="requirements"),
    path("<str:code>/<str:metric>/locations/", parts.parts, name="locations"),
    path("<str:code>/<str:metric>/tenants/<str:tenant>/", parts.parts, name="parts"),
    path("<str:code>/<str:metric>/rows.<str:kind>", details.download, name="download"),
]
