"""Customers and people whom a scenario adds: a name that is spelled another way than in the facts makes a new one, so it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.advise.changes import AddUsage, Certify
from attain.advise.names import known_person, known_tenant, like_person, like_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from attain.advise.changes import Change


def newcomers(frames: Mapping[str, pl.DataFrame], changes: Sequence[Change]) -> tuple[str, ...]:
    """Say of each customer and person that `changes` add which one it is, once, with the nearest name in the facts.

    `frames` are the partner's tables before the changes. The words name people: they are for whoever may see those.
    """
    said: dict[tuple[str, str], str] = {}
    for place, change in enumerate(changes, 1):
        if isinstance(change, Certify) and known_person(frames, change.person) is None:
            kind, called, near = "person", change.person, like_person(frames, change.person)
        elif isinstance(change, AddUsage) and known_tenant(frames, change.tenant) is None:
            kind, called, near = "customer", change.tenant, like_tenant(frames, change.tenant)
        else:
            continue
        hint = f"; did you mean {near}?" if near else ""
        word = f"change {place}, {change.do}: {called!r} is a new {kind}, whom the facts do not name{hint}"
        said.setdefault((kind, called.casefold()), word)
    return tuple(said.values())
