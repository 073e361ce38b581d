"""What was imported into a facts folder: files by SHA-256, when, with which choices, and where their rows are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError
from attain.facts.folder import LEDGER_FILE

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = 1


@dataclass
class Entry:
    """One delivery that was imported. `tables` names, for each table, the file below the folder that holds its rows."""

    source: str
    family: str
    files: list[dict[str, str]]
    options: dict[str, Any]
    imported_at: str
    columns: list[list[str]]
    rows: dict[str, Any]
    tables: dict[str, str] = field(default_factory=dict[str, str])
    replaced: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def digests(self) -> frozenset[str]:
        """Give the SHA-256 of its files."""
        return frozenset(file["sha256"] for file in self.files)


@dataclass
class Ledger:
    """All imports of a folder, oldest first."""

    entries: list[Entry] = field(default_factory=list[Entry])

    @classmethod
    def read(cls, facts: Path) -> Ledger:
        """Read the ledger of a folder, empty where there is none; raises AttainError `ledger-broken`."""
        path = facts / LEDGER_FILE
        if not path.exists():
            return cls()
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            if held["version"] != _VERSION:
                raise AttainError("ledger-newer", "the record of imports was written by another version", str(path), "use that version")
            return cls([Entry(**entry) for entry in held["imports"]])
        except (ValueError, KeyError, TypeError) as error:
            raise AttainError(
                "ledger-broken", "the record of imports cannot be read", str(path), "restore it from a backup, or import into a new folder"
            ) from error

    def written(self) -> str:
        """Give the ledger as the text of its file."""
        return json.dumps({"version": _VERSION, "imports": [asdict(entry) for entry in self.entries]}, indent=1, ensure_ascii=False) + "\n"

    def same(self, facts: Path, digests: frozenset[str], options: dict[str, Any]) -> Entry | None:
        """Find an import of just these files with the same choices whose rows, of whatever family, are still where it put them."""
        found = [entry for entry in self.entries if entry.digests == digests and entry.options == options]
        complete = all((facts / name).exists() for entry in found for name in entry.tables.values())
        return found[0] if found and complete else None
