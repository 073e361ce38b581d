"""Why the rows of a part moved between two states of it: one line an entity or person, with its kind and both days in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.lines import Line, LineKind
from attain.explaining.states import PeoplePart, UsagePart
from attain.explaining.words import number
from attain.scoring.units import counted

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from attain.explaining.certificates import FaultKind, Person, StepPeople
    from attain.explaining.entities import Entities
    from attain.explaining.verdicts import Side, Verdict

ZERO = Fraction(0)
FAULT_KINDS: dict[FaultKind, LineKind] = {"status": "left", "expired": "expired", "retired": "retired", "not_yet": "restated"}


@dataclass(frozen=True)
class Moment:
    """One of the two states that are compared, as its words call it, with the entities' names."""

    words: str
    entities: Entities


def row_lines(
    metric: str, before: UsagePart | PeoplePart, after: UsagePart | PeoplePart, then: Moment, now: Moment, *, restated: bool
) -> list[Line]:
    """Give a line for every row of a part whose points moved, largest first; they add up to the change of the part's plain sum.

    Where a percentage begins or ends to exist, because there was nothing a year ago, that is one line.
    """
    if isinstance(before, PeoplePart) or isinstance(after, PeoplePart):
        assert isinstance(before, PeoplePart)
        assert isinstance(after, PeoplePart)
        lines = list(_people_lines(metric, before, after))
    else:
        lines = list(_usage_lines(metric, before, after, then, now))
    if restated:
        lines = [line if line.kind in {"left", "gate_opened", "gate_closed"} else replace(line, kind="restated") for line in lines]
    return sorted(lines, key=lambda line: (-abs(line.points), line.entity, line.name))


# ---- usage --------------------------------------------------------------------------------------------------------------


def _usage_lines(metric: str, before: UsagePart, after: UsagePart, then: Moment, now: Moment) -> Iterator[Line]:
    pool = after.pool
    part = after.id
    bases = (before.then, after.then)
    if any(base is not None and base <= 0 for base in bases):
        yield from _percentage_begins_or_ends(metric, before, after)
        return
    for key in sorted({*before.verdicts, *after.verdicts}):
        old, new = before.verdicts.get(key), after.verdicts.get(key)
        was, has = (ZERO, ZERO) if old is None else old.amounts, (ZERO, ZERO) if new is None else new.amounts
        points = share(before, after, (has[0] - was[0], has[1] - was[1]))
        if points == 0:
            continue
        tenant = key[0] if pool.rules.pool.entity != "service" else ""
        yield Line(
            metric=metric,
            kind=_usage_kind(old, new),
            part=part,
            entity=now.entities.entity_name(pool, key),
            tenant_id=tenant,
            name=now.entities.customer_names.get(tenant, "") or then.entities.customer_names.get(tenant, ""),
            before=was[0] - was[1],
            after=has[0] - has[1],
            points=points,
            reason=_usage_reason(old, new, then, now),
        )


def share(before: UsagePart, after: UsagePart, moved: tuple[Fraction, Fraction]) -> Fraction:
    """Give the points of one entity's move, `moved` now and a year ago, in the change of a part's plain sum.

    A percentage is a product of the total now and one over the total a year ago. Its change is split between the two at the mean of both
    days, which favors neither day, and within each in proportion to the entities' moves; so the shares add up exactly.
    """
    if before.then is None or after.then is None:
        return (moved[0] - moved[1]) * after.rate
    one_over = (1 / before.then + 1 / after.then) / 2
    mean_now = (before.now + after.now) / 2
    return (moved[0] * one_over - mean_now * moved[1] / (before.then * after.then)) * 100 * after.rate


def _percentage_begins_or_ends(metric: str, before: UsagePart, after: UsagePart) -> Iterator[Line]:
    points = after.ladder.raw - before.ladder.raw
    if points == 0:
        return
    begins = (after.then or ZERO) > 0
    reason = (
        f"a year ago there is {number(after.then or ZERO)} to grow from, there was nothing before (I-6)"
        if begins
        else f"nothing a year ago to grow from any more, there was {number(before.then or ZERO)} (I-6)"
    )
    kind: LineKind = "gate_opened" if begins else "gate_closed"
    yield Line(metric, kind, after.id, "", "", "", before.ladder.raw, after.ladder.raw, points, reason)


def _usage_kind(old: Verdict | None, new: Verdict | None) -> LineKind:
    """Name what happened: by the present side where that moved, else by the year-ago side."""
    was, has = (ZERO, ZERO) if old is None else old.amounts, (ZERO, ZERO) if new is None else new.amounts
    if has[0] == was[0]:
        return "year_ago_up" if has[1] > was[1] else "year_ago_down"
    if has[0] > was[0]:
        return "growth_up" if was[0] else _kind_from_nothing(old, "won", "association_gained", "crossed_up", "growth_up")
    return "growth_down" if has[0] else _kind_from_nothing(new, "lost", "association_lost", "crossed_down", "growth_down")


def _kind_from_nothing(
    without: Verdict | None, absent: LineKind, unrecognized: LineKind, short: LineKind, counted_nothing: LineKind
) -> LineKind:
    """Name a move from or to nothing by what was there on the day `without` anything that counts."""
    if without is None or _is_empty(without.seen_now):
        return absent
    if _only_unrecognized(without):
        return unrecognized
    return counted_nothing if without.now.counts else short


