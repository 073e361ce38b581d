"""The forecast: a partner's scores on the days to come, through the same score, on facts that go on as assumed.

Only days on which something can change are scored, many in one pass (`attain.scoring.daily`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.ahead import continued, known_on, last_known, refresh_day_of
from attain.advise.outlook import Cause, DesignationForecast, Forecast, MetricStep, Renewal, Step
from attain.advise.upcoming import Causes, own_causes, shared_causes
from attain.explaining.difference import difference
from attain.explaining.words import number
from attain.lifecycle import partner_status
from attain.lifecycle.scores import ScoreSteps
from attain.lifecycle.windows import MONTHS, ONE_DAY, enrolled_window, month_end, month_start, next_refresh
from attain.scoring.daily import DailyScorer
from attain.scoring.locks import enrollments_of
from attain.scoring.result import MICRO_PLACES, TOTAL
from attain.scoring.statuses import daily_scores, needed_days
from attain.scoring.windows import latest_refreshed_month, month_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.advise.backtest import Errors
    from attain.advise.courses import Usage
    from attain.advise.expected import Expected
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.lifecycle import DailyScore, Enrollment, StatusOn

ZERO = Fraction(0)
MICRO = 10**MICRO_PLACES
BECAUSE = 3
"""So many lines say why a designation is at risk, those that cost most."""


def forecast(
    hypotheses: Hypotheses,
    *,
    usage: Usage = "held",
    expected: Sequence[Expected] = (),
    start: PartnerFacts | None = None,
    errors: Errors | None = None,
) -> Forecast:
    """Forecast the designations from the day of the hypotheses to twelve months after the end of the qualification window.

    `start` are other facts to start from (a scenario's), `errors` those of earlier forecasts, from which the ranges are made
    (`attain.advise.backtest`). Raises AttainError for an unknown tenant, service or workload in `expected`.
    """
    return _Forecasting(hypotheses, usage, tuple(expected), start or hypotheses.today, errors).run()


class _Forecasting:
    def __init__(
        self, hypotheses: Hypotheses, usage: Usage, expected: tuple[Expected, ...], start: PartnerFacts, errors: Errors | None
    ) -> None:
        self.hypotheses, self.expected, self.errors = hypotheses, expected, errors
        self.usage: Usage = usage
        self.book, self.on, self.account = hypotheses.book, hypotheses.on, hypotheses.account
        self.known = known_on(start, self.on)
        self.enrollments: list[Enrollment] = enrollments_of(self.known.facts, [self.account], self.on).get(self.account, [])
        chosen = hypotheses.designations or list(self.book.designations)
        self.designations = [self.book.designation(name) for name in chosen]
        self.until = self._until()
        self.ahead = continued(hypotheses, self.known, self.until, usage, expected)

    def _until(self) -> dt.date:
        """Find the last day: twelve months after the end of the latest qualification window that decides anything now."""
        ends = [self.on]
        status = partner_status(self.book.programme, self.on, {}, self.enrollments)
        for one in status.statuses:
            if one.anniversary is not None:
                ends.append(enrolled_window(self.book.programme, one.anniversary, self.on).end)
        last = max(ends)
        later = month_start(last, -MONTHS)
        return later.replace(day=min(last.day, month_end(later).day))

    def run(self) -> Forecast:
        last = last_known(self.hypotheses, self.known)
        shared = shared_causes(self.hypotheses, last, self.until)
        own = {one.id: own_causes(self.hypotheses, self.known, one, self.enrollments, self.until) for one in self.designations}
        days = {self.on, *shared, *(day for causes in own.values() for day in causes)}
        past = needed_days(
            self.book,
            self.known.facts,
            self.on,
            [self.account],
            self.designations,
            {self.account: self.enrollments},
            self.hypotheses.options,
        )
        frames = self._scored({*days, *past}, last)
        scores: dict[str, list[DailyScore]] = defaultdict(list)
        for frame in frames:
            for _, designation, score in daily_scores(frame):
                scores[designation].append(score)
        names = [one.id for one in self.designations]
        so_far = {name: [score for score in scores[name] if score.day <= self.on] for name in names}
        status = partner_status(self.book.programme, self.on, so_far, self.enrollments, designations=names)
        statuses = {one.designation: one for one in status.statuses}
        rows = self._rows(frames)
        made = tuple(
            self._designation(name, rows.get(name, {}), _together(shared, own[name]), scores[name], statuses[name])
            for name in names
            if rows.get(name)
        )
        return Forecast(
            partner_id=self.account,
            as_of=self.on,
            until=self.until,
            usage=self.usage,
            expected=self.expected,
            last_known={table: month_text(month) for table, month in last.items()},
            designations=made,
            comparisons=0 if self.errors is None else self.errors.comparisons,
            notes=self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        scores = self.hypotheses.current.of.values()
        gaps = [gap for score in scores for gap in score.gaps(score.selected)]
        return tuple(dict.fromkeys(str(gap) for gap in gaps))

    def _scored(self, days: set[dt.date], last: dict[str, int]) -> list[pl.DataFrame]:
        """Score the days; until the next refresh on what is known alone, where a table is late: what is assumed has not come yet."""
        refresh_day = refresh_day_of(self.hypotheses, self.on)
        late = any(month < latest_refreshed_month(self.on, refresh_day) for month in last.values())
        first = next_refresh(refresh_day, self.on) if late else dt.date.min
        found: list[pl.DataFrame] = []
        for held, some in ((self.known, {day for day in days if day < first}), (self.ahead, {day for day in days if day >= first})):
            if some:
                names = [one.id for one in self.designations]
                scorer = DailyScorer(self.book, held.facts, designations=names, options=self.hypotheses.options)
                found.extend(scorer.frames({self.account: some}))
        return found

    def _rows(self, frames: Sequence[pl.DataFrame]) -> dict[str, dict[dt.date, list[dict[str, object]]]]:
        found: dict[str, dict[dt.date, list[dict[str, object]]]] = defaultdict(lambda: defaultdict(list))
        for frame in frames:
            rows = frame.filter(pl.col("as_of") >= self.on).with_columns(
                pl.col("designation", "edition", "track", "metric").cast(pl.String)
            )
            for row in rows.iter_rows(named=True):
                found[row["designation"]][row["as_of"]].append(row)
        return found

    def _designation(
        self, name: str, days: dict[dt.date, list[dict[str, object]]], causes: Causes, scores: list[DailyScore], status: StatusOn
    ) -> DesignationForecast:
        steps: list[Step] = []
        for day in sorted(days):
            step = self._step(name, day, days[day], causes.get(day, []), steps[-1] if steps else None)
            if not steps or _state(steps[-1]) != _state(step):
                steps.append(step)
        qualified = [step.day for step in steps if step.qualified]
        risk = next((step for step in steps if not step.qualified), None) if steps[0].qualified else None
        end = self.until if risk is None else risk.day - ONE_DAY
        doubt = next((step.day for step in steps if self._is_doubtful(step)), None)
        return DesignationForecast(
            designation=name,
            name=self.book.designation(name).name,
            steps=tuple(steps),
            safe_until=end if steps[0].qualified else None,
            at_risk_on=None if risk is None else risk.day,
            at_risk_because=() if risk is None else self._because(name, risk),
            doubtful_from=doubt if steps[0].qualified else None,
            qualifies_on=qualified[0] if qualified else None,
            status=status,
            renewal=self._renewal(status, scores),
        )

    def _is_doubtful(self, step: Step) -> bool:
        """Say whether the range of a day begins below what qualifies by the rules of that day."""
        return step.low is not None and step.low < self.book.programme.on(step.day).qualifying_total

    def _step(self, name: str, day: dt.date, rows: list[dict[str, object]], causes: list[Cause], before: Step | None) -> Step:
        totals = {str(row["track"]): _points(row) for row in rows if row["metric"] == TOTAL}
        own = [row for row in rows if row["selected"]]
        metrics = {str(row["metric"]): _points(row) for row in own if row["metric"] != TOTAL}
        total = next(row for row in own if row["metric"] == TOTAL)
        track = str(total["track"])
        moved: list[MetricStep] = []
        for metric, points in metrics.items() if before is not None else ():
            assert before is not None
            had = before.metrics.get(metric, ZERO)
            if had != points:
                moved.append(MetricStep(metric, had, points, tuple(cause for cause in causes if self._bears_on(name, metric, cause))))
        spread = None if self.errors is None else self.errors.spread(name, self._months_ahead(day))
        most = self.book.programme.on(day).points_cap
        return Step(
            day=day,
            edition=str(total["edition"]),
            track=track,
            total=totals[track],
            totals=totals,
            metrics=metrics,
            qualified=bool(total["qualified"]),
            complete=bool(total["complete"]),
            low=None if spread is None else max(totals[track] - spread, ZERO),
            high=None if spread is None else min(totals[track] + spread, most),
            moved=tuple(moved),
            causes=tuple(causes) if moved or (before is not None and before.qualified != bool(total["qualified"])) else (),
        )

    def _months_ahead(self, day: dt.date) -> int:
        refresh_day = refresh_day_of(self.hypotheses, self.on)
        return latest_refreshed_month(day, refresh_day) - latest_refreshed_month(self.on, refresh_day)

    def _bears_on(self, name: str, metric: str, cause: Cause) -> bool:
        """Say whether a cause may move a metric: months move usage, certificates move people, rules and tracks both."""
        rules = next(one for one in self.book.designation(name).metrics if one.id == metric)
        if cause.kind in {"months", "late_data"}:
            return bool(rules.pools)
        return bool(rules.steps) if cause.kind == "certificate" else True

    def _because(self, name: str, risk: Step) -> tuple[str, ...]:
        """Say why a designation no longer qualifies: the lines of the difference that cost most, by the score's own reasons."""
        found = difference(
            self.book,
            self.ahead.facts,
            partner=self.account,
            from_=risk.day - ONE_DAY,
            to=risk.day,
            designations=[name],
            options=self.hypotheses.options,
        )
        lines = [line for one in found.designations for metric in one.metrics for line in metric.lines if line.points < 0]
        worst = sorted(lines, key=lambda line: line.points)[:BECAUSE]
        names = {metric.id: metric.name for metric in self.book.designation(name).metrics}
        told = tuple(
            f"{names.get(line.metric, line.metric)}: {number(abs(line.points))} points less from {line.name or line.entity}; {line.reason}"
            for line in worst
        )
        return told or tuple(cause.words for cause in risk.causes)

    def _renewal(self, status: StatusOn, scores: list[DailyScore]) -> Renewal | None:
        if status.anniversary is None:
            return None
        first = ScoreSteps(scores).first_qualified(status.window)
        return Renewal(status.anniversary, status.window, status.window.end, status.qualified_on, first)


def _together(shared: Causes, own: Causes) -> Causes:
    return {day: [*own.get(day, []), *shared.get(day, [])] for day in {*shared, *own}}


def _points(row: dict[str, object]) -> Fraction:
    micro = row["points"]
    return Fraction(micro if isinstance(micro, int) else 0, MICRO)


def _state(step: Step) -> tuple[object, ...]:
    return step.track, step.edition, step.totals, step.metrics, step.qualified, step.complete
