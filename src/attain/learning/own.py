"""What a lesson may say of the reader's own score, and which lessons are offered because a metric blocks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.learning.progress import playbook
from attain.people.roles import Access
from attain.playbook.figures import TRACK_NAMES
from attain.published.models import PublishedPartner
from attain.published.read import current, overview
from attain.published.shapes import MICRO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.people.principal import Principal
    from attain.playbook.lesson import Lesson
    from attain.published.read import Designation, Metric, Overview

MOST_OFFERS = 3
_SCORES = (Access.MEMBERSHIP, Access.INSIGHTS)


@dataclass(frozen=True)
class Offer:
    """A lesson that is offered to a partner: for which metric of which designation, and why."""

    designation: str
    designation_name: str
    metric: str
    metric_name: str
    lesson: Lesson
    why: str


def scores_of(principal: Principal, partner_id: str) -> Overview | None:
    """Give the published scores of a partner, where the asker may see them and there are any."""
    if not partner_id or not any(principal.grant_for_partner(partner_id, access) for access in _SCORES):
        return None
    publication = current()
    if publication is None or not PublishedPartner.objects.filter(publication=publication, partner_id=partner_id).exists():
        return None
    return overview(partner_id, publication)


def of_designation(scores: Overview | None, designation: str) -> Designation | None:
    """Give one designation of the scores, if it is there."""
    return None if scores is None else next((found for found in scores.designations if found.id == designation), None)


def own_numbers(found: Designation | None) -> dict[str, str]:
    """Give what examples may show of a designation's score, by the names of `attain.playbook.reader`; empty where there is none."""
    if found is None:
        return {}
    numbers = {
        "partner": found.row.account.name or found.row.account.partner_id,
        "total": found.total,
        "track": TRACK_NAMES[found.selected.id],
        "status": found.row.status_name,
        "blocks": found.row.blocks,
        "data_month": found.row.data_month,
    }
    for metric in found.selected.metrics:
        numbers |= {
            f"{metric.id}.points": metric.points,
            f"{metric.id}.max_points": metric.max_points,
            f"{metric.id}.value": metric.value_words,
            f"{metric.id}.sentence": metric.sentence,
            f"{metric.id}.missing": found.shown(metric.score.max_points - metric.score.points),
        }
    return numbers


def offers(scores: Overview | None) -> list[Offer]:
    """Offer lessons over all designations: those nearest to qualifying first, at most `MOST_OFFERS`."""
    if scores is None:
        return []
    nearest = sorted(scores.designations, key=lambda found: -found.row.total_micro)
    return [offer for found in nearest for offer in offers_of(found)][:MOST_OFFERS]


def offers_of(found: Designation) -> list[Offer]:
    """Offer lessons for the metrics that keep a designation from qualifying: those that earn nothing, else the one with most to gain."""
    if found.selected.score.reaches:
        return []
    course = playbook().course(found.id)
    offered: list[Offer] = []
    for metric, why in _blocking(found):
        lesson = next(iter(course.for_metric(metric.id)), None)
        if lesson is not None and all(lesson != other.lesson for other in offered):
            offered.append(Offer(found.id, found.name, metric.id, metric.name, lesson, why))
    return offered


def _blocking(found: Designation) -> Iterator[tuple[Metric, str]]:
    metrics = found.selected.metrics
    nothing = [metric for metric in metrics if not metric.score.earns]
    for metric in nothing:
        yield metric, f"{metric.name} earns nothing yet, and every metric must"
    if not nothing and metrics and Fraction(found.row.total_micro, MICRO) < found.rules.qualifying_total:
        most = max(metrics, key=lambda metric: metric.score.max_points - metric.score.points)
        missing = found.shown(most.score.max_points - most.score.points)
        yield most, f"{most.name} has the most to gain: {missing} more points"
