"""Run a plan: numbers per partner from the engine, then points, tracks and the qualifying decision, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.backends import PolarsBackend
from attain.errors import AttainError, nearest
from attain.facts.schema import BASES
from attain.scoring.assign import ENTERPRISE, SMB, RevenueAssignment
from attain.scoring.locks import enrollments_of, locked_tracks
from attain.scoring.options import Chosen
from attain.scoring.plan import CERTIFICATIONS, Plan, make_plan
from attain.scoring.result import Gap, Scores
from attain.scoring.scans import PARTNER, Gathered, value_name
from attain.scoring.tracks import Block, assigned_smb, designation_blocks, interleave

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book


DEFAULTS = Chosen()


def scores(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    *,
    partners: Sequence[str] | None = None,
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Scores:
    """Score partners (all where none is named; a location means its global account) in designations (all where none is named).

    Gives one row per partner, designation, track and metric, in that order; see `Scores`. Raises AttainError for an unknown partner,
    designation or edition.
    """
    engine: Backend = backend or PolarsBackend()
    accounts = resolve_accounts(facts, partners)
    plan = make_plan(
        book,
        facts,
        as_of,
        designations=designations,
        options=options,
        customers=_customers(facts, engine),
    )
    wanted = None if partners is None else accounts
    values = partner_values(plan, facts, engine, accounts, wanted)
    enrollments = enrollments_of(facts, wanted, as_of)

    def assigned(designation: str, day: dt.date, among: Sequence[str]) -> dict[str, str]:
        return assigned_tracks(book, facts, day, designation, among, options=options, backend=engine)

    blocks: list[Block] = []
    gaps: list[Gap] = []
    for designation in plan.designations:
        locks = locked_tracks(book, plan, designation, enrollments, accounts, assigned)
        blocks.extend(designation_blocks(plan, designation, values, locks))
        gaps.extend(gap for metrics in designation.metrics.values() for metric in metrics for gap in metric.gaps)
        gaps.extend(designation.assignment_gaps)
    frame = interleave(blocks, accounts, plan)
    return Scores(frame, as_of, options.basis, engine.name, book.digest, facts.digest, tuple(dict.fromkeys(gaps)))


def _customers(facts: Facts, engine: Backend) -> Rows | None:
    return engine.scan(facts.files("customers")).select("tenant_id", "segment") if "customers" in facts.tables else None


def assigned_tracks(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    designation: str,
    partners: Sequence[str],
    *,
    options: Chosen,
    backend: Backend,
) -> dict[str, str]:
    """Give the track that the rules assign on a day to each of `partners`, whatever they are enrolled in; empty where none is assigned."""
    if options.edition is None and as_of < min(edition.from_ for edition in book.designation(designation).editions):
        return {}
    plan = make_plan(book, facts, as_of, designations=[designation], options=options, customers=_customers(facts, backend))
    planned = plan.designations[0]
    if planned.rules.tracks.assign is None:
        return {}
    accounts = sorted(partners)
    values = partner_values(plan, facts, backend, accounts, accounts)
    return {account: SMB if is_smb else ENTERPRISE for account, is_smb in zip(accounts, assigned_smb(planned, values), strict=True)}


def resolve_accounts(facts: Facts, partners: Sequence[str] | None) -> list[str]:
    """Give the global accounts to score, sorted: those asked for (a location gives its account), or every one.

    Raises AttainError that names the nearest id for one the facts do not have.
    """
    accounts: list[str] = facts.scan("accounts").select(PARTNER).collect()[PARTNER].sort().to_list()
    if partners is None:
        return accounts
    known = set(accounts)
    locations = dict(facts.scan("locations").select(PARTNER, "account").collect().iter_rows())
    chosen: set[str] = set()
    for partner in partners:
        account = partner if partner in known else locations.get(partner)
        if account is None:
            near = nearest(partner, [*accounts, *locations])
            raise AttainError(
                "unknown-partner",
                f"the facts have no partner {partner!r}",
                hint=f"did you mean {near[0]}?" if near else "see `attain check`",
            )
        chosen.add(account)
    return sorted(chosen)


def partner_rows(plan: Plan, facts: Facts, engine: Backend, table: str, wanted: Sequence[str] | None) -> Rows:
    """Read a usage or certificate table lazily: only the basis asked for, only the accounts `wanted` (None: all)."""
    rows = engine.scan(facts.files(table))
    if wanted is not None:
        rows = rows.filter(nw.col(PARTNER) == wanted[0] if len(wanted) == 1 else nw.col(PARTNER).is_in(list(wanted)))
    return rows.filter(nw.col("basis") == BASES.index(plan.basis)) if table == "azure_usage" else rows


def partner_values(plan: Plan, facts: Facts, engine: Backend, accounts: list[str], wanted: Sequence[str] | None) -> pl.DataFrame:
    """Run every scan of the plan: one row per account (0 where a table has nothing on it), one Int64 column per number."""
    gathered: dict[str, Gathered] = {}

    def of(table: str) -> Gathered:
        if table not in gathered:
            gathered[table] = Gathered(partner_rows(plan, facts, engine, table, wanted))
        return gathered[table]

    asked: list[Rows] = []
    for name, scan in plan.scans.by_name.items():
        if scan.verdicts.columns:
            asked.append(scan.partners(of(scan.table)).rename({column: value_name(name, column) for column in scan.verdicts.columns}))
    for designation in plan.designations:
        if isinstance(designation.assignment, RevenueAssignment):
            asked.append(designation.assignment.partners(of(designation.assignment.table)))
    if plan.certificates.lists.columns:
        asked.append(plan.certificates.partners(of(CERTIFICATIONS).rows))
    values = pl.DataFrame({PARTNER: accounts}, schema={PARTNER: pl.String})
    for frame in engine.collect_all(asked):
        values = values.join(frame, on=PARTNER, how="left", maintain_order="left")
    return values.with_columns(pl.exclude(PARTNER).fill_null(0).cast(pl.Int64))
