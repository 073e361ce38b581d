"""Why a partner's scores differ between two days: the change told cause by cause, each worth exact points (docs/adr, the difference).

The way from the one day to the other goes over states in a fixed order: the earlier day by its own rules, then by the later day's rules,
then with the facts as they are known later, then the later day. Every line is what one step moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.engine.backends import PolarsBackend
from attain.errors import AttainError, did_you_mean
from attain.explaining.causes import Moment, gate_mover, gate_reason, on_day, row_lines
from attain.explaining.entities import Entities
from attain.explaining.lines import DesignationDifference, Difference, Line, LineKind, MetricDifference, ScoredOn
from attain.explaining.states import MetricState, PeoplePart, UsagePart, metric_state
from attain.explaining.words import number
from attain.rulebook.diff import diff
from attain.scoring.exact import ExactScore, exact_scores
from attain.scoring.options import Chosen
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, resolve_accounts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.exact import ExactScores
    from attain.scoring.plan import MetricPlan, Plan

ZERO = Fraction(0)
CHANGES_NAMED = 4
"""So many changed rules are named on a line; `attain rules diff` lists them all."""


def difference(
    book: Book,
    facts: Facts,
    *,
    partner: str,
    from_: dt.date,
    to: dt.date,
    designations: Sequence[str] | None = None,
    track: str | None = None,
    before_facts: Facts | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Difference:
    """Say why the scores of one partner changed from one day to the other.

    In the designations named, or all with rules on both days.

    `before_facts` is what was known on `from_`; where it differs from `facts`, restated months have lines of their own. The track is the
    one that counts on either day unless `track` names one. The lines of a metric add up exactly to its change, those of all metrics to the
    change of the total. Raises AttainError for an unknown partner, designation, edition or track, and before the first edition.
    """
    engine: Backend = backend or PolarsBackend()
    before = facts if before_facts is None else before_facts
    if from_ > to:
        return _difference(book, facts, before, partner, (to, from_), designations, track, options, engine).turned()
    return _difference(book, before, facts, partner, (from_, to), designations, track, options, engine)


def _difference(
    book: Book,
    before: Facts,
    after: Facts,
    partner: str,
    days: tuple[dt.date, dt.date],
    designations: Sequence[str] | None,
    track: str | None,
    options: Chosen,
    engine: Backend,
) -> Difference:
    account = resolve_accounts(after, [partner])[0]
    resolve_accounts(before, [partner])
    found = (before, days[0]), (after, days[1])
    scores = tuple(
        exact_scores(book, known, day, account, designations=designations, options=options, engine=engine) for known, day in found
    )
    names = [name for name in scores[0].of if name in scores[1].of]
    if track is not None:
        _check_track(track, [scores[place].of[name] for place in (0, 1) for name in names])
    telling = _Telling(book, before, after, account, days, track, options, engine, scores[0], scores[1])
    return Difference(account, days[0], days[1], telling.designations(names))


def _check_track(track: str, scores: Sequence[ExactScore]) -> None:
    known = list(dict.fromkeys(name for score in scores for name in score.points))
    if track not in known:
        raise AttainError("unknown-track", f"no designation asked for has a track {track!r}", hint=did_you_mean(track, known))


@dataclass(frozen=True)
class _Way:
    """One designation's way: its score on both days, and the earlier day's by the later rules, each with the track it is taken on."""

    name: str
    old: ExactScore
    ruled: ExactScore
    new: ExactScore
    tracks: tuple[str, str, str]


@dataclass(frozen=True)
class _Stand:
    """A state of the facts on a day: its plan and the entities of the metrics that are asked about."""

    plan: Plan
    moment: Moment

    def state(self, metric: MetricPlan, engine: Backend) -> MetricState:
        return metric_state(metric, self.moment.entities, engine, self.plan.programme.increments)


@dataclass(frozen=True)
class _Telling:
    book: Book
    before: Facts
    after: Facts
    account: str
    days: tuple[dt.date, dt.date]
    track: str | None
    options: Chosen
    engine: Backend
    old: ExactScores
    new: ExactScores

    def designations(self, names: Sequence[str]) -> tuple[DesignationDifference, ...]:
        """Tell of each designation; those whose rules stayed share what is read."""
        ways = [self._way(name) for name in names]
        kept = [way for way in ways if way.ruled is way.old]
        stands = self._stands(kept, self.old.plan)
        told = {way.name: self._designation(way, stands) for way in kept}
        for way in ways:
            if way.ruled is not way.old:
                told[way.name] = self._designation(way, self._stands([way], None))
        return tuple(told[name] for name in names)

    def _way(self, name: str) -> _Way:
        old, new = self.old.of[name], self.new.of[name]
        ruled = old
        if old.edition != new.edition:
            options = replace(self.options, edition=new.edition)
            ruled = exact_scores(
                self.book, self.before, self.days[0], self.account, designations=[name], options=options, engine=self.engine
            ).of[name]
        first, last = self._track(old), self._track(new)
        between = first if first in ruled.points else self._track(ruled)
        return _Way(name, old, ruled, new, (first, between, last))

    def _track(self, score: ExactScore) -> str:
        return self.track if self.track is not None and self.track in score.points else score.selected

    def _stands(self, ways: Sequence[_Way], plan: Plan | None) -> tuple[_Stand, _Stand, _Stand]:
        """Give the earlier day by the later rules, the same with the later facts, and the later day."""
        metrics = [metric for way in ways for metric in way.ruled.metrics(way.tracks[1])]
        edition = None if plan is not None or not ways else ways[0].new.edition
        ruled = plan or self._plan(self.before, ways, edition)
        first = self._stand(ruled, self.before, metrics, on_day(self.days[0]))
        second = first
        if self.before.digest != self.after.digest:
            restated = self._plan(self.after, ways, edition)
            words = f"{on_day(self.days[0])} as known now"
            second = self._stand(restated, self.after, _same(restated, ways), words)
        last = self._stand(self.new.plan, self.after, _same(self.new.plan, ways), on_day(self.days[1]))
        return first, second, last

    def _plan(self, facts: Facts, ways: Sequence[_Way], edition: str | None) -> Plan:
        options = self.options if edition is None else replace(self.options, edition=edition)
        return make_plan(self.book, facts, self.days[0], designations=[way.name for way in ways], options=options)

    def _stand(self, plan: Plan, facts: Facts, metrics: Sequence[MetricPlan], words: str) -> _Stand:
        return _Stand(plan, Moment(words, Entities(plan, facts, self.account, self.engine, self.book, metrics)))

    def _designation(self, way: _Way, stands: tuple[_Stand, _Stand, _Stand]) -> DesignationDifference:
        rules = way.new.plan.rules
        ids = dict.fromkeys(
            (*way.old.points[way.tracks[0]], *(metric.rules.id for metric in _planned(stands[2].plan, way)), *way.new.points[way.tracks[2]])
        )
        names = {metric.id: metric.name for metric in rules.designation.metrics}
        metrics = tuple(
            MetricDifference(
                name,
                names[name],
                way.old.points[way.tracks[0]].get(name, ZERO),
                way.new.points[way.tracks[2]].get(name, ZERO),
                tuple(line for line in self._metric(way, stands, name) if line.points != 0),
            )
            for name in ids
        )
        scored = [
            ScoredOn(day, score.edition, track, sum(score.points[track].values(), ZERO), _qualified(score, track), _notes(score, track))
            for day, score, track in zip(self.days, (way.old, way.new), (way.tracks[0], way.tracks[2]), strict=True)
        ]
        return DesignationDifference(way.name, rules.designation.name, scored[0], scored[1], metrics)

    def _metric(self, way: _Way, stands: tuple[_Stand, _Stand, _Stand], name: str) -> Iterator[Line]:
        """Tell of one metric, step by step along its way."""
        first, between, last = way.tracks
        if way.ruled is not way.old:
            points = way.old.points[first].get(name, ZERO), way.ruled.points[between].get(name, ZERO)
            yield _points_line(name, "rule_changed", *points, self._rules_words(way, name))
        states = [_state_of(stand, way, name, self.engine) for stand in stands]
        yield from _steps(name, states, stands, is_restated=stands[1] is not stands[0])
        if last != between:
            points = way.new.points[between].get(name, ZERO), way.new.points[last].get(name, ZERO)
            yield _points_line(name, "track_changed", *points, f"the {last} track counts, the {between} track did before")

    def _rules_words(self, way: _Way, metric: str) -> str:
        """Say which rules of a metric changed, the first few by path and value."""
        designation = way.new.plan.rules.designation
        old, new = way.old.plan.rules.edition, way.new.plan.rules.edition
        paths = (f"{designation.id}.{metric}.", f"{designation.id}.tracks")
        changes = [
            change
            for change in diff(self.book, designation, old, new)
            if f"{change.path}.".startswith(paths) and change.track in {"", *way.tracks[:2]}
        ]
        said = [
            f"{change.path}: {' -> '.join(text for text in (change.before, change.after) if text)}" for change in changes[:CHANGES_NAMED]
        ]
        more = f"; {len(changes) - CHANGES_NAMED} more" if len(changes) > CHANGES_NAMED else ""
        return f"edition {new.id} instead of {old.id}, on the facts of {self.days[0]}: {'; '.join(said) or 'other tracks'}{more}"


def _planned(plan: Plan, way: _Way) -> tuple[MetricPlan, ...]:
    """Give the scored metrics of a designation's middle track in a plan."""
    for planned in plan.designations:
        if planned.rules.designation.id == way.name:
            return tuple(metric for metric in planned.metrics[way.tracks[1]] if metric.is_scored)
    return ()


