"""The pages of Plan."""

from __future__ import annotations

from django.urls import path

from attain.web.plan import claims, coverage, downloading, forecast, fragility, near, recommended, rule_change, scenarios, seats, simulator
from attain.web.plan import path as cheapest

app_name = "plan"
urlpatterns = [
    path("", near.near, name="near"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("claims/", claims.claims, name="claims"),
    path("claims/new/", claims.claim_new, name="claim_new"),
    path("claims/<int:claim>/", claims.claim, name="claim"),
    path("claims/<int:claim>/remove/", claims.claim_remove, name="claim_remove"),
    path("seats/", seats.seats, name="seats"),
    path("fragility/", fragility.fragility, name="fragility"),
    path("forecast/", forecast.forecast, name="forecast"),
    path("simulator/", simulator.simulator, name="simulator"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/save/", scenarios.scenario_save, name="scenario_save"),
    path("scenarios/<int:scenario>/", scenarios.scenario, name="scenario"),
    path("scenarios/<int:scenario>/rename/", scenarios.scenario_rename, name="scenario_rename"),
    path("scenarios/<int:scenario>/remove/", scenarios.scenario_remove, name="scenario_remove"),
    path("recommendations/", recommended.recommendations, name="recommendations"),
    path("path/", cheapest.path, name="path"),
    path("rule-change/", rule_change.rule_change, name="rule_change"),
    path("rule-change/keep/", rule_change.rulebook_keep, name="rulebook_keep"),
    path("rule-change/<int:rulebook>/remove/", rule_change.rulebook_remove, name="rulebook_remove"),
    path("rule-change/file/<str:name>", rule_change.rulebook_file, name="rulebook_file"),
    path("files/<str:name>.<str:kind>", downloading.download, name="download"),
]
