"""The pages of Data."""

from __future__ import annotations

from django.urls import path

from attain.web.data import views

app_name = "data"
urlpatterns = [
    path("", views.loads, name="loads"),
]
