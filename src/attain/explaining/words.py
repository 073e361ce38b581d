"""Numbers and rules in words: short, with units, both numbers and the distance."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from attain.scoring.conditions import MONEY_SCALE
from attain.scoring.units import counted
from attain.scoring.windows import month_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.rulebook.catalog import Catalog
    from attain.rulebook.model import Pool, Range
    from attain.rulebook.resolve import PoolRules
    from attain.scoring.windows import TableWindow

CENTS = 100
MINUS = "\N{MINUS SIGN}"
"""Before a negative number where people read it; files and `number` have a hyphen, which every program reads."""
TABLE_WORDS = {
    "azure_usage": "Azure usage",
    "workload_usage": "workload usage",
    "workload_revenue": "workload revenue",
    "customers": "customers",
    "certifications": "certificates",
}
"""Tables of facts as sentences name them."""
COUNTED_UNITS = {"paid_licenses": "paid licenses", "active_users": "active users", "consumption_value": "consumption value"}


def number(value: Fraction | int) -> str:
    """Write a number plainly: thousands separated, at most four decimals, no trailing zeros beyond cents."""
    exact = Fraction(value)
    scaled = exact * MONEY_SCALE
    shown = abs(scaled.numerator) // scaled.denominator
    whole, rest = divmod(shown, MONEY_SCALE)
    sign = "-" if exact < 0 else ""
    if rest == 0:
        return f"{sign}{whole:,}"
    decimals = f"{rest:04d}"
    return f"{sign}{whole:,}.{decimals[:2] if decimals.endswith('00') else decimals.rstrip('0')}"


def first_upper(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def unit(pool: Pool) -> str:
    """Name the unit that the pool's condition is measured in."""
    if pool.measure in {"acr", "revenue"}:
        return "USD"
    if pool.table == "workload_usage" and pool.entity == "tenant":
        return "paid licenses"
    return COUNTED_UNITS[pool.measure]


def period(pool: Pool, window: TableWindow, side: str) -> str:
    """Name the months that one side of the pool reads."""
    last = window.data_month if side == "now" else window.baseline_month
    if pool.window == "ttm":
        return f"in twelve months to {month_text(last)}"
    if pool.window == "either_of_two_months":
        return f"in {month_text(last - 1)} or {month_text(last)}"
    return f"in {month_text(last)}"


def needs(rule: Range) -> str:
    """Say what a threshold or band asks for: `at least 600`, `5 to 300`, `more than 0 and at most 12,000`."""
    if rule.at_least is not None and rule.at_most is not None:
        return f"{number(rule.at_least)} to {number(rule.at_most)}"
    bounds = (("at least", rule.at_least), ("more than", rule.above), ("at most", rule.at_most), ("under", rule.below))
    return " and ".join(f"{word} {number(bound)}" for word, bound in bounds if bound is not None)


def distance(rule: Range, value: Fraction, measured_in: str) -> str | None:
    """Say by how much `value` fails a threshold or band; None where it does not."""
    low = rule.at_least if rule.at_least is not None else rule.above
    if low is not None and (value < low or (rule.above is not None and value <= low)):
        if rule.at_least is not None:
            return f"{number(value)} of {counted(number(low), measured_in)}: {number(low - value)} short"
        # Money has no next amount to name; of licenses and users one more than the bound is needed.
        needed = f"{counted(number(value), measured_in)}, more than {number(low)} needed"
        if measured_in != "USD":
            return f"{needed}: {number(low + 1 - value)} short"
        return f"{needed}: more than {number(low - value)} short" if value < low else needed
    high = rule.at_most if rule.at_most is not None else rule.below
    if high is not None and value > high:
        return f"{counted(number(value), measured_in)}: {number(value - high)} over the band's {number(high)}"
    return None


def one_of(names: Iterable[str]) -> str:
    """List alternatives: `a`, `a or b`, `a, b or c`."""
    items = list(names)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} or {items[-1]}"


def associations_of(rules: PoolRules, catalog: Catalog) -> str:
    """Name the associations that would recognize the pool's usage."""
    codes = dict.fromkeys(code for group in rules.recognized_by for code in group.associations)
    return one_of(catalog.associations.name(code) for code in codes)
