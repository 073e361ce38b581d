"""Recommendations for a designation: at most five things to do, each by itself, with its points, effort and last day to begin."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.advise.action_costs import ActionCosts
from attain.advise.actions import undated_actions
from attain.advise.applying import apply_changes
from attain.advise.certificate_days import may_be_earned
from attain.advise.changes import AddAssociation, RemoveCertificate, RenewCertificate
from attain.advise.cheapest import AHEAD_DAYS, total_of
from attain.advise.near_people import near_people
from attain.advise.people_actions import PeopleActions
from attain.advise.plans import Action, Recommendation
from attain.advise.timing import Timing
from attain.errors import AttainError
from attain.lifecycle.windows import years_later

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attain.advise.hypothesis import Hypotheses
    from attain.advise.near_people import NearCertificate
    from attain.advise.partner_facts import PartnerFacts
    from attain.scoring.exact import ExactScore

ZERO = Fraction(0)
EXPIRING_DAYS = 90


def recommendations(
    hypotheses: Hypotheses, *, by: dt.date | None = None, costs: ActionCosts | None = None
) -> dict[str, tuple[Recommendation, ...]]:
    """Give for each designation the actions that gain, or keep, most points by themselves, no more than are wanted (five).

    Points are exact, through the score of today as if the action had always been in place: what the simulator shows for the same changes.
    The deadline is the last day to begin so that it shows `by` that day (180 days on unless given). Raises AttainError where `by` lies
    before the day of the hypotheses.
    """
    by = by or hypotheses.on + dt.timedelta(days=AHEAD_DAYS)
    if by < hypotheses.on:
        raise AttainError("bad-day", f"{by} lies before {hypotheses.on}", "by", "give a later day")
    costs = costs or ActionCosts()
    kept = list(_kept(hypotheses, by, costs))
    found: dict[str, tuple[Recommendation, ...]] = {}
    for name in hypotheses.current.of:
        own = [one for of, one in kept if of == name]
        found[name] = _best([*own, *_gaining(hypotheses, name, by, costs)], costs.recommended)
    return found


def _best(found: Sequence[Recommendation], most: int) -> tuple[Recommendation, ...]:
    """Take the most points first, of two alike the cheaper one, then one that asks for nobody to be found.

    Of one customer's or person's levers, and of people who certify, one each. Associations for the same usage are ways to the same
    points: one of them is enough.
    """
    ordered = sorted(found, key=lambda one: (-one.points, one.action.cost, one.action.to_be_found, one.action.days, one.action.words))
    chosen: dict[tuple[str, str], Recommendation] = {}
    for one in ordered:
        action = one.action
        subject = action.group if action.tenant_id or action.kind != "certify" or one.protects else "certify"
        chosen.setdefault((subject, _recognizes(action) or action.lever), one)
    return tuple(list(chosen.values())[:most])


def _recognizes(action: Action) -> str:
    """Name the usage that an action sets associations on; empty where it does something else."""
    usage = {one.service or one.workload or "" for one in action.changes if isinstance(one, AddAssociation)}
    return f"recognize {', '.join(sorted(usage))}" if usage else ""


def _gaining(hypotheses: Hypotheses, name: str, by: dt.date, costs: ActionCosts) -> Iterator[Recommendation]:
    timing = Timing(hypotheses, hypotheses.on, dated=False)
    before = hypotheses.current.of[name]
    tried: list[tuple[Action, PartnerFacts]] = []
    for action in undated_actions(hypotheses, name, costs):
        try:
            tried.append((action, apply_changes(hypotheses, action.changes)))
        except AttainError as error:
            if error.code != "nothing-to-change":
                raise
    for (action, _), scores in zip(tried, hypotheses.score_many([held for _, held in tried]), strict=True):
        score = scores.of[name]
        points = total_of(score) - total_of(before)
        if points > 0:
            deadline = timing.latest_start(action.kind, costs.of(action.kind), by)
            yield Recommendation(action, _most_moved(before, score), points, deadline, by)


def _most_moved(before: ExactScore, after: ExactScore) -> str:
    """Name the metric that gains most on the track that counts afterwards."""
    had, has = before.points[after.selected], after.points[after.selected]
    return max(has, key=lambda metric: has[metric] - had.get(metric, ZERO))


def _kept(hypotheses: Hypotheses, by: dt.date, costs: ActionCosts) -> Iterator[tuple[str, Recommendation]]:
    """Renew certificates that would expire and cost points; where the exam has retired, let the same person take another one."""
    timing = Timing(hypotheses, hypotheses.on, dated=False)
    people = {name: PeopleActions(timing, name, costs) for name in hypotheses.current.of}
    lost = [one for one in near_people(hypotheses, EXPIRING_DAYS) if one.points < 0 and one.days >= 0]
    for one in {(one.person, one.certification): one for one in lost}.values():
        ends = hypotheses.on + dt.timedelta(days=one.days)
        gone = apply_changes(hypotheses, [RemoveCertificate(person=one.person, certification=one.certification)])
        without = hypotheses.score(gone)
        for name, score in hypotheses.current.of.items():
            if may_be_earned(hypotheses, one.certification, hypotheses.on):
                ways = [(_renewed(one, ends, timing, costs), score)]
            else:
                actions = people[name].instead(one.person, one.name or one.person, one.certification, ends)
                held = [apply_changes(hypotheses, action.changes, gone) for action in actions]
                ways = [(action, after.of[name]) for action, after in zip(actions, hypotheses.score_many(held), strict=True)]
            for action, after in ways:
                points = total_of(after) - total_of(without.of[name])
                if points > 0:
                    yield name, Recommendation(action, _most_moved(without.of[name], after), points, ends, by, protects=True)


def _renewed(one: NearCertificate, ends: dt.date, timing: Timing, costs: ActionCosts) -> Action:
    takes = costs.of("renew")
    return Action(
        kind="renew",
        group=one.person,
        lever=f"renew {one.certification}",
        tenant_id="",
        words=f"{one.name or one.person} renews {one.certification}, which counts until {ends}",
        changes=(RenewCertificate(person=one.person, certification=one.certification, expires_on=years_later(ends, costs.renewed)),),
        cost=takes.cost_usd,
        days=takes.days,
        likelihood_percent=takes.likelihood_percent,
        acts_on=timing.acts_on("renew", takes),
    )
