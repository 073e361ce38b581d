"""Partner admin links: the one that the signed-in identity has in a directory, as a small file that can be imported."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.sources.partner_center.answers import as_object, get, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attain.sources.partner_center.sign_in import Session

PATH = "/providers/Microsoft.ManagementPartner/partners"
VERSION = "2018-02-01"
SCOPE = "/.default"
COLUMNS: tuple[str, ...] = ("partnerId", "tenantId", "objectId", "state", "version", "createdTime", "updatedTime")
"""The properties of a link as the service names them; the columns of the file."""


def read_link(session: Session, tenant: str) -> dict[str, str] | None:
    """Read the link of the signed-in identity in a directory, None where it has none. Raises AttainError `answer-unclear`."""
    what = f"partner admin link in {tenant}"
    answer = session.send("GET", f"{session.base}{PATH}?api-version={VERSION}", what)
    if answer.status == 404:
        return None
    if answer.status >= 300:
        raise session.refused(answer, what)
    held = as_object(get(answer.json(), "properties"))
    if held is None:
        raise AttainError("answer-unclear", "the answer holds no properties of a link", what, "the service may have changed")
    return {name: text(held, name) for name in COLUMNS}


def write_links(links: Sequence[dict[str, str]], path: Path) -> None:
    """Write links as a CSV file that `attain import` knows."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(links)
