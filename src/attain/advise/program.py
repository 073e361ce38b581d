"""A mixed-integer program in exact numbers: variables, linear forms and rows. How it is solved is told in `attain.advise.solver`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Form:
    """A constant, and variables by their place times a factor each."""

    constant: Fraction = ZERO
    terms: Mapping[int, Fraction] = field(default_factory=dict[int, Fraction])

    def __add__(self, other: Form) -> Form:
        """Add two forms."""
        terms = dict(self.terms)
        for place, factor in other.terms.items():
            terms[place] = terms.get(place, ZERO) + factor
        return Form(self.constant + other.constant, {place: factor for place, factor in terms.items() if factor})

    def __sub__(self, other: Form) -> Form:
        """Take one form from another."""
        return self + other.times(-ONE)

    def times(self, factor: Fraction) -> Form:
        """Multiply a form by a number."""
        return Form(self.constant * factor, {place: own * factor for place, own in self.terms.items()} if factor else {})

    def plus(self, number: Fraction) -> Form:
        """Add a number."""
        return Form(self.constant + number, self.terms)


def summed(forms: list[Form]) -> Form:
    """Add up forms; none give 0."""
    total = Form()
    for form in forms:
        total = total + form
    return total


@dataclass(frozen=True)
class Variable:
    """A number from 0 to `high`; `whole` ones are integers. `cost` is what one of it adds to the cost that is made least."""

    high: Fraction
    whole: bool
    cost: int = 0


@dataclass(frozen=True)
class Row:
    """Asks that a form without constant is at least `least`."""

    terms: Mapping[int, Fraction]
    least: Fraction


@dataclass
class Program:
    """Variables and rows, to be solved for the least cost."""

    variables: list[Variable] = field(default_factory=list[Variable])
    rows: list[Row] = field(default_factory=list[Row])

    def binary(self, cost: int = 0) -> int:
        """Add a variable that is 0 or 1; gives its place."""
        self.variables.append(Variable(ONE, whole=True, cost=cost))
        return len(self.variables) - 1

    def number(self, high: Fraction) -> Form:
        """Add a variable from 0 to `high`; gives it as a form."""
        self.variables.append(Variable(high, whole=False))
        return Form(ZERO, {len(self.variables) - 1: ONE})

    def flag(self) -> Form:
        """Add a variable that is 0 or 1; gives it as a form."""
        return Form(ZERO, {self.binary(): ONE})

    def at_least(self, form: Form, bound: Fraction) -> None:
        """Ask that a form is at least a bound."""
        self.rows.append(Row(form.terms, bound - form.constant))

    def covers(self, greater: Form, lesser: Form) -> None:
        """Ask that one form is at least another."""
        self.at_least(greater - lesser, ZERO)
