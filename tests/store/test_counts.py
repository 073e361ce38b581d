"""Every row of a file is accounted for: kept, set aside, the same again, or left out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.rulebook.load import Book
from attain.sources.importing import ImportReport, import_files
from attain.sources.intake import Options
from attain.store.records import rejects_of
from attain.store.store import Store
from tests.sources.folders import S1, T1, T2, focus, training, usage, write_csv
from tests.sources.reports import row


def deliver(store: Store, path: Path) -> ImportReport:
    [report] = import_files([path], store.place.local, Options(), max_rejects=(1, 1))
    return report


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    line = f"2026-10,101,{T1},,Key Vault,,,30\n"
    text = f"month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd\n{line}{line}2026-10,101,no,,Key Vault,,,1\n"
    (folder / "azure_usage.csv").write_text(text, encoding="utf-8")
    return folder


def said(*arguments: str | Path) -> list[list[str]]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return [line.split() for line in done.stdout.splitlines()]


def test_rows_in_are_rows_kept_set_aside_repeated_and_left_out(tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    customers = [row("insights_customers", number) for number in range(3)]
    reports = [
        deliver(store, folder_of(tmp_path)),
        deliver(store, write_csv(tmp_path / "a.csv", [usage(), usage(CustomerTenantId=T2), usage(ACR_USD="much")])),
        deliver(store, write_csv(tmp_path / "b.csv", [*customers, row("insights_customers", 0, Product="Xbox", SKU="Xbox")])),
        deliver(store, write_csv(tmp_path / "c.csv", [training(), training(MCPID="MC-2", ExpirationDate="2020-01-01")])),
    ]
    for report in reports:
        assert report.rows_in == report.kept + report.rejected + sum(report.left_out.values())
    loads = store.loads.every()
    for load in loads:
        assert load.rows_in == load.kept + load.rejected + load.repeated + load.left_out
    assert [(load.rejected, load.repeated) for load in loads] == [(1, 1), (1, 0), (0, 0), (1, 0)]
    assert loads[2].left_out > 0
    files = store.facts(book.catalog).report.files
    assert len(files) == len(loads)
    for file in files:
        assert file.rows == file.kept + file.repeated + file.rejected + file.left_out
    assert files[2].repeated == 0


def test_the_numbers_are_shown(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    deliver(store, folder_of(tmp_path))
    deliver(store, write_csv(tmp_path / "b.csv", [row("insights_customers", 0), row("insights_customers", 0, Product="Xbox", SKU="Xbox")]))
    first, second = [line for line in said("loads", store.place.root) if line[0] in {"1", "2"}]
    assert first[-5:] == ["3", "1", "1", "1", "0"]
    assert "same row again" in " ".join(first)
    assert second[-5] == "2"
    assert int(second[-4]) + int(second[-3]) == 2
    assert "revenue" not in " ".join(second).partition("b.csv")[2]
    shown = said("check", store.place.root)
    header = next(line for line in shown if line[:2] == ["table", "file"])
    assert header[2:] == ["rows", "kept", "repeated", "left", "out", "set", "aside", "unassigned"]


def test_amounts_of_a_load_are_named_by_their_basis(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    deliver(store, write_csv(tmp_path / "revenue.csv", [row("insights_business_revenue")]))
    deliver(store, write_csv(tmp_path / "usage.csv", [usage()]))
    assert [load.basis for load in store.loads.every()] == ["", "acr"]


def test_nothing_is_folded_where_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    store = Store.create(tmp_path / "store")
    name = f"AzureUsage of {'a very long name ' * 8}2026-10.csv"
    path = write_csv(tmp_path / name, [usage(), usage(ACR_USD="much")])
    for command in (
        ("import", path, "--into", store.place.root, "--max-rejects", "50%"),
        ("loads", store.place.root),
        ("check", store.place.root),
    ):
        done = CliRunner().invoke(app, [str(argument) for argument in command])
        assert done.exit_code == 0, done.output
        assert any(name in line for line in done.stdout.splitlines()), command


def test_loads_are_written_as_files(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    deliver(store, folder_of(tmp_path))
    done = CliRunner().invoke(app, ["loads", store.place.root, "--format", "csv"])
    (load,) = csv.DictReader(done.stdout.splitlines())
    assert (load["load"], load["files"], load["source"]) == ("1", "azure_usage.csv", "contract")
    assert int(load["rows_in"]) == int(load["kept"]) + int(load["rejected"]) + int(load["repeated"]) + int(load["left_out"]) == 3
    done = CliRunner().invoke(app, ["loads", store.place.root, "--rejects", "1", "--format", "json"])
    (reject,) = json.loads(done.stdout)
    assert (reject["column"], reject["value"]) == ("tenant_id", "no")
    (tmp_path / "facts" / "azure_usage.csv").write_text(
        f"month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd\n2026-10,101,{T1},,Key Vault,,,31.5\n", encoding="utf-8"
    )
    deliver(store, tmp_path / "facts")
    done = CliRunner().invoke(app, ["loads", store.place.root, "--restated", "2", "--format", "csv"])
    (restated,) = csv.DictReader(done.stdout.splitlines())
    assert (restated["month"], restated["before"], restated["after"]) == ("2026-10-01", "30", "31.5")


def test_a_check_puts_nothing_beside_the_tables_of_a_store(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    deliver(store, folder_of(tmp_path))
    before = sorted(name for name, _ in store.place.names())
    done = CliRunner().invoke(app, ["check", store.place.root])
    assert "attain loads" in done.stdout
    assert sorted(name for name, _ in store.place.names()) == before
    done = CliRunner().invoke(app, ["check", store.place.root, "--rejects", str(tmp_path / "aside.csv")])
    assert "no" in (tmp_path / "aside.csv").read_text(encoding="utf-8-sig")


def test_rows_without_an_owner_are_those_that_have_none_by_now(tmp_path: Path, book: Book) -> None:
    store = Store.create(tmp_path / "store")
    for name, text in (
        ("azure_usage", f"month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd\n2026-10,,,{S1},Key Vault,,,30\n"),
        ("associations", f"partner_id,tenant_id,association,scope,started_on,ended_on\n101,{T1},pal,{S1},2026-01-01,\n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.csv").write_text(text, encoding="utf-8")
        deliver(store, tmp_path / name)
        told = store.facts(book.catalog).report
        assert told.unassigned("azure_usage") == (1 if name == "azure_usage" else 0)
    assert [load.unassigned for load in store.loads.every()] == [1, 0]
    assert store.facts(book.catalog, load=1).report.unassigned("azure_usage") == 1


def test_a_row_that_was_made_into_several_is_set_aside_once(tmp_path: Path) -> None:
    rows = [focus(ListCost="900000000", BilledCost="900000000", EffectiveCost="900000000") for _ in range(2)]
    Store.create(tmp_path / "store")
    path = write_csv(tmp_path / "f.csv", rows)
    [report] = import_files([path], tmp_path / "store", Options(partner="900", tenant=T1), max_rejects=(1, 1))
    assert (report.rows_in, report.kept, report.rejected, report.left_out) == (2, 0, 2, {})
    assert len(rejects_of(Store.open(tmp_path / "store"), 1)) == 3
