"""The one error a person sees: what is wrong, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MISSPELLED = 0.8
"""How much alike (`difflib`) two names are of which one is taken for a slip of the other: `locations` is none of `associations`."""


@dataclass(eq=False)
class AttainError(Exception):
    """A fault that the user can mend.

    `code` is a stable slug (listed in the docs), `message` says what is wrong, `where` names the place (`file`, `file:line`, a rule path,
    or `file, row 7, column acr_usd`), `hint` says what to do. `str()` gives all of it in one line.
    """

    code: str
    message: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        line = f"{self.where}: {self.message}" if self.where else self.message
        return f"{line} ({self.hint})" if self.hint else line


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Name the known names most like `name`, best first, ignoring case: at most `count`, none where nothing is near."""
    by_fold = {known_name.casefold(): known_name for known_name in known}
    return [by_fold[match] for match in get_close_matches(name.casefold(), by_fold, n=count, cutoff=0.5)]


def misspelled(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that `name` is a misspelling of, or begins with; None where it is plainly another one."""
    known = list(known)
    begins = [one for one in known if name.casefold().startswith(one.casefold()) and not name[len(one) :][:1].isalpha()]
    near = max(begins, key=len, default=None) or next(iter(nearest(name, known)), None)
    if near is None or near in begins:
        return near
    return near if SequenceMatcher(None, near.casefold(), name.casefold()).ratio() >= MISSPELLED else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """Word the hint for an unknown name: the nearest known one, else `otherwise`, else all of them."""
    known = list(known)
    near = nearest(name, known)
    if near:
        return f"did you mean {near[0]}?"
    return f"known: {', '.join(known)}" if otherwise is None else otherwise
