"""People as keyed hashes: the key stays beside the facts, so ids are the same in every import and mean nothing elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from attain.store.place import Place

KEY_FILE = ".attain-person-key"
KEY_VARIABLE = "ATTAIN_PERSON_KEY"
FINGERPRINT = "attain-person-key.sha256"
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
        key = _decoded(path.read_text(encoding="ascii"))
    except UnicodeDecodeError:
        key = None
    if key is None:
        raise AttainError(
            "person-key-broken",
            "this is not the key that people's ids are made with",
            str(path),
            "restore it from a backup: a new key would count every person twice",
        )
    return key


def store_key(place: Place, identity: str) -> bytes:
    """Give the key of a store: that of ATTAIN_PERSON_KEY, else of a file in its folder, or for a store elsewhere in the user's own folder.

    The store remembers a fingerprint of its first key. Raises AttainError `person-key-other` for another, `person-key-broken`.
    """
    said = os.environ.get(KEY_VARIABLE, "")
    if said:
        key = _decoded(said)
        if key is None:
            raise AttainError("person-key-broken", "this is not a key of 64 hexadecimal digits", KEY_VARIABLE, "copy it whole")
    else:
        own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "attain" / "stores" / identity
        key = person_key(own if place.remote else place.local)
    fingerprint = hashlib.sha256(b"attain person key" + key).hexdigest()[:_ID_LETTERS]
    known = place.read(FINGERPRINT)
    if known is None:
        place.write(FINGERPRINT, fingerprint.encode())
    elif known.decode() != fingerprint:
        raise AttainError(
            "person-key-other",
            "people of this store were hashed with another key: each would count twice",
            place.root,
            f"give the store's own key in {KEY_VARIABLE}, or the file {KEY_FILE} it was made with",
        )
    return key


def _decoded(text: str) -> bytes | None:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None


def person_id(key: bytes, kind: str, identity: str) -> str:
    """Give the id of a person: a keyed hash of what identifies them; `kind` keeps ids of two kinds apart."""
    return hmac.new(key, f"{kind}\x1f{identity}".encode(), hashlib.sha256).hexdigest()[:_ID_LETTERS]
