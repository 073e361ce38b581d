"""The pages of Rules."""

from __future__ import annotations

from django.urls import path

from attain.web.rules import views

app_name = "rules"
urlpatterns = [
    path("", views.designations, name="designations"),
    path("programme/", views.programme, name="programme"),
    path("interpretations/", views.interpretations, name="interpretations"),
    path("sources/", views.sources, name="sources"),
    path("designations/<slug:designation>/", views.designation, name="designation"),
    path("designations/<slug:designation>/changes/", views.changes, name="changes"),
]
