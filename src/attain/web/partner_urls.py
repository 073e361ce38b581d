"""How a partner is written in a URL: as the first part of it. What an id may hold and a part of a URL may not is written `~2F`."""

from __future__ import annotations

from attain.people.partner_part import as_part, of_part

FIXED = ("account", "api", "join", "partners", "playbook", "portfolio", "rules", "settings", "start", "static", "styleguide", "theme")
"""The first parts of URLs that name no partner."""


class PartnerId:
    """The path converter `<partner:partner_id>`."""

    regex = rf"(?!(?:{'|'.join(FIXED)})/)[^/]+"

    def to_python(self, value: str) -> str:
        """Read an id from its part of a URL."""
        return of_part(value)

    def to_url(self, value: str) -> str:
        """Write an id, so that it is one part of a URL and none of the fixed ones."""
        return as_part(value, FIXED)
