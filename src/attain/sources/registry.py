"""The sources that are known, and which of them a header belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.errors import AttainError, nearest
from attain.sources.azure_ea_cost import AZURE_EA_COST
from attain.sources.azure_mca_cost import AZURE_MCA_COST
from attain.sources.focus import FOCUS
from attain.sources.insights_azure_usage import INSIGHTS_AZURE_USAGE
from attain.sources.insights_training import INSIGHTS_TRAINING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.sources.source import Source

SOURCES: dict[str, Source] = {
    source.name: source for source in (FOCUS, AZURE_EA_COST, AZURE_MCA_COST, INSIGHTS_AZURE_USAGE, INSIGHTS_TRAINING)
}


def find_source(name: str) -> Source:
    """Give the source called `name`; raises AttainError `source-unknown` with the nearest one."""
    if name in SOURCES:
        return SOURCES[name]
    near = nearest(name, SOURCES)
    raise AttainError(
        "source-unknown", f"no source is called {name!r}", hint=f"did you mean {near[0]}?" if near else f"known are {', '.join(SOURCES)}"
    )


def recognize(header: Sequence[str], where: str) -> Source:
    """Tell by its header what a file is, whatever the order and subset of columns.

    Of several sources whose key columns are all there, the one that knows most of the header is taken. Raises AttainError `file-unknown`
    that names the source that comes nearest and the key columns it misses.
    """
    found = [source.recognize(header) for source in SOURCES.values()]
    certain = [recognition for recognition in found if recognition.certain]
    if certain:
        return max(certain, key=lambda recognition: recognition.known).source
    near = max(found, key=lambda recognition: (recognition.known, -len(recognition.missing)))
    if not near.known:
        raise AttainError(
            "file-unknown",
            "the header is that of no known source",
            where,
            "attain sources lists the files that can be imported; tables of the contract go into the folder as they are",
        )
    missing = "; ".join(" or ".join(field.aliases) for field in near.missing)
    raise AttainError(
        "file-unknown", f"the header is nearest to {near.source.title}, but lacks {missing}", where, "export these columns too"
    )
