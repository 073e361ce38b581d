"""Microsoft's numbers from a file of their own, read as an import reads them, without importing anything."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.facts.directory import reported_scores
from attain.facts.facts import load
from attain.sources.importing import import_files
from attain.sources.intake import Options

if TYPE_CHECKING:
    from attain.facts.directory import ReportedScore
    from attain.rulebook.load import Book

NONE_REJECTED = (0, 1)


def reported_of_file(path: Path, book: Book, partner: str) -> list[ReportedScore]:
    """Give the numbers of a partner in a file of reported scores; rows that name no partner are its own.

    Raises AttainError for what refuses the file, for one that is of another kind, and `nothing-reported` where no row is the partner's.
    """
    with tempfile.TemporaryDirectory(prefix="attain-reported-") as folder:
        facts = Path(folder) / "facts"
        import_files([path], facts, Options(partner=partner), max_rejects=NONE_REJECTED, catalog=book.catalog)
        found = load(facts, catalog=book.catalog)
        rows = reported_scores(found, [partner], dt.date.max)
    if not rows:
        hint = "attain sources show reported_scores names its columns"
        raise AttainError("nothing-reported", f"the file reports nothing for partner {partner}", str(path), hint)
    return rows
