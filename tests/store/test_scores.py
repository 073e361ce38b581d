"""Scores that are kept, and scores of what was known then."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from attain.errors import AttainError
from attain.rulebook.load import Book
from attain.store.delivery import of_folder
from attain.store.scores import runs, scores_of
from attain.store.store import Store
from attain.workspace import Workspace
from tests.store.conftest import DAY


def test_a_run_that_is_kept_comes_back_with_what_it_was_made_from(demo: Path, tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    store.take([of_folder(demo)], book.catalog)
    workspace = Workspace.open(tmp_path / "store", book=book)
    scores = workspace.score(DAY, partners=["1000001"])
    one, other = workspace.keep(scores), workspace.keep(workspace.score(DAY, partners=["1000002"]))
    found = {run.run: run for run in runs(store.place)}
    assert set(found) == {one, other}
    assert (found[one].load, found[one].rulebook, found[one].facts) == (1, book.digest, workspace.facts.digest)
    assert (found[one].engine, found[one].as_of, found[one].rows) == ("polars", DAY, len(scores))
    kept = scores_of(store.place, one)
    assert kept.equals(scores.contract().cast({name: kind for name, kind in kept.schema.items() if name != "as_of"}))
    with pytest.raises(AttainError, match="no run 'x'"):
        scores_of(store.place, "x")


def test_a_folder_keeps_no_scores(demo: Path, book: Book) -> None:
    workspace = Workspace.open(demo, book=book)
    with pytest.raises(AttainError, match="a facts folder keeps no scores"):
        workspace.keep(workspace.score(DAY, partners=["1000001"]))


def test_an_earlier_load_scores_as_it_did_then(demo: Path, tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    store.take([of_folder(demo)], book.catalog)
    before = Workspace.open(tmp_path / "store", book=book).score(DAY).contract()
    newer = tmp_path / "newer"
    newer.mkdir()
    path = sorted((demo / "azure_usage").glob("*.parquet"))[-1]
    pl.read_parquet(path).with_columns(pl.col("acr_usd") * 3).write_parquet(newer / "azure_usage.parquet")
    (imported,) = store.take([of_folder(newer)], book.catalog)
    assert imported.load.restated > 0
    now = Workspace.open(tmp_path / "store", book=book)
    assert not now.score(DAY).contract().equals(before)
    assert Workspace.open(tmp_path / "store", load=1, book=book).score(DAY).contract().equals(before)
    assert {name.partition(" ")[0] for name in imported.rebuilt} == {"azure_usage"}
    assert len(imported.rebuilt) == 1
