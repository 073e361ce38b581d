"""Numbers of people, customers and other things, in words."""

from __future__ import annotations

SINGULARS = {"people": "person", "entries": "entry", "paid licenses": "paid license", "active users": "active user"}


def counted(number: str, things: str) -> str:
    """Say how many `things`, a plural, there are: `1 person`, `2 people`, `1,000 USD`. `number` is the number as shown."""
    if number not in {"1", "-1"} or things.isupper():
        return f"{number} {things}".strip()
    return f"{number} {SINGULARS.get(things, things.removesuffix('s'))}".strip()
