"""Where the facts of a partner begin: what lies before counts as nothing, which whoever joined other partners' facts late should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from attain.explaining.words import TABLE_WORDS, first_upper
from attain.scoring.values import partner_rows
from attain.scoring.windows import month_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from attain.engine.backends import Backend
    from attain.explaining.queries import MetricQuery
    from attain.facts.facts import Facts
    from attain.scoring.plan import Plan


def late_beginnings(query: MetricQuery, facts: Facts, engine: Backend, account: str) -> Iterator[str]:
    """Say of each usage table that a metric looks at whether the account has its first row after the months looked at begin.

    Months that no partner has are gaps, which make the metric incomplete (I-11); these are months that others have. Whether an account
    had no usage in them, or its files reach back less far, no row can tell.
    """
    for table in query.tables:
        covered = query.plan.windows[table].covered
        asked = sorted(covered & query.pools.months(table))
        # mostly there is usage in the first month of all, for which one file is opened
        first = _first(query.plan, facts, engine, table, account, asked[:1])
        if first is None or first > asked[0]:
            first = _first(query.plan, facts, engine, table, account, asked)
        if first is None or first <= asked[0]:
            continue
        before = _first(query.plan, facts, engine, table, account, [month for month in covered if month < first])
        if before is None or before >= first:
            yield (
                f"{first_upper(TABLE_WORDS[table])}: the facts hold none of this partner before {month_text(first)}, and earlier months "
                "count as nothing. If there was some, import it"
            )


def _first(plan: Plan, facts: Facts, engine: Backend, table: str, account: str, months: Collection[int]) -> int | None:
    """Give the first month in which an account has a row, among the files of some months; None where it has none there."""
    if not months:
        return None
    rows = partner_rows(plan, facts, engine, table, [account], months)
    found = engine.collect(rows.select(nw.col("month").min()))
    month = found.item(0, "month")
    return None if month is None else int(month)
