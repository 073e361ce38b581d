"""A pack as files: the PDF, the workbook and the manifest, alone or together in a folder."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal

from attain.errors import AttainError, did_you_mean
from attain.replacing import cannot_write, write_bytes
from attain.report.evidence.document import document, document_and_fonts
from attain.report.evidence.pack import manifest, plain
from attain.report.evidence.versions import REPORTED
from attain.report.evidence.workbook import workbook
from attain.report.files import cell_text

if TYPE_CHECKING:
    from pathlib import Path

    from attain.report.evidence.pack import Evidence, Part

Kind = Literal["pdf", "xlsx"]
PDF, XLSX, MANIFEST = "evidence.pdf", "evidence.xlsx", "manifest.json"
ENDINGS: tuple[str, ...] = (".pdf", ".xlsx")


def pack_files(evidence: Evidence) -> dict[str, bytes]:
    """Write a pack as all of its files, by name; the manifest names the others by their digests.

    `reported_scores.csv` is there where Microsoft's numbers are: a file that can be imported, or given to `--reported`.
    """
    pdf, fonts = document_and_fonts(evidence)
    files = {PDF: pdf, XLSX: workbook(evidence)}
    reported = evidence.part("reported")
    if reported.rows:
        files[REPORTED] = _csv(reported)
    return {**files, MANIFEST: manifest(evidence, files, fonts)}


def write_pack(evidence: Evidence, output: Path) -> list[Path]:
    """Write a pack to a file whose name says which (`.pdf`, `.xlsx`), or all of its files into a folder; gives what was written.

    Raises AttainError for another ending, and where it cannot be written.
    """
    check_name(output)
    ending = output.suffix.lower()
    if ending in ENDINGS:
        content = document(evidence) if ending == ".pdf" else workbook(evidence)
        write_bytes(output, content)
        return [output]
    files = pack_files(evidence)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(error, output) from error
    for name, content in files.items():
        write_bytes(output / name, content)
    return [output / name for name in files]


def check_name(output: Path) -> None:
    """Refuse a file with an ending that no pack has, and standard output; a name without one is a folder."""
    if str(output) == "-":
        raise AttainError("unknown-format", "no pack goes to standard output", str(output), "name a .pdf or .xlsx file, or a folder")
    if output.suffix and output.suffix.lower() not in ENDINGS and not output.is_dir():
        hint = did_you_mean(output.suffix, ENDINGS, "name a .pdf or .xlsx file, or a folder")
        raise AttainError("unknown-format", f"no pack is written as {output.suffix}", str(output), hint)


def _csv(part: Part) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(part.columns)
    writer.writerows([cell_text(plain(cell)) for cell in row] for row in part.rows)
    return out.getvalue().encode()
