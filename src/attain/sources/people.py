"""People as keyed hashes: the key stays beside the facts, so ids are the same in every import and mean nothing elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE = ".attain-person-key"
_KEY_BYTES = 32
_ID_LETTERS = 32


def person_key(facts: Path) -> bytes:
    """Give the key of a facts folder, made once (32 random bytes, readable by its owner alone).

    Raises AttainError `person-key-broken` where the file is not such a key: with another key every person would count twice.
    """
    path = facts / KEY_FILE
    if not path.exists():
        facts.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{KEY_FILE}.{os.getpid()}.tmp")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_KEY_BYTES))
        try:
            # a link does not replace a key that another import made meanwhile
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise AttainError(
            "person-key-broken",
            "this is not the key that people's ids are made with",
            str(path),
            "restore it from a backup: a new key would count every person twice",
        )
    return key


def person_id(key: bytes, kind: str, identity: str) -> str:
    """Give the id of a person: a keyed hash of what identifies them; `kind` keeps ids of two kinds apart."""
    return hmac.new(key, f"{kind}\x1f{identity}".encode(), hashlib.sha256).hexdigest()[:_ID_LETTERS]
