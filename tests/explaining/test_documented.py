"""What `docs/over-time.md` lists is what the files hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from attain.explaining.lines import COLUMNS, KIND_WORDS, LineKind
from attain.explaining.reconciliation import COLUMNS as COMPARED
from attain.scoring.chronicle import COLUMNS as CHRONICLE

TEXT = (Path(__file__).parents[2] / "docs" / "over-time.md").read_text(encoding="utf-8")


def test_every_kind_of_line_is_explained_and_has_words() -> None:
    cells = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)`", " ".join(cells))) == sorted(get_args(LineKind)) == sorted(KIND_WORDS)


def test_the_columns_of_each_file_are_listed() -> None:
    for columns in (COLUMNS, CHRONICLE, COMPARED):
        assert f"`{', '.join(columns)}`" in " ".join(TEXT.split())
