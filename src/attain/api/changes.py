"""The changes of a scenario, as they come in and go out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from attain.advise.changes import Change

MOST_CHANGES = 50
ChangeMade = Annotated[
    dict[str, str | int | bool | list[str]],
    Field(
        description="A change, as a simulation takes it.",
        examples=[{"do": "add_association", "tenant": "00000000-0000-4000-8000-000000000001", "association": "pal"}],
    ),
]
Changes = Annotated[
    list[Change],
    Field(
        max_length=MOST_CHANGES,
        description="The changes, made one after the other.",
        examples=[[{"do": "drop_customer", "tenant": "Adventure Works"}]],
    ),
]