def _same(plan: Plan, ways: Sequence[_Way]) -> list[MetricPlan]:
    return [metric for way in ways for metric in _planned(plan, way)]


def _state_of(stand: _Stand, way: _Way, name: str, engine: Backend) -> MetricState | None:
    for metric in _planned(stand.plan, way):
        if metric.rules.id == name:
            return stand.state(metric, engine)
    return None


def _qualified(score: ExactScore, track: str) -> bool:
    return track == score.selected and score.qualified


def _notes(score: ExactScore, track: str) -> tuple[str, ...]:
    gaps = [gap for metric in score.plan.metrics[track] for gap in metric.gaps]
    return tuple(str(gap) for gap in (*gaps, *score.plan.assignment_gaps, *score.undecided))


def _points_line(metric: str, kind: LineKind, before: Fraction, after: Fraction, reason: str, part: str = "", entity: str = "") -> Line:
    return Line(metric, kind, part, entity, "", "", before, after, after - before, reason)


# ---- from state to state ------------------------------------------------------------------------------------------------


def _steps(metric: str, states: Sequence[MetricState | None], stands: Sequence[_Stand], *, is_restated: bool) -> Iterator[Line]:
    """Tell of a metric from the first state over the second to the last: rows, then gates, floors and caps of the way as a whole."""
    first, second, last = states
    if first is None or last is None or second is None:
        yield from _appears(metric, first, last)
        return
    option = first.option
    for identity in [option] if option is not None else [part.id for part in last.parts]:
        parts = [state.part(identity) for state in (first, second, last)]
        label = identity if len(last.parts) > 1 else ""
        rows: list[Line] = []
        if is_restated:
            rows += row_lines(metric, parts[0], parts[1], stands[0].moment, stands[1].moment, restated=True)
        rows += row_lines(metric, parts[1], parts[2], stands[1].moment, stands[2].moment, restated=False)
        yield from (replace(line, part=label) for line in rows)
        yield from _rungs(metric, parts[0], parts[2], label)
    if option is None:
        before, after = (state.floored - state.added for state in (first, last))
        yield _points_line(metric, "floor", before, after, "the parts together earn no less than 0 points")
        before, after = (state.points - state.floored for state in (first, last))
        yield _points_line(metric, "cap", before, after, f"the parts together earn at most {number(last.plan.rules.max_points)} points")
    elif last.option is not None and last.option != option:
        was, has = (last.part(identity).ladder.whole for identity in (option, last.option))
        reason = f"the option {last.option} earns more than {option}: {number(has)} against {number(was)} points"
        yield _points_line(metric, "option_changed", was, has, reason, part=last.option)


