"""What the README shows is what the commands print; `make readme` brings it up to date."""

from __future__ import annotations

from pathlib import Path

from tests.health.readme import README, blocks, printed
from tests.health.repository import texts


def test_the_readme_shows_what_the_commands_print(tmp_path: Path) -> None:
    shown = blocks(texts()[README])
    assert len(shown) >= 3
    printed("demo demo", tmp_path)
    for block in shown:
        assert block.shown == block.printed(tmp_path), f"attain {block.arguments}: run make readme"
