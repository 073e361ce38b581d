"""Names that a newer catalog takes for one: facts that keep rows of both say what new ones say of the same files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from attain.errors import AttainError
from attain.facts.facts import Facts, load
from attain.facts.one_name import added_up
from attain.facts.schema import TABLES
from attain.rulebook.load import Book, load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from attain.store.tables import USAGE
from attain.workspace import Workspace
from tests.sources.folders import S2, T1, T2, ea, mca, usage, write_csv
from tests.sources.reports import row
from tests.store.conftest import DAY

EDITS = {
    "services.yaml": ("name: Key Vault, ", "name: Key Vault, aliases: [Time Machine], "),
    "workloads.yaml": ("aliases: [Dynamics 365 Business Central]", "aliases: [Dynamics 365 Business Central, Time Machine]"),
    "offers.yaml": ("aliases: [MS-AZR-0003P, PAYG]", "aliases: [MS-AZR-0003P, PAYG, Time Machine]"),
}
VAULT, CENTRAL = ("Key Vault", "Time Machine"), ("Business Central", "Time Machine")
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory, book: Book) -> Book:
    """Give the rulebook with `Time Machine` as another name of a service, a workload and an offer."""
    folder = tmp_path_factory.mktemp("rules") / "programme"
    shutil.copytree(book.folder, folder)
    for name, (before, after) in EDITS.items():
        path = folder / "catalog" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")
    return load_book(folder)


def _azure(amount: str, service: str, location: str = "101", label: str = "Partner Admin Link", **cells: str) -> dict[str, str]:
    return usage(ServiceLevel2=service, MPNID=location, PartnerAttributionType=label, ACR_USD=amount, **cells)


def _office(users: str, workload: str, location: str = "101", label: str = "CPOR", **cells: str) -> dict[str, str]:
    told = {"PartnerID": location, "PartnerAttributionType": label, "WorkloadName": workload, "MonthlyActiveUsers": users}
    return row("insights_office_usage", 0, **told, PaidAvailableUnits=f"{users}0", **cells)


def _revenue(amount: str, workload: str, **cells: str) -> dict[str, str]:
    return row("insights_business_revenue", 0, Workloads=workload, AdjustedRevenueAmtCD=amount, **cells)


FILES: dict[str, list[Rows]] = {
    "one location": [[_azure("30", VAULT[0]), _azure("12", VAULT[1]), _azure("5", VAULT[0], CustomerTenantId=T2)]],
    "equal amounts": [[_azure("30", name) for name in VAULT]],
    "months of their own": [[_azure("30", VAULT[0], Month="9/1/2026"), _azure("12", VAULT[1])]],
    "two locations of one account": [
        [
            *(_azure("30", VAULT[0], location) for location in ("101", "102")),
            _azure("12", VAULT[1]),
            _azure("50", VAULT[1], "102", SubscriptionId=S2),
            _azure("9", VAULT[0], "101", SubscriptionId=S2),
        ]
    ],
    "each name at another location": [[_azure("30", VAULT[0]), _azure("12", VAULT[1], "102")]],
    "several associations": [[_azure("30", name, label=label) for name in VAULT for label in ("Partner Admin Link", "CSP Tier 1")]],
    "an association for each name": [[_azure("30", VAULT[0]), _azure("12", VAULT[1], label="CSP Tier 1")]],
    "no association that is known": [[_azure("30", name, label="Moon") for name in VAULT]],
    "credits": [[_azure("-30", VAULT[0]), _azure("12", VAULT[1])], [_azure("-3", name, Month="9/1/2026") for name in VAULT]],
    "costs": [[mca(meterCategory=name, costInUsd=amount) for name, amount in zip(VAULT, ("30", "12"), strict=True)]],
    "costs beside usage": [
        [_azure("7", name) for name in VAULT],
        [mca(meterCategory=name, resellerMpnId="101", costInUsd=amount) for name, amount in zip(VAULT, ("30", "12"), strict=True)],
    ],
    "offers": [[ea(OfferId=name, Cost=amount) for name, amount in (("PAYG", "30"), ("Time Machine", "12"), ("", "5"))]],
    "counts": [[_office("30", CENTRAL[0]), _office("12", CENTRAL[1])]],
    "counts of two locations": [[_office("30", CENTRAL[0]), _office("12", CENTRAL[1]), _office("14", CENTRAL[0], "102")]],
    "counts of several associations": [[_office("30", CENTRAL[0]), _office("12", CENTRAL[1], label="CSP Tier 1")]],
    "counts of two reports": [
        [_office("30", CENTRAL[0]), _office("12", CENTRAL[1])],
        [row("insights_business_usage", 0, Workload=name, PAMAU="20", MAU="20") for name in CENTRAL],
    ],
    "revenue": [[_revenue("30", CENTRAL[0]), _revenue("12", CENTRAL[1]), _revenue("5", CENTRAL[0], CustomerTenantID=T2)]],
    "revenue of several associations": [[_revenue("30", CENTRAL[0]), _revenue("12", CENTRAL[1], PartnerAssociationType="DPOR")]],
}


def _imported(store: Path, files: Sequence[Path], book: Book) -> Store:
    made = Store.create(store)
    _bring(files, store, book)
    return made


def _bring(files: Sequence[Path], into: Path, book: Book) -> None:
    for path in files:
        options = Options(partner="101", tenant=T1) if path.stem.startswith("offers") else Options()
        [report] = import_files([path], into, options, (0, 1), catalog=book.catalog)
        assert report.kept == report.rows_in


def _written(folder: Path, case: str) -> list[Path]:
    return [write_csv(folder / f"{case} {number}.csv", rows) for number, rows in enumerate(FILES[case])]


def _named(facts: Facts, rows: pl.DataFrame) -> list[tuple[object, ...]]:
    """Give rows with names in the place of codes, which each store hands out in its own order."""
    kinds = [kind for kind in ("service", "offer", "workload") if kind in rows.columns]
    named = rows.with_columns(pl.Series(kind, [facts.names[kind][code] for code in rows[kind]], dtype=pl.String) for kind in kinds)
    return named.sort(pl.all()).rows()


def _told(facts: Facts) -> dict[str, list[tuple[object, ...]]]:
    tables = {table: facts.scan(table).collect() for table in USAGE}
    return {table: _named(facts, rows) for table, rows in (*tables.items(), ("azure_detail", facts.azure_detail("100")))}


@pytest.mark.parametrize("case", FILES)
def test_a_store_made_anew_says_what_a_new_one_says(tmp_path: Path, book: Book, newer: Book, case: str) -> None:
    files = _written(tmp_path, case)
    store = _imported(tmp_path / "store", files, book)
    before = _told(store.facts(book.catalog))
    store.rebuild(newer.catalog)
    expected = _imported(tmp_path / "expected", files, newer)
    told = _told(store.facts(newer.catalog))
    assert told == _told(expected.facts(newer.catalog))
    assert told != before
    scores = [Workspace.open(one.place.local, book=newer).score(DAY).contract() for one in (store, expected)]
    assert scores[0].height
    assert scores[0].equals(scores[1])


@pytest.mark.parametrize("case", FILES)
def test_a_folder_says_what_a_new_one_says_and_so_does_a_store_of_it(tmp_path: Path, book: Book, newer: Book, case: str) -> None:
    files = _written(tmp_path, case)
    folder, expected = tmp_path / "folder", tmp_path / "expected"
    _bring(files, folder, book)
    _bring(files, expected, newer)
    facts, new = (load(one, catalog=newer.catalog) for one in (folder, expected))
    assert _told(facts) == _told(new)
    assert not facts.report.rejects
    assert [file.rows - file.kept for file in facts.report.files] == [0 for _ in facts.report.files]
    store = Store.create(tmp_path / "store")
    import_files([folder], store.place.local, Options(), (0, 1), catalog=newer.catalog)
    assert _told(store.facts(newer.catalog)) == _told(new)


def test_the_same_name_again_in_a_file_of_an_import_is_a_row_that_comes_twice(tmp_path: Path, book: Book, newer: Book) -> None:
    _bring(_written(tmp_path, "one location"), tmp_path / "facts", book)
    [path] = (tmp_path / "facts" / "azure_usage").glob("*.parquet")
    rows = pl.read_parquet(path)
    more = rows.with_columns(pl.when(pl.col("service") == "Time Machine").then(pl.col("acr_usd") + 1).otherwise("acr_usd").alias("acr_usd"))
    pl.concat([rows, more]).write_parquet(path)
    with pytest.raises(AttainError, match="set aside"):
        load(tmp_path / "facts", catalog=newer.catalog)
    facts = load(tmp_path / "facts", catalog=newer.catalog, max_rejects=Fraction(1))
    [file] = [file for file in facts.report.files if file.table == "azure_usage"]
    assert (file.rows, file.kept, file.repeated, file.rejected) == (6, 1, 1, 4)
    assert {reject.column for reject in facts.report.rejects} == {"acr_usd"}


def test_rows_of_one_s_own_table_are_never_added_up(tmp_path: Path, newer: Book) -> None:
    head = "month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd,basis\n"
    rows = [f"2026-10,101,{T1},s1,{name},,pal,{amount},\n" for name, amount in zip(VAULT, ("30", "12"), strict=True)]
    (tmp_path / "azure_usage.csv").write_text(head + "".join(rows), encoding="utf-8")
    facts = load(tmp_path, catalog=newer.catalog, max_rejects=Fraction(1))
    assert [(reject.row, reject.column) for reject in facts.report.rejects] == [(2, "acr_usd"), (3, "acr_usd")]


def test_the_next_import_finds_names_that_are_one_by_now(tmp_path: Path, book: Book, newer: Book) -> None:
    [first] = _written(tmp_path, "two locations of one account")
    second = write_csv(tmp_path / "second.csv", [_azure("4", name, Month="9/1/2026") for name in VAULT])
    store, expected = _imported(tmp_path / "store", [first], book), _imported(tmp_path / "expected", [first, second], newer)
    import_files([second], store.place.local, Options(), catalog=newer.catalog)
    assert _told(store.facts(newer.catalog)) == _told(expected.facts(newer.catalog))
    # the month is conformed again from rows of both names, and of one name another load may tell again
    third = write_csv(tmp_path / "third.csv", [mca(meterCategory="Key Vault", resellerMpnId="101")])
    for one in (store, expected):
        import_files([third], one.place.local, Options(), catalog=newer.catalog)
    assert _told(store.facts(newer.catalog)) == _told(expected.facts(newer.catalog))


def test_a_newer_file_replaces_what_was_told_by_another_name(tmp_path: Path, book: Book, newer: Book) -> None:
    first, second = (
        write_csv(tmp_path / f"{name}.csv", [row("new_commerce_invoice", ProductName=name, Subtotal=amount)])
        for name, amount in (("Time Machine", "30"), ("Business Central", "12"))
    )
    store, expected = _imported(tmp_path / "store", [first], book), _imported(tmp_path / "expected", [first, second], newer)
    [report] = import_files([second], store.place.local, Options(), catalog=newer.catalog)
    assert {name: report.replaced[name] for name in ("workload_revenue", "workload_usage")} == {"workload_revenue": 1, "workload_usage": 1}
    assert _told(store.facts(newer.catalog)) == _told(expected.facts(newer.catalog))
    folder = tmp_path / "folder"
    _bring([first], folder, book)
    [report] = import_files([second], folder, Options(), catalog=newer.catalog)
    assert [rows for name, rows in report.replaced.items() if name.startswith("workload_")] == [1, 1]
    facts = load(folder, catalog=newer.catalog)
    assert not facts.report.rejects
    assert _told(facts) == _told(expected.facts(newer.catalog))


@pytest.mark.parametrize("better_first", [True, False])
def test_a_worse_source_gives_way_by_whatever_name_it_tells(tmp_path: Path, book: Book, newer: Book, better_first: bool) -> None:
    own = _azure("10", "Key Vault", PGAMpnID="601", location="611")
    sold = _azure("12", "Time Machine", PGAMpnID="500", location="500", label="CSP Tier 1") | {
        "ResellerID": "601",
        "ResellerName": "Contoso",
    }
    files = [write_csv(tmp_path / f"{name}.csv", [told]) for name, told in (("own", own), ("sold", sold))]
    first, second = files if better_first else files[::-1]
    folder, store = tmp_path / "folder", Store.create(tmp_path / "store")
    for into in (folder, store.place.local):
        _bring([first], into, book)
        import_files([second], into, Options(), catalog=newer.catalog)
    facts = load(folder, catalog=newer.catalog)
    assert _told(facts) == _told(store.facts(newer.catalog))
    rows = facts.scan("azure_usage").filter(pl.col("partner_id") == "601").collect()
    assert rows["acr"].to_list() == [100_000]


def test_rows_of_two_loads_or_of_two_sources_do_not_add_up() -> None:
    key = dict.fromkeys(TABLES["workload_revenue"].key, 0)
    cells = [(1, "a", 10), (1, "a", 2), (2, "a", 7), (1, "b", 5)]
    rows = pl.DataFrame(
        [{**key, "associations": 1, "revenue_usd": amount, "#file": load, "source": source} for load, source, amount in cells]
    )
    found = added_up("workload_revenue", rows, ("#file", "source"))
    assert sorted(found.select("#file", "source", "revenue_usd").rows()) == [(1, "a", 12), (1, "b", 5), (2, "a", 7)]
    assert added_up("workload_revenue", found, ("#file", "source")) is found


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (((1, 10), (1, 5)), (1, 15)),
        (((1, 10), (2, 5)), (3, 10)),
        (((0, 10), (0, 5)), (0, 15)),
        (((0, 10), (1, 15)), (1, 15)),
        (((3, 10), (1, 5), (2, 7)), (3, 17)),
        (((1, -10), (1, 5)), (1, -5)),
        (((1, -10), (2, -5)), (3, -5)),
        (((256, 10), (256, 5)), (256, 15)),
    ],
)
def test_what_each_association_tells_adds_up_and_the_larger_counts(told: tuple[tuple[int, int], ...], expected: tuple[int, int]) -> None:
    key = dict.fromkeys(TABLES["workload_revenue"].key, 0)
    rows = pl.DataFrame([{**key, "associations": mask, "revenue_usd": amount} for mask, amount in told])
    found = added_up("workload_revenue", rows, ())
    assert found.select("associations", "revenue_usd").rows() == [expected]
