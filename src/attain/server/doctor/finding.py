"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How well a thing is."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is, how well, what was found, and how to mend it (empty where all is well)."""

    subject: str
    health: Health
    says: str
    mend: str = ""


def ok(subject: str, says: str) -> Finding:
    """Say that a thing is well."""
    return Finding(subject, Health.OK, says)


def note(subject: str, says: str, mend: str = "") -> Finding:
    """Say what one should know of a thing that works."""
    return Finding(subject, Health.NOTE, says, mend)


def wrong(subject: str, says: str, mend: str) -> Finding:
    """Say that a thing does not work or is not safe."""
    return Finding(subject, Health.WRONG, says, mend)
