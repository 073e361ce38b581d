"""How far a compressed file may expand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from pathlib import Path

GREATEST_EXPANSION = 200
"""Text compresses by 20 to 60; a gzip or XLSX that expands further than this is taken for a bomb."""
SMALL = 64 * 1024 * 1024
"""Up to this size expansion does no harm and is not looked at."""


def most_bytes(packed: int) -> int:
    """Give the number of bytes up to which a file of so many packed ones may expand."""
    return max(SMALL, GREATEST_EXPANSION * packed)


def bomb(path: Path) -> AttainError:
    """Make the refusal of a file that expands further."""
    message = f"the file expands to more than {GREATEST_EXPANSION} times its size, or to more than it says"
    return AttainError("file-bomb", message, str(path), "unpack it yourself if you trust it")
