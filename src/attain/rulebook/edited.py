"""An edited rulebook: the one that comes with Attain, with some of its files replaced by others, under the same strict reader."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from attain.errors import AttainError, did_you_mean
from attain.rulebook.load import FILES, load_book, packaged_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.rulebook.load import Book

LARGEST = 512 * 1024
"""Bytes that one file may have; the largest that comes with Attain is a tenth of it."""


def edited_names() -> dict[str, str]:
    """Give the files that may be replaced: their place in the rulebook, by the name that an edited one goes by."""
    designations = sorted(path.name for path in (packaged_folder() / "designations").glob("*.yaml"))
    return {PurePosixPath(path).name: path for path in (*FILES, *(f"designations/{name}" for name in designations))}


def edited_file(name: str) -> bytes:
    """Give a file of the rulebook as it comes with Attain, by the name that an edited one goes by; raises AttainError `no-such-file`."""
    places = edited_names()
    if name not in places:
        raise AttainError("no-such-file", f"the rulebook has no file {name!r}", hint=did_you_mean(name, places))
    return (packaged_folder() / places[name]).read_bytes()


def edited_book(files: Mapping[str, bytes]) -> Book:
    """Load the rulebook with some files replaced; `files` are their contents by name, such as `security.yaml`.

    A name is looked up among the rulebook's own, and never used as a path. Raises AttainError `no-file`, `unknown-file`, `file-too-large`,
    the first fault of the rulebook by file and line, and `same-rulebook` where nothing that counts is different.
    """
    places = edited_names()
    if not files:
        raise AttainError("no-file", "no file is given", hint="take a file of the rulebook, edit it, and give it by its own name")
    for name, content in files.items():
        if name not in places:
            raise AttainError("unknown-file", f"the rulebook has no file {name!r}", hint=did_you_mean(name, places))
        if len(content) > LARGEST:
            raise AttainError("file-too-large", f"it has {len(content):,} bytes, more than {LARGEST:,}", name, "leave out what is no rule")
    with tempfile.TemporaryDirectory(prefix="attain-rulebook-") as place:
        folder = Path(place) / "edited"
        shutil.copytree(packaged_folder(), folder)
        for name, content in files.items():
            (folder / places[name]).write_bytes(content)
        try:
            book = load_book(folder)
        except AttainError as error:
            # The folder is gone by the time that anybody reads this: the file's own name is what they have.
            said = {"where": error.where.rpartition(f"{folder.name}/")[2], "hint": error.hint.replace(f"{folder}", "FOLDER")}
            raise replace(error, **said) from error
    if book.digest == load_book().digest:
        raise AttainError("same-rulebook", "no value, name or citation is different", hint="edit a value, and give the file again")
    return book
