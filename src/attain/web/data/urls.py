"""The pages of Data."""

from __future__ import annotations

from django.urls import path

from attain.web.data import imports, rejected, views

app_name = "data"
urlpatterns = [
    path("", views.loads, name="loads"),
    path("imports/", imports.begin, name="import"),
    path("imports/<int:run>/", imports.run, name="run"),
    path("imports/<int:run>/state/", imports.state, name="state"),
    path("loads/<int:load>/rejected/", rejected.rejected, name="rejected"),
    path("loads/<int:load>/rejected.csv", rejected.rejected_file, name="rejected_file"),
]
