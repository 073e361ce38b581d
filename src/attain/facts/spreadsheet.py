"""Cells of files that people open in a spreadsheet."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula: the signs, their full-width forms, and blanks that it passes over before one."""


def neutral(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula: a leading apostrophe where the text begins like one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
