"""The pages of Portfolio."""

from __future__ import annotations

from django.urls import path

from attain.web.portfolio import listing, reseller

app_name = "portfolio"
urlpatterns = [
    path("", listing.all_resellers, name="resellers"),
    path("resellers.<slug:kind>", listing.download, name="download"),
    path("resellers/<partner:partner_id>/", reseller.reseller, name="reseller"),
]
