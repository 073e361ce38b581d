"""The pages of Portfolio."""

from __future__ import annotations

from django.urls import path

from attain.web.portfolio import calls, cohorts, listing, others, reseller, segments

app_name = "portfolio"
urlpatterns = [
    path("", listing.all_resellers, name="resellers"),
    path("resellers.<slug:kind>", listing.download, name="download"),
    path("resellers/<partner:partner_id>/", reseller.reseller, name="reseller"),
    path("resellers/<partner:partner_id>/call/", calls.call_record, name="call_record"),
    path("calls/", calls.calls, name="calls"),
    path("calls.<slug:kind>", calls.call_download, name="call_download"),
    path("segments/", segments.segments, name="segments"),
    path("segments/save/", segments.segment_save, name="segment_save"),
    path("segments/<int:segment>/rename/", segments.segment_rename, name="segment_rename"),
    path("segments/<int:segment>/remove/", segments.segment_remove, name="segment_remove"),
    path("cohorts/", cohorts.all_cohorts, name="cohorts"),
    path("others/", others.other_resellers, name="others"),
]
