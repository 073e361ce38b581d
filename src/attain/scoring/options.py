"""What may be asked of a score beside the day, the partners and the designations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from attain.errors import AttainError
from attain.facts.schema import BASES

LAST_DAY = 31


class ScoreOptions(TypedDict, total=False):
    """Keyword arguments of a score.

    `edition` scores by another edition than the day's; `basis` scores other amounts than ACR (list, billed, amortized); `refresh_day` is
    the day of a month from which the month before counts, instead of the programme's; `reading` is the id of another reading of an
    interpretation (`attain.rulebook.readings`).
    """

    edition: str | None
    basis: str
    refresh_day: int | None
    reading: str | None


@dataclass(frozen=True)
class Chosen:
    """Options as chosen, checked: AttainError `unknown-basis` or `bad-refresh-day` names what is possible."""

    edition: str | None = None
    basis: str = BASES[0]
    refresh_day: int | None = None
    reading: str | None = None

    def __post_init__(self) -> None:
        """Check the options."""
        if self.basis not in BASES:
            raise AttainError("unknown-basis", f"there is no basis {self.basis!r}", hint=f"known: {', '.join(BASES)}")
        if self.refresh_day is not None and not 1 <= self.refresh_day <= LAST_DAY:
            raise AttainError("bad-refresh-day", f"{self.refresh_day} is no day of a month", hint="give a day from 1 to 31")
