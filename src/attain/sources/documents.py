"""A file as what it is by its bytes, not only its name: text or workbook, plain or gzip, with bounds on its expansion."""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.facts.hashed import Hashed
from attain.facts.plain_csv import line_of_bad_byte
from attain.sources.expansion import bomb, most_bytes
from attain.sources.workbooks import check_workbook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from _typeshed import WriteableBuffer

LONGEST_LINE = 16 * 1024 * 1024
"""No line, and so no cell, may be longer: Azure's Tags and AdditionalInfo stay far below."""
READABLE = "CSV, TSV, JSON, JSON Lines or XLSX, all but XLSX also compressed as .gz"
_HEAD = 256
_AT_ONCE = 1024 * 1024

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "Parquet"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "old Excel (XLS) or encrypted"),
)
_BOMS: tuple[tuple[bytes, str], ...] = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Document:
    """A file that may hold tables: where it is, its SHA-256 once it is asked for, and what its bytes say it is."""

    path: Path
    hashed: Hashed
    form: str
    """`text`, `json` or `xlsx`."""
    compressed: bool = False
    encoding: str = "utf-8"
    sheet: str = ""
    """The sheet of a workbook that is read; empty: the first that holds anything."""

    @property
    def sha256(self) -> str:
        """Give the SHA-256 of the file; waits for it."""
        return self.hashed.digest()


def open_document(path: Path) -> Document:
    """Look at a file and say what it is; raises AttainError where it is absent, empty, a zip, or not what its name says."""
    if path.is_dir():
        raise AttainError("file-missing", "this is a folder, not a file", str(path), "name the files in it, such as export.csv")
    if not path.is_file():
        raise AttainError("file-missing", "no such file", str(path), "check the name and the folder")
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        raise AttainError("file-empty", "the file is empty", str(path), "export it again")
    suffix = path.suffix.casefold()
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), "text")
    if kind == "zip" and suffix == ".xlsx":
        check_workbook(path)
        return Document(path, Hashed([path]), "xlsx")
    if kind == "zip":
        raise AttainError("file-zip", "a ZIP archive is not read", str(path), "unpack it and import the files inside")
    if kind == "gzip" and suffix == ".gz":
        with gzip.open(path, "rb") as stream:
            inner = _unpacked(path, stream, _HEAD)
        return Document(path, Hashed([path]), _form(inner), compressed=True, encoding=_encoding(inner))
    if kind != "text" or suffix in {".xlsx", ".gz"}:
        named = suffix.lstrip(".").upper() or "text"
        hint = f"give {READABLE}"
        raise AttainError("file-not-as-named", f"the name says {named}, the bytes say {kind}", str(path), hint)
    return Document(path, Hashed([path]), _form(head), encoding=_encoding(head))


def _form(head: bytes) -> str:
    """Tell JSON from other text: no table's header begins with a brace or a bracket."""
    start = head.decode(_encoding(head), errors="ignore").lstrip()
    return "json" if start.startswith(("{", "[")) else "text"


def _encoding(head: bytes) -> str:
    return next((encoding for mark, encoding in _BOMS if head.startswith(mark)), "utf-8")


def _unpacked(path: Path, stream: gzip.GzipFile, size: int) -> bytes:
    try:
        # as much as comes at once; what else there is would be put together from small parts
        return stream.read1(size)
    except (OSError, EOFError, zlib.error) as error:
        raise AttainError("file-not-as-named", f"the gzip file cannot be unpacked: {error}", str(path)) from error


class _Bounded(io.RawIOBase):
    """The bytes of a gzip file, refused as soon as they outgrow the bound."""

    def __init__(self, path: Path, stream: gzip.GzipFile) -> None:
        super().__init__()
        self._path, self._stream, self._count = path, stream, 0
        self._limit = most_bytes(path.stat().st_size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        chunk = _unpacked(self._path, self._stream, len(view))
        self._count += len(chunk)
        if self._count > self._limit:
            raise bomb(self._path)
        view[: len(chunk)] = chunk
        return len(chunk)


@contextmanager
def open_bytes(document: Document) -> Generator[BinaryIO]:
    """Open a document's bytes, unpacked where it is compressed and refused once they outgrow the bound (AttainError `file-bomb`)."""
    if document.compressed:
        with gzip.open(document.path, "rb") as packed:
            yield io.BufferedReader(_Bounded(document.path, packed), _AT_ONCE)
    else:
        with document.path.open("rb") as stream:
            yield stream


@contextmanager
def open_text(document: Document, start: int = 0) -> Generator[io.TextIOBase]:
    """Open a document's text, see `open_bytes`, from a byte on that stands between two of its characters."""
    with open_bytes(document) as stream:
        if document.compressed:
            left = start
            while left and (skipped := stream.read(min(left, _AT_ONCE))):
                left -= len(skipped)
        else:
            stream.seek(start)
        yield io.TextIOWrapper(stream, encoding="utf-8" if start else document.encoding, newline="")


def lines_of(document: Document, text: io.TextIOBase) -> Iterator[str]:
    """Give the lines of an open text; raises AttainError where one is too long, cannot be decoded, or is no text."""
    while True:
        try:
            line = text.readline(LONGEST_LINE + 1)
        except UnicodeError as error:
            named = document.encoding.upper().removesuffix("-SIG")
            where = str(document.path)
            if named == "UTF-8" and not document.compressed:
                where += f", line {line_of_bad_byte(document.path)}"
            raise AttainError("file-encoding", f"the text is not {named}", where, "save it as CSV UTF-8") from error
        if not line:
            return
        if len(line) > LONGEST_LINE:
            raise AttainError("file-line-too-long", f"a line is longer than {LONGEST_LINE} characters", str(document.path))
        if "\0" in line:
            message = "the name says text, the bytes are not text"
            raise AttainError("file-not-as-named", message, str(document.path), f"give {READABLE}")
        yield line
