"""Run a plan: numbers per partner from the engine, then points, tracks and the qualifying decision, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.engine.backends import PolarsBackend
from attain.errors import AttainError, nearest
from attain.scoring.assign import ENTERPRISE, SMB
from attain.scoring.locks import AssignedOn, enrollments_of, locked_tracks
from attain.scoring.metrics import Results
from attain.scoring.options import Chosen
from attain.scoring.result import Gap, Scores
from attain.scoring.scans import PARTNER
from attain.scoring.tracks import Block, assigned_smb, designation_blocks, interleave
from attain.scoring.values import plan_and_values, silent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import Plan
    from attain.scoring.values import Told


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
    told: Told = silent,
) -> Scores:
    """Score partners (all where none is named; a location means its global account) in designations (all where none is named).

    Gives one row per partner, designation, track and metric, in that order; see `Scores`. `told` is told how many partners of how many are
    read. Raises AttainError for an unknown partner,
    designation or edition.
    """
    engine: Backend = backend or PolarsBackend()
    accounts = resolve_accounts(facts, partners)
    wanted = None if partners is None else accounts
    plan, values = plan_and_values(
        book, facts, as_of, accounts, wanted, designations=designations, options=options, engine=engine, told=told
    )
    return finished(book, facts, plan, values, wanted, options=options, engine=engine)


def finished(
    book: Book, facts: Facts, plan: Plan, values: pl.DataFrame, wanted: Sequence[str] | None, *, options: Chosen, engine: Backend
) -> Scores:
    """Turn the numbers of accounts (one row each) into their scores: points, tracks and the qualifying decision."""
    accounts = values[PARTNER].to_list()
    enrollments = enrollments_of(facts, wanted, plan.as_of)

    def assigned(designation: str, day: dt.date, among: Sequence[str]) -> AssignedOn:
        return assigned_tracks(book, facts, day, designation, among, options=options, backend=engine)

    computed = Results(values, plan.programme.increments)
    blocks: list[Block] = []
    gaps: list[Gap] = []
    undecided: set[tuple[str, str]] = set()
    for designation in plan.designations:
        locks = locked_tracks(book, plan, designation, enrollments, accounts, assigned)
        blocks.extend(designation_blocks(plan, designation, computed, locks))
        gaps.extend(gap for metrics in designation.metrics.values() for metric in metrics for gap in metric.gaps)
        gaps.extend(designation.assignment_gaps)
        gaps.extend(gap for own in locks.undecided.values() for gap in own)
        undecided.update((accounts[row], designation.rules.designation.id) for row in locks.undecided)
    return Scores(
        interleave(blocks, accounts, plan),
        plan.as_of,
        options.basis,
        engine.name,
        book.digest,
        facts.digest,
        tuple(dict.fromkeys(gaps)),
        options.refresh_day,
        frozenset(undecided),
    )


def assigned_tracks(
    book: Book,
    facts: Facts,
    as_of: dt.date,
    designation: str,
    partners: Sequence[str],
    *,
    options: Chosen,
    backend: Backend,
) -> AssignedOn:
    """Give the track that the rules assign on a day to each of `partners`, whatever they are enrolled in; empty where none is assigned."""
    if options.edition is None and as_of < min(edition.from_ for edition in book.designation(designation).editions):
        return AssignedOn({})
    accounts = sorted(partners)
    plan, values = plan_and_values(book, facts, as_of, accounts, accounts, designations=[designation], options=options, engine=backend)
    planned = plan.designations[0]
    if planned.rules.tracks.assign is None:
        return AssignedOn({})
    tracks = {account: SMB if is_smb else ENTERPRISE for account, is_smb in zip(accounts, assigned_smb(planned, values), strict=True)}
    return AssignedOn(tracks, planned.assignment_gaps)


def _named(facts: Facts, text: str) -> str:
    """Give the id and name of the account whose name comes nearest to a text; empty where none does."""
    ids: dict[str, str] = dict(
        facts.scan("accounts").select("name", PARTNER).drop_nulls().sort(PARTNER, descending=True).collect().iter_rows()
    )
    near = nearest(text, ids)
    return f"{ids[near[0]]} ({near[0]})" if near else ""


def resolve_accounts(facts: Facts, partners: Sequence[str] | None) -> list[str]:
    """Give the global accounts to score, sorted: those asked for (a location gives its account), or every one.

    Raises AttainError that names the nearest id, or the nearest name with its id, for one the facts do not have.
    """
    if partners is None:
        return facts.scan("accounts").select(PARTNER).collect()[PARTNER].sort().to_list()
    every = [
        facts.scan("locations").select(PARTNER, "account"),
        facts.scan("accounts").select(PARTNER, account=pl.col(PARTNER)),
    ]
    asked = pl.col(PARTNER).is_in(list(partners))
    found = pl.collect_all([known.filter(asked) for known in every])
    account_of = {partner: account for rows in found for partner, account in rows.iter_rows()}
    chosen: set[str] = set()
    for partner in partners:
        account = account_of.get(partner)
        if account is None:
            near = nearest(partner, [name for known in every for name in known.collect()[PARTNER].to_list()])
            meant = near[0] if near else _named(facts, partner)
            raise AttainError(
                "unknown-partner",
                f"the facts have no partner {partner!r}",
                hint=f"did you mean {meant}?" if meant else "give a partner's id, as it stands in the facts",
            )
        chosen.add(account)
    return sorted(chosen)
