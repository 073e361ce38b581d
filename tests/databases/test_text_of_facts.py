"""Text of facts as long as it may be, published on the database that the tests run on: nothing is cut, and no index is too narrow."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pytest_django import DjangoDbBlocker

from attain.errors import AttainError
from attain.facts.schema import PARTNER_ID_LENGTH
from attain.facts.synthetic import DemoPlan, write_demo
from attain.published.gather import fitting_id
from attain.published.listed import partners_after
from attain.published.models import NAME_FOLDED_LENGTH, PortfolioRow, Publication, PublishedDesignation, PublishedPartner
from attain.workspace import Workspace
from tests.published.once import published_once

DAY = dt.date(2026, 11, 24)
PLAN = DemoPlan(partners=4, seed=7, tenants=20, azure_rows=300, usage_rows=200, certificates=20)
LONG = 6_000
PARTNER_COLUMNS = ("partner_id", "global_id", "distributor_id")


def _text(about: str, length: int) -> str:
    """Make a text that no database can press: letters at random, each of four bytes, the most that one has."""
    drawn = random.Random(about)
    return "".join(chr(drawn.randrange(0x20000, 0x2A6DF)) for _ in range(length))


def _stretched(folder: Path) -> None:
    """Put the longest ids in the place of those of partners, names of any length in that of names, and another word for each track."""
    for path in sorted(folder.rglob("*.parquet")):
        frame = pl.read_parquet(path)
        ids = [name for name in PARTNER_COLUMNS if name in frame.columns]
        known = {one: _text(str(one), PARTNER_ID_LENGTH) for name in ids for one in frame[name].unique().drop_nulls() if one}
        frame = frame.with_columns(pl.col(name).replace(known) for name in ids)
        if path.stem == "partners":
            frame = frame.with_columns(distributor_id=pl.lit(frame["partner_id"][0]))
            frame = frame.with_columns(
                pl.Series(name, [_text(f"{name} {row}", LONG) for row in range(frame.height)]) for name in ("name", "country")
            )
        if path.stem == "reported_scores":
            frame = frame.with_columns(pl.lit("a track that Microsoft's page called by a long name").alias("track"))
        frame.write_parquet(path)


@pytest.fixture(scope="module")
def stretched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stretched")
    write_demo(PLAN, folder)
    _stretched(folder)
    return folder


@pytest.fixture(scope="module")
def published(stretched: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Publication]:
    with published_once(Workspace.open(stretched), DAY, "s" * LONG, django_db_blocker) as publication:
        yield publication


@pytest.mark.usefixtures("db")
def test_what_is_published_is_what_the_files_said(published: Publication, stretched: Path) -> None:
    accounts = {account.partner_id: account for account in Workspace.open(stretched).accounts()}
    assert len(accounts) >= PLAN.partners
    assert {len(one) for one in accounts} == {PARTNER_ID_LENGTH}
    rows = list(PublishedPartner.objects.filter(publication=published))
    assert {row.partner_id for row in rows} == set(accounts)
    named = 0
    for row in (*rows, *PortfolioRow.objects.filter(publication=published)):
        account = accounts[row.partner_id]
        assert (row.name, row.country, row.distributor_id) == (account.name, account.country, account.distributor_id)
        named += len(row.name) == len(row.country) == LONG
    assert named > PLAN.partners
    assert any(row.distributor_id for row in rows)
    assert PublishedDesignation.objects.filter(publication=published, reported_track__contains="long name").exists()


@pytest.mark.usefixtures("db")
def test_lists_are_ordered_and_searched_by_the_beginning_of_a_name(published: Publication) -> None:
    rows = partners_after(published, None, size=100)
    assert [row.name_folded for row in rows] == sorted(row.name.casefold()[:NAME_FOLDED_LENGTH] for row in rows)
    wanted = rows[-1]
    for part in (wanted.name[:NAME_FOLDED_LENGTH], wanted.name[NAME_FOLDED_LENGTH - 20 : NAME_FOLDED_LENGTH], wanted.partner_id[:150]):
        assert [row.pk for row in partners_after(published, None, search=part, size=100)] == [wanted.pk]


@pytest.mark.parametrize("wrong", ["x" * (PARTNER_ID_LENGTH + 1), "x\0"])
def test_an_id_that_imports_set_aside_by_now_is_told_and_not_published(wrong: str) -> None:
    most = _text("most", PARTNER_ID_LENGTH)
    assert fitting_id(most) == most
    with pytest.raises(AttainError, match="import them anew") as raised:
        fitting_id(wrong)
    assert raised.value.code == "partner-id"
