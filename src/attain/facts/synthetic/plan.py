"""What to generate: sizes, seed and the months covered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from attain.errors import AttainError

CAST_SIZE = 4
AS_OF = dt.date(2026, 11, 24)
_PER_PARTNER = {"tenants": 50, "certificates": 50}
_PER_TENANT = {"azure_rows": 50, "usage_rows": 10}


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """Sizes of a synthetic facts folder.

    `partners` includes the cast of four, whose facts come on top of the other sizes. Sizes left out follow from the number of partners
    and tenants as on a real portfolio; rows of Azure and workload usage come out within a few percent of what is asked. Thirty months
    make every day of the qualification window complete: its first one looks 24 months back from the sixth month before.
    """

    partners: int = 50
    seed: int = 1
    as_of: dt.date = AS_OF
    months: int = 30
    tenants: int | None = None
    azure_rows: int | None = None
    usage_rows: int | None = None
    certificates: int | None = None
    format: Literal["parquet", "csv"] = "parquet"

    def __post_init__(self) -> None:
        """Refuse sizes that cannot be: AttainError `demo-size`."""
        least = {"partners": CAST_SIZE, "months": 1, "tenants": 0, "azure_rows": 0, "usage_rows": 0, "certificates": 0}
        for name, bound in least.items():
            value: int | None = getattr(self, name)
            if value is not None and value < bound:
                message = f"{name} is {value}, the least is {bound}"
                hint = "the cast of four is always there" if name == "partners" else "give a larger number"
                raise AttainError("demo-size", message, f"--{name.replace('_', '-')}", hint)
        if self.as_of.year < 2000:
            raise AttainError("demo-size", f"as_of is {self.as_of}, before any Azure usage", "--as-of", "give a day such as 2026-11-24")

    @property
    def others(self) -> int:
        """Number of partners beside the cast."""
        return self.partners - CAST_SIZE

    def size(self, name: Literal["tenants", "certificates", "azure_rows", "usage_rows"]) -> int:
        """Give the number of rows asked for, or the one that follows from the others."""
        value: int | None = getattr(self, name)
        if value is not None:
            return value if self.others else 0
        return self.others * _PER_PARTNER[name] if name in _PER_PARTNER else self.size("tenants") * _PER_TENANT[name]

    def month(self, back: int) -> dt.date:
        """Give the first day of the month `back` months before the last one covered, the calendar month before `as_of`."""
        number = self.as_of.year * 12 + self.as_of.month - 2 - back
        return dt.date(number // 12, number % 12 + 1, 1)

    def month_list(self) -> list[dt.date]:
        """List the months covered, the oldest first."""
        return [self.month(back) for back in range(self.months - 1, -1, -1)]
