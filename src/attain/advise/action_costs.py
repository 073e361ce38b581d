"""What actions take: cost, days and likelihood of each kind, set by the user in a small strict file, or as the defaults say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from attain.rulebook.leaf import Exact, Strict
from attain.rulebook.strict_yaml import read
from attain.rulebook.validate import validate

if TYPE_CHECKING:
    from pathlib import Path

ActionKind = Literal[
    "link_pal",
    "link_dpor",
    "link_csp",
    "claim_cpor",
    "certify",
    "renew",
    "raise_seats",
    "raise_active_users",
    "raise_consumption",
    "keep_customer",
]
KIND_NAMES: dict[ActionKind, str] = {
    "link_pal": "Link PAL",
    "link_dpor": "Record DPOR",
    "link_csp": "Sell through CSP",
    "claim_cpor": "Claim CPOR",
    "certify": "Certify",
    "renew": "Renew a certificate",
    "raise_seats": "More seats",
    "raise_active_users": "More active users",
    "raise_consumption": "More consumption",
    "keep_customer": "Keep a customer",
}
"""How kinds of action are called."""


class Takes(Strict):
    """What one action of a kind takes.

    `cost_usd` once, `each_usd` for every seat, active user or dollar of monthly consumption that it adds, `days` until it is done, and how
    likely it comes off in percent.
    """

    cost_usd: Annotated[Exact, Field(ge=0)]
    each_usd: Annotated[Exact, Field(ge=0)] = Fraction(0)
    days: Annotated[int, Field(ge=0)]
    likelihood_percent: Annotated[int, Field(ge=0, le=100)]


class ActionCosts(Strict):
    """What actions take by kind; a kind that a user's file leaves out is as the defaults say.

    `worth_usd` is what reaching the target is worth; without it that is the programme's yearly fee. `recommend_at_most` is how many
    recommendations of each designation are wanted, `renewed_years` for how many more years a renewed certificate is taken to be valid.
    """

    link_pal: Takes | None = None
    link_dpor: Takes | None = None
    link_csp: Takes | None = None
    claim_cpor: Takes | None = None
    certify: Takes | None = None
    renew: Takes | None = None
    raise_seats: Takes | None = None
    raise_active_users: Takes | None = None
    raise_consumption: Takes | None = None
    keep_customer: Takes | None = None
    worth_usd: Annotated[Exact, Field(ge=0)] | None = None
    recommend_at_most: Annotated[int, Field(ge=1)] | None = None
    renewed_years: Annotated[int, Field(ge=1)] | None = None

    @property
    def recommended(self) -> int:
        """Give how many recommendations of a designation are wanted."""
        return self._said("recommend_at_most")

    @property
    def renewed(self) -> int:
        """Give for how many more years a renewed certificate is taken to be valid."""
        return self._said("renewed_years")

    def of(self, kind: ActionKind) -> Takes:
        """Give what a kind takes."""
        return self._said(kind)

    def _said(self, name: str) -> Any:
        """Give what the user says of a field, else the defaults. Raises LookupError where neither does."""
        for costs in (self, _defaults()):
            own = getattr(costs, name)
            if own is not None:
                return own
        raise LookupError(name)


def read_costs(path: Path) -> ActionCosts:
    """Read a file of costs, YAML or JSON. Raises AttainError `costs-...` with file, line and the nearest valid name."""
    found, faults = validate(ActionCosts, read(path))
    if found is None:
        raise replace(faults[0], code=faults[0].code.replace("rulebook-", "costs-"))
    return found


@cache
def _defaults() -> ActionCosts:
    with as_file(files("attain.advise") / "action_costs.yaml") as path:
        return read_costs(path)
