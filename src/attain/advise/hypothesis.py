"""Hypotheses about one partner: changed facts through the same score, one at a time or many in one query.

Many hypotheses are scored as that many partners at once: each gets a partner id of its own, and the score adds up per partner anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.partner_facts import AZURE, CERTIFICATIONS, CUSTOMERS, REVENUE, USAGE, PartnerFacts, of_basis
from attain.advise.states import Standings
from attain.engine.backends import PolarsBackend
from attain.engine.slots import Slot, filled, run_small
from attain.facts.kept import Kept
from attain.scoring.assign import RevenueAssignment
from attain.scoring.exact import ExactScore, ExactScores, exact_score, exact_scores
from attain.scoring.locks import AssignedOn, Locks, enrollments_of, locked_tracks
from attain.scoring.metrics import Results
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, assigned_tracks
from attain.scoring.scans import PARTNER
from attain.scoring.tracks import selected_tracks, track_result
from attain.scoring.values import SEGMENTS, joined, people_query, usage_query

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable

    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.lifecycle.enrollments import Enrollment
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import DesignationPlan, Plan

KEPT = 32
"""So many compiled plans are kept: one a day and set of association masks."""
ROWS_AT_ONCE = 1_000_000
"""Hypotheses scored together have at most so many rows together, so that memory stays small."""
LEAST_TRIED = 12
ENROLLMENTS = "enrollments"


@dataclass
class _Compiled:
    """A plan, and its query over the slots of the tables that it reads."""

    plan: Plan
    slots: dict[str, Slot]
    query: list[Rows]
    tables: list[str]
    """The table that each frame of the query is from."""


class Hypotheses:
    """One partner on one day: what its score is, and what it would be with other facts.

    Attributes:
        book: the rules.
        facts: all the facts that there are.
        today: the partner's own, to start from.
        on: the day.
        options: as of any score.
    """

    def __init__(
        self,
        book: Book,
        facts: Facts,
        partner: str,
        on: dt.date,
        *,
        designations: Sequence[str] | None = None,
        options: Chosen = DEFAULTS,
    ) -> None:
        """Read the partner's facts. Raises AttainError for an unknown partner, designation or edition, and before the first edition."""
        self.book, self.facts, self.on, self.options = book, facts, on, options
        self.designations = designations
        self.today = PartnerFacts.of(facts, partner, book.catalog)
        self._compiled: Kept[_Compiled] = Kept(KEPT)
        self._masks = {table: frozenset(masks) for table, masks in self.today.masks.items()}
        self._lock = Lock()
        self._assigned: dict[Hashable, AssignedOn] = {}
        self._enrollments: dict[dt.date, dict[str, list[Enrollment]]] = {}

    @property
    def account(self) -> str:
        """Name the partner's global account."""
        return self.today.account

    @cached_property
    def current(self) -> ExactScores:
        """Give the score of the facts as they are."""
        return self.score(self.today)

    @cached_property
    def standings(self) -> Standings:
        """Give the metrics of the tracks that count, with the entities behind each."""
        return Standings(self)

    @cached_property
    def customer_names(self) -> dict[str, str]:
        """Give how the partner's tenants are called: the user's own alias, else the name."""
        customers = self.today.frames.get(CUSTOMERS)
        if customers is None:
            return {}
        return {tenant: name for tenant, name in customers.select("tenant_id", pl.coalesce("alias", "name")).iter_rows() if name}

    def affordable(self, most: int) -> int:
        """Say how many hypotheses that each change usage may be tried without a long wait: `most`, or fewer of a very large partner."""
        rows = sum(self.today.frames[table].height for table in USAGE if table in self.today.frames)
        return min(most, max(LEAST_TRIED, ROWS_AT_ONCE // max(rows, 1)))

    @property
    def plan(self) -> Plan:
        """Give the plan of the day's score, for the names of designations, metrics and pools and for the months that they look at."""
        return self.current.plan

    def score(self, held: PartnerFacts, on: dt.date | None = None) -> ExactScores:
        """Score one hypothesis, exactly as `exact_scores` scores `held.facts`, on another day if `on` is given."""
        return self.score_many([held], on)[0]

    def score_many(self, hypotheses: Sequence[PartnerFacts], on: dt.date | None = None) -> list[ExactScores]:
        """Score many hypotheses of the partner, in one query where they fit into memory; in the order given."""
        found: list[ExactScores] = []
        for some in _parts(hypotheses):
            together = _customers_of(some)
            if together is None:
                found.extend(score for one in some for score in self._score([one], one.frames.get(CUSTOMERS), on or self.on))
            else:
                found.extend(self._score(some, together, on or self.on))
        return found

    def numbers(self, hypotheses: Sequence[PartnerFacts]) -> tuple[Plan, list[dict[str, int]]]:
        """Give the numbers that the day's score of each hypothesis is made from: a row of values by column, as the one plan names them."""
        for one in hypotheses:
            self._know(one)
        found: list[dict[str, int]] = []
        plan = self.plan
        for some in _parts(hypotheses):
            together = _customers_of(some)
            for lot in [some] if together is not None else [[one] for one in some]:
                plan, values = self._values(lot, together if together is not None else lot[0].frames.get(CUSTOMERS), self.on)
                found.extend(values.drop(PARTNER).iter_rows(named=True))
        return plan, found

    def locked_track(self, designation: str) -> str | None:
        """Name the track that an enrollment keeps on the day, if any."""
        planned = self.current.of[designation].plan
        return self._locked(self.today, self.plan, planned).tracks.get(0)

    def _score(self, some: Sequence[PartnerFacts], customers: pl.DataFrame | None, on: dt.date) -> list[ExactScores]:
        plan, values = self._values(some, customers, on)
        computed = Results(values, plan.programme.increments)
        found = [dict[str, ExactScore]() for _ in some]
        for designation in plan.designations:
            locks = [self._locked(one, plan, designation) for one in some]
            kept = {row: track for row, lock in enumerate(locks) if (track := lock.tracks.get(0)) is not None}
            results = {track: track_result(metrics, computed, plan.programme) for track, metrics in designation.metrics.items()}
            selected = selected_tracks(designation, results, values, kept)
            for row, scores in enumerate(found):
                undecided = locks[row].undecided.get(0, ())
                scores[designation.rules.designation.id] = exact_score(designation, results, selected, row, undecided)
        return [ExactScores(plan, scores) for scores in found]

    def _values(self, some: Sequence[PartnerFacts], customers: pl.DataFrame | None, on: dt.date) -> tuple[Plan, pl.DataFrame]:
        """Compute the numbers of some hypotheses, a row each."""
        with self._lock:
            compiled = self._plan(some, on)
            plan = compiled.plan
            rows = {table: _distinct(some, table) for table in compiled.slots if table != CUSTOMERS}
            given = {table: _stacked(rows[table][0], plan, table, self.options.basis) for table in rows}
            if CUSTOMERS in compiled.slots and customers is not None:
                given[CUSTOMERS] = customers.select(SEGMENTS)
            with filled((compiled.slots[table], frame) for table, frame in given.items()):
                found_values = run_small(compiled.query)
        values = pl.DataFrame({PARTNER: _ids(len(some))})
        for table, (frames, places) in rows.items():
            own = [frame for frame, of in zip(found_values, compiled.tables, strict=True) if of == table]
            values = values.hstack(joined(own, _ids(len(frames))).drop(PARTNER)[places])
        return plan, values

    def _know(self, one: PartnerFacts) -> None:
        """Remember the associations that a hypothesis brings: plans are compiled for all that were seen."""
        for table, masks in one.masks.items():
            self._masks[table] = self._masks.get(table, frozenset()) | frozenset(masks)

    def _plan(self, some: Sequence[PartnerFacts], on: dt.date) -> _Compiled:
        """Compile the day's rules, or take what is kept: hypotheses seldom bring associations that no row had before."""
        for one in some:
            self._know(one)
        first = some[0]
        months = repr(sorted(first.months.items()))
        if any(one.months is not first.months and repr(sorted(one.months.items())) != months for one in some):
            message = "hypotheses scored together cover the same months"
            raise ValueError(message)
        asked = (on, months, tuple(sorted(self._masks.items())))
        return self._compiled.answer(asked, lambda: self._newly_compiled(first, on))

    def _newly_compiled(self, first: PartnerFacts, on: dt.date) -> _Compiled:
        slots: dict[str, Slot] = {}

        def slot(table: str) -> Rows:
            if table not in slots:
                slots[table] = Slot(self.facts.files(table), SEGMENTS if table == CUSTOMERS else None)
            return slots[table].rows

        customers = slot(CUSTOMERS) if CUSTOMERS in self.facts.tables else None
        outline = first.outline({table: tuple(sorted(masks)) for table, masks in self._masks.items()})
        plan = make_plan(self.book, outline, on, designations=self.designations, options=self.options, customers=customers)
        people = people_query(plan, slot)
        tables = [*_usage_tables(plan), *(CERTIFICATIONS for _ in people)]
        return _Compiled(plan, slots, [*usage_query([plan], slot), *people], tables)

    def _locked(self, held: PartnerFacts, plan: Plan, designation: DesignationPlan) -> Locks:
        """Give the track that an enrollment keeps, if any; where none is recorded, the changed facts decide it as real ones would."""
        enrollments = self._enrolled(held, plan.as_of)

        def assigned(name: str, day: dt.date, _: Sequence[str]) -> AssignedOn:
            deciding = tuple(held.frames.get(table) for table in (AZURE, REVENUE, CUSTOMERS))
            unchanged = all(
                frame is self.today.frames.get(table) for table, frame in zip((AZURE, REVENUE, CUSTOMERS), deciding, strict=True)
            )
            key = (name, day, "" if unchanged and held.months == self.today.months else held.digest)
            if key not in self._assigned:
                facts = self.facts if unchanged and held.months == self.today.months else held.facts
                self._assigned[key] = assigned_tracks(
                    self.book, facts, day, name, [self.account], options=self.options, backend=PolarsBackend()
                )
            return self._assigned[key]

        return locked_tracks(self.book, plan, designation, enrollments, [self.account], assigned)

    def _enrolled(self, held: PartnerFacts, on: dt.date) -> dict[str, list[Enrollment]]:
        if held.frames.get(ENROLLMENTS) is not self.today.frames.get(ENROLLMENTS):
            return enrollments_of(held.facts, [self.account], on)
        if on not in self._enrollments:
            self._enrollments[on] = enrollments_of(self.facts, [self.account], on)
        return self._enrollments[on]


def score_of_facts(hypotheses: Hypotheses, held: PartnerFacts) -> ExactScores:
    """Score a hypothesis the long way, as any facts are scored: what `Hypotheses.score` must equal."""
    return exact_scores(
        hypotheses.book,
        held.facts,
        hypotheses.on,
        held.account,
        designations=hypotheses.designations,
        options=hypotheses.options,
        engine=PolarsBackend(),
    )


def _parts(hypotheses: Sequence[PartnerFacts]) -> list[list[PartnerFacts]]:
    """Put hypotheses together as long as the rows in which they differ are few enough."""
    parts: list[list[PartnerFacts]] = []
    seen: set[int] = set()
    rows = 0
    for one in hypotheses:
        fresh = [frame for table, frame in one.frames.items() if table in {*USAGE, CERTIFICATIONS} and id(frame) not in seen]
        own = sum(frame.height for frame in fresh)
        if not parts or rows + own > ROWS_AT_ONCE or one.months != parts[-1][-1].months:
            parts.append([])
            fresh = [frame for table, frame in one.frames.items() if table in {*USAGE, CERTIFICATIONS}]
            seen, own, rows = set[int](), sum(frame.height for frame in fresh), 0
        parts[-1].append(one)
        seen.update(id(frame) for frame in fresh)
        rows += own
    return parts


def _customers_of(some: Sequence[PartnerFacts]) -> pl.DataFrame | None:
    """Give the customers of all hypotheses; None where two of them disagree on a segment, which a query can hold one of only."""
    frames = {id(one.frames.get(CUSTOMERS)): frame for one in some if (frame := one.frames.get(CUSTOMERS)) is not None}
    if not frames:
        return pl.DataFrame(schema=dict.fromkeys(SEGMENTS, pl.String()))
    known = pl.concat(frame.select(SEGMENTS) for frame in frames.values()).unique(maintain_order=True)
    return None if known["tenant_id"].is_duplicated().any() else known


def _usage_tables(plan: Plan) -> list[str]:
    """Name the table of each frame of `usage_query`, in its order."""
    scans = [scan.table for scan in plan.scans.by_name.values() if scan.verdicts.columns]
    assignments = [designation.assignment for designation in plan.designations]
    return [*scans, *{found.column: found.table for found in assignments if isinstance(found, RevenueAssignment)}.values()]


def _ids(count: int) -> list[str]:
    return [f"{place:08}" for place in range(count)]


def _distinct(some: Sequence[PartnerFacts], table: str) -> tuple[list[pl.DataFrame], list[int]]:
    """Give the frames of a table that differ, and which of them each hypothesis has: what it leaves as it is is computed once."""
    place_of: dict[int, int] = {}
    frames: list[pl.DataFrame] = []
    places: list[int] = []
    for one in some:
        frame = one.frames[table]
        if id(frame) not in place_of:
            place_of[id(frame)] = len(frames)
            frames.append(frame)
        places.append(place_of[id(frame)])
    return frames, places


def _stacked(frames: Sequence[pl.DataFrame], plan: Plan, table: str, basis: str) -> pl.DataFrame:
    """Put the rows of each frame under an id of its own, as far as the plan looks at them."""
    months = plan.months(table)
    stacked: list[pl.DataFrame] = []
    for frame, name in zip(frames, _ids(len(frames)), strict=True):
        rows = of_basis(frame, basis) if table == AZURE else frame
        kept = rows if months is None else rows.filter(pl.col("month").is_in(sorted(months)))
        stacked.append(kept.with_columns(pl.lit(name).alias(PARTNER)))
    return pl.concat(stacked)
