"""The pages of Evidence."""

from __future__ import annotations

from django.urls import path

from attain.web.evidence import cases, packs

app_name = "evidence"
urlpatterns = [
    path("", cases.cases, name="cases"),
    path("new/", cases.case_new, name="new"),
    path("<int:case>/", cases.case, name="case"),
    path("<int:case>/change/", cases.case_change, name="change"),
    path("<int:case>/remove/", cases.case_remove, name="remove"),
    path("<int:case>/packs/", packs.make, name="make"),
    path("<int:case>/packs/<int:pack>/again/", packs.again, name="again"),
    path("<int:case>/packs/<int:pack>/evidence.<str:kind>", packs.download, name="download"),
]
