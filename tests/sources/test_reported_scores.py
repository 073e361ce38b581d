from __future__ import annotations

from pathlib import Path

import pytest

from attain.errors import AttainError
from tests.sources.folders import import_one, rejects, table, write_csv

SAMPLE = Path(__file__).parent / "samples" / "reported_scores.csv"


def row(**cells: str) -> dict[str, str]:
    """Give the total of Security on 20 November 2026, with other cells as asked."""
    plain = {
        "partner_id": "601",
        "as_of": "2026-11-20",
        "designation": "security",
        "track": "smb",
        "metric": "",
        "value": "",
        "points": "70",
    }
    return plain | cells


def reported(facts: Path) -> dict[tuple[str, ...], tuple[str, str]]:
    rows = table(facts, "reported_scores")
    return {(one["designation"], one["track"], one["metric"]): (one["value"], one["points"]) for one in rows}


def test_the_sample_by_the_ids_of_the_rulebook(tmp_path: Path) -> None:
    report = import_one(SAMPLE, tmp_path / "facts")
    assert report.source == "reported_scores"
    assert reported(tmp_path / "facts") == {
        ("security", "smb", "net_customer_adds"): ("3.0000", "12.0000"),
        ("security", "smb", "usage_growth"): ("10.0000", "10.0000"),
        ("security", "smb", "total"): ("", "62.5000"),
        ("modern-work", "", "total"): ("", "71.0000"),
    }


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"designation": "Securty"}, "designation", "no designation; did you mean Security?"),
        ({"metric": "growth"}, "metric", "no metric of security on 2026-11-20; did you mean usage_growth?"),
        ({"track": "enterprize"}, "track", "no track of security on 2026-11-20; did you mean enterprise?"),
        ({"track": "single"}, "track", "no track of security on 2026-11-20; known: enterprise, smb"),
        ({"points": "100.5"}, "points", "points are from 0 to 100"),
        ({"points": "-1"}, "points", "points are from 0 to 100"),
        ({"points": ""}, "points", "neither a value nor points"),
        ({"points": "ten"}, "points", "not a number"),
        ({"partner_id": ""}, "partner_id", "no partner is named: say --partner"),
        ({"as_of": ""}, "as_of", "empty"),
    ],
)
def test_what_is_not_on_a_card_is_set_aside_with_the_nearest(tmp_path: Path, cells: dict[str, str], column: str, reason: str) -> None:
    good = [row(), row(as_of="2026-11-21"), row(as_of="2026-11-22")]
    report = import_one(write_csv(tmp_path / "f.csv", [*good, row(**cells)]), tmp_path / "facts")
    [found] = rejects(report)
    assert found["column"] == column
    assert found["reason"].endswith(reason)


def test_before_the_first_edition_there_is_no_track(tmp_path: Path) -> None:
    early = [row(as_of="2020-01-01"), row(), row(as_of="2026-11-21")]
    report = import_one(write_csv(tmp_path / "f.csv", early), tmp_path / "facts")
    assert rejects(report)[0]["reason"].startswith("no rules of security are known for 2020-01-01: its first edition, ")


def test_one_thing_with_two_numbers_is_set_aside(tmp_path: Path) -> None:
    report = import_one(write_csv(tmp_path / "f.csv", [row(), row(), row(points="71"), row(as_of="2026-11-21")]), tmp_path / "facts")
    assert [found["reason"] for found in rejects(report)] == ["the same is reported before with other numbers"]
    assert (report.kept, report.tables) == (3, {"reported_scores": 2})


def test_a_later_file_replaces_the_number_it_names_and_no_other(tmp_path: Path) -> None:
    import_one(write_csv(tmp_path / "f.csv", [row(), row(track="enterprise", points="12")]), tmp_path / "facts")
    import_one(write_csv(tmp_path / "g.csv", [row(points="71")]), tmp_path / "facts")
    assert reported(tmp_path / "facts") == {
        ("security", "smb", "total"): ("", "71.0000"),
        ("security", "enterprise", "total"): ("", "12.0000"),
    }


def test_a_file_without_numbers_is_no_report(tmp_path: Path) -> None:
    rows = [{"partner_id": "601", "as_of": "2026-11-20", "designation": "security", "metric": ""}]
    with pytest.raises(AttainError, match="nearest to Scores that Microsoft reports, typed by hand, but lacks points"):
        import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
