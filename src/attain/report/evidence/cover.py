"""The cover and the versions of a pack in words, the same in every file of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.facts.schema import BASES
from attain.report.evidence.pack import FORMAT

if TYPE_CHECKING:
    from attain.report.evidence.pack import Evidence

NOT_MICROSOFT = "Recomputed by Attain from the files named here. Not a statement by Microsoft, and no entitlement to a designation."

NAMES = {
    "compared": "Compared",
    "reasons": "Reasons",
    "formulas": "Formulas",
    "rows": "Rows",
    "missing": "Missing data",
    "rules": "Rules",
    "sources": "Sources",
    "interpretations": "Interpretations",
    "reported": "Reported",
    "enrollments": "Purchases",
    "files": "Files",
}
"""How each part is called, in the order of the pack."""


def cover_facts(evidence: Evidence) -> list[tuple[str, str]]:
    """Say what the pack is about and what came out, as pairs of a label and words."""
    cover, prepared = evidence.cover, evidence.prepared
    who = f"{cover.partner} (partner {cover.partner_id})" if cover.partner else f"Partner {cover.partner_id}"
    facts = [
        ("Partner", who),
        ("Designation", f"{cover.designation_name}, edition {cover.edition}"),
        ("Track", f"{cover.track_name}: {cover.track_reason}"),
        ("Day", f"{cover.day}, {cover.day_reason}"),
        ("Outcome", cover.verdict),
        ("Recomputed total", f"{cover.total} of {cover.maximum} points, {cover.qualified} (needed: {cover.needs})"),
        ("Microsoft's total", f"{cover.reported_total} points" if cover.reported_total else "not reported"),
    ]
    if cover.basis != BASES[0]:
        facts.append(("Basis", f"Azure amounts on basis {cover.basis}, not the consumed revenue (ACR) that Microsoft scores"))
    facts += [
        ("People", "shown by name" if cover.names_shown else "shown by marks, without names and ids"),
        ("Prepared", f"{prepared.at_words}, by: {prepared.role}"),
    ]
    if prepared.ticket:
        facts.append(("Ticket", prepared.ticket))
    return [*facts, ("What this is", NOT_MICROSOFT)]


def version_facts(evidence: Evidence) -> list[tuple[str, str]]:
    """Name the versions of everything that the numbers were made from."""
    versions = evidence.versions
    return [
        ("Store version", f"load {versions.load}" if versions.load else "a facts folder, no store"),
        ("Facts (SHA-256)", versions.facts),
        ("Rulebook (SHA-256)", versions.rulebook),
        ("Attain", versions.attain),
        ("Engine", versions.engine),
        ("Format of the pack", str(FORMAT)),
    ]
