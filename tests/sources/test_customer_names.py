from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from attain.errors import AttainError
from attain.facts.customers import customer_names
from attain.rulebook.load import load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from tests.sources.folders import T1, T2, import_one, rejects, table, write_csv

SAMPLE = Path(__file__).parent / "samples" / "customer_names.csv"
PLAIN = {"tenant_id": T1, "own_name": "Adatum (north)"}


def test_the_sample(tmp_path: Path) -> None:
    report = import_one(SAMPLE, tmp_path / "facts")
    assert report.source == "customer_names"
    found = {(row["tenant_id"], row["alias"]) for row in table(tmp_path / "facts", "customers")}
    assert found == {(T1, "Adatum (north)"), (T2, "Key account 7")}


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"own_name": ""}, "own_name", "empty"),
        ({"tenant_id": ""}, "tenant_id", "empty"),
        ({"tenant_id": "adatum"}, "tenant_id", "not a GUID"),
        ({"own_name": "Another"}, "own_name", "the tenant is there before as Adatum (north)"),
    ],
)
def test_rows_that_are_set_aside(tmp_path: Path, cells: dict[str, str], column: str, reason: str) -> None:
    path = write_csv(tmp_path / "f.csv", [PLAIN, PLAIN | {"tenant_id": T2}, PLAIN | cells])
    [found] = rejects(import_one(path, tmp_path / "facts"))
    assert (found["column"], found["reason"]) == (column, reason)


def test_an_own_name_stands_before_others_and_a_later_one_before_it(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    rows = {"tenant_id": [T1, T2], "name": ["Adatum", "Proseware"], "alias": ["A. Datum", None], "segment": ["smb", "enterprise"]}
    known = pl.DataFrame(rows)
    known.write_csv(facts / "customers.csv")
    place = tmp_path / "store"
    Store.create(place)
    import_files([facts], place, Options())
    for number, (given, shown) in enumerate((("Adatum (north)", "Adatum (north)"), ("Adatum 2", "Adatum 2"))):
        import_files([write_csv(tmp_path / f"{number}.csv", [PLAIN | {"own_name": given}])], place, Options())
        held = Store.open(place).facts(load_book().catalog)
        assert customer_names(held).of([T1, T2]) == {T1: shown, T2: "Proseware"}
        assert held.scan("customers").sort("tenant_id").collect()["segment"].n_unique() == 2


def test_who_may_import_for_some_partners_alone_names_no_customer(tmp_path: Path) -> None:
    with pytest.raises(AttainError) as caught:
        import_one(SAMPLE, tmp_path / "facts", partners=frozenset({"601"}))
    assert caught.value.code == "customer-names"
    assert not (tmp_path / "facts" / "customers").exists()
