"""HiGHS: the one place where numbers become floats. What it finds is read back as whole numbers, and the score decides whether it holds.

Bounds are relaxed by a trifle, far more than HiGHS itself allows for, so that rounding can let in what falls short by less than that and
never leaves out what does not; such a solution is played through the exact score, fails there, and is cut off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy

if TYPE_CHECKING:
    from fractions import Fraction

    from attain.advise.program import Program, Row

_LIBRARY: Any = highspy  # the binding that it re-exports has no types
TRIFLE = 1e-7
"""Rows are brought to a largest factor of 1 first."""
TOLERANCE = 1e-9
"""What HiGHS takes for equal. Were it more than the trifle, a row just met would seem met by rounding alone, and fix too much."""
NEARLY = 1e-6
"""A cost is whole: a bound so little above a whole number is that number."""
HALF = 0.5
_EXACT = tuple((f"{name}_feasibility_tolerance", TOLERANCE) for name in ("mip", "primal", "dual"))


@dataclass(frozen=True)
class Solved:
    """What HiGHS found: the values of the whole variables by place (None: no solution), and the least cost that it proves.

    `finished` is false where the time ran out; then a better solution, or one at all, may exist. `bound` is None where nothing is left.
    """

    values: dict[int, int] | None
    bound: int | None
    finished: bool


class Solver:
    """A program given to HiGHS; rows may follow."""

    def __init__(self, program: Program) -> None:
        """Give the program's variables over; its rows, and those that it gets later, follow when it is solved."""
        # The plain binding: highspy.Highs greets on standard output before it can be asked not to.
        self._highs: Any = _LIBRARY._Highs()
        for name, value in (("output_flag", False), ("mip_rel_gap", 0.0), ("threads", 1), *_EXACT):
            self._highs.setOptionValue(name, value)
        self._whole: list[int] = []
        self._rows = 0
        for place, variable in enumerate(program.variables):
            self._highs.addCol(float(variable.cost), 0.0, float(variable.high), 0, [], [])
            if variable.whole:
                self._highs.changeColIntegrality(place, highspy.HighsVarType.kInteger)
                self._whole.append(place)
        self._taken = 0
        self._program = program
        priced = [(place, variable.cost) for place, variable in enumerate(program.variables) if variable.cost]
        self._largest = max((cost for _, cost in priced), default=1)
        self._highs.addRow(
            -highspy.kHighsInf,
            highspy.kHighsInf,
            len(priced),
            [place for place, _ in priced],
            [cost / self._largest for _, cost in priced],
        )

    def solve(self, seconds: int, ceiling: int) -> Solved:
        """Find the least cost, `ceiling` at most."""
        for row in self._program.rows[self._taken :]:
            self._add(row)
        self._taken = len(self._program.rows)
        self._highs.changeRowBounds(0, -highspy.kHighsInf, self._shrunk(ceiling))
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        self._highs.run()
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Solved(None, None, finished=True)
        finished = status == highspy.HighsModelStatus.kOptimal
        bound = max(math.ceil(info.mip_dual_bound - NEARLY), 0) if math.isfinite(info.mip_dual_bound) else 0
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Solved(None, bound, finished=False)
        found = self._highs.getSolution().col_value
        return Solved({place: int(found[place] > HALF) for place in self._whole}, bound, finished)

    def _shrunk(self, ceiling: int) -> float:
        return ceiling / self._largest + TRIFLE

    def _add(self, row: Row) -> None:
        largest: Fraction | int = max((abs(factor) for factor in row.terms.values()), default=1)
        factors = [float(factor / largest) for factor in row.terms.values()]
        self._highs.addRow(float(row.least / largest) - TRIFLE, highspy.kHighsInf, len(factors), list(row.terms), factors)