def _appears(metric: str, first: MetricState | None, last: MetricState | None) -> Iterator[Line]:
    """Tell of a metric whose table was not known, or is not any more."""
    points = [ZERO if state is None else state.points for state in (first, last)]
    reason = "the table that the metric needs is there now" if first is None else "the table that the metric needs is missing now"
    yield _points_line(metric, "restated", points[0], points[1], reason)


def _rungs(metric: str, before: UsagePart | PeoplePart, after: UsagePart | PeoplePart, label: str) -> Iterator[Line]:
    """Tell of gate, floor, cap and whole steps of one part: what each took on either day."""
    old, new = before.ladder, after.ladder
    kind, reason, name = _gate(before, after)
    yield replace(_points_line(metric, kind, old.gated - old.raw, new.gated - new.raw, reason, label), name=name)
    yield _points_line(metric, "floor", old.floored - old.gated, new.floored - new.gated, _floor_words(before, after), label)
    yield _points_line(metric, "cap", old.capped - old.floored, new.capped - new.floored, _cap_words(before, after), label)
    yield _points_line(metric, "whole_steps", old.whole - old.capped, new.whole - new.capped, "only whole points count (I-2)", label)


def _gate(before: UsagePart | PeoplePart, after: UsagePart | PeoplePart) -> tuple[LineKind, str, str]:
    """Name what became of the gate, why, and the one person who made the difference, if it was one."""
    kind: LineKind = "gate_holds" if before.gate_open == after.gate_open else "gate_opened" if after.gate_open else "gate_closed"
    if isinstance(before, PeoplePart) and isinstance(after, PeoplePart):
        gates = [(old, new) for old, new in zip(before.steps, after.steps, strict=True) if new.step.rules.is_gate]
        decisive = [pair for pair in gates if pair[0].is_met != pair[1].is_met] or [pair for pair in gates if not pair[1].is_met]
        return kind, gate_reason(decisive), gate_mover(decisive)
    assert isinstance(before, UsagePart)
    assert isinstance(after, UsagePart)
    floor = after.pool.rules.base_floor
    if floor is None:
        return kind, "", ""
    which = "now" if floor.side == "now" else "a year ago"
    have = [part.now if floor.side == "now" else part.then or ZERO for part in (before, after)]
    return kind, f"growth earns from {number(floor.at_least)} {which} on: {number(have[1])}, {number(have[0])} before", ""


def _floor_words(before: UsagePart | PeoplePart, after: UsagePart | PeoplePart) -> str:
    points = [part.ladder.gated for part in (before, after)]
    return f"a loss earns 0 points, not less: {number(points[1])} points without the floor, {number(points[0])} before"


def _cap_words(before: UsagePart | PeoplePart, after: UsagePart | PeoplePart) -> str:
    points = [part.ladder.floored for part in (before, after)]
    top = max(part.ladder.capped for part in (before, after))
    return f"full marks are {number(top)} points: {number(points[1])} without the cap, {number(points[0])} before"
