"""How customers are called: their names by tenant, read once and kept, since every explanation asks for a few of very many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.facts.kept import STATES, Kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.facts.facts import Facts

CUSTOMERS = "customers"


class CustomerNames:
    """Names by tenant: the user's own alias, else the customer's name."""

    def __init__(self, facts: Facts) -> None:
        """Read the names of every customer in `facts`; see `customer_names`, which keeps them."""
        columns: dict[str, pl.DataType] = {"tenant_id": pl.String(), "name": pl.String()}
        named = pl.DataFrame(schema=columns)
        if CUSTOMERS in facts.tables:
            frame = facts.scan(CUSTOMERS).select("tenant_id", name=pl.coalesce("alias", "name"))
            named = frame.filter(pl.col("name").is_not_null()).sort("tenant_id").collect()
        self._tenants, self._names = named["tenant_id"], named["name"]

    def get(self, tenant: str, otherwise: str = "") -> str:
        """Give the name of a tenant, or `otherwise` where it has none."""
        place = self._tenants.search_sorted(tenant)
        return str(self._names[place]) if place < len(self._tenants) and self._tenants[place] == tenant else otherwise

    def of(self, tenants: Sequence[str]) -> dict[str, str]:
        """Give the names of those of some tenants that have one, found together: of very many this takes a fraction of one by one."""
        asked = pl.Series(tenants, dtype=pl.String).unique()
        if not len(self._tenants):
            return {}
        places = self._tenants.search_sorted(asked).clip(upper_bound=len(self._tenants) - 1)
        found = self._tenants.gather(places) == asked
        return dict(zip(asked.filter(found).to_list(), self._names.gather(places.filter(found)).to_list(), strict=True))


def customer_names(facts: Facts) -> CustomerNames:
    """Give the names of customers in `facts`, read once a process and kept for the facts asked for last."""
    return _KEPT.answer(CUSTOMERS, lambda: CustomerNames(facts), state=facts.digest)


_KEPT: Kept[CustomerNames] = Kept(STATES)