def _is_empty(side: Side) -> bool:
    return not (side.judged or side.amount or side.paid or side.active)


def _only_unrecognized(verdict: Verdict) -> bool:
    """Say whether the present side would count if only it were recognized."""
    now, seen = verdict.amounts_of(verdict.seen_now, verdict.seen_then)[0], verdict.amounts[0]
    return verdict.seen_now.counts and now > seen


def _usage_reason(old: Verdict | None, new: Verdict | None, then: Moment, now: Moment) -> str:
    """Put both days in words, naming a side only where it moved."""
    known = new or old
    assert known is not None
    was, has = (ZERO, ZERO) if old is None else old.amounts, (ZERO, ZERO) if new is None else new.amounts
    pool = known.plan.rules.pool
    parts: list[str] = []
    for place, (name, label) in enumerate((("now", ""), ("then", "a year before: "))):
        if has[place] == was[place]:
            continue
        if pool.value == "count":
            said = [f"{moment.words}: {'nothing' if one is None else one.says(name)}" for moment, one in ((now, new), (then, old))]
            parts.append(f"{label}{'; '.join(said)}")
        else:
            parts.append(f"{label}{counted(number(has[place]), known.measured)} {now.words}, {number(was[place])} {then.words}")
            for one, value in ((new, has[place]), (old, was[place])):
                if name == "now" and value == 0 and one is not None and not one.now.counts and not _is_empty(one.seen_now):
                    parts.append(f"{(now if one is new else then).words}: {one.says('now')}")
    return "; ".join(parts)


# ---- people -------------------------------------------------------------------------------------------------------------


def _people_lines(metric: str, before: PeoplePart, after: PeoplePart) -> Iterator[Line]:
    """Tell of people in the step that scores, and of the points that met gates earn by themselves."""
    for old, new in zip(before.steps, after.steps, strict=True):
        rules = new.step.rules
        if rules.is_gate:
            if old.is_met != new.is_met and rules.points:
                yield _gate_points(metric, old, new)
            continue
        each = rules.points_per_person or ZERO
        for key in sorted({*old.people, *new.people}):
            was, has = old.people.get(key), new.people.get(key)
            valid = (bool(was and was.valid), bool(has and has.valid))
            if valid[0] != valid[1] and each:
                kind, reason = _person_kind(was, has)
                known = has or was
                assert known is not None
                yield Line(
                    metric, kind, "", key, "", known.name, Fraction(valid[0]), Fraction(valid[1]), each * (valid[1] - valid[0]), reason
                )


def _gate_points(metric: str, old: StepPeople, new: StepPeople) -> Line:
    points = new.step.rules.points
    kind: LineKind = "gate_opened" if new.is_met else "gate_closed"
    before, after = (points if one.is_met else ZERO for one in (old, new))
    steps = [(old, new)]
    name = gate_mover(steps)
    return Line(metric, kind, "", new.step.rules.step.name, "", name, before, after, after - before, gate_reason(steps))


def gate_reason(steps: Sequence[tuple[StepPeople, StepPeople]]) -> str:
    """Say how many people serve each gate on either day, and by id who made the difference."""
    said: list[str] = []
    for old, new in steps:
        text = f"{new.step.rules.step.name}: {new.holders} of {new.step.rules.people} people, {old.holders} before"
        moved = [f"{key}: {_person_kind(was, has)[1]}" for key, was, has in _moved(old, new)]
        said.append(f"{text} ({'; '.join(moved)})" if moved else text)
    return "; ".join(said)


def gate_mover(steps: Sequence[tuple[StepPeople, StepPeople]]) -> str:
    """Name the one person who made the difference to gates; empty where it is not one alone."""
    names = {key: known.name for old, new in steps for key, was, has in _moved(old, new) if (known := has or was) is not None}
    return next(iter(names.values())) if len(names) == 1 else ""


def _moved(old: StepPeople, new: StepPeople) -> Iterator[tuple[str, Person | None, Person | None]]:
    """List the people who serve a step on one of the days alone."""
    for key in sorted({*old.people, *new.people}):
        was, has = old.people.get(key), new.people.get(key)
        if bool(was and was.valid) != bool(has and has.valid):
            yield key, was, has


def _person_kind(was: Person | None, has: Person | None) -> tuple[LineKind, str]:
    """Name why a person counts now, or no longer, and say it with the certificate and the day."""
    if has is not None and has.valid:
        known = set(() if was is None else ((one.code, one.earned_on) for one in was.valid))
        fresh = [one for one in has.valid if (one.code, one.earned_on) not in known]
        return "certified", f"holds {'; '.join(one.words() for one in fresh)}"
    assert was is not None
    faults = {} if has is None else {(one.code, one.earned_on): one.fault for one in has.held}
    kinds: list[LineKind] = []
    said: list[str] = []
    for one in was.valid:
        fault = faults.get((one.code, one.earned_on))
        kinds.append("left" if fault is None else FAULT_KINDS[fault.kind])
        said.append(f"{one.code} {'is no longer on record' if fault is None else fault.words}")
    return kinds[-1], "; ".join(said)


def on_day(day: dt.date) -> str:
    """Call a state by its day."""
    return f"on {day}"
