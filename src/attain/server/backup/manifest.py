"""What a backup says of itself: what made it and when, what it holds with digests, and which keys it does not hold."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from attain.errors import AttainError

NAME = "backup.json"
FORMAT = 1
ROWS, ARCHIVE = "database", "store.tar"


class File(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(extra="forbid")
    bytes: int
    sha256: str


class StoreHeld(BaseModel):
    """The store that a backup holds: where it was, its id, and its newest load."""

    model_config = ConfigDict(extra="forbid")
    address: str
    id: str
    loads: int
    person_key: bool
    """Whether people were hashed with a key: `.attain-person-key` is needed, and is not in the backup."""


class Manifest(BaseModel):
    """A backup. `store` is None where it holds none; `served` is the store or facts folder that the rows name."""

    model_config = ConfigDict(extra="forbid")
    format: int
    version: str
    made: dt.datetime
    database: str
    migrations: list[tuple[str, str]]
    rows: dict[str, int]
    served: str
    store: StoreHeld | None
    secret_key: str
    """A fingerprint of the key that signs sessions; the key itself is not in the backup."""
    files: dict[str, File]


@dataclass(frozen=True)
class Backup:
    """A folder with a manifest."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> Backup:
        """Read the manifest of a backup. Raises AttainError `no-backup`, `backup-newer`, `backup-broken`."""
        path = folder / NAME
        if not path.is_file():
            hint = "name a folder that attain backup wrote"
            raise AttainError("no-backup", f"there is no {NAME}: this is no whole backup", str(folder), hint)
        text = path.read_bytes()
        try:
            manifest = Manifest.model_validate_json(text)
        except ValidationError as error:
            newer = f'"format": {FORMAT}'.encode() not in text and b'"format"' in text
            if newer:
                raise AttainError("backup-newer", "another version of Attain wrote it", str(path), "use that version") from error
            raise AttainError("backup-broken", "it cannot be read", str(path), "take another backup") from error
        if manifest.format != FORMAT:
            raise AttainError("backup-newer", f"its format is {manifest.format}", str(path), "use the version of Attain that wrote it")
        return cls(folder, manifest)

    def check(self) -> None:
        """Check every file against its size and digest. Raises AttainError `backup-broken`."""
        for name, held in self.manifest.files.items():
            path = self.folder / name
            if not path.is_file() or file_of(path) != held:
                fault = "is not as it was written" if path.is_file() else "is missing"
                raise AttainError("backup-broken", f"{name} {fault}", str(self.folder), "copy the backup again, or take another")


def file_of(path: Path) -> File:
    """Give the size and the digest of a file."""
    with path.open("rb") as stream:
        return File(bytes=path.stat().st_size, sha256=hashlib.file_digest(stream, "sha256").hexdigest())


def fingerprint(key: str) -> str:
    """Give what tells one key from another, and nothing of the key."""
    return hashlib.sha256(b"attain secret key" + key.encode()).hexdigest()[:32]
