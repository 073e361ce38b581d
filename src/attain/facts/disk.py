"""What a disk says when it takes no more: libraries word it in their own ways, a person reads one line with the reason."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Generator

NEARLY_FULL = 1 << 20
"""Bytes free below which a file that could not be written was most likely too large."""
HINT = "free some space, or check the permissions of the folder; what was there before is as it was"
_CODE = re.compile(r"os error (\d+)")
_NO_SPACE = "no space is left on the disk"


@contextmanager
def writing_into(folder: Path) -> Generator[None]:
    """Turn what a disk refuses while files are written below `folder` (or beside it, for a while) into one error.

    Raises AttainError `not-written`. Errors of the system that name a file pass as they are, and so does whatever has another cause.
    """
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        if isinstance(error, OSError) and error.strerror and error.filename:
            raise
        reason = _reason(error, folder)
        if not reason:
            raise
        raise AttainError("not-written", reason, str(folder), HINT) from error


def _reason(error: Exception, folder: Path) -> str:
    """Give the reason in words; empty where it is not the disk's."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    code = _CODE.search(str(error))
    if code:
        return os.strerror(int(code[1])).lower()
    return _NO_SPACE if min(_free(folder), _free(Path(tempfile.gettempdir()))) < NEARLY_FULL else ""


def _free(folder: Path) -> int:
    """Give the free bytes of the disk that holds a folder, or that would hold it."""
    there = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path("/"))
    return shutil.disk_usage(there).free
