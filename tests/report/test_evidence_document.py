"""The document on evidence names the parts and options that there are."""

from __future__ import annotations

import re
from pathlib import Path

from attain.report.evidence.cover import NAMES
from attain.workspace import Workspace
from tests.health.documented import rows, sections
from tests.report.packs import pack


def test_the_document_lists_every_part_with_its_sheet(stored: Workspace) -> None:
    listed = [(row["part"], row["sheet"]) for row in rows(sections("evidence.md")["What is in a pack"])]
    assert listed == list(NAMES.items())
    assert [part.id for part in pack(stored).parts] == [part for part, _ in listed]


def test_the_document_names_every_option_of_the_command() -> None:
    source = (Path(__file__).parents[2] / "src" / "attain" / "cli" / "evidence.py").read_text(encoding="utf-8")
    told = {option for row in rows(sections("evidence.md")["On the command line"]) for option in re.findall(r"--[\w-]+", row["option"])}
    taken = set(re.findall(r"^    (\w+): (?!FactsPath|MaxRejects)", source.split("def evidence(")[1].split(") -> None:")[0], re.MULTILINE))
    assert {f"--{name.replace('_', '-')}" for name in taken} - told == {"--partner", "--designation", "--as-of"}
