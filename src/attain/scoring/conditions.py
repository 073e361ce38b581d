"""Row conditions of a rule on given facts: names become the integer codes and association masks that the facts hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import narwhals as nw

from attain.engine.operators import keep
from attain.facts.schema import ASSOCIATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attain.facts.facts import Facts
    from attain.rulebook.catalog import Catalog, Vocabulary
    from attain.rulebook.model import Names, Rate, Recognized

MONEY_SCALE = 10_000
"""Money and monthly consumption value are integers of a ten-thousandth."""


def association_mask(codes: Iterable[str]) -> int:
    """Give the bit mask of a set of association codes."""
    return sum(1 << ASSOCIATIONS.index(code) for code in set(codes))


@dataclass(frozen=True)
class Selection:
    """Which rows a pool keeps and recognizes: a hashable description, so that equal selections are computed once.

    `kept` holds (column, codes, all_but); `groups` holds (workload codes or None, association masks).
    """

    kept: tuple[tuple[str, tuple[int, ...], bool], ...]
    groups: tuple[tuple[tuple[int, ...] | None, tuple[int, ...]], ...]

    def expression(self) -> nw.Expr:
        """Give the condition as one boolean expression over rows."""
        condition: nw.Expr | None = None
        for codes, masks in self.groups:
            group = keep("associations", masks)
            if codes is not None:
                group = group & keep("workload", codes)
            condition = group if condition is None else condition | group
        if condition is None:
            return nw.lit(False)
        for column, codes, all_but in self.kept:
            condition = condition & keep(column, codes, all_but=all_but)
        return condition

    def filter(self) -> nw.Expr:
        """Give the condition for a filter, which refuses one that looks at no row: what keeps nothing, or all, is such a one."""
        return ~nw.col("associations").is_null() & self.expression()


@dataclass(frozen=True)
class Coding:
    """How catalog names are coded in one set of facts."""

    catalog: Catalog
    facts: Facts

    def codes(self, kind: str, names: Iterable[str]) -> tuple[int, ...]:
        """Give the integer codes that `names` have in the facts; a name the facts never mention has none."""
        vocabulary = self._vocabulary(kind)
        position = {name: code for code, name in enumerate(self.facts.names.get(kind, ()))}
        wanted = (vocabulary.match(name) or name for name in names)
        return tuple(sorted({position[name] for name in wanted if name in position}))

    def selection(
        self,
        table: str,
        recognized_by: Sequence[Recognized],
        *,
        services: Names | None = None,
        offers: Names | None = None,
        workloads: Names | None = None,
        any_association: bool = False,
    ) -> Selection:
        """Turn a rule's lists into a `Selection` for `table`; with `any_association` unrecognized rows are selected too."""
        kept = tuple(
            (column, self.codes(column, names.members if names.members is not None else names.all_but or ()), names.members is None)
            for column, names in (("service", services), ("offer", offers), ("workload", workloads))
            if names is not None and not names.all
        )
        masks = self.facts.masks.get(table, ())
        groups = tuple(
            (
                None if group.workloads is None else self.codes("workload", group.workloads),
                tuple(mask for mask in masks if any_association or mask & association_mask(group.associations)),
            )
            for group in recognized_by
        )
        return Selection(kept, groups)

    def weights(self, rates: dict[str, Rate]) -> tuple[tuple[tuple[int, ...], str, int], ...]:
        """Turn a rule's rates into (workload codes, unit column, weight in ten-thousandths) for `weigh`."""
        grouped: dict[tuple[str, Fraction], list[str]] = {}
        for workload, rate in rates.items():
            unit = "active_users" if rate.unit == "active_user" else "capacity"
            grouped.setdefault((unit, rate.rate), []).append(workload)
        weights: list[tuple[tuple[int, ...], str, int]] = []
        for (unit, rate), workloads in grouped.items():
            weight = rate * MONEY_SCALE
            if weight.denominator != 1:
                message = f"rate {rate} is finer than a ten-thousandth"
                raise ValueError(message)
            weights.append((self.codes("workload", workloads), unit, weight.numerator))
        return tuple(weights)

    def _vocabulary(self, kind: str) -> Vocabulary[Any]:
        return {
            "service": self.catalog.services,
            "offer": self.catalog.offers,
            "workload": self.catalog.workloads,
            "certification": self.catalog.certifications,
        }[kind]
