"""The documents that the rulebook cites: `sources.yaml`."""

from __future__ import annotations

import datetime as dt

from attain.rulebook.leaf import Strict


class Source(Strict):
    """One document in the state in which it was read: `page_date` is its own date, `retrieved` ours, `anchors` name its parts."""

    id: str
    title: str
    publisher: str
    url: str = ""
    page_date: dt.date | None = None
    retrieved: dt.date | None = None
    note: str = ""
    anchors: tuple[str, ...]


class Sources(Strict):
    """All documents. A citation is `id#anchor`."""

    sources: tuple[Source, ...]

    def get(self, source_id: str) -> Source | None:
        """Find the document called `source_id`."""
        return next((source for source in self.sources if source.id == source_id), None)

    def cited(self, citation: str) -> Source | None:
        """Find the document of a citation `id#anchor`; None where the document or the anchor is unknown."""
        source_id, _, anchor = citation.partition("#")
        source = self.get(source_id)
        return source if source is not None and anchor in source.anchors else None

    def citations(self) -> list[str]:
        """List every citation that can be made, in the order of the file."""
        return [f"{source.id}#{anchor}" for source in self.sources for anchor in source.anchors]
