"""What in the facts could explain that a metric differs: months and tables that are missing, usage without association, unknown names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.explaining.certificates import people_of_steps
from attain.explaining.entities import Entities
from attain.explaining.reconciliation import Clue
from attain.explaining.states import usage_state
from attain.explaining.words import number, one_of
from attain.scoring.plan import CERTIFICATIONS
from attain.scoring.scans import PARTNER
from attain.scoring.units import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attain.engine.backends import Backend
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.plan import MetricPlan, Plan

NAMED = 3
KINDS = {"azure_usage": ("service", "offer"), "workload_usage": ("workload",), "workload_revenue": ("workload",)}


class FactClues:
    """Looks for clues in the facts of one partner, by the plan of one day; `metrics` are those that may be asked about."""

    def __init__(self, plan: Plan, facts: Facts, account: str, engine: Backend, book: Book, metrics: Sequence[MetricPlan]) -> None:
        """Plan what is read; rows are read when first asked for."""
        self.plan, self.facts, self.account, self.engine, self.book = plan, facts, account, engine, book
        self.entities = Entities(plan, facts, account, engine, book, [metric for metric in metrics if metric.is_scored])

    def of(self, metric: MetricPlan) -> Iterator[Clue]:
        """Give the clues on one metric."""
        for gap in metric.gaps:
            yield Clue("missing_table" if gap.table_missing else "missing_months", str(gap))
        if metric.is_scored:
            yield from self._not_linked(metric) if metric.steps else self._unrecognized(metric)
        yield from self._unknown(metric)
        yield from self._left_out(metric)

    def _unrecognized(self, metric: MetricPlan) -> Iterator[Clue]:
        """Say what usage without an eligible association would add."""
        verdicts = {pool.rules.pool.id: self.entities.verdicts(pool) for pool in metric.pools}
        increments = self.plan.programme.increments
        ours = usage_state(metric, verdicts, increments)
        linked = usage_state(metric, verdicts, increments, recognized=True)
        if linked.points == ours.points:
            return
        names: dict[str, None] = {}
        missing: dict[str, None] = {}
        for pool in metric.pools:
            for key, verdict in verdicts[pool.rules.pool.id].items():
                if verdict.amounts_of(verdict.seen_now, verdict.seen_then) != verdict.amounts:
                    name = self.entities.entity_name(pool, key)
                    names[self.entities.customer_names.get(key[0], name) or name] = None
                    missing |= dict.fromkeys(code for group in pool.rules.recognized_by for code in group.associations)
        eligible = one_of(self.book.catalog.associations.name(code) for code in missing)
        words = f"usage that no {eligible} association recognizes: {_some(names)}; all of it would earn {number(linked.points)} points"
        yield Clue("unrecognized", words, linked.points)

    def _not_linked(self, metric: MetricPlan) -> Iterator[Clue]:
        steps = people_of_steps(self.plan, metric, self.facts, self.account, self.engine, self.book)
        names: dict[str, None] = {}
        for step in steps:
            for person in step.people.values():
                faults = [one.fault for one in person.held]
                if not person.valid and any(fault is not None and fault.kind == "status" for fault in faults):
                    names[person.name or person.id] = None
        if names:
            words = f"{counted(str(len(names)), 'people')} not linked, or left"
            yield Clue("not_linked", f"{words}: {_some(names)}", nameless=words)

    def _unknown(self, metric: MetricPlan) -> Iterator[Clue]:
        """Name what the partner's rows hold that the catalog does not know."""
        tables = {pool.pool.table for pool in metric.rules.pools} | ({CERTIFICATIONS} if metric.rules.steps else set[str]())
        for table in sorted(tables & self.facts.tables):
            for kind in KINDS.get(table, ("certification",)):
                unknown = self.facts.unknown.get(kind, {})
                codes = {code: name for code, name in enumerate(self.facts.names.get(kind, ())) if name in unknown}
                rows = self.facts.scan(table).filter((pl.col(PARTNER) == self.account) & pl.col(kind).is_in(list(codes)))
                held = rows.select(pl.col(kind).unique()).collect().to_series().to_list() if codes else []
                for name in sorted(codes[int(code)] for code in held):
                    near = unknown[name]
                    words = f"the catalog does not know the {kind} {name!r}{f', nearest {one_of(near)}' if near else ''}"
                    yield Clue("unknown_name", words)

    def _left_out(self, metric: MetricPlan) -> Iterator[Clue]:
        """Count the rows that were set aside, or are not assigned to anyone."""
        tables = {pool.pool.table for pool in metric.rules.pools} | ({CERTIFICATIONS} if metric.rules.steps else set[str]())
        for table in sorted(tables):
            rejected, rows = self.facts.report.rejected(table)
            if rejected:
                yield Clue("set_aside", f"rows of {table} set aside on load, of any partner: {rejected:,} of {rows:,}")
            unassigned = self.facts.report.unassigned(table)
            if unassigned:
                yield Clue("unassigned", f"rows of {table} that name no partner or tenant, and are not scored: {unassigned:,}")


def _some(names: Iterable[str]) -> str:
    """Name the first few, and count the others."""
    every = list(names)
    return ", ".join(every[:NAMED]) + (f" and {len(every) - NAMED} more" if len(every) > NAMED else "")
