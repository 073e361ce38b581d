"""Which migrations of Attain this version has and a database was brought to, told without setting Django up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attain
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterable

Migration = tuple[str, str]
"""The label of an app and the name of a migration."""


def known_migrations() -> frozenset[Migration]:
    """Name the migrations that this version of Attain has."""
    package = Path(attain.__file__).parent
    return frozenset((path.parents[1].name, path.stem) for path in package.glob("*/migrations/[0-9]*.py"))


def unknown_of(applied: Iterable[Migration]) -> list[Migration]:
    """Name the migrations of Attain that a database has and this version does not: a later version brought it there."""
    known = known_migrations()
    labels = {label for label, _ in known}
    return sorted(one for one in applied if one[0] in labels and one not in known)


def refuse_newer(applied: Iterable[Migration], where: str) -> None:
    """Raise AttainError `database-newer` where a later version of Attain has changed the tables of a database."""
    unknown = unknown_of(applied)
    if unknown:
        label, name = unknown[-1]
        message = f"a later version of Attain changed its tables ({label} {name})"
        raise AttainError("database-newer", message, where, "install that version, or restore a backup of before")
