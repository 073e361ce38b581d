"""What the handbook's examples show is what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.handbook.examples import PAGES, Step, run, sessions
from tests.health.repository import ROOT


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_its_commands_print(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert re.search(r"^\$ attain", text, flags=re.MULTILINE), "nothing of this page is run"
    assert run(page, tmp_path) == text, "run make readme"


def test_no_other_page_shows_what_is_not_run() -> None:
    others = [path for path in (ROOT / "docs").glob("*.md") if path.name not in PAGES]
    assert [path.name for path in others if re.search(r"^```text\n\$ ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)] == []


def test_a_session_is_parted_into_commands() -> None:
    assert list(sessions("$ one\na\n\nb\n$ two\n...\n$ three\n")) == [Step("one", ("a", "", "b")), Step("two", ("...",)), Step("three", ())]
    assert Step("", ("a", "...")).fitting(["a", "b", "c"]) == ("a", "...")
    assert Step("", ("a", "b")).fitting(["a", "c"]) == ("a", "c")
    assert Step("", ()).fitting(["a"]) == ("a",)
