"""The skilling of one partner as a whole: every step of the tracks that count, every person and certificate, and who could close a gate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from attain.engine.backends import PolarsBackend
from attain.explaining.certificates import STATUS_WORDS, people_of_steps
from attain.lifecycle.windows import years_later
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, resolve_accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from attain.engine.backends import Backend
    from attain.explaining.certificates import Held, Person, StepPeople
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import MetricPlan, Plan

CertificateState = Literal["counts", "expired", "retired", "not_linked", "left", "not_yet"]
LINK = "link the certificate to the company"
RENEW = "renew it"
RENEW_AND_LINK = "renew it and link it to the company"
REPLACE = "earn the certificate that replaces it"
CLOSES = (LINK, RENEW, RENEW_AND_LINK, REPLACE)
"""What would make a certificate count, the easiest first."""


@dataclass(frozen=True)
class StepRef:
    """A step of a metric of a designation: by id, and as pages call it."""

    designation: str
    designation_name: str
    metric_name: str
    step: str
    step_name: str
    is_gate: bool


@dataclass(frozen=True)
class SkillStep:
    """A step with its people: `holders` hold a valid certificate of its list; a gate needs `needed` of them (0: it is none)."""

    ref: StepRef
    certificates: tuple[str, ...]
    needed: int
    holders: int

    @property
    def is_met(self) -> bool | None:
        """Say whether a gate is met; None for a step that is none, where each holder scores and nobody is needed."""
        return self.holders >= self.needed if self.ref.is_gate else None

    @property
    def missing(self) -> int:
        """Count the people a gate lacks."""
        return max(self.needed - self.holders, 0)


@dataclass(frozen=True)
class Certificate:
    """One certificate of one person: by code and name, until which day it counts (None: no end is known), and the steps it serves."""

    person_id: str
    person_name: str
    code: str
    name: str
    earned_on: dt.date
    expires_on: dt.date | None
    retired_on: dt.date | None
    ends_on: dt.date | None
    state: CertificateState
    why: str
    serves: tuple[StepRef, ...]

    def ends_within(self, as_of: dt.date, days: int) -> bool:
        """Say whether it counts today and stops within so many days."""
        return self.state == "counts" and self.ends_on is not None and (self.ends_on - as_of).days <= days


@dataclass(frozen=True)
class Closer:
    """Somebody who could close an unmet gate: with which certificate, and what is to be done."""

    ref: StepRef
    person_id: str
    person_name: str
    code: str
    does: str


@dataclass(frozen=True)
class Skilling:
    """The skilling of one partner on one day; `has_facts` is false where there is no table of certificates."""

    partner_id: str
    as_of: dt.date
    has_facts: bool
    steps: tuple[SkillStep, ...]
    certificates: tuple[Certificate, ...]
    closers: tuple[Closer, ...]

    @property
    def people(self) -> int:
        """Count the people who hold a certificate that counts."""
        return len({one.person_id for one in self.certificates if one.state == "counts"})

    def matching(
        self, text: str, called: Callable[[str, str], str], *, state: str = "", within: int | None = None
    ) -> tuple[Certificate, ...]:
        """Give the certificates of a state, or that stop to count within so many days, whose person or own name has a text.

        People are searched by what `called` makes of their name and id: who may not see a name does not find by it.
        """
        sought = text.casefold()
        return tuple(
            one
            for one in self.certificates
            if state in {"", one.state}
            and (within is None or one.ends_within(self.as_of, within))
            and sought in f"{called(one.person_name, one.person_id)} {one.code} {one.name}".casefold()
        )


def skilling(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partner: str,
    tracks: Mapping[str, str],
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Skilling:
    """Give the steps, people and certificates of a partner on `tracks`, the track that counts of each designation.

    Certificates of no step's list are left out. Raises AttainError for an unknown partner.
    """
    engine: Backend = backend or PolarsBackend()
    account = resolve_accounts(facts, [partner])[0]
    plan = make_plan(book, facts, as_of, options=options)
    steps: list[SkillStep] = []
    held: dict[tuple[str, str, dt.date], tuple[Person, Held, list[StepRef]]] = {}
    closers: list[Closer] = []
    for ref_of, metric in _metrics(plan, tracks):
        if not metric.is_scored:
            continue
        for one in people_of_steps(plan, metric, facts, account, engine, book):
            ref = ref_of(one)
            steps.append(SkillStep(ref, one.step.rules.certificates, one.step.rules.people or 0, one.holders))
            for person in one.people.values():
                for certificate in person.held:
                    key = (person.id, certificate.code, certificate.earned_on)
                    held.setdefault(key, (person, certificate, []))[2].append(ref)
            if one.step.rules.is_gate and not one.is_met:
                closers.extend(_closers(ref, one))
    certificates = [_certificate(book, plan, *found) for found in held.values()]
    certificates.sort(key=lambda one: (one.person_name.casefold(), one.person_id, one.code, one.earned_on))
    has_facts = "certifications" in facts.tables
    return Skilling(account, as_of, has_facts, tuple(steps), tuple(certificates), tuple(closers))


class _RefOf:
    """Names the steps of one metric."""

    def __init__(self, designation: str, name: str, metric: MetricPlan) -> None:
        self._designation, self._name, self._metric = designation, name, metric

    def __call__(self, one: StepPeople) -> StepRef:
        step = one.step.rules.step
        return StepRef(self._designation, self._name, self._metric.rules.metric.name, step.id, step.name, one.step.rules.is_gate)


def _metrics(plan: Plan, tracks: Mapping[str, str]) -> Iterable[tuple[_RefOf, MetricPlan]]:
    for planned in plan.designations:
        designation = planned.rules.designation
        for metric in planned.metrics.get(tracks.get(designation.id, ""), ()):
            if metric.rules.steps:
                yield _RefOf(designation.id, designation.name, metric), metric


def _closers(ref: StepRef, one: StepPeople) -> Iterable[Closer]:
    """Name people who hold no valid certificate of the gate, but one that could be made to count."""
    for person in one.people.values():
        if person.valid:
            continue
        ways = [(CLOSES.index(does), held.earned_on, held.code) for held in person.held if (does := _does(held))]
        if ways:
            place, _, code = min(ways, key=lambda way: (way[0], -way[1].toordinal(), way[2]))
            yield Closer(ref, person.id, person.name, code, CLOSES[place])


def _does(held: Held) -> str:
    """Say what would make a certificate count; empty where nothing would. What has retired cannot be earned or renewed any more."""
    state = _state(held)
    lapse = None if held.lapse is None else held.lapse.kind
    if state in {"counts", "left"} or lapse == "not_yet":
        return ""
    if lapse is None:
        return LINK
    if lapse == "retired" or not held.is_offered:
        return REPLACE
    return RENEW_AND_LINK if state == "not_linked" else RENEW


def _state(held: Held) -> CertificateState:
    fault = held.fault
    if fault is None:
        return "counts"
    if fault.kind == "status":
        return "not_linked" if fault.words == STATUS_WORDS["not_linked"] else "left"
    return fault.kind


def _certificate(book: Book, plan: Plan, person: Person, held: Held, serves: list[StepRef]) -> Certificate:
    known = book.catalog.certifications
    is_known = held.code in known
    retired = known[held.code].retired_on if is_known else None
    grace = None if retired is None else years_later(retired, plan.certificates.grace_years)
    ends = min((day for day in (held.expires_on, grace) if day is not None), default=None)
    return Certificate(
        person.id,
        person.name,
        held.code,
        known.name(held.code) if is_known else held.code,
        held.earned_on,
        held.expires_on,
        retired,
        ends,
        _state(held),
        "" if held.fault is None else held.fault.words,
        tuple(serves),
    )
