"""What actions take: cost, days and likelihood of each kind, set by the user in a small strict file, or as the defaults say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from attain.rulebook.leaf import Exact, Strict
from attain.rulebook.strict_yaml import read
from attain.rulebook.validate import validate

if TYPE_CHECKING:
    from pathlib import Path

ActionKind = Literal["link_pal", "link_csp", "claim_cpor", "certify", "raise_seats", "raise_active_share", "raise_consumption"]


class Takes(Strict):
    """What one action of a kind takes: US dollars, days until it is done, and how likely it comes off, in percent."""

    cost_usd: Annotated[Exact, Field(ge=0)]
    days: Annotated[int, Field(ge=0)]
    likelihood_percent: Annotated[int, Field(ge=0, le=100)]


class ActionCosts(Strict):
    """What actions take by kind. A kind that a user's file leaves out is as the defaults say; `worth_usd` is what the result is worth.

    Without `worth_usd` it is worth the programme's yearly fee.
    """

    link_pal: Takes | None = None
    link_csp: Takes | None = None
    claim_cpor: Takes | None = None
    certify: Takes | None = None
    raise_seats: Takes | None = None
    raise_active_share: Takes | None = None
    raise_consumption: Takes | None = None
    worth_usd: Annotated[Exact, Field(ge=0)] | None = None

    def of(self, kind: ActionKind) -> Takes:
        """Give what a kind takes."""
        own: Takes | None = getattr(self, kind)
        return own if own is not None else default_takes(kind)


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


def default_takes(kind: ActionKind) -> Takes:
    """Give what a kind takes where the user does not say."""
    takes: Takes | None = getattr(_defaults(), kind)
    if takes is None:
        raise LookupError(kind)
    return takes
