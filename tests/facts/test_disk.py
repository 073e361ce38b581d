"""What a disk refuses is one line with the reason, in whatever words a library says it; other faults stay what they are."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import polars as pl
import pytest

from attain.errors import AttainError
from attain.facts import disk
from attain.facts.disk import writing_into

FULL = os.strerror(errno.ENOSPC).lower()
TOLD = [
    OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    OSError(f"{os.strerror(errno.ENOSPC)} (os error {errno.ENOSPC})"),
    pl.exceptions.ComputeError(f"parquet: underlying IO error: {os.strerror(errno.ENOSPC)} (os error {errno.ENOSPC})"),
]


@pytest.mark.parametrize("error", TOLD, ids=["number", "text", "frame"])
def test_the_reason_is_said(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(AttainError) as refused, writing_into(tmp_path):
        raise error
    assert (refused.value.code, refused.value.message, refused.value.where) == ("not-written", FULL, str(tmp_path))


def test_words_without_a_reason_are_explained_by_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = pl.exceptions.ComputeError("parquet: Invalid thrift: transport error")
    with pytest.raises(pl.exceptions.ComputeError), writing_into(tmp_path):
        raise silent
    monkeypatch.setattr(disk, "NEARLY_FULL", 1 << 62)
    with pytest.raises(AttainError, match="no space is left"), writing_into(tmp_path / "not" / "there"):
        raise silent


def test_a_file_that_is_named_stays_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing_into(tmp_path):
        (tmp_path / "none").read_bytes()


def test_other_faults_are_not_the_disks(tmp_path: Path) -> None:
    with pytest.raises(pl.exceptions.ComputeError), writing_into(tmp_path):
        raise pl.exceptions.ComputeError("parquet: File out of specification: the file is cut")
