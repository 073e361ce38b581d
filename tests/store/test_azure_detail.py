"""Azure usage by location and subscription is the same in a store, which works it out, as in a facts folder, where it lies."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from attain.facts.facts import Facts, load
from attain.facts.usage import COLUMNS
from attain.rulebook.load import load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.store.store import Store
from tests.sources.folders import T1, T2

MONTHS = range(2026 * 12 + 7, 2026 * 12 + 11)
PARTNERS = (
    "partner_id,name,country,kind,account,global_id,distributor_id\n"
    "100,Contoso,US,reseller,global,,\n101,Contoso West,US,reseller,location,100,\n102,Contoso East,US,reseller,location,100,\n"
    "200,Fabrikam,US,reseller,global,,\n"
)
LINKS = (
    "partner_id,tenant_id,association,scope,started_on,ended_on\n"
    f"101,{T1},pal,s1,2026-08-15,2026-09-10\n100,{T1},dpor,,2026-09-01,\n200,{T2},cpor,s3,2026-01-01,2026-09-30\n"
    f"200,{T1},csp1,s2,2026-01-01,\n100,{T1},pal,s2,2026-10-01,\n102,{T2},pal,s4,2026-01-01,\n200,{T1},pal,s4,2026-01-01,\n"
)
HEAD = "month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd"


def _usage(chance: random.Random, *, associations: bool) -> str:
    keys = {
        (
            chance.choice(("2026-08", "2026-09", "2026-10", "2026-11")),
            chance.choice(("100", "101", "102", "200", "300", "")),
            chance.choice((T1, T2, "")),
            chance.choice(("s1", "s2", "s3", "s4", "")),
            chance.choice(("Key Vault", "Azure Thing")),
            chance.choice(("", "Trial")),
            chance.choice(("acr", "billed")),
        )
        for _ in range(500)
    }
    lines = [f"{HEAD},associations" if associations else HEAD]
    for key in sorted(keys):
        more = [chance.choice(("", "pal", "csp1+dpor"))] if associations else []
        lines.append(",".join((*key, f"{chance.randrange(-50, 900)}.25", *more)))
    return "\n".join(lines) + "\n"


def _shown(rows: pl.DataFrame, facts: Facts) -> list[tuple[object, ...]]:
    """Give rows with names in the place of codes, which each of the two hands out in its own order."""
    named = rows.with_columns(
        pl.Series(kind, [facts.names[kind][code] for code in rows[kind]], dtype=pl.String) for kind in ("service", "offer")
    )
    return named.sort(pl.all()).rows()


@pytest.mark.parametrize("associations", [False, True])
def test_the_detail_of_every_account_is_that_of_the_folder(tmp_path: Path, *, associations: bool) -> None:
    given = tmp_path / "facts"
    given.mkdir()
    usage = _usage(random.Random(3), associations=associations)
    for table, text in (("partners", PARTNERS), ("associations", LINKS), ("azure_usage", usage)):
        (given / f"{table}.csv").write_text(text, encoding="utf-8")
    store = Store.create(tmp_path / "store")
    import_files([given], store.place.local, Options())
    of_store, of_folder = store.facts(load_book().catalog), load(given)
    newest = store.loads.newest()
    assert newest is not None
    assert [file.rows for file in newest[1].of("conformed/azure_detail")] == [0]
    for partner in ("100", "200", "300", "nobody"):
        rows, expected = (facts.azure_detail(partner, MONTHS) for facts in (of_store, of_folder))
        assert of_store.azure_detail(partner).equals(rows)
        assert rows.schema == expected.schema == COLUMNS["azure_detail"]
        assert _shown(rows, of_store) == _shown(expected, of_folder)
        assert bool(rows.height) == (partner != "nobody")
    assert set(of_store.azure_detail("100", MONTHS)["location_id"]) == {"100", "101", "102"}
    assert of_store.azure_detail("100", [MONTHS[0]])["month"].unique().to_list() == [MONTHS[0]]
    assert of_store.azure_detail("100", []).is_empty()


def test_facts_have_another_digest_where_subscriptions_alone_changed(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    digests: list[str] = []
    for number, (one, other) in enumerate((("1", "2"), ("2", "1"))):
        given = tmp_path / f"facts {number}"
        given.mkdir()
        rows = [f"2026-10,100,{T1},{name},Key Vault,,acr,{amount}" for name, amount in (("s1", one), ("s2", other))]
        (given / "azure_usage.csv").write_text("\n".join((HEAD, *rows, "")), encoding="utf-8")
        import_files([given], store.place.local, Options())
        facts = store.facts(load_book().catalog)
        digests.append(facts.digest)
        assert facts.scan("azure_usage").collect()["acr"].to_list() == [30_000]
    assert digests[0] != digests[1]
