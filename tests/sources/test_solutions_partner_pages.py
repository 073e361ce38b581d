"""The two downloads of the Solutions Partner pages, whose headers nobody documents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources.importing import ImportReport
from attain.sources.registry import recognize
from tests.sources.folders import T1, T2, import_one, rejects, table, training, write_csv

SAMPLES = Path(__file__).parent / "samples"
SKILLING = SAMPLES / "skilling_download.csv"
CUSTOMERS = SAMPLES / "qualified_customers.csv"
DAY = dt.date(2026, 11, 20)


def skilled(**cells: str) -> dict[str, str]:
    plain = {
        "Individual name": "Ada Byron",
        "Certification name": "AZ-500",
        "Certification type": "Intermediate",
        "Solution area": "Security",
        "Completion date": "22 Aug 2021",
        "Expiry date": "22 Aug 2027",
    }
    return plain | cells


def qualified(path: Path, facts: Path, designation: str = "Security") -> ImportReport:
    return import_one(path, facts, partner="601", as_of=DAY, designation=designation)


def test_certificates_of_the_skilling_page_are_one_a_person_whatever_the_areas(tmp_path: Path) -> None:
    report = import_one(SKILLING, tmp_path / "facts", partner="601")
    rows = table(tmp_path / "facts", "certifications")
    assert report.source == "skilling_download"
    assert sorted((row["certification"], row["earned_on"], row["expires_on"], row["status"]) for row in rows) == [
        ("AZ-500", "2021-08-22", "2027-08-22", "active"),
        ("SC-100", "2024-03-01", "2027-03-01", "active"),
    ]
    assert {row["partner_id"] for row in rows} == {"601"}
    assert len({row["person_id"] for row in rows}) == 2
    assert not any("Byron" in cell for row in rows for cell in row.values())


def test_one_name_is_one_person_in_every_spelling_and_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [skilled(), skilled(**{"Individual name": " ada  BYRON ", "Certification name": "SC-100"})])
    import_one(path, tmp_path / "facts", partner="601")
    assert len({row["person_id"] for row in table(tmp_path / "facts", "certifications")}) == 1


def test_a_word_among_days_of_expiry_hides_none_that_shows_their_order(tmp_path: Path) -> None:
    days = [("3/4/2024", "Never"), ("5/6/2024", "N/A"), ("7/8/2024", "22/8/2027")]
    rows = [
        skilled(**{"Individual name": f"Person {number}", "Completion date": earned, "Expiry date": expires})
        for number, (earned, expires) in enumerate(days)
    ]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts", partner="601")
    assert report.rejected == 0
    found = sorted((row["earned_on"], row["expires_on"]) for row in table(tmp_path / "facts", "certifications"))
    assert found == [("2024-04-03", ""), ("2024-06-05", ""), ("2024-08-07", "2027-08-22")]


def test_names_are_kept_when_asked(tmp_path: Path) -> None:
    import_one(SKILLING, tmp_path / "facts", partner="601", keep_names=True)
    assert {row["person_name"] for row in table(tmp_path / "facts", "certifications")} == {"Ada Byron", "Grace Hopper"}


@pytest.mark.parametrize(
    "header",
    [
        ["Person name", "Certificate", "Certificate type", "Completed on"],
        ["INDIVIDUAL", "Certification", "Certification Type", "Date completed", "Expiration date"],
    ],
)
def test_other_headers_of_the_skilling_page(header: list[str]) -> None:
    assert recognize(header, "").name == "skilling_download"


def test_people_do_not_count_twice_beside_the_trainings_report(tmp_path: Path) -> None:
    report = write_csv(tmp_path / "training.csv", [training(PGAMpnId="601", MpnId="601")])
    for order in ([SKILLING, report], [report, SKILLING]):
        facts = tmp_path / order[0].stem
        for path in order:
            import_one(path, facts, partner="601")
        assert [row["certification"] for row in table(facts, "certifications")] == ["AZ-500"]


def test_a_newer_skilling_page_replaces_the_older(tmp_path: Path) -> None:
    import_one(SKILLING, tmp_path / "facts", partner="601")
    import_one(write_csv(tmp_path / "f.csv", [skilled()]), tmp_path / "facts", partner="601")
    assert [row["certification"] for row in table(tmp_path / "facts", "certifications")] == ["AZ-500"]


def test_the_skilling_page_needs_its_partner(tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="the file does not name the partner it is about"):
        import_one(SKILLING, tmp_path / "facts")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Completion date": ""}, "empty"),
        ({"Individual name": ""}, "empty"),
        ({"Expiry date": "22 Aug 2020"}, "lies before it was earned, 2021-08-22"),
    ],
)
def test_skilling_rows_that_are_set_aside(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    path = write_csv(tmp_path / "f.csv", [skilled(), skilled(**{"Certification name": "SC-100"}), skilled(**cells)])
    report = import_one(path, tmp_path / "facts", partner="601")
    assert [row["reason"] for row in rejects(report)] == [reason]
    assert "Byron" not in Path(report.rejects).read_text(encoding="utf-8-sig")


def test_an_unknown_certificate_is_told_with_the_nearest(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [skilled(**{"Certification name": "Azure Security Enginer Associate"})])
    report = import_one(path, tmp_path / "facts", partner="601")
    assert "is in no list of the programme and earns nothing; nearest: " in report.warnings[0]


def test_the_deployments_of_qualified_customers_are_microsofts_number(tmp_path: Path) -> None:
    report = qualified(CUSTOMERS, tmp_path / "facts")
    assert report.source == "qualified_customers"
    [row] = table(tmp_path / "facts", "reported_scores")
    told = ("partner_id", "as_of", "designation", "track", "metric", "value", "points")
    assert tuple(row[name] for name in told) == ("601", "2026-11-20", "security", "", "deployments", "4.0000", "")
    assert {(row["tenant_id"], row["name"]) for row in table(tmp_path / "facts", "customers")} == {(T1, "Adatum"), (T2, "Fabrikam")}


def test_several_solution_areas_in_one_file(tmp_path: Path) -> None:
    rows = [
        {"Solution area": area, "Customer": "Adatum", "Net Revenue(USD)": "1", "Deployments": count}
        for area, count in (("Security", "2"), ("Modern Work", "5"))
    ]
    qualified(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts", designation="")
    found = {row["designation"]: row["value"] for row in table(tmp_path / "facts", "reported_scores")}
    assert found == {"security": "2.0000", "modern-work": "5.0000"}


@pytest.mark.parametrize("name", ["Total", "Grand total"])
def test_a_row_of_totals_is_no_customer(tmp_path: Path, name: str) -> None:
    rows = [
        {"Customer": customer, "Tenant ID": tenant, "Net revenue (USD)": "1", "Deployments": count}
        for customer, tenant, count in (("Adatum", T1, "2"), ("Total", T2, "3"), (name, "", "5"))
    ]
    report = qualified(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert table(tmp_path / "facts", "reported_scores")[0]["value"] == "5.0000"
    assert (report.kept, report.left_out) == (2, {"a row of totals: its customers are there one by one": 1})


def test_a_customer_at_several_levels_counts_once(tmp_path: Path) -> None:
    levels = [
        *(("Adatum", "", "", "3"), ("Adatum", T1, "", "2"), ("Adatum", T2, "", "1")),
        *(("Fabrikam", "", "", "4"), ("Fabrikam", "", "E3 (1)", "4"), ("Northwind", "", "", "7")),
    ]
    rows = [
        {"Customer": customer, "Tenant ID": tenant, "Offer name": offer, "Net revenue (USD)": "1", "Deployments": count}
        for customer, tenant, offer, count in levels
    ]
    report = qualified(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert table(tmp_path / "facts", "reported_scores")[0]["value"] == "14.0000"
    assert (report.kept, report.left_out) == (4, {"a sum of other rows: its tenants or subscriptions are there one by one": 2})


def test_a_masked_name_of_a_qualified_customer_is_no_name(tmp_path: Path) -> None:
    rows = [{"Customer": "*****", "Tenant ID": T1, "Net revenue (USD)": "1", "Deployments": "2"}]
    report = qualified(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert (report.kept, report.tables) == (1, {"reported_scores": 1})


def test_the_subscription_level_adds_up(tmp_path: Path) -> None:
    rows = [
        {
            "Customer": "Adatum",
            "Offer name (Subscription ID)": offer,
            "Net revenue (USD)": "1",
            "Deployments": "2",
            "MAU current (Baseline)": "5 (4)",
        }
        for offer in ("E3 (1)", "E5 (2)", "E5 (2)")
    ]
    report = qualified(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert table(tmp_path / "facts", "reported_scores")[0]["value"] == "4.0000"
    assert [row["reason"] for row in rejects(report)] == ["the same customer, tenant and offer is there before"]


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"as_of": DAY, "designation": "security"}, "say --partner"),
        ({"partner": "601"}, "say --as-of and --designation"),
    ],
)
def test_qualified_customers_need_to_be_told(tmp_path: Path, options: dict[str, object], refusal: str) -> None:
    with pytest.raises(AttainError) as caught:
        import_one(CUSTOMERS, tmp_path / "facts", **options)
    assert caught.value.hint == refusal


def test_an_unknown_designation_of_the_option_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="--designation: 'Securty': no designation; did you mean Security"):
        qualified(CUSTOMERS, tmp_path / "facts", designation="Securty")
