"""Actions of people: certificates to earn, to renew before they expire, and to link to the company."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.certificate_days import last_day, may_be_earned
from attain.advise.changes import Certify, RenewCertificate
from attain.advise.partner_facts import CERTIFICATIONS
from attain.advise.plans import Action
from attain.lifecycle.windows import years_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.advise.action_costs import ActionCosts, ActionKind
    from attain.advise.changes import Change
    from attain.advise.timing import Timing
    from attain.scoring.plan import MetricPlan

PEOPLE = 12
"""Of the partner's own people for whom there is something to do so many are thought of, or as many as a step asks for where that is more.

Those who hold most of what counts come first.
"""
NEWCOMER = "New person"


@dataclass(frozen=True)
class _Holding:
    """One certificate of a person; `counts_until` is its last day (None: it has none), before the first where it never counts."""

    code: str
    earned_on: dt.date
    expires_on: dt.date | None
    counts_until: dt.date | None
    linked: bool

    def is_valid(self, on: dt.date) -> bool:
        """Say whether it counts on a day, linked or not."""
        return self.earned_on <= on and (self.counts_until is None or self.counts_until >= on)


class PeopleActions:
    """Makes the actions of people for one designation."""

    def __init__(self, timing: Timing, designation: str, costs: ActionCosts) -> None:
        """Read who holds what."""
        self.timing, self.costs = timing, costs
        self.future = timing.hypotheses
        score = self.future.current.of[designation]
        self.metrics: list[MetricPlan] = [metric for track in score.points for metric in score.metrics(track) if metric.steps]
        self.listed = {code for metric in self.metrics for step in metric.steps for code in step.rules.certificates}

    def made(self) -> Iterator[Action]:
        """Give the actions: of the partner's own people first, then of others, as many as any step could want."""
        frame = self.future.today.frames.get(CERTIFICATIONS)
        if frame is None or not self.metrics:
            return
        holdings, names = self._holdings(frame)
        wanted = self._wanted()
        ranked = sorted(holdings, key=lambda person: (-len(self._counting(holdings[person])), names[person], person))
        most = self._most_people()
        own = 0
        for person in ranked:
            found = list(self._of_own(person, names[person], holdings[person], wanted))
            own += bool(found)
            if own > max(PEOPLE, most):
                break
            yield from found
        for number in range(1, most + 1):
            for code in wanted:
                yield replace(self._certify(f"{NEWCOMER} {number}", f"{NEWCOMER} {number}", code), to_be_found=True)

    def instead(self, person: str, name: str, code: str, ends: dt.date) -> list[Action]:
        """Give the exams that a person may take for a certificate that counts until a day: those good for a step that it is good for."""
        found = [
            self._certify(person, name, other) for other, steps in self._wanted().items() if other != code and steps & self._steps(code)
        ]
        return [replace(action, words=f"{action.words}, since {code} counts until {ends}") for action in found]

    def _of_own(self, person: str, name: str, holdings: list[_Holding], wanted: dict[str, frozenset[str]]) -> Iterator[Action]:
        """Keep what a person holds, and add what opens a step that nothing the person holds counts for by then."""
        yield from self._kept(person, name, holdings)
        counts = {step for code in self._counting(holdings) for step in self._steps(code)}
        for code, steps in wanted.items():
            if not steps <= counts:
                yield self._certify(person, name, code)

    def _holdings(self, frame: pl.DataFrame) -> tuple[dict[str, list[_Holding]], dict[str, str]]:
        found: dict[str, list[_Holding]] = defaultdict(list)
        names: dict[str, str] = {}
        codes = self.future.today.names["certification"]
        rows = frame.filter(pl.col("person_id") != "", pl.col("status") != "left")
        for row in rows.sort("person_id", "certification", "earned_on").iter_rows(named=True):
            person = str(row["person_id"])
            names[person] = str(row["person_name"] or person)
            code, earned, expires = codes[int(row["certification"])], row["earned_on"], row["expires_on"]
            until = last_day(self.future, code, expires)
            if not may_be_earned(self.future, code, earned):
                until = dt.date.min  # Earned after its exam retired: it never counts.
            holding = _Holding(code, earned, expires, until, row["status"] == "active")
            found[person].append(holding)
        return found, names

    def _counting(self, holdings: list[_Holding]) -> list[str]:
        return [one.code for one in holdings if one.code in self.listed and one.linked and one.is_valid(self.future.on)]

    def _steps(self, code: str) -> frozenset[str]:
        return frozenset(step.people for metric in self.metrics for step in metric.steps if code in step.rules.certificates)

    def _wanted(self) -> dict[str, frozenset[str]]:
        """Choose a certificate for each set of steps that some certificate is good for: one that can still be earned and counts by then.

        One that is not about to retire is taken before one that is.
        """
        done = self.timing.done_on(self.costs.of("certify"))
        lasting: dict[frozenset[str], str] = {}
        ending: dict[frozenset[str], str] = {}
        for metric in self.metrics:
            for step in metric.steps:
                for code in step.rules.certificates:
                    ends = last_day(self.future, code, None)
                    if ends is None:
                        lasting.setdefault(self._steps(code), code)
                    elif may_be_earned(self.future, code, done) and ends >= self.future.on:
                        ending.setdefault(self._steps(code), code)
        return {code: steps for steps, code in (ending | lasting).items()}

    def _most_people(self) -> int:
        wanted = [0]
        for metric in self.metrics:
            for step in metric.steps:
                each = step.rules.points_per_person
                wanted.append(step.rules.people or 0 if each is None else math.ceil(metric.rules.max_points / each))
        return max(wanted)

    def _certify(self, person: str, name: str, code: str) -> Action:
        earned = self.timing.done_on(self.costs.of("certify")) if self.timing.dated else None
        return self._action("certify", person, code, f"{name} earns {code}", Certify(person=person, certification=code, earned_on=earned))

    def _kept(self, person: str, name: str, holdings: list[_Holding]) -> Iterator[Action]:
        """Renew what would expire before the day, and link what is not linked."""
        done = self.timing.done_on(self.costs.of("renew"))
        for one in holdings:
            if one.code not in self.listed:
                continue
            can_renew = one.linked and may_be_earned(self.future, one.code, done)
            if can_renew and one.expires_on is not None and done <= one.expires_on < self.future.on:
                until = years_later(one.expires_on, self.costs.renewed)
                while until < self.future.on:
                    until = years_later(until, self.costs.renewed)
                change = RenewCertificate(person=person, certification=one.code, expires_on=until)
                words = f"{name} renews {one.code}, which expires on {one.expires_on}"
                yield self._action("renew", person, f"renew {one.code}", words, change)
            elif not one.linked and one.is_valid(self.future.on):
                link = Certify(person=person, certification=one.code, earned_on=one.earned_on, expires_on=one.expires_on)
                words = f"{name} links {one.code} to the company"
                yield self._action("renew", person, f"link {one.code} {one.earned_on}", words, link)

    def _action(self, kind: ActionKind, person: str, lever: str, words: str, change: Change) -> Action:
        takes = self.costs.of(kind)
        acts_on = self.timing.acts_on(kind, takes)
        return Action(kind, person, lever, "", words, (change,), takes.cost_usd, takes.days, takes.likelihood_percent, acts_on)
