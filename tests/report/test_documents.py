"""A document of plain values as JSON: laid out as ever, and numbers that keep every digit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from attain.report.files import write_document

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = {
    'a "name"': None,
    "yes": True,
    "count": 3,
    "share": 0.5,
    "words": "Zürich\n\\ 東京",
    "none": [],
    "nothing": {},
    "rows": [{"x": 1, "y": ["a", ["b"]]}, {}],
}


def test_plain_values_are_laid_out_as_json_is(tmp_path: Path) -> None:
    write_document(PLAIN, tmp_path / "out.json")
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == json.dumps(PLAIN, indent=2, ensure_ascii=False) + "\n"


def test_decimals_are_numbers_with_all_of_their_digits(tmp_path: Path) -> None:
    given = [Decimal("0.100000"), Decimal("12345678901234567.890123"), Decimal("-1E+3"), Decimal("0E-6"), Decimal(7)]
    write_document({"found": given}, tmp_path / "out.json")
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert text.split()[3:-2] == ["0.1,", "12345678901234567.890123,", "-1000,", "0,", "7"]
    assert json.loads(text, parse_float=Decimal)["found"] == given
