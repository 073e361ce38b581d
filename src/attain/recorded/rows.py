"""What was recorded as rows of facts, laid over those of files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attain.facts.added import below, with_rows
from attain.recorded.models import Purchase, ReportedNumber

if TYPE_CHECKING:
    from attain.facts.facts import Facts
    from attain.workspace import Workspace


def with_records(workspace: Workspace) -> Workspace:
    """Give the workspace with every purchase and reported number that counts now beside its facts; what was laid over before is dropped."""
    return replace(workspace, facts=facts_with_records(below(workspace.facts)))


def facts_with_records(facts: Facts) -> Facts:
    """Lay every purchase and reported number that counts now over facts."""
    purchases = Purchase.objects.filter(withdrawn_at=None).order_by("pk")
    numbers = ReportedNumber.objects.order_by("pk")
    return with_rows(
        facts,
        {
            "enrollments": [
                {
                    "partner_id": one.partner_id,
                    "designation": one.designation,
                    "enrolled_on": one.enrolled_on,
                    "paid_on": one.paid_on,
                    "anniversary": one.anniversary,
                    "track": one.track or None,
                }
                for one in purchases
            ],
            "reported_scores": [
                {
                    "partner_id": one.partner_id,
                    "as_of": one.as_of,
                    "designation": one.designation,
                    "track": one.track or None,
                    "metric": one.metric,
                    "value": None,
                    "points": one.points,
                }
                for one in numbers
            ],
        },
    )
