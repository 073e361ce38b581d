"""Scores of partners on days of their own give what day by day gives."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import attain
from attain.engine.backends import PolarsBackend
from attain.facts.facts import Facts
from attain.facts.synthetic import DemoPlan, write_demo
from attain.rulebook.load import load_book
from attain.scoring.daily import scores_of_days
from attain.scoring.options import Chosen
from attain.scoring.run import DEFAULTS, assigned_tracks, scores

DAYS = [dt.date(2026, 11, 24), dt.date(2026, 11, 4), dt.date(2026, 8, 31), dt.date(2026, 7, 30), dt.date(2025, 12, 20), dt.date(2023, 6, 1)]
COLUMNS = ["partner_id", "as_of", "designation", "track", "metric"]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("daily")
    write_demo(DemoPlan(partners=16, seed=7, tenants=250, azure_rows=12_000, usage_rows=8_000, certificates=1_500), folder)
    enrollments = pl.read_parquet(folder / "enrollments.parquet")
    # Enrollments without a recorded track: what they keep follows from the months before.
    enrollments.with_columns(track=pl.lit(None, pl.String)).write_parquet(folder / "enrollments.parquet")
    return attain.load(folder)


def accounts(facts: Facts) -> list[str]:
    return facts.scan("accounts").select("partner_id").collect()["partner_id"].to_list()


def expected(facts: Facts, days: dict[str, list[dt.date]], options: Chosen = DEFAULTS) -> pl.DataFrame:
    frames = []
    for day in sorted({day for own in days.values() for day in own}):
        found = scores(load_book(), facts, day, partners=[name for name, own in days.items() if day in own], options=options)
        frames.append(found.frame)
    return pl.concat(frames).sort(COLUMNS)


def assert_equal(found: pl.DataFrame, wanted: pl.DataFrame) -> None:
    assert found.select(wanted.columns).sort(COLUMNS).equals(wanted)


def test_every_account_on_every_day(facts: Facts) -> None:
    days = dict.fromkeys(accounts(facts), DAYS)
    found = scores_of_days(load_book(), facts, days)
    assert found.height > 0
    assert_equal(found, expected(facts, days))


def test_days_of_their_own(facts: Facts) -> None:
    days = {account: [DAYS[place % len(DAYS)], DAYS[(place + 1) % len(DAYS)]] for place, account in enumerate(accounts(facts))}
    assert_equal(scores_of_days(load_book(), facts, days), expected(facts, days))


def test_one_edition_for_all_days(facts: Facts) -> None:
    days = dict.fromkeys(accounts(facts)[:3], DAYS[:4])
    found = scores_of_days(load_book(), facts, days, options=Chosen(edition="2023-06"))
    assert_equal(found, expected(facts, days, Chosen(edition="2023-06")))


def test_some_account_keeps_a_track_that_the_day_would_not_assign(facts: Facts) -> None:
    """The facts reach what the tests above are meant to: a selected track that is not the assigned one."""
    everyone, book = accounts(facts), load_book()
    found = scores_of_days(book, facts, dict.fromkeys(everyone, DAYS[:1])).filter((pl.col("metric") == "total") & pl.col("selected"))
    kept = 0
    for designation in ("data-ai", "infrastructure", "digital-app-innovation"):
        assigned = assigned_tracks(book, facts, DAYS[0], designation, everyone, options=DEFAULTS, backend=PolarsBackend()).tracks
        selected = dict(found.filter(designation=designation).select("partner_id", "track").iter_rows())
        kept += sum(assigned[account] != selected[account] for account in everyone)
    assert kept > 0


def test_no_days_no_rows(facts: Facts) -> None:
    assert scores_of_days(load_book(), facts, {}).height == 0
