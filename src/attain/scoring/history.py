"""Scores of many days at once: what the days share is read and gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.engine.backends import PolarsBackend
from attain.scoring.plan import make_plan
from attain.scoring.run import DEFAULTS, finished, resolve_accounts
from attain.scoring.scans import PARTNER
from attain.scoring.values import joined, partner_rows, people_query, segments, usage_query

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.engine.backends import Backend
    from attain.engine.rows import Rows
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen
    from attain.scoring.plan import Plan
    from attain.scoring.result import Scores
    from attain.scoring.scans import Scan

AT_ONCE = 1700
"""Every day has numbers of its own for each tenant, so that memory grows with days and tenants: partners go in parts of this many."""


def history(
    book: Book,
    facts: Facts,
    days: Sequence[dt.date],
    *,
    partners: Sequence[str] | None = None,
    designations: Sequence[str] | Mapping[dt.date, Sequence[str]] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> list[Scores]:
    """Score partners in designations on each of `days`, in their order: the same as `scores` day by day, in one pass over the facts.

    Each day has the edition in effect on it; a mapping of `designations` names them day by day.

    Raises AttainError for an unknown partner, designation or edition, and for a day before the
    first edition.
    """
    if not days:
        return []
    engine: Backend = backend or PolarsBackend()
    accounts = resolve_accounts(facts, partners)
    wanted = None if partners is None else accounts
    shared: dict[str, Scan] = {}
    customers = segments(facts, engine)
    by_day = designations if isinstance(designations, Mapping) else dict.fromkeys(days, designations)
    plans = [make_plan(book, facts, day, designations=by_day[day], options=options, customers=customers, scans=shared) for day in days]
    parts = [_part(plans, facts, engine, accounts[start : start + AT_ONCE], wanted) for start in range(0, len(accounts), AT_ONCE)]
    return [
        finished(book, facts, plan, pl.concat(values), wanted, options=options, engine=engine)
        for plan, values in zip(plans, zip(*parts, strict=True), strict=True)
    ]


def _part(plans: list[Plan], facts: Facts, engine: Backend, accounts: list[str], wanted: Sequence[str] | None) -> list[pl.DataFrame]:
    """Give the numbers of some accounts, which follow each other in order: one frame a day."""
    first, last = accounts[0], accounts[-1]

    def rows(table: str) -> Rows:
        return partner_rows(plans[0], facts, engine, table, wanted).filter((nw.col(PARTNER) >= first) & (nw.col(PARTNER) <= last))

    usage = usage_query(plans, rows)
    people = [people_query(plan, rows) for plan in plans]
    found = engine.collect_all([*usage, *(frame for frames in people for frame in frames)])
    shared = joined(found[: len(usage)], accounts)
    own = iter(found[len(usage) :])
    return [shared.hstack(joined([next(own) for _ in frames], accounts).drop(PARTNER)) for frames in people]
