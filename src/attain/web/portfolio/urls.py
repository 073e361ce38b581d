"""The pages of Portfolio."""

from __future__ import annotations

from django.urls import path

from attain.web.portfolio import calls, cohorts, listing, others, reseller, rule_change, segments

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
    path("rule-change/", rule_change.rule_changes, name="rule_change"),
    path("rule-change/rows.<slug:kind>", rule_change.rule_change_download, name="rule_change_download"),
    path("rule-change/rulebooks/", rule_change.rulebook_keep, name="rulebook_keep"),
    path("rule-change/rulebooks/<int:rulebook>/remove/", rule_change.rulebook_remove, name="rulebook_remove"),
    path("rule-change/files/<str:name>", rule_change.rulebook_file, name="rulebook_file"),
    path("others/", others.other_resellers, name="others"),
]
