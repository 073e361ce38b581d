"""Numbers, days and texts as the interface writes them: amounts are decimals in strings, which no reader of JSON rounds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from attain.published.shapes import exact
from attain.scoring.rationals import cut


def _written(value: Any) -> Any:
    """Write an exact number as the interface does; anything else is left to be checked."""
    return of_fraction(Fraction(value)) if isinstance(value, (Fraction, Decimal)) else value


Amount = Annotated[str, BeforeValidator(_written), Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["46.666666"])]
"""An exact decimal in a string, cut at six places; exact numbers are written so."""
Day = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 12, 31), examples=["2026-11-24"])]
"""A day that is asked for; years far off are refused."""
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
Clock = Annotated[dt.time, WithJsonSchema({"type": "string", "pattern": _CLOCK, "examples": ["08:00:00"]})]
"""A time of the day without a zone, which JSON Schema's format `time` asks for."""
Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
"""A short text of one line."""
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$")]
"""A text of one line, as long as its field says."""
Code = Annotated[str, StringConstraints(max_length=40)]
"""A name in an address: of a designation, a metric, a number of a lesson."""
Month = Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2})?$", examples=["2026-10"])]
"""A month; empty where there is none."""


def of_micro(value: int) -> str:
    """Write whole millionths."""
    return f"{exact(value):f}"


def of_fraction(value: Fraction) -> str:
    """Write an exact number, cut at six places."""
    return of_micro(cut(value))


def of_decimal(value: Decimal) -> str:
    """Write a decimal without needless zeros."""
    return of_fraction(Fraction(value))


def maybe_micro(value: int | None) -> str | None:
    """Write whole millionths, None where there are none."""
    return None if value is None else of_micro(value)


def maybe_fraction(value: Fraction | None) -> str | None:
    """Write an exact number, None where there is none."""
    return None if value is None else of_fraction(value)


def maybe_decimal(value: Decimal | None) -> str | None:
    """Write a decimal, None where there is none."""
    return None if value is None else of_decimal(value)
