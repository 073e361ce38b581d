"""Where commands print: on a terminal as wide as it is, into a pipe or a file as wide as what is printed, so that nothing is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

UNFOLDED = 10_000
"""Characters of a line that nobody looks at: more than any row has."""


def printer() -> Console:
    """Give what prints tables on standard output."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=UNFOLDED)
