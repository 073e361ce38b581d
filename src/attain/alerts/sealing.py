"""Secrets that must be read again to be used: sealed with a key made from the server's own, and opened where they are used alone."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from attain.errors import AttainError

_USE = b"attain.alerts.sealing"
_KEY_BYTES = 32


def sealed(secret: str) -> str:
    """Seal a secret for the database; nothing stays nothing."""
    return _box().encrypt(secret.encode()).decode("ascii") if secret else ""


def opened(kept: str) -> str:
    """Read a sealed secret. Raises AttainError `sealed` where the server's key is another than it was sealed with."""
    if not kept:
        return ""
    try:
        return _box().decrypt(kept.encode("ascii")).decode()
    except InvalidToken:
        hint = "set the address and the secret of the channel again"
        raise AttainError("sealed", "the key of this server is another than when the channel was saved", "channel", hint) from None


def _box() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_USE).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
