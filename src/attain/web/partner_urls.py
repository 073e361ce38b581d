"""How a partner is written in a URL: as the first part of it. What an id may hold and a part of a URL may not is written `~2F`."""

from __future__ import annotations

import re

FIXED = ("account", "api", "join", "partners", "playbook", "portfolio", "rules", "settings", "start", "static", "styleguide", "theme")
"""The first parts of URLs that name no partner."""
_WRITTEN = re.compile(r"~([0-9A-F]{2})")
_DOTS = {".", ".."}
"""Parts of a URL that browsers take for a way up."""


class PartnerId:
    """The path converter `<partner:partner_id>`."""

    regex = rf"(?!(?:{'|'.join(FIXED)})/)[^/]+"

    def to_python(self, value: str) -> str:
        """Read an id from its part of a URL."""
        return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: str) -> str:
        """Write an id, so that it is one part of a URL and none of the fixed ones."""
        written = value.replace("~", _as_code("~")).replace("/", _as_code("/"))
        return _as_code(written[0]) + written[1:] if written in _DOTS or written in FIXED else written


def _as_code(character: str) -> str:
    return f"~{ord(character):02X}"
