from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.folders import S1, T1, T2, import_one, rejects, table, write_csv

SAMPLE = Path(__file__).parent / "samples" / "association_list.csv"
PLAIN = {"partner_id": "601", "tenant_id": T1, "association": "pal", "scope": "", "started_on": "", "ended_on": ""}


def test_the_sample(tmp_path: Path) -> None:
    report = import_one(SAMPLE, tmp_path / "facts")
    assert report.source == "association_list"
    columns = ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on", "claim_id")
    assert {tuple(row[name] for name in columns) for row in table(tmp_path / "facts", "associations")} == {
        ("601", T1, "pal", S1, "2026-01-15", "", ""),
        ("601", T2, "cpor", "", "2026-03-01", "2027-02-28", "C-77"),
    }


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"association": "partner admn link"}, "association", "no association; nearest: Partner Admin Link"),
        ({"association": ""}, "association", "empty"),
        ({"tenant_id": "adatum"}, "tenant_id", "not a GUID"),
        ({"partner_id": "0"}, "partner_id", "empty"),
        ({"started_on": "2026-02-01", "ended_on": "2026-01-31"}, "ended_on", "lies before the start, 2026-02-01"),
        ({"ended_on": "2026-01-31"}, "association", "the same is there before with another end or claim"),
    ],
)
def test_rows_that_are_set_aside(tmp_path: Path, cells: dict[str, str], column: str, reason: str) -> None:
    path = write_csv(tmp_path / "f.csv", [PLAIN, PLAIN | {"tenant_id": T2}, PLAIN | cells])
    [found] = rejects(import_one(path, tmp_path / "facts"))
    assert (found["column"], found["reason"]) == (column, reason)


def test_a_later_file_ends_an_association_and_leaves_others_alone(tmp_path: Path) -> None:
    started = PLAIN | {"started_on": "2026-01-01"}
    import_one(write_csv(tmp_path / "f.csv", [started, started | {"tenant_id": T2}]), tmp_path / "facts")
    import_one(write_csv(tmp_path / "g.csv", [started | {"ended_on": "2026-06-30"}]), tmp_path / "facts")
    found = {row["tenant_id"]: row["ended_on"] for row in table(tmp_path / "facts", "associations")}
    assert found == {T1: "2026-06-30", T2: ""}


@pytest.mark.parametrize("scope", ["", S1, S1.upper(), f"/subscriptions/{S1}", "Exchange Online", "exchange-online"])
def test_a_scope_that_is_a_subscription_or_a_workload_needs_no_word(tmp_path: Path, scope: str) -> None:
    assert import_one(write_csv(tmp_path / "f.csv", [PLAIN | {"scope": scope}]), tmp_path / "facts").warnings == ()


def test_a_scope_that_is_neither_is_told_once_with_the_nearest(tmp_path: Path) -> None:
    rows = [PLAIN | {"scope": "Exchang Online", "tenant_id": tenant} for tenant in (T1, T2)]
    [warning] = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts").warnings
    assert warning.startswith("scope 'Exchang Online' is no id of a subscription and no workload of the programme: ")
    assert "; nearest: Exchange Online" in warning
