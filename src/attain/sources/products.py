"""Which workload a product on an invoice is: by its own name, else by the name before a word that only tells its edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.sources.source import fold
from attain.sources.spelled import Spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.rulebook.catalog import Catalog
    from attain.sources.intake import Tally

EDITIONS = frozenset(
    {
        *("enterprise", "professional", "essentials", "premium", "pro", "standard", "basic", "edition", "attach", "team", "device", "per"),
        *("for", "nce", "legacy", "introductory"),
    }
)
"""Words (folded) after which the name of a product tells its edition. A plan is none of them: plans of one name are different workloads."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a product in rows by column is, asked before any of them is taken in.

    `workload` is what `Products.workload` gives; that has a warning to give where it `warns`, and depends on which of several new spellings
    a row has first where it is not `settled`.
    """

    workload: str
    warns: bool = False
    settled: bool = True


class Products:
    """Names of products as workloads of the catalog; one that is none keeps its name and is told once."""

    def __init__(self, catalog: Catalog, tally: Tally) -> None:
        self._workloads, self._tally = catalog.workloads, tally
        self._known: dict[str, str] = {}
        self._spelled = Spelled(catalog.workloads)

    def workload(self, product: str) -> str:
        """Give the code of the workload that a product is, else the product's own name."""
        product = self._spelled.one(product)
        known = self._known.get(product)
        if known is None:
            code = self._code(product)
            if code is None:
                self._tally.warn(f"product {product!r} is no single workload of the programme and earns nothing where a rule lists them")
            known = self._known[product] = code or product
        return known

    def each(self, products: Sequence[str]) -> list[Named]:
        """Say what each of some distinct products is, and note nothing of it."""
        return [self._named(product, settled) for product, settled in zip(products, self._spelled.settled(products), strict=True)]

    def _named(self, product: str, settled: bool) -> Named:
        if self._spelled.knows(product):
            return Named(self._known[self._spelled.one(product)])
        code = self._code(product)
        return Named(code or product, warns=code is None, settled=settled)

    def _code(self, product: str) -> str | None:
        words = product.split()
        for count in range(len(words), 0, -1):
            if count < len(words) and fold(words[count]) not in EDITIONS:
                continue
            if code := self._workloads.match(" ".join(words[:count])):
                return code
        return None
