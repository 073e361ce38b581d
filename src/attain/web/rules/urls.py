"""The pages of Rules."""

from __future__ import annotations

from django.urls import path

from attain.web.rules import views

app_name = "rules"
urlpatterns = [
    path("", views.designations, name="designations"),
]
