"""The pages of Settings: an organization's by its slug, one's own account under `account/`."""

from __future__ import annotations

from django.urls import path

from attain.web.settings import account, people

app_name = "settings"
urlpatterns = [
    path("account/", account.account, name="account"),
    path("<slug:organization>/people/", people.people, name="people"),
]
