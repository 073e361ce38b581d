"""What the bodies of requests have in common: a field that a body does not have is refused, with the nearest one that it has."""

from __future__ import annotations

from typing import cast

from ninja import Schema
from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from attain.errors import did_you_mean


class Body(Schema):
    """The body of a request. Whoever writes `expires` for `expires_on` is told so, and nothing is done."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _knows_every_field(cls, given: object) -> object:
        told = cast("dict[object, object]", given) if isinstance(given, dict) else dict[object, object]()
        for name in map(str, told):
            if name not in cls.model_fields:
                hint = did_you_mean(name, cls.model_fields)
                raise PydanticCustomError("unknown-field", "there is no field '{name}'; {hint}", {"name": name, "hint": hint})
        return cast("object", given)
