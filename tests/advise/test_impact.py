"""Other rules on the same facts: the two scores side by side, for everybody at once."""

from __future__ import annotations

import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import attain
from attain.advise.impact import COLUMNS, impact, records
from attain.errors import AttainError
from attain.facts.facts import Facts
from attain.rulebook.load import load_book, packaged_folder
from attain.scoring.rationals import MICRO
from attain.scoring.run import scores
from tests.advise.drawn import drawn_facts

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return drawn_facts("security", "2026-07", 0, tmp_path_factory.mktemp("drawn"))[0]


def test_an_edition_is_the_two_scores_side_by_side(facts: Facts) -> None:
    found = impact(load_book(), facts, DAY, edition="2023-12")
    rows = {(row.partner_id, row.designation): row for row in found.rows()}
    assert {designation for _, designation in rows} == {"security", "business-applications"}
    for edition, name in ((None, "before"), ("2023-12", "after")):
        scored = attain.score(facts, on=DAY, designations=["security", "business-applications"], edition=edition)
        for row in scored.frame.filter(pl.col("metric") == "total", "selected").iter_rows(named=True):
            one = rows[row["partner_id"], row["designation"]]
            assert getattr(one, name) == Fraction(row["points"], MICRO)
            assert getattr(one, f"track_{name}") == row["track"]
            assert getattr(one, f"qualified_{name}") == row["qualified"]
    assert [row.change for row in found.rows()] == sorted(row.change for row in found.rows())
    assert all(set(row) == set(COLUMNS) for row in records(found))
    for count in found.counts():
        own = [row for row in rows.values() if row.designation == count.designation]
        assert (count.partners, count.gain, count.lose) == (
            len(own),
            sum(row.change > 0 for row in own),
            sum(row.change < 0 for row in own),
        )
    moved = {(row.partner_id, row.designation) for row in found.rows(moved=True)}
    assert moved == {key for key, row in rows.items() if row.change or row.track_before != row.track_after}


def test_an_edited_rulebook(facts: Facts, tmp_path: Path) -> None:
    """With full marks for one net customer instead of five on the smb track nobody loses there, and somebody gains."""
    folder = tmp_path / "edited"
    shutil.copytree(packaged_folder(), folder)
    book = load_book()
    assert list(impact(book, facts, DAY, other=(load_book(folder), facts)).rows(moved=True)) == []
    path = folder / "designations" / "security.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("enterprise: 10, smb: 5}") == 2
    path.write_text(text.replace("enterprise: 10, smb: 5}", "enterprise: 10, smb: 1}"), encoding="utf-8")
    edited = load_book(folder)
    found = impact(book, facts, DAY, other=(edited, facts))
    moved = list(found.rows(moved=True))
    assert moved
    assert {row.designation for row in moved} == {"security"}
    assert all(row.change > 0 for row in moved)
    assert found.after.rulebook == edited.digest != found.before.rulebook
    assert found.after.frame.equals(scores(edited, facts, DAY).frame)


def test_one_of_the_two_is_asked(facts: Facts) -> None:
    with pytest.raises(AttainError, match="one of the two"):
        impact(load_book(), facts, DAY)
    with pytest.raises(AttainError, match="one of the two"):
        impact(load_book(), facts, DAY, edition="2023-12", other=(load_book(), facts))


def test_an_edition_that_nobody_has(facts: Facts) -> None:
    with pytest.raises(AttainError, match="no designation has an edition '2023-13'"):
        impact(load_book(), facts, DAY, edition="2023-13")
    with pytest.raises(AttainError, match="data-ai has no edition '2023-12'"):
        impact(load_book(), facts, DAY, edition="2023-12", designations=["data-ai"])
