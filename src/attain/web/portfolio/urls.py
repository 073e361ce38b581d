"""The pages of Portfolio."""

from __future__ import annotations

from django.urls import path

from attain.web.portfolio import views

app_name = "portfolio"
urlpatterns = [
    path("", views.resellers, name="resellers"),
]
