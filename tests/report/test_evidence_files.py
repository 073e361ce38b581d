"""Files of packs: the same bytes for the same pack, text that is only text, and nobody named unasked."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from attain.report.evidence import workbook as workbooks
from attain.report.evidence.document import LACKING, document, pictures
from attain.report.evidence.pack import Evidence, manifest
from attain.report.evidence.workbook import workbook
from attain.report.evidence.writing import MANIFEST, pack_files
from attain.workspace import Workspace
from tests.oracle.build import AS_OF, PARTNER, M, certificate, covered, seats, tenant
from tests.report.packs import AT, PREPARED, pack, pdf_text, sheets, unpacked
from tests.scoring.disk import write_facts

HOSTILE = (
    '=cmd|"/c calc"!A1',
    "+1-1",
    "@SUM(A1)",
    '#import "@preview/x:1.0.0"',
    '#sys.inputs.at("pack")',
    "*bold* _it_ `raw` $x^2$ <label> @ref \\ // gone /* gone */",
    "]; #panic()",
    "<script>alert(1)</script> & ]]>",
    "W" * 300,
)


def test_the_same_pack_gives_the_same_bytes_whenever_it_is_written(stored: Workspace) -> None:
    one = pack_files(pack(stored))
    time.sleep(2.1)  # the clock of zip archives ticks every two seconds
    assert pack_files(pack(stored)) == one
    later = pack(stored, prepared=replace(PREPARED, at=AT.replace(hour=10)))
    assert later.digest == pack(stored).digest
    assert manifest(later, {}) != manifest(pack(stored), {})


def test_text_is_never_markup_nor_formula(tmp_path: Path) -> None:
    facts: dict[str, list[Any]] = covered(azure_usage=[], workload_usage=[seats(M, place, 20) for place in range(1, len(HOSTILE) + 1)])
    facts["customers"] = [{"tenant_id": tenant(place), "name": name} for place, name in enumerate(HOSTILE, 1)]
    facts["partners"] = [{"partner_id": PARTNER, "account": "global", "name": HOSTILE[5]}]
    found = pack(Workspace.open(write_facts(facts, tmp_path)), partner=PARTNER, prepared=replace(PREPARED, ticket=HOSTILE[0]))
    text = pdf_text(document(found)).replace(" ", "")
    book = workbook(found)
    cells = [cell for rows in sheets(book).values() for row in rows for cell in row if isinstance(cell, str)]
    for name in HOSTILE:
        assert name.replace(" ", "") in text, name
        assert [cell for cell in cells if cell.removeprefix("'") == name], name
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "<f>" not in unpacked(book)


def _with_people(folder: Path) -> Workspace:
    facts = covered(azure_usage=[], workload_usage=[])
    facts["certifications"] = [
        certificate("ada@example.com", "SC-200", person_name="Ada Lovelace"),
        certificate("bob@example.com", "AZ-500", person_name="Bob Babbage"),
        certificate("eve@example.com", "SC-100", person_name="Eve Secret", status="not_linked"),
    ]
    row = {"partner_id": PARTNER, "as_of": AS_OF, "designation": "security", "track": "", "value": None}
    facts["reported_scores"] = [{**row, "metric": metric, "points": Decimal(40)} for metric in ("total", "intermediate_certifications")]
    return Workspace.open(write_facts(facts, folder))


PEOPLE = ("Ada Lovelace", "Bob Babbage", "Eve Secret", "ada@example.com", "bob@example.com", "eve@example.com")


def test_people_are_named_only_where_that_is_asked_for(tmp_path: Path) -> None:
    workspace = _with_people(tmp_path)
    masked = pack(workspace, partner=PARTNER)
    files = {name: content for name, content in pack_files(masked).items() if name.endswith((".json", ".csv"))}
    texts = [pdf_text(document(masked)), unpacked(workbook(masked)), *(content.decode() for content in files.values())]
    assert not [name for text in texts for name in PEOPLE if name in text]
    assert "Person 1" in texts[0]
    assert "1 person not linked, or left" in texts[0]
    named = pack(workspace, partner=PARTNER, names=True)
    text, cells = pdf_text(document(named)), unpacked(workbook(named))
    assert [name for name in PEOPLE if name not in text or name not in cells] == []
    assert "shown by marks" in texts[0]
    assert "shown by name" in text
    # Whoever the people are, the numbers are the same.
    assert masked.part("compared") == named.part("compared")


def test_rows_beyond_one_sheet_go_to_a_further_one(stored: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pack(stored)
    monkeypatch.setattr(workbooks, "SHEET_ROWS", 10)
    book = sheets(workbook(found))
    names = [name for name in book if name == "Rows" or name.startswith("Rows ")]
    assert len(names) == -(-len(found.part("rows").rows) // 10)
    assert sum(len(book[name]) - 1 for name in names) == len(found.part("rows").rows)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u5c71\u7530 Bj\u00f6rk", "?? Bj\u00f6rk"),
        ("\ud55c\uae00 \u0415\u043b\u0435\u043d\u0430", "?? \u0415\u043b\u0435\u043d\u0430"),
        ("Caf\u00e9 \U0001f600 \u201cQuoted\u201d", "Caf\u00e9 ? \u201cQuoted\u201d"),
    ],
)
def test_letters_that_the_fonts_lack_are_marked_and_said(name: str, shown: str, stored: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attain.report.evidence.fonts.PACKAGE", "no-such-fonts")
    found = pack(stored)
    named = replace(found, cover=replace(found.cover, partner=name))
    text = pdf_text(document(named))
    assert shown in text
    assert LACKING in text
    assert name in unpacked(workbook(named))
    assert document(named) == document(named)
    assert pictures(named)
    assert "fonts" not in _versions(named)


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        ("\u5c71\u7530\u30b3\u30f3\u30c8\u30bd Bj\u00f6rk", "\u5c71\u7530\u30b3\u30f3\u30c8\u30bd Bj\u00f6rk", False),
        ("\ud55c\uad6d \u516c\u53f8 \u0415\u043b\u0435\u043d\u0430", "\ud55c\uad6d \u516c\u53f8 \u0415\u043b\u0435\u043d\u0430", False),
        ("\u5c71\u7530 \U0001f600", "\u5c71\u7530 ?", True),
    ],
)
def test_fonts_of_other_scripts_are_taken_where_letters_are_lacking_and_named(name: str, shown: str, said: bool, stored: Workspace) -> None:
    found = pack(stored)
    named = replace(found, cover=replace(found.cover, partner=name))
    text = pdf_text(document(named))
    assert shown in text
    assert (LACKING in text) is said
    fonts = f"Noto Sans CJK (noto-cjk-sans-otc {version('noto-cjk-sans-otc')})"
    assert _versions(named)["fonts"] == fonts
    assert fonts in text.replace("\n", " ")
    assert document(named) == document(named)
    assert pictures(named)


@pytest.mark.parametrize("name", ["Caf\u00e9 \U0001f600", "Bj\u00f6rk \u0415\u043b\u0435\u043d\u0430"])
def test_fonts_that_are_not_needed_or_help_nothing_change_nothing(name: str, stored: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pack(stored)
    named = replace(found, cover=replace(found.cover, partner=name))
    with_fonts = pack_files(named)
    monkeypatch.setattr("attain.report.evidence.fonts.PACKAGE", "no-such-fonts")
    assert pack_files(named) == with_fonts
    assert "fonts" not in _versions(named)


def _versions(evidence: Evidence) -> dict[str, object]:
    return json.loads(pack_files(evidence)[MANIFEST])["versions"]


def test_where_the_fonts_have_every_letter_nothing_is_said(stored: Workspace) -> None:
    found = pack(stored)
    named = replace(found, cover=replace(found.cover, partner="\u0141\u00f3d\u017a \u0415\u043b\u0435\u043d\u0430 \u03b5\u03bb"))
    text = pdf_text(document(named))
    assert "\u0141\u00f3d\u017a \u0415\u043b\u0435\u043d\u0430 \u03b5\u03bb" in text
    assert LACKING not in text
