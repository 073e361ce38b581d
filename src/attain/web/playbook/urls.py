"""The pages of Playbook."""

from __future__ import annotations

from django.urls import path

from attain.web.playbook import views

app_name = "playbook"
urlpatterns = [
    path("", views.course, name="course"),
]
