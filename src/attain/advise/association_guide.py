"""Who sets which association, how, and when it shows: data that cites its sources, read strictly like the rulebook."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.facts.schema import ASSOCIATIONS
from attain.rulebook.leaf import Cited, Strict
from attain.rulebook.sources import Source, Sources
from attain.rulebook.strict_yaml import read
from attain.rulebook.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable


class Setting(Cited):
    """How one association comes about."""

    code: str
    set_by: str
    how: str
    shows: str


class Evidence(Cited):
    """One thing that a claim needs."""

    code: str
    name: str


class AssociationGuide(Strict):
    """The whole file."""

    sources: tuple[Source, ...]
    evidence: tuple[Evidence, ...]
    associations: tuple[Setting, ...]

    def of(self, code: str) -> Setting:
        """Give the entry of an association."""
        return next(entry for entry in self.associations if entry.code == code)

    def source(self, entry: Cited) -> Source:
        """Give the document that an entry cites."""
        found = Sources(sources=self.sources).cited(entry.source)
        if found is None:
            raise AttainError("guide-source", f"there is no source {entry.source!r}", "association_guide.yaml", "add it to sources")
        return found


@cache
def association_guide() -> AssociationGuide:
    """Read the guide that comes with Attain. Raises AttainError for a fault in it, or an association without an entry."""
    document = read(Path(str(resources.files("attain.advise").joinpath("association_guide.yaml"))), "association_guide.yaml")
    guide, faults = validate(AssociationGuide, document)
    if guide is None:
        raise faults[0]
    for entry in (*guide.associations, *guide.evidence):
        guide.source(entry)
    lacking = [code for code in ASSOCIATIONS if code not in {entry.code for entry in guide.associations}]
    if lacking:
        raise AttainError("guide-association", f"no entry for {', '.join(lacking)}", "association_guide.yaml", "add it to associations")
    return guide


GROUPS = {"pal": "PAL", "dpor": "DPOR", "csp1": "CSP Tier 1", "csp2": "CSP Tier 2", "cpor": "CPOR"}
"""Associations in short: a claim of any kind is one of `cpor`."""
PREFERENCE = ("pal", "cpor", "cpor_osu", "cpor_revrec", "cpor_osa", "cpor_revrec_performance", "dpor", "csp2", "csp1")
"""What is proposed first where several would do: what the partner can set itself, then a claim, then the customer's act, then a sale."""


def easiest(codes: Iterable[str]) -> str:
    """Choose the association to propose."""
    return min(codes, key=PREFERENCE.index)
