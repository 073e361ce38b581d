"""Taking files in: bounded in size, into a folder of their own below Attain's data folder that only the server's user can open."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

MEGABYTE = 1 << 20
TOO_LARGE = "upload_too_large"
"""The attribute of a request whose files were cut off because they are too large together."""
_LONGEST_NAME = 80
_OTHER = re.compile(r"[^A-Za-z0-9._ ()-]+")


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes files to disk as they come in, and stops where all of one request together outgrow `IMPORT_MEGABYTES`."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._left = int(settings.IMPORT_MEGABYTES) * MEGABYTE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take the next bytes of a file."""
        self._left -= len(raw_data)
        if self._left < 0:
            setattr(self.request, TOO_LARGE, True)
            # The rest is read and dropped, so that the browser hears the answer.
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


def check_size(request: HttpRequest) -> None:
    """Refuse a request whose files were cut off; raises AttainError `upload-too-large`."""
    # Files are read when the form is.
    _ = request.FILES
    if getattr(request, TOO_LARGE, False):
        most = int(settings.IMPORT_MEGABYTES)
        hint = "compress them as .gz, send fewer at once, or use attain import"
        raise AttainError("upload-too-large", f"the files are larger than {most:,} MB together", hint=hint)


def uploads_folder() -> Path:
    """Give the folder that uploads wait in, made on first use and closed to others."""
    folder = Path(settings.UPLOADS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def save(files: Sequence[UploadedFile[Any]]) -> tuple[Path, list[dict[str, Any]]]:
    """Keep uploaded files in a new folder, and give it with what each is called and how many bytes it has.

    Where a file lies is told by its number and a name made of plain letters alone. Raises AttainError `no-file` and `file-empty`.
    """
    if not files:
        raise AttainError("no-file", "no file was chosen", hint="choose one or more files")
    folder = uploads_folder() / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    kept: list[dict[str, Any]] = []
    try:
        for number, file in enumerate(files):
            own = folder / str(number)
            own.mkdir(mode=0o700)
            with (own / plain_name(file.name or "")).open("xb") as target:
                for chunk in file.chunks():
                    target.write(chunk)
            kept.append({"name": (file.name or "")[-_LONGEST_NAME * 2 :], "size": file.size or 0})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder, kept


def plain_name(name: str) -> str:
    """Make a file's name of one that came with it: plain letters, digits and few marks, with its end, never a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = _OTHER.sub("_", last).strip(" .")[-_LONGEST_NAME:].strip(" .")
    return plain or "file"


def saved(folder: str) -> list[Path]:
    """List the files kept in a folder in the order in which they were given; none where they are gone."""
    places = sorted((place for place in Path(folder).glob("*") if place.is_dir()), key=lambda place: int(place.name))
    return [path for place in places for path in sorted(place.iterdir())]


def forget(folder: str) -> None:
    """Remove what was kept."""
    if folder and Path(folder).parent == uploads_folder():
        shutil.rmtree(folder, ignore_errors=True)
