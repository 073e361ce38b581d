"""The people and certificates behind a skilling metric: who counts in which step, and who does not and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw

from attain.explaining.result import ExplainedRow, PoolSummary
from attain.explaining.words import number
from attain.lifecycle.windows import years_later
from attain.scoring.plan import CERTIFICATIONS
from attain.scoring.units import counted
from attain.scoring.values import partner_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import MetricPlan, Plan, StepPlan

STATUS_WORDS = {"not_linked": "passed, but the person has not linked the certificate to the company", "left": "the person has left"}
FaultKind = Literal["status", "not_yet", "expired", "retired"]
Certificate = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """Why a certificate does not count on the day."""

    kind: FaultKind
    words: str


@dataclass(frozen=True)
class Held:
    """One certificate of one person, by its code, and its fault (None: it counts).

    `lapse` is the fault that its days have, linked or not; `is_offered` says that it may still be earned on the day.
    """

    code: str
    earned_on: dt.date
    expires_on: dt.date | None
    fault: Fault | None
    lapse: Fault | None
    is_offered: bool

    def words(self) -> str:
        """Say what it is and since when."""
        until = f", expires {self.expires_on}" if self.expires_on else ""
        return f"{self.code} earned {self.earned_on}{until}"


@dataclass(frozen=True)
class Person:
    """One person with certificates of one step's list."""

    id: str
    name: str
    held: tuple[Held, ...]

    @property
    def valid(self) -> tuple[Held, ...]:
        """Give the certificates that count on the day."""
        return tuple(one for one in self.held if one.fault is None)


@dataclass(frozen=True)
class StepPeople:
    """One step of a metric and the people with certificates of its list, by id."""

    step: StepPlan
    people: dict[str, Person]

    @property
    def holders(self) -> int:
        """Count the people who hold a valid certificate."""
        return sum(1 for person in self.people.values() if person.valid)

    @property
    def is_met(self) -> bool:
        """Say whether a gate is met."""
        return self.holders >= (self.step.rules.people or 0)


def people_of_steps(plan: Plan, metric: MetricPlan, facts: Facts, account: str, engine: Backend, book: Book) -> list[StepPeople]:
    """Read who holds which certificates of each step of a metric, and judge each on the plan's day (I-14)."""
    frame = engine.collect(partner_rows(plan, facts, engine, CERTIFICATIONS, [account]).filter(nw.col("person_id") != ""))
    coding = plan.certificates.coding
    certificates: list[Certificate] = frame.sort("person_id", "certification", "earned_on").to_dicts()
    names = facts.names_of_people({one["person_id"] for one in certificates})
    found: list[StepPeople] = []
    for step in metric.steps:
        codes = set(coding.codes("certification", step.rules.certificates))
        people: dict[str, list[Certificate]] = {}
        for certificate in certificates:
            if certificate["certification"] in codes:
                people.setdefault(certificate["person_id"], []).append(certificate)
        found.append(StepPeople(step, {person: _person(plan, facts, book, person, held, names) for person, held in people.items()}))
    return found


def _person(plan: Plan, facts: Facts, book: Book, person: str, certificates: list[Certificate], names: Mapping[str, str]) -> Person:
    held = tuple(_held(plan, book, _code(facts, one), one) for one in certificates)
    return Person(person, next((one["person_name"] for one in certificates if one["person_name"]), names.get(person, "")), held)


def _held(plan: Plan, book: Book, code: str, certificate: Mapping[str, Any]) -> Held:
    known = book.catalog.certifications
    retired = known[code].retired_on if code in known else None
    lapse = _lapse(plan, retired, certificate["earned_on"], certificate["expires_on"])
    status = str(certificate["status"])
    fault = lapse if status == "active" else Fault("status", STATUS_WORDS.get(status, status))
    return Held(code, certificate["earned_on"], certificate["expires_on"], fault, lapse, retired is None or retired >= plan.as_of)


