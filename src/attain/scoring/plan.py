"""The plan of a score: which scans to run for which designations, and where each metric finds its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.lifecycle.windows import rules_on
from attain.rulebook.readings import other_reading, programme_read_otherwise, read_otherwise
from attain.rulebook.resolve import resolve
from attain.scoring.assign import AZURE, REVENUE, plan_revenue, plan_segments
from attain.scoring.certificates import CertificateScan
from attain.scoring.conditions import Coding
from attain.scoring.pools import PoolPlan, Scans, plan_pool
from attain.scoring.result import ASSIGNMENT, Gap
from attain.scoring.windows import TableWindow, table_window

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.rulebook.programme import ProgrammeRules
    from attain.rulebook.resolve import EditionRules, MetricRules, StepRules
    from attain.scoring.assign import RevenueAssignment, SegmentAssignment
    from attain.scoring.options import Chosen
    from attain.scoring.scans import Scan

CERTIFICATIONS = "certifications"
USAGE_TABLES = (AZURE, "workload_usage", REVENUE)


@dataclass(frozen=True)
class StepPlan:
    """A certification step and the column that counts its people."""

    rules: StepRules
    people: str


@dataclass(frozen=True)
class MetricPlan:
    """A metric of one track: its pools or steps, the earliest data month of its pools (None: no data), and what the facts lack for it."""

    rules: MetricRules
    track: str
    pools: tuple[PoolPlan, ...]
    steps: tuple[StepPlan, ...]
    data_month: int | None
    gaps: tuple[Gap, ...]

    @property
    def is_scored(self) -> bool:
        """Say whether the metric has a row at all: not where a table it needs is missing."""
        return not any(gap.table_missing for gap in self.gaps)


@dataclass(frozen=True)
class DesignationPlan:
    """A designation's edition, its metrics by track, and how its track is assigned (None: it is not, or cannot be)."""

    rules: EditionRules
    metrics: dict[str, tuple[MetricPlan, ...]]
    assignment: SegmentAssignment | RevenueAssignment | None
    assignment_gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything a run needs, for some designations on one day."""

    as_of: dt.date
    basis: str
    programme: ProgrammeRules
    windows: dict[str, TableWindow]
    scans: Scans
    certificates: CertificateScan
    designations: tuple[DesignationPlan, ...] = field(default=())

    def months(self, table: str) -> frozenset[int] | None:
        """Give the months of a usage table that the plan looks at; None for a table without months."""
        if table not in self.windows:
            return None
        scans = [scan for scan in self.scans.by_name.values() if scan.table == table]
        return frozenset(month for scan in scans for month in scan.months)


def chosen_rules(book: Book, names: Sequence[str] | None, as_of: dt.date, edition: str | None) -> tuple[EditionRules, ...]:
    """Resolve the designations asked for, in the book's order.

    Where none is named, all that have rules on the day (or the edition asked for). AttainError for an unknown name, and where none is left.
    """
    wanted = {book.designation(name).id for name in names or book.designations}
    found: list[EditionRules] = []
    refusal: AttainError | None = None
    for name, designation in book.designations.items():
        if name in wanted:
            try:
                found.append(resolve(designation, as_of, edition))
            except AttainError as error:
                if names:
                    raise
                refusal = refusal or error
    if not found and refusal is not None:
        raise refusal
    return tuple(found)


def make_plan(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    designations: Sequence[str] | None = None,
    options: Chosen,
    customers: Rows | None = None,
    scans: dict[str, Scan] | None = None,
) -> Plan:
    """Compile the rules in effect on `as_of` (or of the edition chosen) against what `facts` hold; nothing is read or run.

    `customers` is a lazy frame with tenant_id and segment, for tracks assigned by segments. `scans`, by name, are shared with the plans of
    other days of the same facts and options. Raises AttainError for an unknown designation, edition or reading, and for a day before
    the first edition.
    """
    programme = rules_on(book.programme, as_of)
    chosen = chosen_rules(book, designations, as_of, options.edition)
    if options.reading is not None:
        change = other_reading(book.programme, options.reading).change
        programme, chosen = programme_read_otherwise(programme, change), tuple(read_otherwise(rules, change) for rules in chosen)
    day = programme.refresh_day if options.refresh_day is None else options.refresh_day
    windows = {table: table_window(facts, table, as_of, day, options.basis) for table in USAGE_TABLES if table in facts.tables}
    coding = Coding(book.catalog, facts)
    planned = Scans(coding, windows, by_name={} if scans is None else scans)
    certificates = CertificateScan(coding, as_of, programme.retired_certificate_years)
    plans = tuple(_designation(rules, facts, planned, certificates, customers) for rules in chosen)
    return Plan(as_of, options.basis, programme, windows, planned, certificates, plans)


def _designation(rules: EditionRules, facts: Facts, scans: Scans, certificates: CertificateScan, customers: Rows | None) -> DesignationPlan:
    metrics = {
        track: tuple(_metric(rules, metric, track, facts, scans, certificates) for metric in track_metrics)
        for track, track_metrics in rules.metrics.items()
    }
    assign = rules.tracks.assign
    if assign is None:
        return DesignationPlan(rules, metrics, None)
    table = AZURE if assign.kind == "customer_segments" else REVENUE
    window = scans.windows.get(table)
    if window is None:
        return DesignationPlan(rules, metrics, None)
    if assign.kind == "customer_segments":
        needed = window.needed("ttm", compares=False) if assign.acr is not None else window.needed("month", compares=False)
        assignment = plan_segments(scans, assign, customers)
    else:
        needed = window.needed("month", compares=True)
        assignment = plan_revenue(scans, assign)
    missing = tuple(sorted(window.missing(needed)))
    gaps = tuple(Gap(rules.designation.id, track, ASSIGNMENT, table, missing) for track in rules.tracks.names[:1] if missing)
    return DesignationPlan(rules, metrics, assignment, gaps)


def _metric(edition: EditionRules, rules: MetricRules, track: str, facts: Facts, scans: Scans, certificates: CertificateScan) -> MetricPlan:
    designation = edition.designation.id
    tables = {pool.pool.table for pool in rules.pools} | ({CERTIFICATIONS} if rules.steps else set[str]())
    absent = [Gap(designation, track, rules.id, table, (), table_missing=True) for table in sorted(tables - facts.tables)]
    if absent:
        return MetricPlan(rules, track, (), (), None, tuple(absent))
    gaps: list[Gap] = []
    for table in sorted(tables - {CERTIFICATIONS}):
        window = scans.windows[table]
        months: set[int] = set()
        for pool in rules.pools:
            if pool.pool.table == table:
                months |= window.missing(window.needed(pool.pool.window, compares=pool.pool.compare != "level"))
                if pool.already_deployed is not None:
                    months |= window.missing(window.needed("from_association", compares=True))
        if months:
            gaps.append(Gap(designation, track, rules.id, table, tuple(sorted(months))))
    return MetricPlan(
        rules,
        track,
        tuple(plan_pool(scans, pool, track) for pool in rules.pools),
        tuple(StepPlan(step, certificates.people(step.certificates)) for step in rules.steps),
        min((scans.windows[table].data_month for table in tables - {CERTIFICATIONS} if scans.windows[table].covered), default=None),
        tuple(gaps),
    )
