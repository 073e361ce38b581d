"""A file that a person asked for: there once it is whole, or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Generator

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_REPLACED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)
"""What the system says of a file that may be written, but not replaced: it is a mount of its own, or its folder may not be written."""
OF_A_PROCESS = Path("/proc")
"""Below it stand the files that a process holds open, such as its standard output."""


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """Give a place to write a file at, which becomes `path` at the end; where that fails or is broken off, `path` stays as it was.

    A link is followed, the mode of a file that is there is kept. A device, a pipe, the standard output and a file in a folder that may
    not be written are written where they are. Raises AttainError `cannot-write`, which names `path`; BrokenPipeError as it is.
    """
    try:
        target = _target(path)
        draft = None if target is None else _draft(target)
    except OSError as error:
        raise cannot_write(error, path) from error
    place = draft or path
    try:
        yield place
        if target is not None and draft is not None:
            _put(draft, target)
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None and Path(os.fsdecode(error.filename)) != place:
            raise
        raise cannot_write(error, path) from error
    finally:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that has so many bytes, or leave it as it was; see `replacing`."""
    with replacing(path) as place:
        place.write_bytes(content)


def cannot_write(error: OSError, path: Path | None) -> AttainError:
    """Word what the system said of a file that cannot be written (None: standard output), and what to do."""
    reason = f"cannot be written: {(error.strerror or 'the system refused it').lower()}"
    if error.errno in NO_ROOM:
        hint = "make room on the disk, or name a file on another one" if path else "make room on the disk"
    else:
        hint = "name a file in a folder that is there and may be written" if path else ""
    return AttainError("cannot-write", reason, str(path or "standard output"), hint)


def _target(path: Path) -> Path | None:
    """Follow the links of a path to the file that is to be replaced; None for what is written where it is.

    Raises OSError where links lead in a circle.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
    except FileNotFoundError:
        # a new file, or a link to one
        pass
    while True:
        folder = Path(os.path.realpath(path.parent))
        if folder.is_relative_to(OF_A_PROCESS):
            return None
        path = folder / path.name
        if not path.is_symlink():
            return path
        path = folder / path.readlink()


def _draft(target: Path) -> Path | None:
    """Make an empty file beside one that is to be replaced, open to the same people; None where its folder takes none."""
    try:
        held = target.stat()
    except FileNotFoundError:
        held = None
    if held is not None and not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    draft = target.with_name(f".attain-{secrets.token_hex(8)}.part")
    mode = 0o666 if held is None else stat.S_IMODE(held.st_mode)
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    except OSError as error:
        if held is None or error.errno not in NOT_REPLACED:
            raise
        return None
    if held is not None:
        for user, group in ((held.st_uid, -1), (-1, held.st_gid)):
            with suppress(OSError):
                os.chown(draft, user, group)
        draft.chmod(mode)
    return draft


def _put(draft: Path, target: Path) -> None:
    written = os.open(draft, os.O_WRONLY)
    try:
        os.fsync(written)
    finally:
        os.close(written)
    try:
        draft.replace(target)
    except OSError as error:
        if error.errno not in NOT_REPLACED:
            raise
        shutil.copyfile(draft, target)
