"""What tests of rules do to what is published, and read of what came of it."""

from __future__ import annotations

from typing import Any

from attain.alerts.models import Alert, Rule
from attain.published.models import PortfolioRow, Publication, PublishedDesignation
from tests.people.places import OWN

SECURITY = "security"


def told(rule: Rule) -> list[str]:
    return [alert.text for alert in Alert.objects.filter(rule=rule, ended_at=None, silent=False).order_by("pk")]


def change(publication: Publication, partner: str = OWN, designation: str = SECURITY, **values: Any) -> None:
    """Change what is published of a designation, in both rows that tell of it."""
    rows = PublishedDesignation.objects.filter(publication=publication, account__partner_id=partner, designation=designation)
    names = {field.name for field in PublishedDesignation._meta.get_fields()}
    assert rows.update(**{name: value for name, value in values.items() if name in names}) == 1 or not names & values.keys()
    narrow = {field.name for field in PortfolioRow._meta.get_fields()}
    kept = {name: value for name, value in values.items() if name in narrow}
    if kept:
        PortfolioRow.objects.filter(publication=publication, partner_id=partner, designation=designation).update(**kept)
