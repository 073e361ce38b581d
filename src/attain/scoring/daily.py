"""Scores of partners on days of their own: days that read the same months by the same rules share everything but the certificates.

A score changes on a day of its own for each partner, since certificates begin and end on any day, while the months of usage that count, and
the rules, change on a few days for all. So days are put together into *stretches* of equal rules and months; usage is gathered once a
stretch, and one frame with a row per partner and day is scored at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.backends import PolarsBackend
from attain.engine.operators import per
from attain.engine.slots import Slot
from attain.facts.schema import TABLES
from attain.lifecycle.enrollments import membership
from attain.lifecycle.windows import rules_on, track_days
from attain.rulebook.resolve import edition_on
from attain.scoring.assign import ENTERPRISE, SMB
from attain.scoring.certificates import PERSON
from attain.scoring.locks import AssignedOn, KeptTrack, Locks, enrollments_of, kept_track
from attain.scoring.metrics import Results
from attain.scoring.plan import CERTIFICATIONS, make_plan
from attain.scoring.run import DEFAULTS
from attain.scoring.scans import PARTNER
from attain.scoring.tracks import Block, assigned_smb, designation_blocks, interleave
from attain.scoring.values import joined, partner_rows, segments, usage_query
from attain.scoring.windows import latest_refreshed_month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.lifecycle import Enrollment
    from attain.lifecycle.enrollments import Membership, TrackLock
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation
    from attain.scoring.options import Chosen
    from attain.scoring.plan import DesignationPlan, Plan
    from attain.scoring.scans import Scan

DAY = "as_of"
Pair = tuple[str, "dt.date"]


def scores_of_days(
    book: Book,
    facts: Facts,
    days: Mapping[str, Iterable[dt.date]],
    *,
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> pl.DataFrame:
    """Score global accounts in designations, each on its own `days`: the same as `scores` day by day; see `DailyScorer`."""
    frames = list(DailyScorer(book, facts, designations=designations, options=options, backend=backend).frames(days))
    return pl.concat(frames) if frames else pl.DataFrame()


@dataclass(frozen=True)
class _Stretch:
    """Days that differ in certificates alone: their plan, and the accounts to score on each."""

    plan: Plan
    pairs: list[Pair]


class DailyScorer:
    """Scores global accounts in designations (all where none is named), each on days of its own.

    Rules are compiled once, however many accounts follow. Raises AttainError for an unknown designation or edition.
    """

    def __init__(
        self,
        book: Book,
        facts: Facts,
        *,
        designations: Sequence[str] | None = None,
        options: Chosen = DEFAULTS,
        backend: Backend | None = None,
    ) -> None:
        wanted = {book.designation(name).id for name in designations or book.designations}
        self.book, self.facts, self.options = book, facts, options
        self.designations = [designation for name, designation in book.designations.items() if name in wanted]
        self.engine: Backend = backend or PolarsBackend()
        self._customers = segments(facts, self.engine)
        self._scans: dict[str, Scan] = {}
        self._plans: dict[Hashable, Plan] = {}
        self._query = _Query(facts, self.engine)

    def frames(self, days: Mapping[str, Iterable[dt.date]]) -> Iterator[pl.DataFrame]:
        """Give the scores of accounts, each on its `days`: one frame for each stretch of equal rules and months.

        Columns as `Scores.frame`, with each row's own day in `as_of`; rows of one account and day follow each other. A day before a
        designation's first edition has no rows of it. Meant for up to some thousand accounts at a time, whose usage is held at once.
        """
        pairs = {(account, day) for account, own in days.items() for day in own}
        if not pairs:
            return
        run = _Run(self, sorted(days), enrollments_of(self.facts, list(days), max(day for _, day in pairs)))
        stretches = self.stretches(pairs)
        locks = run.locks(stretches)
        for stretch, values in run.values(stretches):
            yield run.scored(stretch, values, locks)

    def stretches(self, pairs: Iterable[Pair]) -> list[_Stretch]:
        """Put days of equal rules and months together."""
        by_day: dict[dt.date, list[str]] = defaultdict(list)
        for account, day in pairs:
            by_day[day].append(account)
        grouped: dict[Hashable, list[dt.date]] = defaultdict(list)
        for day in sorted(by_day):
            if any(self._edition(one, day) for one in self.designations):
                grouped[self._rules_and_months(day)].append(day)
        found: list[_Stretch] = []
        for key, days in grouped.items():
            if key not in self._plans:
                self._plans[key] = self._planned(days[0])
            found.append(_Stretch(self._plans[key], sorted((account, day) for day in days for account in by_day[day])))
        return found

    def usage(self, accounts: list[str]) -> pl.DataFrame:
        """Give the numbers of usage that any plan so far asks for: one row an account."""
        plans = list(self._plans.values())
        return joined(self._query.run(plans, accounts), accounts)

    def _planned(self, day: dt.date) -> Plan:
        names = [one.id for one in self.designations if self._edition(one, day)]
        return make_plan(self.book, self.facts, day, designations=names, options=self.options, customers=self._customers, scans=self._scans)

    def _rules_and_months(self, day: dt.date) -> Hashable:
        era = rules_on(self.book.programme, day)
        refresh_day = era.refresh_day if self.options.refresh_day is None else self.options.refresh_day
        editions = tuple(self._edition(designation, day) for designation in self.designations)
        return era.from_, latest_refreshed_month(day, refresh_day), editions

    def _edition(self, designation: Designation, day: dt.date) -> str | None:
        """Name the edition that a day is scored by; None before the first."""
        if self.options.edition is None and day < min(edition.from_ for edition in designation.editions):
            return None
        return edition_on(designation, day, self.options.edition).id


class _Query:
    """The query over usage. On this machine it is put together once, over slots that take the rows of one lot of accounts after another."""

    def __init__(self, facts: Facts, engine: Backend) -> None:
        self._facts, self._engine = facts, engine
        self._slots: dict[str, Slot] = {}
        self._frames: list[pl.LazyFrame] = []
        self._known = 0

    def run(self, plans: Sequence[Plan], accounts: list[str]) -> list[pl.DataFrame]:
        """Gather what `plans` ask of the usage of `accounts`: a frame a scan, one row an account."""

        def rows(table: str) -> Rows:
            return partner_rows(plans[0], self._facts, self._engine, table, accounts)

        if not isinstance(self._engine, PolarsBackend):
            return self._engine.collect_all(usage_query(plans, rows))
        if self._known != len(plans):
            self._slots = {}
            self._frames = [frame.to_native() for frame in usage_query(plans, self._slot)]
            self._known = len(plans)
        for table, slot in self._slots.items():
            slot.frame = self._engine.collect(rows(table))
        return pl.collect_all(self._frames, engine="streaming")

    def _slot(self, table: str) -> Rows:
        if table not in self._slots:
            self._slots[table] = Slot(self._facts.files(table))
        return self._slots[table].rows


@dataclass
class _Run:
    """One lot of accounts."""

    scorer: DailyScorer
    accounts: list[str]
    enrollments: dict[str, list[Enrollment]]
    memberships: dict[Pair, Membership] = field(default_factory=dict[Pair, "Membership"])
    certificates: pl.DataFrame | None = None

    def values(self, stretches: Sequence[_Stretch]) -> Iterator[tuple[_Stretch, pl.DataFrame]]:
        """Give the numbers of each stretch: one row a pair, in the order of its pairs."""
        if stretches:
            usage = self.scorer.usage(self.accounts)
            for stretch in stretches:
                yield stretch, self._of_pairs(stretch, usage)

    def _of_pairs(self, stretch: _Stretch, usage: pl.DataFrame) -> pl.DataFrame:
        pairs = pl.DataFrame(stretch.pairs, schema={PARTNER: pl.String, DAY: pl.Date}, orient="row")
        values = pairs.join(usage, on=PARTNER, how="left", maintain_order="left")
        certificates = stretch.plan.certificates
        if not certificates.lists.columns:
            return values
        held = pairs.lazy().join(self._held(stretch.plan).lazy(), on=PARTNER)
        rows = nw.from_native(held).filter(certificates.valid_on(nw.col(DAY)))
        kept = rows.select(PARTNER, DAY, PERSON, **certificates.lists.columns)
        people = per(per(kept, (PARTNER, DAY, PERSON), maxima=certificates.lists.columns), (PARTNER, DAY), sums=certificates.lists.columns)
        counted: pl.DataFrame = people.to_native().collect()
        values = values.join(counted, on=[PARTNER, DAY], how="left", maintain_order="left")
        return values.with_columns(pl.exclude(PARTNER, DAY).fill_null(0).cast(pl.Int64))

    def _held(self, plan: Plan) -> pl.DataFrame:
        """Read the certificates of the accounts, once."""
        if self.certificates is None:
            engine = self.scorer.engine
            names = [column.name for column in TABLES[CERTIFICATIONS].columns if column.name not in {PARTNER, "person_name"}]
            rows = partner_rows(plan, self.scorer.facts, engine, CERTIFICATIONS, self.accounts).filter(nw.col("status") == "active")
            self.certificates = engine.collect(rows.select(PARTNER, *names))
        return self.certificates

    def scored(self, stretch: _Stretch, values: pl.DataFrame, locks: Mapping[tuple[str, str, dt.date], KeptTrack]) -> pl.DataFrame:
        """Score one stretch."""
        plan = stretch.plan
        computed = Results(values, plan.programme.increments)
        blocks: list[Block] = []
        for designation in plan.designations:
            name, tracks = designation.rules.designation.id, designation.rules.tracks
            held = Locks()
            if tracks.choose == "assigned" and locks:
                for row, pair in enumerate(stretch.pairs):
                    kept = locks.get((name, *pair))
                    if kept is not None:
                        held.keep(row, kept)
            blocks.extend(designation_blocks(plan, designation, computed, held))
        frame = interleave(blocks, values[PARTNER].to_list(), plan)
        return frame.with_columns(values[DAY].gather(pl.int_range(frame.height, eager=True) // len(blocks)).alias(DAY))

    def locks(self, stretches: Sequence[_Stretch]) -> dict[tuple[str, str, dt.date], KeptTrack]:
        """Give the enrollment track by designation, account and day, where an enrolled partner keeps one."""
        wanted: dict[tuple[str, str, dt.date], TrackLock] = {}
        for stretch in stretches:
            names = [one.rules.designation.id for one in stretch.plan.designations if one.rules.tracks.choose == "assigned"]
            for account, day in stretch.pairs:
                if account in self.enrollments:
                    for name in names:
                        lock = self._lock(account, day, name)
                        if lock is not None:
                            wanted[name, account, day] = lock
        undecided = {(name, account, lock.decided_on) for (name, account, _), lock in wanted.items() if lock.track not in {ENTERPRISE, SMB}}
        decided = self._decided(undecided)
        return {
            key: KeptTrack(lock.track) if lock.track in {ENTERPRISE, SMB} else decided[key[0], key[1], lock.decided_on]
            for key, lock in wanted.items()
        }

    def _lock(self, account: str, day: dt.date, designation: str) -> TrackLock | None:
        rule = self.scorer.book.programme.on(day).enrollment_track
        if rule is None or designation not in rule.designations:
            return None
        if (account, day) not in self.memberships:
            self.memberships[account, day] = membership(self.scorer.book.programme, self.enrollments[account], day)
        return self.memberships[account, day].locked_track(designation, day)

    def _decided(self, undecided: set[tuple[str, str, dt.date]]) -> dict[tuple[str, str, dt.date], KeptTrack]:
        """Find the tracks that enrollments without a recorded one keep: from the tracks assigned on the days that decide them."""
        days = {key: track_days(self.scorer.book.programme, key[2]) for key in undecided}
        pairs = {(account, day) for (_, account, _), own in days.items() for day in own}
        assigned: dict[tuple[str, str, dt.date], AssignedOn] = {}
        for stretch, values in self.values(self.scorer.stretches(pairs)):
            for planned in stretch.plan.designations:
                assigned.update(_assigned(planned, stretch, values))
        programme = self.scorer.book.programme
        found: dict[tuple[str, str, dt.date], KeptTrack] = {}
        for name, account, decided_on in undecided:
            by_day = [assigned[name, account, day] for day in days[name, account, decided_on] if (name, account, day) in assigned]
            found[name, account, decided_on] = kept_track(programme, name, decided_on, account, by_day)
        return found


def _assigned(planned: DesignationPlan, stretch: _Stretch, values: pl.DataFrame) -> dict[tuple[str, str, dt.date], AssignedOn]:
    if planned.rules.tracks.assign is None:
        return {}
    name = planned.rules.designation.id
    return {
        (name, *pair): AssignedOn({pair[0]: SMB if is_smb else ENTERPRISE}, planned.assignment_gaps)
        for pair, is_smb in zip(stretch.pairs, assigned_smb(planned, values), strict=True)
    }
