"""What next for one partner on one day: the one object that surfaces ask, its facts read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.advise.applying import apply_changes
from attain.advise.backtest import backtest
from attain.advise.cheapest import cheapest
from attain.advise.coverage import coverage
from attain.advise.forecast import forecast
from attain.advise.fragility import fragility
from attain.advise.hypothesis import Hypotheses
from attain.advise.near import WITHIN, near
from attain.advise.recommending import recommendations
from attain.advise.seats import seat_use
from attain.advise.simulation import simulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from fractions import Fraction

    from attain.advise.action_costs import ActionCosts
    from attain.advise.changes import Change
    from attain.advise.claims import Claim
    from attain.advise.courses import Usage
    from attain.advise.coverage import Coverage
    from attain.advise.expected import Expected
    from attain.advise.fragility import Fragility
    from attain.advise.near import NearList
    from attain.advise.outlook import Forecast
    from attain.advise.plans import Paths, Recommendation
    from attain.advise.scenario import Scenario
    from attain.advise.seats import SeatUse
    from attain.advise.simulation import Simulation
    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen


@dataclass(frozen=True)
class Advice:
    """Answers about one partner; each is computed when it is asked for."""

    hypotheses: Hypotheses

    @classmethod
    def of(cls, book: Book, facts: Facts, partner: str, on: dt.date, *, designations: Sequence[str] | None, options: Chosen) -> Advice:
        """Read the partner's facts. Raises AttainError for an unknown partner, designation or edition, and before the first edition."""
        return cls(Hypotheses(book, facts, partner, on, designations=designations, options=options))

    def simulate(self, scenario: Scenario, *, explained: bool = True) -> Simulation:
        """Play a scenario through the score; see `attain.advise.simulation.simulate`."""
        return simulate(self.hypotheses, scenario, explained=explained)

    def near(self, *, within: Fraction = WITHIN, days: int = 90) -> NearList:
        """List near misses and what is at risk; see `attain.advise.near`."""
        return near(self.hypotheses, within=within, days=days)

    def fragility(self) -> Fragility:
        """Say what the loss of one person, certificate or customer breaks; see `attain.advise.fragility`."""
        return fragility(self.hypotheses)

    def coverage(self, claims: Sequence[Claim] = ()) -> Coverage:
        """Show which associations cover what customers use, and the points that missing ones would add; see `attain.advise.coverage`."""
        return coverage(self.hypotheses, claims)

    def seats(self) -> SeatUse:
        """Compare seats bought, assigned and active; see `attain.advise.seats`."""
        return seat_use(self.hypotheses)

    def forecast(
        self, *, usage: Usage = "held", expected: Sequence[Expected] = (), changes: Sequence[Change] = (), ranges: bool = True
    ) -> Forecast:
        """Forecast the scores to come; see `attain.advise.forecast`.

        `changes` of a scenario are made first; `ranges` compares earlier forecasts with what came, which takes a while.
        """
        followed: Usage = "held" if usage == "set" else usage
        errors = backtest(self.hypotheses, followed) if ranges else None
        start = apply_changes(self.hypotheses, changes) if changes else None
        return forecast(self.hypotheses, usage=usage, expected=expected, start=start, errors=errors)

    def plan(
        self, designation: str, *, target: Fraction | None = None, by: dt.date | None = None, costs: ActionCosts | None = None
    ) -> Paths:
        """Find the cheapest actions that reach a target by a day; see `attain.advise.cheapest`."""
        return cheapest(self.hypotheses, designation, target=target, by=by, costs=costs)

    def recommendations(self, *, by: dt.date | None = None, costs: ActionCosts | None = None) -> dict[str, tuple[Recommendation, ...]]:
        """Say for each designation what to do first; see `attain.advise.recommending`."""
        return recommendations(self.hypotheses, by=by, costs=costs)
