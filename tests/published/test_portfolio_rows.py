"""The rows of a distributor's list: distance, the single blocking metric, months, and what lies ahead."""

from __future__ import annotations

import pytest

from attain.published import read
from attain.published.models import PortfolioRow, Publication, PublishedHistory
from attain.published.portfolio_rows import LETTERS, blocking, letters
from attain.published.shapes import MICRO, MetricScore, unpack_months

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def metric(name: str, points: int, most: int, *, earns: bool = True) -> MetricScore:
    return MetricScore(name, None, None, points * MICRO, most * MICRO, True, earns, "2026-10")


def test_the_only_metric_that_earns_nothing_is_in_the_way() -> None:
    metrics = [metric("a", 20, 20), metric("b", 0, 20, earns=False), metric("c", 5, 60)]
    assert blocking(metrics, 45 * MICRO) == "b"
    assert blocking([*metrics, metric("d", 0, 20, earns=False)], 45 * MICRO) == ""


def test_else_the_widest_one_if_it_would_do() -> None:
    metrics = [metric("a", 15, 20), metric("b", 5, 20), metric("c", 45, 60)]
    assert blocking(metrics, 15 * MICRO) == "b"
    assert blocking(metrics, 15 * MICRO + 1) == ""
    assert blocking([], MICRO) == ""


def test_every_designation_has_a_row_as_it_is_published(published: Publication, everyone: list[str]) -> None:
    ahead = unclaimed = 0
    for partner in everyone:
        view = read.overview(partner, published)
        rows = {row.designation: row for row in PortfolioRow.objects.filter(publication=published, partner_id=partner)}
        assert set(rows) == {one.id for one in view.designations}
        for one in view.designations:
            row = rows[one.id]
            assert row.distance_micro == int(one.rules.qualifying_total * MICRO) - one.row.total_micro
            assert (row.status, row.track, row.next_date, row.name) == (one.row.status, one.row.track, one.row.next_date, view.partner.name)
            assert row.at_floor == sum(not metric.score.earns for metric in one.selected.metrics)
            assert not (row.qualifies and row.blocking)
            assert row.at_risk_on is None or (row.qualifies and row.at_risk_on > row.day)
            months = unpack_months(PublishedHistory.objects.get(account=view.partner, designation=one.id).months)
            assert [LETTERS[letter] for letter in row.month_statuses] == [month.status for month in months][-len(row.month_statuses) :]
            ahead += row.at_risk_on is not None
            unclaimed += row.unclaimed_micro > 0
    assert ahead
    assert unclaimed


def test_each_status_has_a_letter_of_its_own() -> None:
    assert letters(LETTERS.values()) == "".join(LETTERS)
    assert len(LETTERS) == 4
