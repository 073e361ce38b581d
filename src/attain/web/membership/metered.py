"""A metric under a panel: where it belongs, the rows behind it, and how their amounts are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.explaining.words import number, unit
from attain.published import served
from attain.published.rows import Behind
from attain.web.dates import MINUS
from attain.web.membership.designation import metric_of, track_of

if TYPE_CHECKING:
    from fractions import Fraction

    from attain.explaining.result import Explanation
    from attain.people.access import AttainRequest
    from attain.published.read import Designation, Metric, Track
    from attain.published.standing import Standing
    from attain.workspace import Workspace

EVERY_POOL = "all"


@dataclass(frozen=True)
class Placed:
    """A metric that an address names: where it belongs, and the facts behind it."""

    standing: Standing
    found: Designation
    track: Track
    metric: Metric
    workspace: Workspace

    @property
    def is_skilling(self) -> bool:
        """Say whether people and certificates make the metric."""
        return bool(next(one for one in self.found.book.designations[self.found.id].metrics if one.id == self.metric.id).steps)

    @property
    def behind(self) -> Behind:
        """Say which metric's rows are asked for."""
        partner = self.standing.overview.partner
        return Behind(partner.partner_id, self.found.id, self.metric.id, self.track.id, partner.day)


@dataclass(frozen=True)
class Metered(Placed):
    """A metric under the panel: where it belongs, and the rows behind it."""

    explanation: Explanation

    def pool(self, request: AttainRequest) -> str:
        """Give the pool that is shown: the one asked for, all of them, or the first of several."""
        asked, known = request.GET.get("pool", ""), [pool.id for pool in self.explanation.pools]
        if asked in known:
            return asked
        return "" if asked == EVERY_POOL or len(known) < 2 else known[0]


def placed(request: AttainRequest, standing: Standing, code: str, metric: str) -> Placed:
    """Find the metric that an address names, and look at none of its rows; AttainError names what is unknown."""
    found = standing.designation(code)
    track = track_of(request, found)
    return Placed(standing, found, track, metric_of(track, metric), served.workspace_of(standing.overview.partner))


def metered(request: AttainRequest, standing: Standing, code: str, metric: str) -> Metered:
    """Find the metric that an address names and the rows behind it; AttainError names what is unknown."""
    one = placed(request, standing, code, metric)
    explanation = served.explanation(one.workspace, standing.overview.partner, standing.publication, one.behind)
    return Metered(standing, one.found, one.track, one.metric, one.workspace, explanation)


def pool_names(shown: Metered) -> dict[str, str]:
    """Name the pools or options of a metric, by id."""
    return {pool.id: pool.name for pool in shown.explanation.pools}


def unit_of(shown: Metered, pool: str) -> str:
    """Name the unit of the amounts of one pool; none where pools are mixed."""
    rules = next(one for one in shown.found.book.designations[shown.found.id].metrics if one.id == shown.metric.id)
    wanted = [one for one in rules.pools if one.id in (pool or [found.id for found in shown.explanation.pools])]
    units = {unit(one) for one in wanted}
    return units.pop() if len(units) == 1 else ""


def written(value: Fraction | None) -> str:
    """Write an exact amount; a dash where there is none."""
    return "\N{EN DASH}" if value is None else number(value).replace("-", MINUS)


def signed(value: Fraction) -> str:
    """Write an exact amount with its sign."""
    return f"+{number(value)}" if value > 0 else written(value)
