"""The REST interface under `/api/v1`: its sign-in and errors; each group of endpoints is a router of its own module."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver

from attain.api import (
    alert_rules,
    alerts,
    audit,
    calls,
    claims,
    compared,
    consents,
    coverage,
    customers,
    evidence,
    forecasts,
    fragility,
    freshness,
    imports,
    learning,
    me,
    near,
    operating,
    organizations,
    partners,
    parts,
    paths,
    persons,
    playbook,
    portfolio,
    problems,
    qualification,
    recommended,
    records,
    rows,
    rule_changes,
    rules,
    scenarios,
    scored,
    seats,
    segments,
    simulations,
    skilling,
    trends,
)
from attain.api.interface import Interface
from attain.api.sign_in import SIGN_INS
from attain.people.access import needs
from attain.people.roles import Access

api = Interface(
    title="Attain",
    version="1",
    description="Scores, statuses and the rows behind them, as the web workspace shows them. Sign in with a token of Settings > Tokens.",
    auth=SIGN_INS,
    docs_url="/docs",
    urls_namespace="api",
    docs_decorator=needs(Access.SIGNED_IN),
)
problems.handle(api)
api.add_router("", me.router)
AREAS = (
    partners,
    rows,
    parts,
    qualification,
    customers,
    skilling,
    trends,
    near,
    seats,
    fragility,
    recommended,
    coverage,
    claims,
    forecasts,
    simulations,
    scenarios,
    paths,
    scored,
    compared,
    records,
    evidence,
    imports,
    portfolio,
    calls,
    segments,
    rule_changes,
    learning,
    consents,
    freshness,
    alert_rules,
    alerts,
    rules,
    playbook,
    organizations,
    operating,
    persons,
    audit,
)
for module in AREAS:
    api.add_router("", module.router)


def patterns() -> list[URLPattern | URLResolver]:
    """Give the URLs of the interface. Its root, which only says where the description is, is open to whom that is."""
    found, _, _ = api.urls
    for pattern in found:
        if isinstance(pattern, URLPattern) and pattern.name == "api-root":
            view: Any = pattern.callback
            pattern.callback = needs(Access.SIGNED_IN)(view)
    return found
