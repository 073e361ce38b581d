"""The pages of Membership."""

from __future__ import annotations

from django.urls import path

from attain.web.membership import views

app_name = "membership"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("history/", views.history, name="history"),
    path("offers/", views.offers, name="offers"),
]
