"""Where a store is: a folder of this machine, or objects below an `s3://` URL. Names below it use forward slashes."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.fs

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = "attain-store.json"
# pyarrow ships no types.
_arrow_fs: Any = pyarrow.fs
_COPIED_BYTES = 8 << 20


@dataclass(frozen=True)
class Place:
    """The root of a store. Access to `s3://` is set in the environment: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and so on."""

    root: str

    @classmethod
    def of(cls, source: Path | str) -> Place:
        """Give the place that a user names."""
        # a path of the command line has lost the second slash of a URL
        remote = re.fullmatch(r"s3:/+(.+?)/*", str(source).replace("\\", "/"))
        return cls(f"s3://{remote[1]}" if remote else str(Path(source)))

    @property
    def remote(self) -> bool:
        """Say whether it is no folder of this machine."""
        return self.root.startswith("s3://")

    @property
    def local(self) -> Path:
        """Give the folder; only where it is not remote."""
        return Path(self.root)

    def at(self, name: str) -> str:
        """Give the path or URL of what is called `name` below the root."""
        return f"{self.root}/{name}" if self.remote else str(self.local / name)

    def put(self, made: Path, name: str) -> None:
        """Move a finished local file to `name`."""
        if self.remote:
            with made.open("rb") as source, self._filesystem().open_output_stream(name) as target:
                shutil.copyfileobj(source, target, _COPIED_BYTES)
            made.unlink()
            return
        target = self.local / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb+") as stream:
            os.fsync(stream.fileno())
        try:
            made.replace(target)
        except OSError:
            # the file was made on another disk
            shutil.copyfile(made, target)
            made.unlink()

    def get(self, name: str, target: Path) -> None:
        """Copy what is called `name` to a local file. Raises FileNotFoundError."""
        if not self.remote:
            shutil.copyfile(self.local / name, target)
            return
        with self._filesystem().open_input_stream(name) as source, target.open("wb") as stream:
            shutil.copyfileobj(source, stream, _COPIED_BYTES)

    def read(self, name: str) -> bytes | None:
        """Read what is called `name`, None where there is no such thing."""
        try:
            if not self.remote:
                return (self.local / name).read_bytes()
            with self._filesystem().open_input_stream(name) as stream:
                return bytes(stream.read())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if not self.remote:
                raise
            raise _unreachable(self.root, error) from error

    def write(self, name: str, content: bytes) -> None:
        """Write a small object."""
        if self.remote:
            with self._filesystem().open_output_stream(name) as stream:
                stream.write(content)
            return
        path = self.local / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        draft.write_bytes(content)
        draft.replace(path)

    def names(self, below: str = "") -> Iterator[tuple[str, int]]:
        """List every object below a name, with its size in bytes."""
        if self.remote:
            for found in self._filesystem().get_file_info(_arrow_fs.FileSelector(below, recursive=True, allow_not_found=True)):
                if found.type == _arrow_fs.FileType.File:
                    yield str(found.path), int(found.size)
            return
        for path in sorted((self.local / below).rglob("*")):
            if path.is_file():
                yield path.relative_to(self.local).as_posix(), path.stat().st_size

    def _filesystem(self) -> Any:
        """Give a file system whose root is this place."""
        scheme, _, address = os.environ.get("AWS_ENDPOINT_URL", "").rpartition("://")
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        objects = _arrow_fs.S3FileSystem(region=region, endpoint_override=address or None, scheme=scheme or "https")
        return _arrow_fs.SubTreeFileSystem(self.root.removeprefix("s3://"), objects)


def _unreachable(root: str, error: OSError) -> AttainError:
    """Word what the object store answered: the last line of it says most."""
    said = [line.strip(" \u21b3") for line in re.sub(r"\x1b\[\d+m", "", str(error)).splitlines()]
    return AttainError("no-object-store", f"it cannot be read: {said[-1]}", root, "check the bucket, the address and the AWS_... variables")


def storage_options() -> dict[str, str]:
    """Give the settings of access to objects, from the environment; what is not there is left to its default."""
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


def is_store(source: Path | str) -> bool:
    """Say whether a path or URL is a store."""
    place = Place.of(source)
    return place.read(MARKER) is not None
