"""Results as rows: what a column of them holds, so that any of them can be written as a file."""

from __future__ import annotations

from typing import Literal

ColumnKind = Literal["text", "amount", "count", "day", "yes"]
"""Text, an exact fraction, a whole number, a day, or true and false; each may be None."""
Columns = dict[str, ColumnKind]
Record = dict[str, object]
