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

    The store remembers a fingerprint of its first key, and no other is made afterwards. Raises AttainError `person-key-other` for another
    key, `person-key-missing` where the key is not at hand (a store from an archive), `person-key-broken`.
    """
    known = place.read(FINGERPRINT)
    said = os.environ.get(KEY_VARIABLE, "")
    if said:
        key = _decoded(said)
        if key is None:
            raise AttainError("person-key-broken", "this is not a key of 64 hexadecimal digits", KEY_VARIABLE, "copy it whole")
    else:
        folder = _folder_of_key(place, identity)
        if known is not None and not (folder / KEY_FILE).exists():
            raise AttainError(
                "person-key-missing",
                "the key that people of this store were hashed with is not here: with another each would count twice",
                str(folder / KEY_FILE),
                f"copy the file from where the store was made, or give the key in {KEY_VARIABLE}",
            )
        key = person_key(folder)
    if known is None:
        place.write(FINGERPRINT, _fingerprint(key).encode())
    elif known.decode() != _fingerprint(key):
        raise _other_key(place)
    return key


def bring_key(place: Place, identity: str, file: Path) -> Path:
    """Put the key of a store, as it was kept in `file`, where imports look for it; gives that place.

    Raises AttainError `person-key-broken`, `person-key-other` where people of the store were hashed with another, `file-missing`.
    """
    try:
        text = file.read_text(encoding="ascii")
    except FileNotFoundError:
        raise AttainError("file-missing", "no such file", str(file), f"name the {KEY_FILE} of the store that was exported") from None
    except UnicodeDecodeError:
        text = ""
    key = _decoded(text)
    if key is None:
        raise AttainError("person-key-broken", "this is not a key of 64 hexadecimal digits", str(file), "copy it whole")
    known = place.read(FINGERPRINT)
    if known is not None and known.decode() != _fingerprint(key):
        raise _other_key(place)
    folder = _folder_of_key(place, identity)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / KEY_FILE
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key.hex())
    return target


def is_key_missing(place: Place, identity: str) -> bool:
    """Say whether people of a store were hashed with a key that is not at hand."""
    here = os.environ.get(KEY_VARIABLE) or (_folder_of_key(place, identity) / KEY_FILE).exists()
    return not here and place.read(FINGERPRINT) is not None


def _folder_of_key(place: Place, identity: str) -> Path:
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "attain" / "stores" / identity
    return own if place.remote else place.local


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"attain person key" + key).hexdigest()[:_ID_LETTERS]


def _other_key(place: Place) -> AttainError:
    return AttainError(
        "person-key-other",
        "people of this store were hashed with another key: each would count twice",
        place.root,
        f"give the store's own key in {KEY_VARIABLE}, or the file {KEY_FILE} it was made with",
    )


def _decoded(text: str) -> bytes | None:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None


def person_id(key: bytes, kind: str, identity: str) -> str:
    """Give the id of a person: a keyed hash of what identifies them; `kind` keeps ids of two kinds apart."""
    return hmac.new(key, f"{kind}\x1f{identity}".encode(), hashlib.sha256).hexdigest()[:_ID_LETTERS]
