"""Pages that stand elsewhere in the repository, and links that hold both there and in the handbook.

A page of `docs/` may link to any file below as the repository sees it (`../bench/README.md`); in the handbook the link leads to the page.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from attain.errors import AttainError, did_you_mean

ROOT = Path(__file__).resolve().parents[1]

ELSEWHERE = {
    "benchmarks.md": "bench/README.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
}
"""Pages of the handbook that are files of the repository outside `docs/`, each by its path in the repository."""

_LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")
_CODE = re.compile(r"(^(?P<fence>`{3,}).*?^(?P=fence)$|`[^`\n]+`)", flags=re.MULTILINE | re.DOTALL)


def text_of(page: str) -> str:
    """Give the Markdown of a page that stands outside `docs/`."""
    return (ROOT / ELSEWHERE[page]).read_text(encoding="utf-8")


def relinked(markdown: str, page: str, generated: frozenset[str] = frozenset()) -> str:
    """Give the page's Markdown with its links as they hold in the handbook.

    `page` is its path below `docs/`; `generated` are pages that exist in the handbook alone. AttainError where a link leads to no page.
    """
    place = ELSEWHERE.get(page, f"docs/{page}")

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(place), found["target"]))
        return f"{found['before']}{_inside(target, page, place, generated)}{found['anchor'] or ''})"

    parts = _CODE.split(markdown)
    # The pattern has two groups: of every three parts the first is text, the second code, the third the fence.
    return "".join(_LINK.sub(link, part) if index % 3 == 0 else part if index % 3 == 1 else "" for index, part in enumerate(parts))


def _inside(target: str, page: str, place: str, generated: frozenset[str]) -> str:
    pages = {file: name for name, file in ELSEWHERE.items()}
    inside = pages.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
    known = inside is not None and (inside in generated or inside in ELSEWHERE or (ROOT / "docs" / inside).is_file())
    if inside is None or not known:
        hint = did_you_mean(target, [*pages, *(f"docs/{name}" for name in generated)], "link to a page of docs/, or add it to ELSEWHERE")
        raise AttainError("handbook-link", f"the link leads to {target}, which is no page of the handbook", place, hint)
    return posixpath.relpath(inside, posixpath.dirname(page) or ".")
