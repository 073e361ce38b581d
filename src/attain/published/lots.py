"""Lots: partners that are gathered and saved together, so many that a refresh takes bounded memory, whatever their sizes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attain.scoring.plan import USAGE_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from attain.facts.directory import Account
    from attain.facts.facts import Facts

MOST_PARTNERS = 600
MOST_ROWS = 500_000
"""Rows of usage in a lot; what a partner of average size has, a thousand times over. A larger partner is a lot of its own."""


def usage_rows(facts: Facts) -> dict[str, int]:
    """Count the rows of usage of each account, over all months: what its scores are made from."""
    counted: Counter[str] = Counter()
    for table in USAGE_TABLES:
        if table in facts.tables:
            rows = facts.scan(table).group_by("partner_id").len().collect(engine="streaming")
            counted.update(dict(rows.iter_rows()))
    return dict(counted)


def lots(
    accounts: Sequence[Account], rows: Mapping[str, int], most_partners: int = MOST_PARTNERS, most_rows: int = MOST_ROWS
) -> Iterator[Sequence[Account]]:
    """Deal accounts out, in their order, to lots of at most so many partners and rows; `rows` counts those of each."""
    start, held = 0, 0
    for place, account in enumerate(accounts):
        own = rows.get(account.partner_id, 0)
        if place > start and (place - start == most_partners or held + own > most_rows):
            yield accounts[start:place]
            start, held = place, 0
        held += own
    if start < len(accounts):
        yield accounts[start:]
