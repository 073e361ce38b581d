"""Files into a store: what they replace, what they restate, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attain.errors import AttainError
from attain.rulebook.load import Book
from attain.sources.importing import ImportReport, import_files
from attain.sources.intake import Options
from attain.store.detail import read_detail
from attain.store.store import Store
from attain.store.tables import REJECTS, RESTATEMENTS
from tests.sources.folders import T1, T2, ea, training, usage, write_csv


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def deliver(store: Store, name: str, rows: list[dict[str, str]], *, replace_all: bool = False, **options: Any) -> ImportReport:
    path = write_csv(store.place.local.parent / name, rows)
    [report] = import_files([path], store.place.local, Options(**options), max_rejects=(1, 3), replace_all=replace_all)
    return report


def rows_of(store: Store, table: str, load: int | None = None) -> list[dict[str, Any]]:
    last = store.loads.newest() if load is None else store.loads.numbered(load)
    assert last is not None
    rows = read_detail(store.place, table, last[1].of(table)) if table not in {REJECTS, RESTATEMENTS} else _plain(store, table, last[1])
    return rows.to_dicts()


def _plain(store: Store, table: str, state: Any) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(store.place.at(f"{table}/{file.path}")) for file in state.of(table)])


def amounts(store: Store, load: int | None = None) -> dict[tuple[str, str], str]:
    return {(str(row["month"])[:7], row["tenant_id"]): str(row["acr_usd"]) for row in rows_of(store, "azure_usage", load)}


def month(name: str, *tenants: str, amount: str = "10") -> list[dict[str, str]]:
    return [usage(Month=f"{name}-01", CustomerTenantId=tenant, ACR_USD=amount) for tenant in tenants]


def test_a_newer_file_replaces_its_slices_and_the_old_ones_stay_readable(store: Store) -> None:
    deliver(store, "a.csv", [*month("2026-09", T1), *month("2026-10", T1)])
    report = deliver(store, "b.csv", month("2026-10", T1, T2, amount="30"))
    assert amounts(store) == {("2026-09", T1): "10.0000", ("2026-10", T1): "30.0000", ("2026-10", T2): "30.0000"}
    assert amounts(store, load=1) == {("2026-09", T1): "10.0000", ("2026-10", T1): "10.0000"}
    assert report.replaced == {"azure_usage": 1}
    versions = [load.versions for load in store.loads.every()]
    assert versions[0]["azure_usage"] < versions[1]["azure_usage"]
    for load in store.loads.every():
        rows = pl.read_delta(store.place.at("azure_usage"), version=load.versions["azure_usage"])
        assert rows.height == len(amounts(store, load.number))


def test_a_restatement_is_told_and_kept(store: Store) -> None:
    deliver(store, "a.csv", [*month("2026-09", T1), *month("2026-10", T1)])
    report = deliver(store, "b.csv", [*month("2026-09", T1, amount="7.25"), *month("2026-10", T1)])
    told = [warning for warning in report.warnings if warning.startswith("restated")]
    assert told == ["restated: partner 101, 2026-09, azure_usage acr_usd (acr): 10.0000 before, 7.2500 now"]
    (row,) = rows_of(store, RESTATEMENTS)
    assert (row["load"], row["partner_id"], row["month"], str(row["before"]), str(row["after"])) == (
        2,
        "101",
        dt.date(2026, 9, 1),
        "10.0000",
        "7.2500",
    )
    assert [load.restated for load in store.loads.every()] == [0, 1]


def test_a_file_that_leaves_out_much_is_refused_unless_told_to_replace(store: Store) -> None:
    tenants = [f"{number:08}-1111-4111-8111-111111111111" for number in range(40)]
    deliver(store, "a.csv", month("2026-10", *tenants))
    with pytest.raises(AttainError, match=r"3 of the 40 rows .* partner_id 101 .*--replace"):
        deliver(store, "b.csv", month("2026-10", *tenants[3:]))
    assert len(store.loads.every()) == 1
    assert len(amounts(store)) == 40
    deliver(store, "c.csv", month("2026-10", *tenants[2:]))
    assert len(amounts(store)) == 38
    deliver(store, "b.csv", month("2026-10", *tenants[10:]), replace_all=True)
    assert len(amounts(store)) == 30


def test_the_same_file_again_changes_nothing_until_its_rows_are_replaced(store: Store) -> None:
    deliver(store, "a.csv", month("2026-10", T1))
    assert deliver(store, "again.csv", month("2026-10", T1)).already
    assert [load.number for load in store.loads.every()] == [1]
    deliver(store, "b.csv", month("2026-10", T1, amount="20"))
    assert not deliver(store, "a.csv", month("2026-10", T1)).already
    assert amounts(store) == {("2026-10", T1): "10.0000"}


def test_the_same_file_with_other_choices_takes_its_rows_back(store: Store) -> None:
    deliver(store, "f.csv", [ea()])
    deliver(store, "f.csv", [ea()], partner="900", basis="billed")
    assert [(row["partner_id"], row["basis"]) for row in rows_of(store, "azure_usage")] == [("900", "billed")]


def test_several_files_are_loads_of_their_own_or_none_is(store: Store, tmp_path: Path) -> None:
    good, bad = write_csv(tmp_path / "a.csv", month("2026-10", T1)), write_csv(tmp_path / "b.csv", [usage(ACR_USD="a lot")])
    with pytest.raises(AttainError, match="1 of 1 rows"):
        import_files([good, bad], store.place.local, Options())
    assert store.loads.every() == []
    other = write_csv(tmp_path / "c.csv", month("2026-09", T2))
    import_files([good, other], store.place.local, Options())
    assert [(load.number, load.files[0]["name"], load.kept) for load in store.loads.every()] == [(1, "a.csv", 1), (2, "c.csv", 1)]
    assert amounts(store, load=1) == {("2026-10", T1): "10.0000"}


def test_rows_set_aside_are_kept_word_by_word_and_name_nobody(store: Store) -> None:
    deliver(store, "u.csv", [*month("2026-10", T1, T2), usage(Month="2026-10-01", ACR_USD="a lot")])
    deliver(store, "t.csv", [training(), training(TrainingTitle="SC-100"), training(TrainingCompletionDate="soon")])
    usage_row, training_row = rows_of(store, REJECTS)
    assert (usage_row["load"], usage_row["file"], usage_row["row"], usage_row["column"], usage_row["value"]) == (
        1,
        "u.csv",
        4,
        "ACR_USD",
        "a lot",
    )
    assert "Contoso Berlin" in usage_row["given"]
    assert training_row["reason"]
    for word in ("Ada", "Byron", "contoso.example", "MC-1"):
        assert word not in training_row["given"]
    assert "Azure Security Engineer" in training_row["given"]


def test_facts_say_which_rows_were_set_aside(store: Store, book: Book) -> None:
    deliver(store, "u.csv", [*month("2026-10", T1, T2), usage(Month="2026-10-01", ACR_USD="a lot")])
    facts = store.facts(book.catalog)
    assert [(reject.file, reject.row) for reject in facts.report.rejects] == [("u.csv", 4)]
    assert [(file.file, file.rows, file.kept, file.rejected) for file in facts.report.files] == [("u.csv", 3, 2, 1)]


def test_what_was_known_on_a_day(store: Store, book: Book) -> None:
    deliver(store, "a.csv", month("2026-09", T1))
    today = dt.date.fromisoformat(store.loads.every()[0].at[:10])
    assert store.facts(book.catalog, known_on=today).load == 1
    with pytest.raises(AttainError, match="nothing was imported on or before"):
        store.facts(book.catalog, known_on=today - dt.timedelta(days=1))
    with pytest.raises(AttainError, match="there is no load 7"):
        store.facts(book.catalog, load=7)


def folder_with(path: Path, partners: int, customers: int) -> Path:
    path.mkdir()
    named = "".join(f"{number},Partner {number}\n" for number in range(partners))
    (path / "partners.csv").write_text(f"partner_id,name\n{named}", encoding="utf-8")
    tenants = "".join(f"{number:08}-1111-4111-8111-111111111111,Customer {number}\n" for number in range(customers))
    (path / "customers.csv").write_text(f"tenant_id,name\n{tenants}", encoding="utf-8")
    return path


def test_the_partners_and_customers_of_a_facts_folder_replace_those_of_the_one_before(store: Store, tmp_path: Path, book: Book) -> None:
    def take(folder: Path, *, replace_all: bool = False) -> None:
        import_files([folder], store.place.local, Options(), replace_all=replace_all)

    take(folder_with(tmp_path / "first", 40, 40))
    deliver(store, "report.csv", month("2026-10", T1))
    take(folder_with(tmp_path / "second", 39, 40))
    names = {row["partner_id"]: row["name"] for row in store.facts(book.catalog).scan("accounts").collect().to_dicts()}
    assert "39" not in names
    # what a report says of a partner stays
    assert names["100"] is None
    assert "101" in {row["partner_id"] for row in rows_of(store, "partners")}
    assert len(rows_of(store, "customers")) == 41
    with pytest.raises(AttainError, match="9 of the 39 rows that the store has in partners are not in it"):
        take(folder_with(tmp_path / "third", 30, 40))
    take(folder_with(tmp_path / "fourth", 30, 40), replace_all=True)
    assert len([row for row in rows_of(store, "partners") if row["source"] == "contract"]) == 30


def test_reports_add_customers_to_those_of_earlier_ones(store: Store) -> None:
    deliver(store, "a.csv", month("2026-09", T1))
    deliver(store, "b.csv", month("2026-10", T2))
    assert {row["tenant_id"] for row in rows_of(store, "customers")} == {T1, T2}
