"""What is published is what the workspace says, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from attain.errors import AttainError
from attain.lifecycle.scores import ScoreSteps
from attain.lifecycle.windows import Period, month_start
from attain.published import read
from attain.published.models import Publication, PublishedDesignation
from attain.published.shapes import MICRO, exact, micro
from attain.scoring.result import TOTAL, ScoreRow
from attain.workspace import Workspace
from tests.published.conftest import DAY

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def scored(workspace: Workspace, day: dt.date) -> dict[tuple[str, str, str, str], ScoreRow]:
    return {(row.partner_id, row.designation, row.track, row.metric): row for row in workspace.score(day).rows()}


def test_every_metric_of_every_track_is_the_score_of_the_day(workspace: Workspace, published: Publication, everyone: list[str]) -> None:
    expected = scored(workspace, DAY)
    found = 0
    for partner in everyone:
        for designation in read.overview(partner, published).designations:
            for track in designation.tracks:
                total = expected[partner, designation.id, track.id, TOTAL]
                assert (track.exact_total, track.score.complete, track.score.reaches) == (total.points, total.complete, total.earns)
                assert (designation.row.track == track.id) is total.selected
                for metric in track.metrics:
                    row = expected[partner, designation.id, track.id, metric.id]
                    assert metric.exact_points == row.points
                    assert metric.score.value == (None if row.value is None else micro(row.value))
                    assert metric.score.full_marks == (None if row.full_marks is None else micro(row.full_marks))
                    assert (metric.score.complete, metric.score.earns, metric.score.data_month or None) == (
                        row.complete,
                        row.earns,
                        row.data_month,
                    )
                    found += 1
                found += 1
    assert found == len(expected)


def test_statuses_are_those_of_the_day(workspace: Workspace, published: Publication) -> None:
    for partner in workspace.status(DAY):
        view = read.overview(partner.partner_id, published)
        by_name = {one.id: one.row for one in view.designations}
        for status in partner.on.statuses:
            row = by_name[status.designation]
            assert (row.status, row.status_name, row.status_reason) == (status.status, status.status_name, status.reason)
            assert (row.next_date, row.next_event, row.next_meaning) == (status.next_date, status.next_event, status.next_meaning)
            assert (row.window_start, row.window_end, row.qualified_on) == (status.window.start, status.window.end, status.qualified_on)
            assert (row.anniversary, row.enrolled_on, row.recorded) == (status.anniversary, status.enrolled_on, status.recorded)
        assert view.partner.held == sum(status.held for status in partner.on.statuses)
        assert view.partner.badges == [badge.name for badge in partner.on.badges]


def test_months_are_the_scores_of_their_last_day(workspace: Workspace, published: Publication, everyone: list[str]) -> None:
    by_day: dict[dt.date, list[tuple[str, str, read.MonthPoint]]] = defaultdict(list)
    for partner in everyone:
        for designation in workspace.book.designations:
            months = read.history(partner, designation, published).months
            assert months[-1].day == DAY
            for point in months:
                by_day[point.day].append((partner, designation, point))
    assert len(by_day) > 12
    for day in [*sorted(by_day)[::5], DAY]:
        expected = scored(workspace, day)
        for partner, designation, point in by_day[day]:
            total = expected[partner, designation, point.track, TOTAL]
            assert total.selected
            assert (exact(point.total), point.complete, point.qualified) == (total.points, total.complete, total.qualified)
            chosen = (partner, designation, point.track)
            own = {metric: row for (*key, metric), row in expected.items() if tuple(key) == chosen}
            assert {name: exact(points) for name, points in point.metrics.items()} == {
                name: row.points for name, row in own.items() if name != TOTAL
            }
            for track, points in point.others.items():
                assert exact(points) == expected[partner, designation, track, TOTAL].points


def test_a_total_holds_from_its_day_until_the_next(workspace: Workspace, published: Publication, everyone: list[str]) -> None:
    days = [DAY - dt.timedelta(days=back) for back in (0, 4, 5, 37, 112)]
    for day in days:
        expected = scored(workspace, day)
        for partner in everyone:
            point = [one for one in read.history(partner, "security", published).days if one.day <= day][-1]
            total = next(row for key, row in expected.items() if key[:2] == (partner, "security") and key[3] == TOTAL and row.selected)
            assert (exact(point.total), point.qualified, point.complete) == (total.points, total.qualified, total.complete)


def test_the_best_of_a_month_is_the_highest_total_in_it(workspace: Workspace, published: Publication, everyone: list[str]) -> None:
    seen = 0
    timelines = workspace.timelines(DAY).read(everyone[:2])
    for timeline in timelines:
        for name in workspace.book.designations:
            steps = ScoreSteps(timeline.steps[name])
            for point in read.history(timeline.partner_id, name, published).months:
                best = steps.best(Period(month_start(point.day), point.day))
                assert best is not None
                assert (point.best, point.best_on) == (best.points * MICRO, best.day)
                assert best.points >= Fraction(point.total, MICRO)
                seen += best.points > Fraction(point.total, MICRO)
    assert seen > 0, "no month has a better day than its last"


def test_change_since_last_month_is_the_difference_of_the_totals(published: Publication, everyone: list[str]) -> None:
    moved = 0
    for partner in everyone:
        for designation in read.overview(partner, published).designations:
            months = read.history(partner, designation.id, published).months
            assert designation.row.change_since == months[-2].day == dt.date(2026, 10, 31)
            assert designation.row.change_micro == designation.row.total_micro - months[-2].total
            assert bool(designation.row.change_cause) or designation.row.change_micro == 0
            moved += designation.row.change_micro != 0
    assert moved > 0


def test_every_designation_says_why_its_track_counts(published: Publication) -> None:
    rows = list(PublishedDesignation.objects.filter(publication=published))
    assert {row.selected_by for row in rows} == {"best", "assigned", "enrolled"}
    for row in rows:
        assert row.selected_why
        assert "SMB" in row.selected_why or "Enterprise" in row.selected_why


def test_contoso_has_microsofts_number_beside_ours(published: Publication) -> None:
    _, security = read.designation("1000001", "security", published)
    assert (security.total, security.reported, security.reported_difference) == ("70.00", "70.00", "0.00")
    assert security.row.reported_on == DAY
    _, other = read.designation("1000001", "data-ai", published)
    assert (other.reported, other.row.reported_micro) == ("", None)


def test_a_page_is_one_query(published: Publication, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        view = read.overview("1000001", published)
        assert [designation.id for designation in view.designations] == list(view.designations[0].book.designations)
        assert all(designation.tracks for designation in view.designations)
    with django_assert_num_queries(1):
        partner, _ = read.designation("1000001", "security", published)
        assert partner.name == "Contoso"
    with django_assert_num_queries(1):
        read.history("1000001", "security", published)


def test_rules_that_changed_are_marked(published: Publication) -> None:
    changes = read.history("1000001", "security", published).changes
    assert dt.date(2026, 7, 31) in {change.day for change in changes}
    assert "edition 2026-07" in {change.what for change in changes}


def test_what_is_not_published_is_named(published: Publication) -> None:
    with pytest.raises(AttainError, match="nothing is published of partner 'nobody'"):
        read.overview("nobody", published)
    with pytest.raises(AttainError, match="did you mean security"):
        read.designation("1000001", "securty", published)
    with pytest.raises(AttainError, match="nothing is published"):
        read.history("nobody", "security", published)


@pytest.mark.parametrize("text", ["0", "70", "69.999999", "-3.5", "0.000001", "-0.25", "123456789.123456"])
def test_amounts_survive_as_whole_millionths(text: str) -> None:
    assert exact(micro(Decimal(text))) == Decimal(text)
    assert str(exact(micro(Decimal(text)))) == text
