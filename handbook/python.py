"""The page of the Python library: its functions, and what they give back, by their own docstrings."""

from __future__ import annotations

import attain

RESULTS = {
    "attain.facts.facts.Facts": "What `load` gives",
    "attain.scoring.options.ScoreOptions": "Options of every function",
    "attain.scoring.result": "What `score` gives",
    "attain.explaining.result": "What `explain` gives",
    "attain.explaining.lines": "What `difference` gives",
    "attain.explaining.reconciliation": "What `reconcile` gives",
    "attain.errors.AttainError": "What is raised",
}
"""Classes and modules whose objects the functions give back or take, with the heading of each."""


def names() -> list[str]:
    """Name the functions that `import attain` gives, in the order in which they are written."""
    return [name for name in vars(attain) if name in attain.__all__]


def page() -> str:
    """Name what mkdocstrings puts the docstrings of in."""
    parts = ["## Functions", *(_of(f"attain.{name}") for name in names())]
    for place, title in RESULTS.items():
        parts += [f"## {title}", _of(place)]
    return "\n\n".join(parts) + "\n"


def _of(place: str) -> str:
    """Ask for the docstrings of a function, class or module; a module has no heading of its own."""
    heading = str(place.startswith("attain.") and (place.count(".") == 1 or place.rpartition(".")[2][0].isupper())).lower()
    return f"::: {place}\n    options:\n      heading_level: 3\n      show_root_heading: {heading}\n      show_root_toc_entry: {heading}"
