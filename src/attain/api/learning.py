"""What the resellers of a distributor learned, beside how their points moved meanwhile. It never says that one caused the other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ninja import Router, Schema
from pydantic import Field

from attain.api.access import endpoint_needs
from attain.api.amounts import Amount, of_micro
from attain.api.recording import organization_of
from attain.learning.resellers import FEWEST, consented_lines, others
from attain.people.access import AttainRequest
from attain.people.roles import Access
from attain.published.read import current

if TYPE_CHECKING:
    from attain.published.shapes import MonthPoint

router = Router(tags=["Portfolio"])


class PointsThen(Schema):
    """The points of a month by metric, and their total; no metric where totals alone are shared."""

    day: dt.date
    total: Amount
    metrics: dict[str, Amount] = Field(examples=[{"net_customer_adds": "13.333333"}])


class ResellerLearned(Schema):
    """A reseller that consented and a course: people who learn, lessons done, since when, and the points before and now."""

    partner_id: str
    name: str
    designation: str
    people: int
    lessons: int
    since: dt.date
    before: PointsThen | None
    now: PointsThen | None


class OthersLearned(Schema):
    """Resellers that did not consent, counted together."""

    partners: int
    learning: int
    lessons: int


class LearningShown(Schema):
    """What resellers learned. `others` is null where fewer than `fewest` of those without consent learn, or do not."""

    resellers: list[ResellerLearned]
    others: OthersLearned | None
    fewest: int


@router.get("/portfolio/{organization}/learning", response=LearningShown, summary="What resellers learn")
@endpoint_needs(Access.PORTFOLIO)
def reseller_learning(request: AttainRequest, organization: str) -> LearningShown:
    """Give what the resellers that consented learned, beside their points before and now; of the others counts alone."""
    del organization
    place, publication = organization_of(request), current()
    lines = [
        ResellerLearned(
            partner_id=line.partner_id,
            name=line.name,
            designation=line.designation,
            people=line.people,
            lessons=line.lessons,
            since=line.since,
            before=_points(line.before),
            now=_points(line.now),
        )
        for line in consented_lines(place, publication)
    ]
    counted = others(place, publication)
    return LearningShown(resellers=lines, others=None if counted is None else OthersLearned.model_validate(counted), fewest=FEWEST)


def _points(month: MonthPoint | None) -> PointsThen | None:
    if month is None:
        return None
    metrics = {name: of_micro(points) for name, points in month.metrics.items()}
    return PointsThen(day=month.day, total=of_micro(month.total), metrics=metrics)
