"""Whose rows a file may hold: those of one's own partners alone, and who is who among these."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from attain.errors import AttainError
from attain.sources.ownership import check_partners

OWN, SECOND, OTHER = "1000001", "1000002", "1000003"


def _check(folder: Path, table: str, partners: list[str | None], own: frozenset[str] = frozenset({OWN, SECOND})) -> None:
    path = folder / f"{table}.parquet"
    pl.DataFrame({"partner_id": partners}, schema={"partner_id": pl.String()}).write_parquet(path)
    check_partners({table: pl.scan_parquet(path)}, own, "october.csv")


@pytest.mark.parametrize("partners", [[OWN], [OWN, SECOND, OWN], []])
def test_rows_of_ones_own_partners_are_taken(tmp_path: Path, partners: list[str | None]) -> None:
    _check(tmp_path, "azure_usage", partners)


@pytest.mark.parametrize(
    ("table", "partners", "code"),
    [
        ("azure_usage", [OWN, OTHER], "others-partners"),
        ("certifications", [OTHER], "others-partners"),
        ("associations", [OWN, OTHER], "others-partners"),
        ("azure_usage", [OWN, None], "partner-unknown"),
        ("azure_usage", [OWN, ""], "partner-unknown"),
        ("partners", [OWN, OTHER], "others-partners"),
    ],
)
def test_one_row_of_another_refuses_the_file(tmp_path: Path, table: str, partners: list[str | None], code: str) -> None:
    with pytest.raises(AttainError) as refused:
        _check(tmp_path, table, partners)
    assert refused.value.code == code
    assert refused.value.where == "october.csv"


def test_the_refusal_names_the_others(tmp_path: Path) -> None:
    with pytest.raises(AttainError, match=r"not yours: 10, 11, 12, 13, 14 and 2 more"):
        _check(tmp_path, "azure_usage", [OWN, *(str(number) for number in range(10, 17))])


@pytest.mark.parametrize("global_id", [SECOND, "", None])
def test_a_file_may_say_which_of_ones_own_ids_are_locations(tmp_path: Path, global_id: str | None) -> None:
    _check_accounts(tmp_path, OWN, global_id)


@pytest.mark.parametrize(("partner", "global_id"), [(OTHER, OWN), (OWN, OTHER)])
def test_nobody_takes_a_location_or_gives_one_away(tmp_path: Path, partner: str, global_id: str) -> None:
    with pytest.raises(AttainError, match=OTHER) as refused:
        _check_accounts(tmp_path, partner, global_id)
    assert refused.value.code == "others-partners"
    assert "not known there yet" in refused.value.hint


def _check_accounts(folder: Path, partner: str, global_id: str | None) -> None:
    path = folder / "partners.parquet"
    pl.DataFrame({"partner_id": [partner], "global_id": [global_id]}, schema_overrides={"global_id": pl.String()}).write_parquet(path)
    check_partners({"partners": pl.scan_parquet(path)}, frozenset({OWN, SECOND}), "october.csv")
