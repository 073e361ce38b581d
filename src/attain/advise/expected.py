"""What a user expects of usage to come: so many percent more or less than it is held at, of all of it or of some."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationError

from attain.advise.changes import Month
from attain.errors import AttainError, did_you_mean
from attain.rulebook.leaf import Exact, Strict

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELDS = ("percent", "tenant", "service", "workload", "from")


class Expected(Strict):
    """Usage of a tenant (all where none is named), of one service or workload (all likewise), is `percent` more from a month on.

    `from` is any day of that month; the first month that is not known yet unless given. Azure amounts, revenue, seats and active users all
    follow. Several that touch the same usage apply one after the other.
    """

    percent: Annotated[Exact, Field(ge=-100)]
    tenant: str | None = None
    service: str | None = None
    workload: str | None = None
    from_: Month | None = Field(default=None, alias="from")


def read_expected(text: str) -> Expected:
    """Read one line, such as `percent=-20 tenant=Contoso from=2027-01-01`. Raises AttainError that names the nearest field."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise AttainError("bad-expectation", f"{text!r} cannot be read: {error}", hint="close the quotation mark") from error
    fields: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not value:
            raise AttainError(
                "bad-expectation", f"{word!r} is no field with a value", hint=f"write name=value; fields: {', '.join(FIELDS)}"
            )
        if name not in FIELDS:
            raise AttainError("bad-expectation", f"there is no field {name!r}", hint=did_you_mean(name, FIELDS))
        if name in fields:
            raise AttainError("bad-expectation", f"the field {name!r} is given twice", hint="keep one of them")
        fields[name] = value
    try:
        return Expected.model_validate(fields)
    except ValidationError as error:
        detail = error.errors()[0]
        named = str(detail["loc"][0]) if detail["loc"] else ""
        if detail["type"] == "missing":
            raise AttainError("bad-expectation", f"the field {named!r} is missing", hint="say by how much, such as percent=-20") from error
        if detail["type"] == "value_error" and "ctx" in detail:
            raise AttainError("bad-expectation", str(detail["ctx"]["error"]), named) from error
        raise AttainError("bad-expectation", f"{detail['input']!r}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", named) from error


def read_expectations(texts: Sequence[str]) -> tuple[Expected, ...]:
    """Read expectations given as text, in order; see `read_expected`."""
    return tuple(read_expected(text) for text in texts)
