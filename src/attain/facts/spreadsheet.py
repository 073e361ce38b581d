"""Cells of files that people open in a spreadsheet."""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula: the signs, their full-width forms, and blanks that it passes over before one."""

NEGATIVE = re.compile(r"-[0-9]+(?:[./][0-9]+)?", re.ASCII)
"""A number below 0, whole, with a point or as a fraction: whoever reads the file by program needs it as it is, and it runs nothing."""


def neutral(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula: a leading apostrophe where the text begins like one and is no number."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and NEGATIVE.fullmatch(text) is None else text
