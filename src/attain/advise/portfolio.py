"""Partners side by side: how far each designation is from what qualifies, what alone is in the way, and what lies ahead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.advise.blocking import blocking
from attain.advise.prospects import prospects
from attain.lifecycle.windows import rules_on
from attain.scoring.result import MICRO_PLACES, TOTAL
from attain.scoring.run import DEFAULTS, scores
from attain.scoring.statuses import statuses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from attain.advise.columns import Columns, Record
    from attain.advise.prospects import Key, Prospects
    from attain.engine.backends import Backend
    from attain.facts.directory import Account
    from attain.facts.facts import Facts
    from attain.lifecycle import StatusOn
    from attain.rulebook.load import Book
    from attain.rulebook.programme import ProgrammeRules
    from attain.scoring.options import Chosen
    from attain.scoring.result import ScoreRow

AT_ONCE = 512
"""Partners that are looked at together: what memory it takes grows with it."""
MICRO = 10**MICRO_PLACES
LISTED_COLUMNS: Columns = {
    "designation": "text",
    "track": "text",
    "total": "amount",
    "distance": "amount",
    "qualifies": "yes",
    "complete": "yes",
    "status": "text",
    "next_date": "day",
    "next_event": "text",
    "at_risk_on": "day",
    "blocking": "text",
    "metrics_at_zero": "count",
    "unclaimed_points": "amount",
    "data_month": "text",
    "as_of": "day",
}
"""What a line says of a designation; `distance` is what is missing to the total that qualifies, less than nothing beyond it."""
COLUMNS: Columns = {"partner_id": "text", "name": "text", "country": "text", "distributor_id": "text", **LISTED_COLUMNS}


@dataclass(frozen=True)
class Listed:
    """One designation of one partner; amounts in millionths of a point.

    `distance` is what is missing to the total that qualifies; `blocking` the single metric in the way, and `at_floor` how many earn nothing
    where each must. `at_risk_on` is the first day on which it would no longer qualify with usage held; `unclaimed` are the points that
    missing associations would add.
    """

    account: Account
    designation: str
    track: str
    total: int
    distance: int
    qualifies: bool
    complete: bool
    status: StatusOn
    blocking: str
    at_floor: int
    at_risk_on: dt.date | None
    unclaimed: int
    data_month: str


@dataclass(frozen=True)
class _Earned:
    metric: str
    points: int
    max_points: int
    earns: bool


def portfolio(
    book: Book,
    facts: Facts,
    on: dt.date,
    accounts: Sequence[Account],
    *,
    designations: Sequence[str] | None = None,
    options: Chosen = DEFAULTS,
    backend: Backend | None = None,
) -> Iterator[Listed]:
    """List global accounts in designations (all where none is named), some hundred at a time; raises AttainError as a score does."""
    rules = rules_on(book.programme, on)
    for start in range(0, len(accounts), AT_ONCE):
        lot = accounts[start : start + AT_ONCE]
        ids = [account.partner_id for account in lot]
        found = scores(book, facts, on, partners=ids, designations=designations, options=options, backend=backend)
        rows: dict[Key, list[ScoreRow]] = defaultdict(list)
        for row in found.rows():
            if row.selected:
                rows[row.partner_id, row.designation].append(row)
        totals = {key: next(row for row in some if row.metric == TOTAL) for key, some in rows.items()}
        standing = statuses(book, facts, on, partners=ids, designations=designations, options=options, backend=backend)
        by_key = {(one.partner_id, status.designation): status for one in standing for status in one.on.statuses}
        ahead = prospects(
            book,
            facts,
            on,
            selected={key: total.track for key, total in totals.items()},
            qualified={key for key, total in totals.items() if total.qualified},
            options=options,
        )
        named = {account.partner_id: account for account in lot}
        for key, some in rows.items():
            yield _listed(named[key[0]], key, some, totals[key], by_key[key], ahead, rules)


def _listed(
    account: Account, key: Key, rows: Sequence[ScoreRow], total: ScoreRow, status: StatusOn, ahead: Prospects, rules: ProgrammeRules
) -> Listed:
    metrics = [_Earned(row.metric, _micro(row.points), _micro(row.max_points), row.earns) for row in rows if row.metric != TOTAL]
    reached = _micro(total.points)
    distance = int(rules.qualifying_total * MICRO) - reached
    return Listed(
        account=account,
        designation=key[1],
        track=total.track,
        total=reached,
        distance=distance,
        qualifies=bool(total.qualified),
        complete=total.complete,
        status=status,
        blocking="" if total.qualified else blocking(metrics, distance),
        at_floor=sum(not metric.earns for metric in metrics),
        at_risk_on=ahead.at_risk.get(key),
        unclaimed=max(ahead.recognized.get(key, reached) - reached, 0),
        data_month=total.data_month or "",
    )


def _micro(points: Decimal) -> int:
    return int(points.scaleb(MICRO_PLACES))


def records(rows: Sequence[Listed]) -> list[Record]:
    """Give listed partners as rows of a file."""
    return [
        {
            "partner_id": one.account.partner_id,
            "name": one.account.name,
            "country": one.account.country,
            "distributor_id": one.account.distributor_id,
            "designation": one.designation,
            "track": one.track,
            "total": Fraction(one.total, MICRO),
            "distance": Fraction(one.distance, MICRO),
            "qualifies": one.qualifies,
            "complete": one.complete,
            "status": one.status.status,
            "next_date": one.status.next_date,
            "next_event": one.status.next_event,
            "at_risk_on": one.at_risk_on,
            "blocking": one.blocking,
            "metrics_at_zero": one.at_floor,
            "unclaimed_points": Fraction(one.unclaimed, MICRO),
            "data_month": one.data_month,
            "as_of": one.status.day,
        }
        for one in rows
    ]
