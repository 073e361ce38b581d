"""How the id of a partner is written as one part of an address, of pages and of the interface alike: what may not stand there is `~2F`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_WRITTEN = re.compile(r"~([2-7][0-9A-F])")
"""No id has a character below a blank, so that none is written like this."""
_DOTS = {".", ".."}
"""Parts of an address that clients take for a way up."""


def as_part(partner_id: str, taken: Collection[str] = ()) -> str:
    """Write an id, so that it is one part of an address and none of those that are `taken`."""
    written = partner_id.replace("~", _as_code("~")).replace("/", _as_code("/"))
    return _as_code(written[0]) + written[1:] if written in _DOTS or written in taken else written


def of_part(part: str) -> str:
    """Read an id from its part of an address."""
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), part)


def _as_code(character: str) -> str:
    return f"~{ord(character):02X}"
