"""Counts of people or partners who did not consent: only of groups that are large enough, and none that follows from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST = 10
"""The smallest group that is counted."""


@dataclass(frozen=True)
class Disclosed:
    """What is shown of the counts of groups that make up a whole: some by themselves, and the others only together.

    `rest` counts the groups of `together`; it is 0 where every group is shown.
    """

    total: int
    shown: dict[str, int]
    together: tuple[str, ...]
    rest: int


def disclosed(counts: Mapping[str, int], least: int = LEAST) -> Disclosed | None:
    """Say which counts of groups that make up a whole may be shown; None where the whole is too small.

    A group under `least` is not shown, an empty one neither: that nobody is in it would tell of everybody. What is left when all that is
    shown is taken from the whole is `least` or more, or nothing at all: else the smallest group shown is held back too. So no sum and no
    difference of what is shown tells of fewer. Where what is held back sums up to the most that this rule leaves room for, or so near
    it that whoever knows the rule could work out the groups, nothing is shown.
    """
    total = sum(counts.values())
    if total < least:
        return None
    shown = {name: count for name, count in counts.items() if count >= least}
    largest = (len(counts) - len(shown)) * (least - 1)
    if len(shown) < len(counts) and total - sum(shown.values()) < least:
        del shown[min(shown, key=lambda name: shown[name])]
        largest = min(shown.values(), default=total) + least - 2
    rest = total - sum(shown.values())
    if rest and rest >= largest:
        shown, rest = {}, total
    return Disclosed(total, shown, tuple(name for name in counts if name not in shown), rest)
