"""A file that a command writes: whole at the end, or as it was before; on real disks, links and pipes."""

from __future__ import annotations

import errno
import os
import resource
import stat
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from attain.errors import AttainError
from attain.replacing import replacing, write_bytes
from attain.report.files import write_document, write_records

if TYPE_CHECKING:
    from collections.abc import Generator

    from attain.report.files import FileFormat

ROWS = [{"name": f"row {number}"} for number in range(20_000)]
LIMIT = 4096
NOBODY = 65534


@pytest.fixture
def little_room() -> Generator[None]:
    """Let this process write files of `LIMIT` bytes at most, as on a disk that is full after them."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, little_room: None, kind: FileFormat) -> None:
    target = tmp_path / "out"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(AttainError) as caught:
        write_records({"name": "text"}, ROWS, kind, target)
    assert (caught.value.code, caught.value.where) == ("cannot-write", str(target))
    assert str(caught.value) == f"{target}: cannot be written: file too large (make room on the disk, or name a file on another one)"
    assert target.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_leaves_no_file_where_none_was(tmp_path: Path, little_room: None) -> None:
    with pytest.raises(AttainError, match="cannot be written"):
        write_document({"rows": ROWS}, tmp_path / "out.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), ValueError("half way"), OSError(errno.EIO, "Input/output error", "another file")])
def test_what_is_broken_off_leaves_what_was_there(tmp_path: Path, fault: BaseException) -> None:
    target = tmp_path / "out"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(type(fault)) as caught, replacing(target) as place:
        place.write_text("half of", encoding="utf-8")
        raise fault
    assert caught.value is fault
    assert target.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_until_it_is_whole_what_was_there_is_read(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("before", encoding="utf-8")
    with replacing(target) as place:
        place.write_text("after", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "before"
    assert target.read_text(encoding="utf-8") == "after"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_the_mode_of_a_file_is_kept(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "out"
    target.write_text("before", encoding="utf-8")
    target.chmod(mode)
    with replacing(target) as place:
        assert stat.S_IMODE(place.stat().st_mode) == mode
        place.write_text("after", encoding="utf-8")
    assert stat.S_IMODE(target.stat().st_mode) == mode
    assert target.read_text(encoding="utf-8") == "after"


def test_a_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    write_bytes(tmp_path / "out", b"new")
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    there.mkdir()
    (there / "real").write_bytes(b"before")
    link, new = tmp_path / "link", tmp_path / "new"
    link.symlink_to("elsewhere/real")
    new.symlink_to("elsewhere/not-yet")
    for one in (link, new):
        write_bytes(one, b"after")
        assert one.is_symlink()
    assert (there / "real").read_bytes() == (there / "not-yet").read_bytes() == b"after"
    assert sorted(path.name for path in there.iterdir()) == ["not-yet", "real"]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(AttainError, match="too many levels of symbolic links"):
        write_bytes(tmp_path / "a", b"x")


@pytest.fixture
def folder_of_another() -> Generator[Path]:
    """Give a folder of somebody else, whose files this process may write, but which takes no new ones from it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "open").write_bytes(b"before")
        (folder / "open").chmod(0o666)
        (folder / "read-only").write_bytes(b"before")
        (folder / "read-only").chmod(0o444)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        yield folder
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_file_in_a_folder_that_takes_no_new_ones_is_written_where_it_is(folder_of_another: Path) -> None:
    write_bytes(folder_of_another / "open", b"after")
    assert (folder_of_another / "open").read_bytes() == b"after"
    for name in ("read-only", "new"):
        with pytest.raises(AttainError, match="cannot be written: permission denied"):
            write_bytes(folder_of_another / name, b"after")
    assert (folder_of_another / "read-only").read_bytes() == b"before"
    assert sorted(path.name for path in folder_of_another.iterdir()) == ["open", "read-only"]


def test_a_file_that_may_not_be_written_is_not_replaced_either(folder_of_another: Path) -> None:
    seen = os.geteuid()
    if seen == NOBODY:
        os.seteuid(0)
    folder_of_another.chmod(0o777)
    os.seteuid(seen)
    with pytest.raises(AttainError, match="cannot be written: permission denied"):
        write_bytes(folder_of_another / "read-only", b"after")
    assert (folder_of_another / "read-only").read_bytes() == b"before"


def test_a_pipe_is_written_where_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_bytes(pipe, b"through")
    reader.join(10)
    assert got == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_file_that_is_open_is_written_where_it_is(tmp_path: Path) -> None:
    """As `-o /dev/stdout > file`, where the shell goes on to write into the file that it opened."""
    file = tmp_path / "file"
    with file.open("wb") as stream:
        before = file.stat().st_ino
        write_records({"name": "text"}, [{"name": "a"}], "parquet", Path(f"/dev/fd/{stream.fileno()}"))
    assert file.stat().st_ino == before
    assert pl.read_parquet(file).rows() == [("a",)]


def test_a_folder_that_is_missing_is_named_as_it_was_given(tmp_path: Path) -> None:
    target = tmp_path / "none" / "out"
    with pytest.raises(AttainError) as caught:
        write_bytes(target, b"x")
    hint = "name a file in a folder that is there and may be written"
    assert str(caught.value) == f"{target}: cannot be written: no such file or directory ({hint})"
    with pytest.raises(AttainError, match="is a directory"):
        write_bytes(tmp_path, b"x")
