"""Who sold what to whom, month by month: rows of `associations`, noted singly or by column."""

from __future__ import annotations

from calendar import monthrange
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.staging import Staging
from attain.sources.gather import Gather
from attain.sources.intake import Output

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASSOCIATIONS = ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on")
DIRECT, INDIRECT = "csp1", "csp2"
LINKED = pl.Enum(["", DIRECT, INDIRECT])
"""How a partner sells, in rows by column; empty where no row says."""
_KEY = ("partner_id", "tenant_id", "association", "scope")
_AT_ONCE = 100_000


class Links:
    """Gathers links: each (partner, tenant, association, scope) once a month. `scratch` is a folder that the caller removes."""

    def __init__(self, scratch: Path) -> None:
        self._rows: Gather[str] = Gather(min, scratch)
        self._staging = Staging(scratch / f"links-{id(self)}", ("tenant_id",))
        self._by_column = False

    def add(self, partner: str, tenant: str, association: str, scope: str, month: str) -> None:
        """Note a link of a month such as `2026-10`."""
        self._rows.add((partner, tenant, association, scope, month), ("",), month)

    def add_columns(self, rows: pl.DataFrame) -> None:
        """Note links: `partner_id`, `tenant_id` and `scope` are text, `association` is LINKED, and `month` is year * 12 + month - 1."""
        self._by_column = True
        self._staging.add(rows.select("month", *_KEY))

    def output(self) -> Output:
        """Give the table."""
        if not self._by_column:
            return Output("associations", ASSOCIATIONS, self._listed())
        return Output("associations", ASSOCIATIONS, iter(()), frames=self._frames())

    def _listed(self) -> Iterator[tuple[object, ...]]:
        for (*key, month), _ in self._rows.items():
            yield *key, f"{month}-01", last_day(month)

    def _frames(self) -> Iterator[pl.DataFrame]:
        """Give what rows said singly and by column, together."""
        single = ((month_number(month), *key) for (*key, month), _ in self._rows.items())
        schema = {"month": pl.Int32(), **dict.fromkeys(_KEY, pl.String()), "association": LINKED}
        while some := list(islice(single, _AT_ONCE)):
            self._staging.add(pl.DataFrame(some, schema=schema, orient="row"))
        for month in self._staging.months:
            first = pl.date(month // 12, month % 12 + 1, 1)
            for part in range(self._staging.parts(month)):
                rows = self._staging.frame(month, part).select(_KEY).unique()
                yield rows.sort(_KEY).with_columns(first.alias("started_on"), first.dt.month_end().alias("ended_on"))


def last_day(month: str) -> str:
    """Give the last day of a month such as `2026-10`, ISO."""
    year, number = int(month[:4]), int(month[5:])
    return f"{month}-{monthrange(year, number)[1]:02d}"


def month_number(month: str) -> int:
    """Give a month such as `2026-10` as year * 12 + month - 1."""
    return int(month[:4]) * 12 + int(month[5:]) - 1
