"""Dated, cited leaves: the only form in which a figure of the programme enters Attain."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

T = TypeVar("T")

Standing = Literal["official", "secondary", "inferred"]


def _exact(value: Any) -> Fraction:
    """Read `12`, `0.2` or `40/6` exactly; a float has already lost its digits and is refused."""
    if isinstance(value, (Fraction, int)) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str):
        try:
            return Fraction(value.replace("_", ""))
        except (ValueError, ZeroDivisionError) as error:
            message = f"{value!r} is not an exact number; write 12, '0.2' or '40/6'"
            raise ValueError(message) from error
    message = f"{value!r} is not an exact number; write 12, '0.2' or '40/6'"
    raise ValueError(message)


Exact = Annotated[Fraction, BeforeValidator(_exact, json_schema_input_type=int | str), PlainSerializer(str, return_type=str)]
"""A rational number without loss: an integer, or a quoted decimal or fraction."""


class Strict(BaseModel):
    """Base of every rulebook model: unknown fields are refused, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Cited(Strict):
    """Where a statement comes from: `source` is `id#anchor` of `sources.yaml`; `inferred` ones carry a note that says why."""

    source: str
    standing: Standing = "official"
    note: str = ""
    interpretations: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _inferred_needs_note(self) -> Cited:
        if self.standing == "inferred" and not self.note:
            message = "standing is inferred but there is no note that says why"
            raise ValueError(message)
        return self


class Entry(Cited, Generic[T]):
    """One value in force from a day on, for every track (`value`) or track by track (`by_track`)."""

    from_: dt.date = Field(alias="from")
    value: T | None = None
    by_track: dict[str, T] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Entry[T]:
        if (self.value is None) == (self.by_track is None):
            message = "give exactly one of value and by_track"
            raise ValueError(message)
        return self

    def of(self, track: str) -> T | None:
        """Give the value for `track`; None where the entry says nothing for that track."""
        return self.value if self.by_track is None else self.by_track.get(track)


def in_force(leaf: tuple[Entry[T], ...], day: dt.date) -> Entry[T] | None:
    """Give the entry of `leaf` in force on `day`; None before the first one."""
    return max((entry for entry in leaf if entry.from_ <= day), key=lambda entry: entry.from_, default=None)
