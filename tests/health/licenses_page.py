"""docs/licenses.md, written from the lock of what a server runs on and what each package says of its license.

`make readme` (this module run by itself) writes it anew.
"""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

from tests.health.repository import ROOT

PAGE = ROOT / "docs" / "licenses.md"
MARK = "<!-- From here on this page is written from the lock and the installed packages: make readme. -->"
LOCK = ROOT / "requirements" / "runtime.txt"
ELSEWHERE = {"tzdata": "Apache-2.0"}
"""Packages that only other systems install, with the license that they name."""
ALLOWED = frozenset(
    {"0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Zlib"}
)
"""Licenses under which a server of Attain may be run, changed and handed on."""
_PINNED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
_ONE_WORD = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def locked() -> list[str]:
    """Name the packages that a server runs on, each once."""
    return sorted(set(_PINNED.findall(LOCK.read_text(encoding="utf-8"))))


def license_of(package: str) -> str:
    """Give the license that a package names: its expression, else a short field, else its classifiers."""
    try:
        told: Any = metadata.metadata(package)  # a message of the mail format
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(package, "")
    if expression := told.get("License-Expression"):
        return expression
    classified = [text.rpartition(" :: ")[2] for text in told.get_all("Classifier") or [] if text.startswith("License ::")]
    named = [_ONE_WORD[text] for text in classified if text in _ONE_WORD]
    field = (told.get("License") or "").strip()
    short = _ONE_WORD.get(field, field) if field and "\n" not in field and "(c)" not in field.casefold() else ""
    return short or " AND ".join(sorted(set(named)))


def parts_of(license_name: str) -> set[str]:
    """Name the licenses of an expression."""
    return {part for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", license_name) if part}


def page() -> str:
    """Give the whole page; what stands above the mark is kept."""
    introduction, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    rows = [f"| {name} | {license_of(name)} |" for name in locked()]
    return "\n".join([introduction + mark, "", "| package | license |", "|---|---|", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
