"""A load as a whole: order leaves no trace, rows add up, months and parts fit together, a second load returns at once."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.facts.facts import load
from attain.rulebook.load import load_book
from tests.facts.conftest import AZURE, LINKS, OTHER, PARTNERS, SEATS, TENANT, Folder, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

TENANTS = (TENANT, OTHER, "")
CONFORMED = ("accounts", "locations", "azure_usage", "azure_detail", "unassigned", "workload_usage", "associations")


@st.composite
def azure_rows(draw: st.DrawFn) -> str:
    return ",".join(
        (
            draw(st.sampled_from(("2026-09", "2026-10", "2026-10-15", "2025-10", "soon"))),
            draw(st.sampled_from(("A", "B", "C", ""))),
            draw(st.sampled_from(TENANTS)),
            draw(st.sampled_from(("s1", "s2", "s3"))),
            draw(st.sampled_from(("Key Vault", "key-vault", "Sentinel", "Nowhere", "NOWHERE"))),
            draw(st.sampled_from(("", "Trial"))),
            draw(st.sampled_from(("", "pal", "csp1+pal"))),
            draw(st.sampled_from(("1", "1.0", "-2.00005", "3e3", "x"))),
            draw(st.sampled_from(("", "acr", "billed"))),
        )
    )


LINK_ROWS = (
    f"A,{TENANT},pal,,2026-10-01,",
    f"B,{TENANT},csp1,s2,,",
    f"C,{OTHER},dpor,s3,,2026-09-30",
    f"A,{TENANT},csp2,s1,2026-09-15,2026-09-20",
)
PARTNER_ROWS = ("A,,,,global,,", "B,,,,location,A,")


def _fill(path: Path, given_rows: Sequence[str], links: Sequence[str], partners: Sequence[str], split: int | None = None) -> Folder:
    path.mkdir()
    folder = Folder(path).write("partners", PARTNERS, *partners).write("associations", LINKS, *links)
    if split is None:
        return folder.azure(*given_rows)
    return folder.write("azure_usage/a", AZURE, *given_rows[:split]).write("azure_usage/b", AZURE, *given_rows[split:])


@given(st.lists(azure_rows(), min_size=1, max_size=25), st.randoms(use_true_random=False), st.integers(0, 25))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_and_cut_of_the_files_leave_no_trace(
    tmp_path_factory: pytest.TempPathFactory, given_rows: list[str], chance: random.Random, split: int
) -> None:
    base = tmp_path_factory.mktemp("order")
    first = _fill(base / "first", given_rows, LINK_ROWS, PARTNER_ROWS).load()
    mixed, links, partners = list(given_rows), list(LINK_ROWS), list(PARTNER_ROWS)
    for some in (mixed, links, partners):
        chance.shuffle(some)
    second = _fill(base / "second", mixed, links, partners, split).load()
    for table in CONFORMED:
        assert first.scan(table).collect().equals(second.scan(table).collect()), table
    assert (first.digest, first.names, first.unknown, first.months, first.masks) == (
        second.digest,
        second.names,
        second.unknown,
        second.months,
        second.masks,
    )
    for attribute in ("rows", "kept", "repeated", "rejected", "unassigned"):
        totals = [sum(getattr(file, attribute) for file in facts.report.files) for facts in (first, second)]
        assert totals[0] == totals[1], attribute


@given(st.lists(azure_rows(), min_size=1, max_size=25))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_in_are_kept_repeated_or_set_aside(tmp_path_factory: pytest.TempPathFactory, given_rows: list[str]) -> None:
    facts = _fill(tmp_path_factory.mktemp("sums") / "facts", given_rows, (), ()).load()
    file = next(file for file in facts.report.files if file.table == "azure_usage")
    assert file.rows == len(given_rows) == file.kept + file.repeated + file.rejected
    assert len([reject for reject in facts.report.rejects if reject.file == file.file]) == file.rejected
    assert [reject.given for reject in facts.report.rejects] == [given_rows[reject.row - 2] for reject in facts.report.rejects]
    detail, unassigned = facts.scan("azure_detail").collect(), facts.scan("unassigned").collect()
    assert (detail.height + unassigned.height, unassigned.height) == (file.kept, file.unassigned)
    assert facts.scan("azure_usage").collect()["acr"].sum() == detail["acr"].sum()


def test_parts_of_files_and_months_give_what_the_whole_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    given_rows = [
        f"{chance.choice(('2026-09', '2026-10'))},{chance.choice('AB')},{chance.choice(TENANTS)},s{chance.randrange(400)},"
        f"{chance.choice(('Key Vault', 'Sentinel'))},,"
        f"{chance.choice(('', 'pal'))},{chance.randrange(-99, 9999)}.5,{chance.choice(('', 'billed'))}"
        for _ in range(3000)
    ]
    whole = _fill(tmp_path / "whole", given_rows, LINK_ROWS, PARTNER_ROWS).load()
    monkeypatch.setattr("attain.facts.staging.SPILL_ROWS", 500)
    monkeypatch.setattr("attain.facts.staging.BUCKET_ROWS", 200)
    for size in ("FIRST_BYTES", "BLOCK_BYTES", "ARROW_BYTES"):
        monkeypatch.setattr(f"attain.facts.csv_rows.{size}", 4096)
    parts = _fill(tmp_path / "parts", given_rows, LINK_ROWS, PARTNER_ROWS).load()
    assert len(parts.files("azure_detail")) > len(whole.files("azure_detail")) == 2
    assert whole.report == parts.report
    for table in CONFORMED:
        frames = [facts.scan(table).collect() for facts in (whole, parts)]
        if table in {"azure_detail", "unassigned"}:
            frames = [frame.sort(frame.columns) for frame in frames]
        assert frames[0].equals(frames[1]), table
        assert frames[0].height > 0 or table == "workload_usage"


def test_conformed_files_are_a_month_each_sorted_by_partner_and_tenant(folder: Folder) -> None:
    folder.azure(
        *(
            f"{month},{partner},{tenant},s1,Key Vault,,pal,1,"
            for month in ("2026-10", "2026-09")
            for partner in "BA"
            for tenant in (OTHER, TENANT)
        )
    )
    facts = folder.load()
    assert [Path(file).name for file in facts.files("azure_usage")] == ["2026-09.parquet", "2026-10.parquet"]
    for path in facts.files("azure_usage"):
        frame = pl.read_parquet(path)
        assert frame.select("partner_id", "tenant_id").rows() == [("A", TENANT), ("A", OTHER), ("B", TENANT), ("B", OTHER)]
        assert frame.schema == {
            "month": pl.Int32,
            "partner_id": pl.String,
            "tenant_id": pl.String,
            "service": pl.Int32,
            "offer": pl.Int32,
            "basis": pl.Int32,
            "associations": pl.Int32,
            "acr": pl.Int64,
        }


def test_every_conformed_table_can_be_scanned_whatever_the_folder_holds(folder: Folder) -> None:
    facts = folder.write("customers", "tenant_id,segment", f"{TENANT},SMB").load()
    assert facts.tables == {"customers"}
    assert [(row["tenant_id"], row["segment"]) for row in rows(facts, "customers")] == [(TENANT, "smb")]
    for table in (*CONFORMED, "workload_revenue", "certifications", "enrollments", "reported_scores"):
        assert facts.scan(table).collect().height == 0, table
    with pytest.raises(KeyError):
        facts.files("azure_usages")


def test_a_second_load_takes_what_the_first_kept(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,", f"2026-10,A,{TENANT},s2,Key Vault,,pal,x,").load()
    monkeypatch.setattr("attain.facts.facts.Conforming", None)
    assert folder.load() == first


def test_a_changed_file_is_loaded_anew_and_only_the_load_before_stays(folder: Folder) -> None:
    seen: list[object] = []
    for amount in ("1", "2", "3"):
        folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,{amount},")
        os.utime(folder.path / "azure_usage.csv", ns=(0, int(amount) * 10**9))
        seen.append(folder.load())
        assert rows(folder.load(), "azure_usage")[0]["acr"] == int(amount) * 10_000
    assert len(list((folder.path / ".attain").iterdir())) == 2


def test_a_file_that_changes_while_it_is_read_is_refused(folder: Folder) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,")

    def interfere(done_bytes: int, total_bytes: int, label: str) -> None:
        folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,{label}{done_bytes}{total_bytes},")

    with pytest.raises(AttainError, match="a file changed while it was read"):
        load(folder.path, catalog=load_book().catalog, progress=interfere)


def test_progress_ends_at_all_bytes(folder: Folder) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,").write("workload_usage", SEATS, f"2026-10,A,{TENANT},Intune,cpor,1,1,1,1")
    told: list[tuple[int, int, str]] = []
    load(
        folder.path,
        catalog=load_book().catalog,
        progress=lambda done_bytes, total_bytes, label: told.append((done_bytes, total_bytes, label)),
    )
    total = sum(path.stat().st_size for path in folder.path.glob("*.csv"))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert {whole for _, whole, _ in told} == {total}
    assert told[-1] == (total, total, "workload_usage 2026-10")


def test_the_conformed_files_may_be_kept_elsewhere(folder: Folder, tmp_path: Path) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,")
    facts = load(folder.path, catalog=load_book().catalog, work=tmp_path / "work")
    assert facts.folder.parent == tmp_path / "work"
    assert not (folder.path / ".attain").exists()


def test_a_work_folder_that_cannot_be_written_is_refused(folder: Folder, tmp_path: Path) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,")
    (tmp_path / "work").write_text("a file")
    with pytest.raises(AttainError, match="nothing can be kept there"):
        load(folder.path, catalog=load_book().catalog, work=tmp_path / "work")


def test_a_folder_that_cannot_be_written_is_loaded_all_the_same(folder: Folder) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,")
    (folder.path / ".attain").write_text("in the way")
    facts = folder.load()
    assert not facts.folder.is_relative_to(folder.path)
    assert rows(facts, "azure_usage")[0]["acr"] == 10_000


def test_the_share_that_may_be_set_aside_is_judged_on_kept_loads_too(folder: Folder) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,", f"2026-10,A,{TENANT},s2,Key Vault,,pal,x,")
    folder.load(Fraction(1, 2))
    with pytest.raises(AttainError, match="1 of 2 rows of azure_usage are set aside, more than 49%;"):
        folder.load(Fraction(49, 100))
