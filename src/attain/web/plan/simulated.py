"""The simulator's address: the changes of a scenario stand in it, one line each, so that it can be kept, sent and gone back to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from attain.advise.scenario import Scenario, change_text, read_changes
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attain.advise.changes import Change

MOST_CHANGES = 50


def simulator_url(partner_id: str, changes: Iterable[Mapping[str, object]]) -> str:
    """Give the address of the simulator with changes, given as the fields that they have in a scenario."""
    return changes_url(partner_id, Scenario.model_validate({"changes": list(changes)}).changes)


def changes_url(partner_id: str, changes: Iterable[Change]) -> str:
    """Give the address of the simulator with the changes of a scenario."""
    return texts_url(partner_id, [change_text(change) for change in changes])


def texts_url(partner_id: str, texts: Sequence[str]) -> str:
    """Give the address of the simulator with changes as lines."""
    return with_texts(reverse("plan:simulator", args=[partner_id]), texts)


def with_texts(url: str, texts: Sequence[str]) -> str:
    """Add changes, as lines, to an address."""
    return f"{url}?{urlencode([('change', text) for text in texts])}" if texts else url


def read_texts(texts: Sequence[str]) -> tuple[Change, ...]:
    """Read the changes of an address. Raises AttainError for one that is none, and `too-many-changes`."""
    if len(texts) > MOST_CHANGES:
        raise AttainError(
            "too-many-changes", f"{len(texts)} changes are more than the simulator takes", "change", f"{MOST_CHANGES} at most"
        )
    return read_changes(texts)
