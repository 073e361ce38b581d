"""How a partner is written in a URL: as the first part of it, any id that is no fixed first part."""

from __future__ import annotations

FIXED = ("account", "api", "join", "partners", "playbook", "portfolio", "rules", "settings", "start", "static", "styleguide", "theme")
"""The first parts of URLs that name no partner."""


class PartnerId:
    """The path converter `<partner:partner_id>`."""

    regex = rf"(?!(?:{'|'.join(FIXED)})/)[^/]+"

    def to_python(self, value: str) -> str:
        """Take the id as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Write the id as it stands."""
        return value