def explain_certificates(
    plan: Plan, metric: MetricPlan, facts: Facts, account: str, engine: Backend, book: Book
) -> tuple[list[ExplainedRow], list[PoolSummary]]:
    """Give one row a step and one row a person and step; `change` is 1 for a person who scores, so that it adds up to the value."""
    steps = people_of_steps(plan, metric, facts, account, engine, book)
    unmet = [one.step for one in steps if one.step.rules.is_gate and not one.is_met]
    rows: list[ExplainedRow] = []
    for one in steps:
        rows.append(_step_row(one.step, one.holders, unmet))
        rows.extend(_person_row(one.step, person, unmet) for _, person in sorted(one.people.items()))
    total = min(sum((row.points or Fraction(0) for row in rows), Fraction(0)), metric.rules.max_points)
    scoring = sum((row.change for row in rows), Fraction(0))
    who = f"{counted(number(scoring), 'people')} {'scores' if scoring == 1 else 'score'}"
    formula = f"{who}; with met steps {number(total)} of {number(metric.rules.max_points)} points"
    return rows, [PoolSummary("people", metric.rules.metric.name, formula, total)]


def _lapse(plan: Plan, retired: dt.date | None, earned: dt.date, expires: dt.date | None) -> Fault | None:
    """Say why the days of a certificate keep it from counting; None where they do not (I-14)."""
    as_of = plan.as_of
    if earned > as_of:
        return Fault("not_yet", f"earned on {earned}, after {as_of}")
    if expires is not None and expires < as_of:
        return Fault("expired", f"expired on {expires}")
    if retired is not None and retired < as_of:
        if earned > retired:
            return Fault("retired", f"earned on {earned}, after it retired on {retired}")
        end = years_later(retired, plan.certificates.grace_years)
        if end < as_of:
            return Fault("retired", f"retired on {retired}, counted until {end}")
    return None


def _code(facts: Facts, certificate: Mapping[str, Any]) -> str:
    return facts.names["certification"][int(certificate["certification"])]


def _step_row(step: StepPlan, people: int, unmet: list[StepPlan]) -> ExplainedRow:
    rules = step.rules
    needed = rules.people or 0
    if not rules.is_gate:
        each = rules.points_per_person or Fraction(0)
        reason = f"{counted(str(people), 'people')} {'holds' if people == 1 else 'hold'} a valid certificate, {number(each)} points each"
        if unmet:
            reason += f"; none scores until {' and '.join(one.rules.step.name for one in unmet)} {'is' if len(unmet) == 1 else 'are'} met"
        points, is_met = Fraction(0), not unmet
    else:
        is_met = people >= needed
        wanted = f"{people} of {counted(str(needed), 'people')}"
        reason = f"met: {wanted}" if is_met else f"not met: {wanted}, {needed - people} missing"
        points = rules.points if is_met else Fraction(0)
        if is_met and points:
            reason += f", {number(points)} points"
    return ExplainedRow("", "", rules.step.name, "", "", None, Fraction(people), None, is_met, Fraction(0), points, reason)


def _person_row(step: StepPlan, person: Person, unmet: list[StepPlan]) -> ExplainedRow:
    rules = step.rules
    valid = person.valid
    scores = bool(valid) and not rules.is_gate and not unmet
    if valid:
        reason = f"holds {'; '.join(one.words() for one in valid)}"
        if rules.is_gate:
            reason += f"; serves {rules.step.name}"
        elif unmet:
            reason += f"; does not score: {' and '.join(one.rules.step.name for one in unmet)} not met"
    else:
        reason = "; ".join(f"{one.words()}: {one.fault.words}" for one in person.held if one.fault is not None)
    change = Fraction(int(scores))
    points = change * (rules.points_per_person or Fraction(0))
    entity = f"{person.id} · {rules.step.name}"
    return ExplainedRow("", "", entity, "", person.name, None, Fraction(len(valid)), None, bool(valid), change, points, reason)
