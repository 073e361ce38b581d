"""Partner billing through Microsoft Graph: an export of usage is ordered, waited for, and downloaded piece by piece."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError
from attain.sources.partner_center.answers import as_list, as_object, get, text
from attain.sources.partner_center.download import LARGEST_FILE, LinkGone, download
from attain.sources.partner_center.endpoints import same_host, shown
from attain.sources.partner_center.pace import retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from attain.sources.partner_center.sign_in import Session

PATH = "/v1.0/reports/partners/billing"
SCOPE = "/.default"
DONE = frozenset({"succeeded", "completed"})
"""Microsoft's text says completed, its example succeeded."""
FORMAT = "compressedjsonlines"
_WORD = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Export:
    """What to export: the usage of an invoice, or of a billing period that is not invoiced yet (`current` or `last`) in a currency."""

    invoice: str = ""
    period: str = ""
    currency: str = ""

    @property
    def title(self) -> str:
        """Name the export in progress and errors."""
        return f"billed usage of {self.invoice}" if self.invoice else f"unbilled usage, {self.period} period, {self.currency}"

    @property
    def stem(self) -> str:
        """Name the export's files."""
        return f"billed-{self.invoice}" if self.invoice else f"unbilled-{self.period}-{self.currency}"

    def checked(self) -> Export:
        """Check what becomes part of a request and of file names; raises AttainError `export-unclear`."""
        for option, word in (("--invoice", self.invoice), ("--unbilled", self.period), ("--currency", self.currency)):
            if word and not _WORD.fullmatch(word):
                raise AttainError("export-unclear", f"{word[:40]!r} is not understood", option, "give it as Partner Center writes it")
        return self


def pull_export(session: Session, export: Export, folder: Path) -> list[Path]:
    """Order an export, wait for it, and download its pieces into a folder as `.jsonl.gz`; none where there is no usage.

    An operation or a file that has run out meanwhile is ordered once more. Raises AttainError `export-failed`, and as `download`.
    """
    for again in (True, False):
        location = _order(session, export)
        try:
            manifest = _manifest(session, export, location)
            return _pieces(session, export, manifest, folder) if manifest else []
        except LinkGone:
            if again:
                session.client.tell(f"{export.title}: the export has run out, ordering it once more")
    raise AttainError("export-failed", "the export ran out before it was downloaded, twice", export.title, "try again later")


def _order(session: Session, export: Export) -> str:
    if export.invoice:
        path, body = "/usage/billed/export", {"invoiceId": export.invoice, "attributeSet": "full"}
    else:
        path = "/usage/unbilled/export"
        body = {"currencyCode": export.currency, "billingPeriod": export.period, "attributeSet": "full"}
    answer = session.send("POST", f"{session.base}{PATH}{path}", export.title, body=body, harmless=False)
    location = answer.headers.get("location", "")
    if answer.status != 202 or not location:
        raise session.refused(answer, export.title, "check the invoice, the currency and the permission PartnerBilling.Read.All")
    return same_host(location, session.base, export.title)


def _manifest(session: Session, export: Export, location: str) -> Mapping[str, Any] | None:
    """Look at the operation until it is done; gives its manifest, None where there is no data."""
    looks = 0
    while True:
        answer = session.send("GET", location, export.title)
        if answer.status in {404, 410}:
            raise LinkGone
        if answer.status >= 300:
            raise session.refused(answer, export.title)
        held = answer.json()
        status = text(held, "status")
        if status.casefold() in DONE:
            return _read_manifest(session, export, held)
        if status.casefold() == "failed":
            words = session.client.secrets.clean(answer.message())
            if "no data" in words.casefold():
                return None
            raise AttainError("export-failed", f"the export failed: {words or 'no reason is given'}", export.title, "try again later")
        looks += 1
        wait = max(session.client.pace.before_look(looks), retry_after(answer.headers) or 0)
        session.client.tell(f"{export.title}: {session.client.secrets.clean(status) or 'ordered'}, next look in {wait:.0f} s")
        session.client.deadline.pause(wait, export.title)


def _read_manifest(session: Session, export: Export, operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the manifest that a finished operation holds or points to."""
    held = get(operation, "resourceLocation")
    link = held if isinstance(held, str) else get(operation, "resourceLocation@odata.navigationLink")
    if isinstance(link, str):
        answer = session.send("GET", same_host(link, session.base, export.title), export.title)
        if answer.status in {404, 410}:
            raise LinkGone
        if answer.status >= 300:
            raise session.refused(answer, export.title)
        held = answer.json()
    manifest = as_object(held)
    if manifest is None:
        raise AttainError("answer-unclear", "the export is done, but nothing says where it is", export.title, "try again later")
    return manifest


def _pieces(session: Session, export: Export, manifest: Mapping[str, Any], folder: Path) -> list[Path]:
    root, token = text(manifest, "rootDirectory").rstrip("/"), text(manifest, "sasToken").removeprefix("?")
    session.client.secrets.add(token)
    form = text(manifest, "dataFormat") or FORMAT
    if form.casefold() != FORMAT:
        message = f"the export comes as {session.client.secrets.clean(form)}, which is not read"
        raise AttainError("export-failed", message, export.title, "the service may have changed")
    names = [text(as_object(blob) or {}, "name") for blob in as_list(get(manifest, "blobs")) or []]
    count = get(manifest, "blobCount")
    if not root or not all(names) or (isinstance(count, int) and count != len(names)):
        raise AttainError("answer-unclear", "the list of the export's files is not whole", export.title, "try again later")
    left = LARGEST_FILE
    paths: list[Path] = []
    for number, name in enumerate(names, 1):
        path = folder / f"{export.stem}-{number:04d}.jsonl.gz"
        url = f"{root}/{name.lstrip('/')}" + (f"?{token}" if token else "")
        session.client.tell(f"{export.title}: file {number} of {len(names)}")
        download(session.client, url, session.base, path, f"{export.title}, file {number} of {len(names)}", left)
        left -= path.stat().st_size
        _check_whole(path, export, url)
        paths.append(path)
    return paths


def _check_whole(path: Path, export: Export, url: str) -> None:
    """Unpack a piece once to its end: a gzip file knows its own length and checksum."""
    try:
        with gzip.open(path, "rb") as stream:
            while stream.read(1024 * 1024):
                pass
    except (OSError, EOFError, zlib.error) as error:
        raise AttainError(
            "download-changed", f"the file is no whole gzip file: {error}", f"{export.title}, {shown(url)}", "try again"
        ) from None
