"""The page of components."""

from __future__ import annotations

from django.urls import path

from attain.web.styleguide import views

app_name = "styleguide"
urlpatterns = [path("", views.components, name="components"), path("panel/", views.panel, name="panel")]
