"""A threshold or band on whole numbers: every bound made inclusive, so that engines only compare integers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from attain.rulebook.model import Range


@dataclass(frozen=True)
class Bounds:
    """The whole numbers from `low` to `high`, both included; None is open. `promoted` is I-4's exception at the top."""

    low: int | None = None
    high: int | None = None
    promoted: bool = False


def bounds(rule: Range, scale: int = 1) -> Bounds:
    """Turn a rule's range into inclusive whole numbers of 1/`scale` (money: 10,000 to the dollar).

    `above` 300 becomes at least 301, `below` 300 at most 299; a bound between two whole numbers moves inward, which loses nothing.
    """
    low: int | None = None
    high: int | None = None
    if rule.at_least is not None:
        low = math.ceil(rule.at_least * scale)
    if rule.above is not None:
        low = math.floor(rule.above * scale) + 1
    if rule.at_most is not None:
        high = math.floor(rule.at_most * scale)
    if rule.below is not None:
        high = math.ceil(rule.below * scale) - 1
    return Bounds(low, high, rule.promoted)


@dataclass(frozen=True)
class ShareBound:
    """A least share as a ratio of whole numbers: `part * denominator` must reach (or, if `strict`, exceed) `whole * numerator`."""

    numerator: int
    denominator: int
    strict: bool


def share_bound(rule: Range) -> ShareBound:
    """Turn a rule's percentage (`at_least` or `above`) into a ratio to cross-multiply with, so that no share is ever divided."""
    percent: Fraction | None = rule.at_least if rule.at_least is not None else rule.above
    if percent is None:
        message = "a share needs at_least or above"
        raise ValueError(message)
    share = percent / 100
    return ShareBound(share.numerator, share.denominator, strict=rule.at_least is None)
