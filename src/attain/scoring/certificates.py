"""People and their certificates on a day: who holds a valid certificate of each step's list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import narwhals as nw

from attain.engine.operators import flag, keep, per
from attain.lifecycle.windows import years_later
from attain.scoring.scans import PARTNER, Stage

if TYPE_CHECKING:
    import datetime as dt

    from attain.engine.rows import Rows
    from attain.scoring.conditions import Coding

PERSON = "person_id"


@dataclass
class CertificateScan:
    """One pass over the certificates: people per distinct list of certificates that hold a valid one on `as_of` (I-14)."""

    coding: Coding
    as_of: dt.date
    grace_years: int
    lists: Stage = field(default_factory=lambda: Stage("people"))

    def people(self, certificates: tuple[str, ...]) -> str:
        """Give the column that counts the people who hold a valid certificate of the list; a person counts once."""
        codes = self.coding.codes("certification", certificates)
        return self.lists.add(codes, flag(keep("certification", codes)))

    def valid(self) -> nw.Expr:
        """Say which rows are valid on the day: active, earned by then, not expired; a retired one earned in time and within its grace."""
        day = nw.lit(self.as_of)
        expires = nw.col("expires_on")
        condition = (nw.col("status") == "active") & (nw.col("earned_on") <= day) & (expires.is_null() | (expires >= day))
        for retired_on, codes in self._retired().items():
            listed = keep("certification", codes)
            if years_later(retired_on, self.grace_years) < self.as_of:
                condition = condition & ~listed
            elif retired_on < self.as_of:
                condition = condition & (~listed | (nw.col("earned_on") <= nw.lit(retired_on)))
        return condition

    def valid_on(self, day: nw.Expr) -> nw.Expr:
        """Say which rows are valid on the day that stands in each row: `valid`, for rows of many days."""
        expires = nw.col("expires_on")
        condition = (nw.col("status") == "active") & (nw.col("earned_on") <= day) & (expires.is_null() | (expires >= day))
        for retired_on, codes in self._retired().items():
            in_time = nw.col("earned_on") <= nw.lit(retired_on)
            lasts = day <= nw.lit(years_later(retired_on, self.grace_years))
            condition = condition & (~keep("certification", codes) | (in_time & lasts))
        return condition

    def _retired(self) -> dict[dt.date, tuple[int, ...]]:
        by_date: dict[dt.date, list[str]] = {}
        for entry in self.coding.catalog.certifications.terms:
            if entry.retired_on is not None:
                by_date.setdefault(entry.retired_on, []).append(entry.code)
        coded = {retired_on: self.coding.codes("certification", names) for retired_on, names in by_date.items()}
        return {retired_on: codes for retired_on, codes in coded.items() if codes}

    def entities(self, rows: Rows) -> Rows:
        """Gather valid rows per person: 1 for each list of which the person holds a certificate."""
        kept = rows.filter(self.valid()).select(PARTNER, PERSON, **self.lists.columns)
        return per(kept, (PARTNER, PERSON), maxima=self.lists.columns)

    def partners(self, rows: Rows) -> Rows:
        """Count the people of each list, one row a partner."""
        return per(self.entities(rows), (PARTNER,), sums=self.lists.columns)
