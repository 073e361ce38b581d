"""A rule in words: what it is about and when it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.alerts.lookouts import DAYS_AHEAD, days_of
from attain.alerts.models import RuleKind
from attain.published.shapes import exact

if TYPE_CHECKING:
    from attain.alerts.models import Rule
    from attain.rulebook.load import Book


def about(rule: Rule, book: Book) -> str:
    """Say what a rule is about: a metric, a designation, or all of them."""
    if rule.kind in {RuleKind.STALE, RuleKind.RESTATED}:
        return "All data"
    found = book.designations.get(rule.designation)
    if found is None:
        return "All designations"
    metric = next((one.name for one in found.metrics if one.id == rule.metric), rule.metric)
    return f"{found.name}: {metric}" if metric else found.name


def condition(rule: Rule) -> str:
    """Say when a rule speaks: its bound or its days; empty where it has neither."""
    if RuleKind(rule.kind) is RuleKind.UNDER:
        usual = "full marks" if rule.metric else "what qualifies"
        return f"under {usual if rule.bound_micro is None else f'{exact(rule.bound_micro):,f} points'}"
    if RuleKind(rule.kind) is RuleKind.UNRECOGNIZED:
        return "" if rule.bound_micro is None else f"from {exact(rule.bound_micro):,f} points"
    if rule.kind in DAYS_AHEAD:
        days = days_of(rule)
        counted = f"{days:,} {'day' if days == 1 else 'days'}"
        return f"{counted} overdue" if RuleKind(rule.kind) is RuleKind.STALE else f"{counted} ahead"
    return ""
