"""`attain demo` writes a folder, says what it wrote and what to type next."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from attain.cli.demo import register
from attain.errors import AttainError


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    register(app)
    app.callback()(lambda: None)
    return app


def test_it_says_what_it_wrote_and_what_comes_next(app: typer.Typer, tmp_path: Path) -> None:
    folder = tmp_path / "a demo"
    result = CliRunner().invoke(app, ["demo", str(folder), "--partners", "6", "--seed", "2", "--months", "3", "--azure-rows", "300"])
    assert result.exit_code == 0, result.output
    assert "azure_usage" in result.output and "6 partners, 2026-08 to 2026-10" in result.output
    assert f"Next: attain score '{folder}' --as-of 2026-11-24 --partner 1000001 --designation security" in result.output
    assert sorted(path.name for path in (folder / "azure_usage").iterdir()) == ["2026-08.parquet", "2026-09.parquet", "2026-10.parquet"]


def test_it_writes_csv(app: typer.Typer, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", str(tmp_path), "--partners", "4", "--months", "1", "--format", "csv"])
    assert result.exit_code == 0, result.output
    header, row, *_ = (tmp_path / "azure_usage" / "2026-10.csv").read_text().splitlines()
    assert header == "month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd,basis"
    assert row.startswith("2026-10,1000001,") and row.endswith(",49.9500,acr")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--as-of", "24.11.2026"], "--as-of: '24.11.2026' is no date (write it as 2026-11-24)"),
        (["--partners", "3"], "--partners: partners is 3, the least is 4 (the cast of four is always there)"),
        (["--azure-rows", "-1"], "--azure-rows: azure_rows is -1, the least is 0 (give a larger number)"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(app: typer.Typer, tmp_path: Path, options: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["demo", str(tmp_path / "x"), *options])
    assert isinstance(result.exception, AttainError)
    assert str(result.exception) == message
    assert not (tmp_path / "x").exists()
