"""The single metric in the way of a designation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Earned(Protocol):
    """What a metric of the track that counts earned, in millionths of a point; `earns` says that it has more than each must exceed."""

    @property
    def metric(self) -> str:
        """Name the metric."""
        ...

    @property
    def points(self) -> int:
        """Give its points."""
        ...

    @property
    def max_points(self) -> int:
        """Give the most that it may earn."""
        ...

    @property
    def earns(self) -> bool:
        """Say whether it earns enough for a designation."""
        ...


def blocking(metrics: Sequence[Earned], distance: int) -> str:
    """Name the single metric in the way of a designation; empty where there is none, or where it takes several.

    It is the only one that earns nothing; where every one earns and points are missing (`distance`, in millionths), it is the one with most
    points left, if these would do.
    """
    floor = [metric.metric for metric in metrics if not metric.earns]
    if floor:
        return floor[0] if len(floor) == 1 else ""
    widest = max(metrics, key=lambda metric: metric.max_points - metric.points, default=None)
    if widest is None or distance <= 0 or widest.max_points - widest.points < distance:
        return ""
    return widest.metric
