"""Scores that are kept, and scores of what was known then."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.rulebook.load import Book
from attain.scoring.result import Scores
from attain.store import tables
from attain.store.delivery import of_folder
from attain.store.scores import outcomes, runs, scores_of
from attain.store.store import Store
from attain.store.tables import SCORES, DeltaFiles, columns_of
from attain.workspace import Workspace
from tests.store.conftest import DAY
from tests.store.test_command import said


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


def test_one_command_imports_a_month_and_keeps_the_scores_of_every_partner(tmp_path: Path, demo: Path, book: Book) -> None:
    before, month = split_off_the_newest_month(demo, tmp_path)
    store = tmp_path / "store"
    for part in (before, month):
        done = said("init", store) if part is before else ""
        done = said("import", part, "--into", store, "--score", str(DAY))
        assert "Scores of every partner as of 2026-11-24 are kept as run" in done
    workspace = Workspace.open(store, book=book)
    place = Store.open(store).place
    first, second = runs(place)
    assert (first.load, second.load, second.as_of) == (1, 2, DAY)
    scored = workspace.score(DAY)
    kept = scores_of(place, second.run)
    assert kept.equals(scored.contract().cast({name: kind for name, kind in kept.schema.items() if name != "as_of"}))
    earlier = Workspace.open(store, load=1, book=book).score(DAY)
    for one in outcomes(place, second.run):
        now, was = (counted(scores, one.designation) for scores in (scored, earlier))
        assert one.partners == len(now)
        assert one.qualified == sum(qualified for _, qualified in now.values())
        assert one.gained == sum(now[partner][1] and not was[partner][1] for partner in now)
        assert one.lost == sum(was[partner][1] and not now[partner][1] for partner in now)
        assert one.moved == sum(was[partner][0] != now[partner][0] for partner in now)
    assert any(one.moved for one in outcomes(place, second.run))


def counted(scores: Scores, designation: str) -> dict[str, tuple[Decimal, bool]]:
    """Give the points of each partner's total that counts, and whether it qualifies."""
    rows = [row for row in scores.rows() if row.selected and row.metric == "total" and row.designation == designation]
    return {row.partner_id: (row.points, bool(row.qualified)) for row in rows}


def split_off_the_newest_month(demo: Path, folder: Path) -> tuple[Path, Path]:
    """Give a facts folder without the newest month of usage, and that month as another."""
    before, month = folder / "before", folder / "month"
    shutil.copytree(demo, before)
    for path in sorted(before.rglob("2026-10*.parquet")):
        target = month / path.relative_to(before)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    assert len(list(month.rglob("*.parquet"))) >= 3
    return before, month


def test_scores_are_asked_for_before_anything_is_imported(demo: Path, tmp_path: Path) -> None:
    with pytest.raises(AttainError) as refused:
        said("import", demo, "--into", tmp_path / "folder", "--score", "2026-11-24")
    assert refused.value.code == "no-store"
    Store.create(tmp_path / "store")
    done = CliRunner().invoke(app, ["import", str(demo), "--into", str(tmp_path / "store"), "--score", "soon"])
    assert done.exit_code == 2
    assert "'soon' is no date" in done.output
    assert Store.open(tmp_path / "store").loads.every() == []


def test_the_day_of_refresh_that_was_asked_for_is_kept_with_the_run(demo: Path, tmp_path: Path, book: Book) -> None:
    store = tmp_path / "store"
    Store.create(store).take([of_folder(demo)], book.catalog)
    ask = ("score", store, "--as-of", str(DAY), "--partner", "1000001", "--keep")
    said(*ask)
    said(*ask, "--refresh-day", "25")
    plain, other = runs(Store.open(store).place)
    assert (plain.refresh_day, other.refresh_day) == (None, 25)
    listed = pl.read_csv(said("loads", store, "--runs", "--format", "csv").encode(), schema_overrides={"refresh_day": pl.Int64})
    assert listed["refresh_day"].to_list() == [None, 25]
    assert listed["kept_at"].to_list() == [plain.at, other.at]
    assert f"{plain.at[:10]} {plain.at[11:19]}" in said("loads", store, "--runs")
    again = Workspace.open(store, book=book).score(DAY, partners=["1000001"], refresh_day=other.refresh_day).contract()
    kept = scores_of(Store.open(store).place, other.run)
    assert kept.equals(again.cast({name: kind for name, kind in kept.schema.items() if name != "as_of"}))
    assert not kept.equals(scores_of(Store.open(store).place, plain.run)), "the month that counts is another one"


def test_runs_of_a_store_that_an_earlier_version_wrote_are_read_and_added_to(demo: Path, tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    store.take([of_folder(demo)], book.catalog)
    workspace = Workspace.open(tmp_path / "store", book=book)
    scores = workspace.score(DAY, partners=["1000001"])
    with pytest.MonkeyPatch.context() as earlier:
        # The table as it was made and written before there was the column.
        columns = {name: kind for name, kind in columns_of(SCORES).items() if name != "refresh_day"}
        earlier.setitem(tables._RECORDS, SCORES, columns)
        shutil.rmtree(tmp_path / "store" / SCORES)
        DeltaFiles(store.place, SCORES).create()
        old = workspace.keep(scores)
    assert "refresh_day" not in DeltaTable(tmp_path / "store" / SCORES).to_pyarrow_table().column_names
    assert [(run.run, run.refresh_day) for run in runs(store.place)] == [(old, None)]
    new = workspace.keep(workspace.score(DAY, partners=["1000001"], refresh_day=25))
    assert [(run.run, run.refresh_day) for run in runs(store.place)] == [(old, None), (new, 25)]
    assert scores_of(store.place, old).columns == scores_of(store.place, new).columns == list(scores.contract().columns)
    read = pl.scan_delta(str(tmp_path / "store" / SCORES)).group_by("run").agg(pl.col("refresh_day").first()).collect()
    assert dict(read.rows()) == {old: None, new: 25}, "every reader of Delta Lake reads both"
