"""What each kind of rule notices: below, at and above its bound; once, and again after it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from attain.alerts.models import Alert, Delivery, Rule, RuleKind
from attain.alerts.noticing import notice
from attain.explaining.ending import endings, names_of
from attain.facts.synthetic import DemoPlan, write_demo
from attain.people.models import Organization
from attain.published.models import Publication, PublishedDesignation, PublishedPartner
from attain.published.publish import publish
from attain.published.shapes import MICRO
from attain.recorded.rows import with_records
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from attain.workspace import Workspace
from tests.alerts.conftest import DAY, NOW
from tests.alerts.standing import SECURITY, change, told
from tests.imports.conftest import focus_file
from tests.people.places import OWN

pytestmark = pytest.mark.django_db
Make = Callable[..., Rule]
LATER = NOW + dt.timedelta(hours=1)


def qualifies(workspace: Workspace, alert: Alert, day: dt.date) -> bool:
    """Say whether the score of a day qualifies, asked of the score itself."""
    rows = workspace.score(day, partners=[alert.partner_id], designations=[alert.designation]).rows()
    return bool(next(row for row in rows if row.metric == "total" and row.selected).qualified)


class TestUnder:
    @pytest.mark.parametrize(("above", "speaks"), [(-1, True), (0, False), (1, False)])
    def test_the_total_that_qualifies_is_the_bound_where_none_is_said(
        self, above: int, speaks: bool, workspace: Workspace, published: Publication, rule: Make, goal: int
    ) -> None:
        made = rule(RuleKind.UNDER)
        change(published, total_micro=goal + above)
        assert notice(workspace, NOW).alerts == speaks
        assert len(told(made)) == speaks

    @pytest.mark.parametrize(("above", "speaks"), [(-1, True), (0, False), (1, False)])
    def test_a_bound_of_ones_own(self, above: int, speaks: bool, workspace: Workspace, published: Publication, rule: Make) -> None:
        made = rule(RuleKind.UNDER, bound_micro=42_500_000)
        change(published, total_micro=42_500_000 + above)
        notice(workspace, NOW)
        assert len(told(made)) == speaks
        if speaks:
            # What is shown is never rounded up across the bound that counts, and says where it stands.
            assert told(made)[0].startswith("Security is at 42.5")
            assert ", under 42.5." in told(made)[0]

    @pytest.mark.parametrize(("above", "speaks"), [(-1, True), (0, False), (1, False)])
    def test_a_metric(self, above: int, speaks: bool, workspace: Workspace, published: Publication, rule: Make) -> None:
        row = PublishedDesignation.objects.get(publication=published, account__partner_id=OWN, designation=SECURITY)
        track = next(track for track in row.tracks if track[0] == row.track)
        metric = track[6][0]
        made = rule(RuleKind.UNDER, metric=metric[0], bound_micro=metric[3] - above)
        # The bound moves here and not the points: they are what the demo has.
        notice(workspace, NOW)
        assert len(told(made)) == speaks
        if speaks:
            assert Alert.objects.get(rule=made).metric == metric[0]

    def test_it_speaks_once_and_again_after_it_was_over(self, workspace: Workspace, published: Publication, rule: Make, goal: int) -> None:
        made = rule(RuleKind.UNDER)
        change(published, total_micro=goal - MICRO)
        assert [notice(workspace, NOW).alerts, notice(workspace, LATER).alerts] == [1, 0]
        change(published, total_micro=goal - 2 * MICRO)
        assert notice(workspace, LATER).alerts == 0, "it is under still"
        change(published, total_micro=goal)
        assert notice(workspace, LATER).alerts == 0
        assert told(made) == []
        assert Alert.objects.get(rule=made).ended_at == LATER
        change(published, total_micro=goal - MICRO)
        assert notice(workspace, LATER).alerts == 1

    def test_an_unfinished_number_says_so(self, workspace: Workspace, published: Publication, rule: Make, goal: int) -> None:
        made = rule(RuleKind.UNDER)
        change(published, total_micro=goal - 1, complete=False)
        notice(workspace, NOW)
        assert told(made)[0].endswith("Months of data are missing, so this is not final.")


class TestFirstQualified:
    def test_what_was_so_before_is_noted_and_not_told(self, workspace: Workspace, published: Publication, rule: Make) -> None:
        made = rule(RuleKind.FIRST_QUALIFIED)
        change(published, qualified_on=DAY)
        done = notice(workspace, NOW)
        assert (done.alerts, done.silent) == (0, 1)
        assert not Delivery.objects.exists()
        change(published, qualified_on=None)
        notice(workspace, LATER)
        change(published, qualified_on=DAY)
        assert notice(workspace, LATER).alerts == 1
        assert told(made)[0].startswith("Security has a first qualified day: ")

    def test_it_is_told_with_the_total_and_what_is_next(self, workspace: Workspace, published: Publication, rule: Make, goal: int) -> None:
        made = rule(RuleKind.FIRST_QUALIFIED)
        change(published, qualified_on=None, total_micro=goal - 1)
        assert notice(workspace, NOW).silent == 0
        by = DAY + dt.timedelta(days=30)
        change(
            published,
            total_micro=goal,
            qualified_on=DAY,
            window_start=DAY,
            status="qualified",
            next_date=by,
            next_meaning="last day to purchase",
        )
        assert notice(workspace, LATER).alerts == 1
        text = told(made)[0]
        assert f"first qualified day: {DAY}." in text
        assert "It stands at 70.00 of 100 points." in text or "It stands at 70" in text
        assert text.endswith(f"Next: {by}, last day to purchase.")

    def test_the_first_day_is_that_of_the_window_and_not_the_last(
        self, workspace: Workspace, published: Publication, everybody: Organization, rule_of: Make
    ) -> None:
        made = rule_of(everybody, RuleKind.FIRST_QUALIFIED)
        rows = PublishedDesignation.objects.filter(publication=published, qualified_on__isnull=False)
        Rule.objects.filter(pk=made.pk).update(looked_at=NOW)
        assert notice(workspace, NOW).alerts == rows.count() > 0
        for alert in Alert.objects.filter(rule=made):
            row = rows.get(account__partner_id=alert.partner_id, designation=alert.designation)
            day = dt.date.fromisoformat(alert.text.split("first qualified day: ")[1][:10])
            assert row.qualified_on is not None
            assert row.window_start <= day <= row.qualified_on
            assert qualifies(workspace, alert, day)
            if day > row.window_start:
                assert not qualifies(workspace, alert, day - dt.timedelta(days=1))


class TestAtRisk:
    @pytest.mark.parametrize(("days", "speaks"), [(29, True), (30, True), (31, False)])
    def test_so_many_days_ahead(self, days: int, speaks: bool, workspace: Workspace, published: Publication, rule: Make) -> None:
        made = rule(RuleKind.AT_RISK, days=30)
        change(published, at_risk_on=DAY + dt.timedelta(days=days))
        notice(workspace, NOW)
        assert len(told(made)) == speaks
        if speaks:
            assert "qualifies now and would no longer from" in told(made)[0]
            assert "if usage went on as in" in told(made)[0]

    def test_another_day_of_the_same_risk_is_no_news(self, workspace: Workspace, published: Publication, rule: Make) -> None:
        rule(RuleKind.AT_RISK, days=30)
        change(published, at_risk_on=DAY + dt.timedelta(days=20))
        assert notice(workspace, NOW).alerts == 1
        change(published, at_risk_on=DAY + dt.timedelta(days=10))
        assert notice(workspace, LATER).alerts == 0
        change(published, at_risk_on=None)
        assert notice(workspace, LATER).alerts == 0
        change(published, at_risk_on=DAY + dt.timedelta(days=10))
        assert notice(workspace, LATER).alerts == 1


class TestRenewal:
    @pytest.mark.parametrize(
        ("ahead", "speaks", "words"),
        [
            (31, False, ""),
            (30, True, "opens on"),
            (1, True, "opens on"),
            (0, True, "is open since"),
            (-60, True, "is open since"),
            (-61, False, ""),
        ],
    )
    def test_before_and_in_the_window(
        self, ahead: int, speaks: bool, words: str, workspace: Workspace, published: Publication, rule: Make
    ) -> None:
        made = rule(RuleKind.RENEWAL, days=30)
        start = DAY + dt.timedelta(days=ahead)
        change(published, renewal_start=start, renewal_end=start + dt.timedelta(days=60), qualified_on=None)
        notice(workspace, NOW)
        assert len(told(made)) == speaks
        if speaks:
            assert f"The renewal window of Security {words} {start}" in told(made)[0]
            assert "It has no qualified day for it yet." in told(made)[0]

    def test_it_is_told_once_before_and_once_when_it_opens(self, workspace: Workspace, published: Publication, rule: Make) -> None:
        rule(RuleKind.RENEWAL, days=30)
        ends = DAY + dt.timedelta(days=60)
        change(published, renewal_start=DAY + dt.timedelta(days=5), renewal_end=ends)
        assert [notice(workspace, NOW).alerts, notice(workspace, LATER).alerts] == [1, 0]
        change(published, renewal_start=DAY)
        assert [notice(workspace, LATER).alerts, notice(workspace, LATER).alerts] == [1, 0]


class TestUnrecognized:
    def test_only_what_grows_is_news(self, workspace: Workspace, published: Publication, rule: Make) -> None:
        made = rule(RuleKind.UNRECOGNIZED)
        change(published, unclaimed_micro=2 * MICRO)
        assert notice(workspace, NOW).silent == 1, "what was there before is noted"
        amounts = [(2, 0), (3, 1), (3, 0), (1, 0), (2, 1), (0, 0), (1, 1)]
        for points, alerts in amounts:
            change(published, unclaimed_micro=points * MICRO)
            assert notice(workspace, LATER).alerts == alerts, (points, alerts)
        assert told(made) == ["Security: usage without the association it needs. With it, the total would be 1.00 points higher."] or (
            "points higher" in told(made)[0]
        )

    @pytest.mark.parametrize(("points", "speaks"), [(2_499_999, 0), (2_500_000, 1), (2_500_001, 1)])
    def test_the_least_to_tell_of(self, points: int, speaks: int, workspace: Workspace, published: Publication, rule: Make) -> None:
        rule(RuleKind.UNRECOGNIZED, bound_micro=2_500_000)
        change(published, unclaimed_micro=0)
        notice(workspace, NOW)
        change(published, unclaimed_micro=points)
        assert notice(workspace, LATER).alerts == speaks


class TestCertificates:
    def test_those_that_end_in_so_many_days_and_no_others(
        self, workspace: Workspace, published: Publication, rule_of: Make, everybody: Organization
    ) -> None:
        every = endings(workspace.book, workspace.facts, DAY, DAY + dt.timedelta(days=365))
        last = sorted({one.ends_on for one in every})[1]
        days = (last - DAY).days
        found: dict[int, int] = {}
        for ahead in (days - 1, days, days + 1):
            made = rule_of(everybody, RuleKind.CERTIFICATE, days=ahead)
            notice(workspace, NOW)
            found[ahead] = len(told(made))
        assert found[days - 1] == sum(one.ends_on < last for one in every)
        assert found[days] == sum(one.ends_on <= last for one in every) > found[days - 1]

    def test_it_names_nobody(self, workspace: Workspace, published: Publication, rule_of: Make, everybody: Organization) -> None:
        made = rule_of(everybody, RuleKind.CERTIFICATE, days=365)
        notice(workspace, NOW)
        alerts = list(Alert.objects.filter(rule=made))
        people = names_of(workspace.facts, {person for alert in alerts for person in alert.people})
        assert people
        for alert in alerts:
            assert not any(name in alert.text for name in people.values())
            assert len(alert.people) == 1

    def test_they_are_those_that_pages_call_ending(self, workspace: Workspace, published: Publication) -> None:
        """The same as what the skilling of one partner says, for the tracks that count."""
        until = DAY + dt.timedelta(days=365)
        found = 0
        for partner in PublishedPartner.objects.filter(publication=published).values_list("partner_id", flat=True):
            rows = PublishedDesignation.objects.filter(publication=published, account__partner_id=partner)
            skills = with_records(workspace).skilling(DAY, partner=partner, tracks={row.designation: row.track for row in rows})
            expected: dict[tuple[str, str], dt.date] = {}
            for one in skills.certificates:
                if one.state == "counts":
                    key = (one.person_id, one.code)
                    expected[key] = max(expected.get(key, dt.date.min), one.ends_on or dt.date.max)
            ours = {
                (one.person_id, one.code): one.ends_on for one in endings(workspace.book, workspace.facts, DAY, until, partners=[partner])
            }
            soon = {key: day for key, day in expected.items() if day <= until}
            assert soon.items() <= ours.items()
            found += len(soon)
        assert found


class TestStale:
    @pytest.mark.parametrize(("more", "speaks"), [(-1, True), (0, True), (1, False)])
    def test_so_many_days_overdue(self, more: int, speaks: bool, workspace: Workspace, published: Publication, rule: Make) -> None:
        day = DAY + dt.timedelta(days=60)
        Publication.objects.filter(pk=published.pk).update(day=day)
        overdue = max((day - table.due).days for table in workspace.freshness(day).tables)
        assert overdue > 1
        made = rule(RuleKind.STALE, days=overdue + more, designation="")
        notice(workspace, NOW)
        assert bool(told(made)) is speaks
        if speaks:
            assert "was expected by" in told(made)[0]
            assert notice(workspace, LATER).alerts == 0

    def test_data_that_is_there_is_not_stale(self, workspace: Workspace, published: Publication, rule: Make) -> None:
        made = rule(RuleKind.STALE, days=0, designation="")
        notice(workspace, NOW)
        assert told(made) == []


class TestRestated:
    @pytest.fixture
    def own_store(self, tmp_path: Path) -> Path:
        """A store of its own, to load into."""
        write_demo(DemoPlan(4, 1, DAY, 12, 14, 200, 60, 20, "parquet"), tmp_path / "facts")
        Store.create(tmp_path / "store")
        import_files([tmp_path / "facts"], tmp_path / "store", Options())
        return tmp_path / "store"

    def test_a_month_told_anew_after_the_rule_was_made_is_told_once(self, own_store: Path, rule_of: Make, everybody: Organization) -> None:
        usage = {"SubAccountId": "cccccccc-0000-4000-8000-000000000003"}
        load = partial(import_files, into=own_store, options=Options(partner=OWN, tenant="bbbbbbbb-0000-4000-8000-000000000002"))
        path = own_store.parent / "costs.csv"
        path.write_bytes(focus_file({**usage, "BilledCost": "10"}))
        load([path])
        publish(Workspace.open(own_store), DAY, "own")
        made = rule_of(everybody, RuleKind.RESTATED)
        assert notice(Workspace.open(own_store), NOW).alerts == 0
        path.write_bytes(focus_file({**usage, "BilledCost": "7.25"}))
        load([path])
        assert [notice(Workspace.open(own_store), LATER).alerts, notice(Workspace.open(own_store), LATER).alerts] == [1, 0]
        text = told(made)[0]
        assert text.startswith("Azure usage of 2026-10 was told anew by load 3: ")
        assert "billed amounts in USD 10, now 7.25" in text
        later = rule_of(everybody, RuleKind.RESTATED)
        assert notice(Workspace.open(own_store), LATER).alerts == 0, "it was before the rule"
        assert told(later) == []
