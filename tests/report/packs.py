"""Making packs and reading their files back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pypdf
import python_calamine

from attain.report.evidence.gathering import Asked
from attain.report.evidence.pack import Evidence, Prepared
from attain.workspace import Workspace

DAY = dt.date(2026, 11, 24)
CONTOSO = "1000001"
AT = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
PREPARED = Prepared(AT, "Partner admin", "2611250040001234")


def pack(workspace: Workspace, designation: str = "security", partner: str = CONTOSO, day: dt.date = DAY, **more: Any) -> Evidence:
    return workspace.evidence(Asked(partner, designation, day, more.pop("prepared", PREPARED), **more))


def pdf_text(content: bytes) -> str:
    """Give all text of a PDF, with single spaces between words; the spaces without width that break long words are taken out."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return " ".join("\n".join(pages).replace("\u200b", "").split())


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """Give the rows of every sheet, the heads first."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def unpacked(content: bytes) -> str:
    """Give everything that stands in an XLSX file, as its parts hold it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
