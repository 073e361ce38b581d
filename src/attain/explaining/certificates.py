"""The people and certificates behind a skilling metric: who counts in which step, and who does not and why."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Any

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
Certificate = dict[str, Any]


def explain_certificates(
    plan: Plan, metric: MetricPlan, facts: Facts, account: str, engine: Backend, book: Book
) -> tuple[list[ExplainedRow], list[PoolSummary]]:
    """Give one row a step and one row a person and step; `change` is 1 for a person who scores, so that it adds up to the value."""
    frame = engine.collect(partner_rows(plan, facts, engine, CERTIFICATIONS, [account]).filter(nw.col("person_id") != ""))
    coding = plan.certificates.coding
    certificates: list[Certificate] = frame.sort("person_id", "certification", "earned_on").to_dicts()
    by_step: dict[str, dict[str, list[Certificate]]] = {}
    for step in metric.steps:
        codes = set(coding.codes("certification", step.rules.certificates))
        people: dict[str, list[Certificate]] = {}
        for certificate in certificates:
            if certificate["certification"] in codes:
                people.setdefault(certificate["person_id"], []).append(certificate)
        by_step[step.rules.step.id] = people
    judged = {
        step_id: {person: [_fault(plan, facts, book, one) for one in held] for person, held in people.items()}
        for step_id, people in by_step.items()
    }
    holders = {step_id: {person for person, faults in people.items() if None in faults} for step_id, people in judged.items()}
    unmet = [step for step in metric.steps if step.rules.is_gate and len(holders[step.rules.step.id]) < (step.rules.people or 0)]
    rows: list[ExplainedRow] = []
    for step in metric.steps:
        rows.append(_step_row(step, len(holders[step.rules.step.id]), unmet))
        for person, held in sorted(by_step[step.rules.step.id].items()):
            rows.append(_person_row(step, person, held, judged[step.rules.step.id][person], unmet, facts))
    total = min(sum((row.points or Fraction(0) for row in rows), Fraction(0)), metric.rules.max_points)
    scoring = sum((row.change for row in rows), Fraction(0))
    who = f"{counted(number(scoring), 'people')} {'scores' if scoring == 1 else 'score'}"
    formula = f"{who}; with met steps {number(total)} of {number(metric.rules.max_points)} points"
    return rows, [PoolSummary("people", metric.rules.metric.name, formula, total)]


def _fault(plan: Plan, facts: Facts, book: Book, certificate: Mapping[str, Any]) -> str | None:
    """Say why a certificate does not count on the day; None where it does (I-14)."""
    as_of = plan.as_of
    if certificate["status"] != "active":
        return STATUS_WORDS.get(certificate["status"], certificate["status"])
    earned, expires = certificate["earned_on"], certificate["expires_on"]
    if earned > as_of:
        return f"earned on {earned}, after {as_of}"
    if expires is not None and expires < as_of:
        return f"expired on {expires}"
    code = _code(facts, certificate)
    retired: dt.date | None = book.catalog.certifications[code].retired_on if code in book.catalog.certifications else None
    if retired is not None and retired < as_of:
        if earned > retired:
            return f"earned on {earned}, after it retired on {retired}"
        end = years_later(retired, plan.certificates.grace_years)
        if end < as_of:
            return f"retired on {retired}, counted until {end}"
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


def _person_row(
    step: StepPlan, person: str, held: list[Certificate], faults: list[str | None], unmet: list[StepPlan], facts: Facts
) -> ExplainedRow:
    rules = step.rules
    valid = [one for one, fault in zip(held, faults, strict=True) if fault is None]

    def describe(one: Certificate) -> str:
        code = _code(facts, one)
        until = f", expires {one['expires_on']}" if one["expires_on"] else ""
        return f"{code} earned {one['earned_on']}{until}"

    scores = bool(valid) and not rules.is_gate and not unmet
    if valid:
        reason = f"holds {'; '.join(describe(one) for one in valid)}"
        if rules.is_gate:
            reason += f"; serves {rules.step.name}"
        elif unmet:
            reason += f"; does not score: {' and '.join(one.rules.step.name for one in unmet)} not met"
    else:
        reason = "; ".join(f"{describe(one)}: {fault}" for one, fault in zip(held, faults, strict=True))
    change = Fraction(int(scores))
    points = change * (rules.points_per_person or Fraction(0))
    name = next((one["person_name"] for one in held if one["person_name"]), "")
    return ExplainedRow(
        "", "", f"{person} · {rules.step.name}", "", name, None, Fraction(len(valid)), None, bool(valid), change, points, reason
    )
