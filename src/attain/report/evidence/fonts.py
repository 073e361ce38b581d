"""Fonts beside those that come with the typesetter: Chinese, Japanese and Korean ones, where the extra `cjk` is installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE, FAMILY = "noto-cjk-sans-otc", "Noto Sans CJK"


@dataclass(frozen=True)
class Fonts:
    """Fonts in a folder. `name` has the version of their package: other versions may draw other letters."""

    name: str
    folder: Path


def more_fonts() -> Fonts | None:
    """Give the fonts of the extra `cjk`, or None where it is not installed."""
    found = find_spec(PACKAGE.replace("-", "_"))
    if found is None or found.origin is None:
        return None
    return Fonts(f"{FAMILY} ({PACKAGE} {version(PACKAGE)})", Path(found.origin).parent)
