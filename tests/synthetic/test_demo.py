"""A demo folder is repeatable, keeps the contract, and looks like a portfolio."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from attain.errors import AttainError
from attain.facts.facts import load
from attain.facts.schema import ASSOCIATIONS, TABLES
from attain.facts.synthetic import DemoPlan, DemoSummary, write_demo
from attain.facts.synthetic.cast import members
from tests.synthetic.facts_of import frame_of

CAST = ["1000001", "1000002", "1000003", "1000004"]
USAGE = ("azure_usage", "workload_usage", "workload_revenue")
TYPES = {"month": pl.Date(), "date": pl.Date(), "count": pl.Int64(), "money": pl.Decimal(18, 4)}
INVENTED = {
    "service": {"Lakeside Backup for Azure", "Azure Tidal Forecast Preview"},
    "workload": {"Helpdesk Companion"},
    "offer": {"Pilot Bundle 2025"},
    "certification": {"Northbeam Cloud Practitioner"},
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return write_demo(DemoPlan(partners=120, seed=5), tmp_path_factory.mktemp("demo"))


def test_the_same_plan_gives_the_same_rows(demo: DemoSummary, tmp_path: Path) -> None:
    again = write_demo(DemoPlan(partners=120, seed=5), tmp_path)
    assert again.rows == demo.rows
    for table in TABLES:
        assert_frame_equal(frame_of(tmp_path, table), frame_of(demo.folder, table))


def test_another_seed_gives_other_rows(demo: DemoSummary, tmp_path: Path) -> None:
    write_demo(DemoPlan(partners=120, seed=6, azure_rows=1000, usage_rows=1000), tmp_path)
    shared = set(frame_of(demo.folder, "customers")["tenant_id"]) & set(frame_of(tmp_path, "customers")["tenant_id"])
    assert shared == {member.tenant(key) for member in members() for key in member.customers}


def test_the_cast_does_not_depend_on_size_or_seed(demo: DemoSummary, tmp_path: Path) -> None:
    write_demo(DemoPlan(partners=4, seed=99), tmp_path)
    for table in TABLES:
        alone = frame_of(tmp_path, table)
        if "partner_id" in alone.columns:
            assert_frame_equal(frame_of(demo.folder, table).filter(pl.col("partner_id").is_in(CAST)), alone)
        else:
            assert_frame_equal(frame_of(demo.folder, table).head(len(alone)), alone)
    assert frame_of(demo.folder, "partners")["partner_id"].to_list()[:4] == CAST


@pytest.mark.parametrize("table", TABLES)
def test_columns_types_and_required_cells_are_the_contracts(demo: DemoSummary, table: str) -> None:
    frame = frame_of(demo.folder, table)
    assert dict(frame.schema) == {column.name: TYPES.get(column.kind, pl.String()) for column in TABLES[table].columns}
    for column in TABLES[table].columns:
        cells = frame[column.name]
        if column.required:
            assert cells.null_count() == 0, column.name
        if column.choices:
            assert set(cells.drop_nulls().unique()) <= {*column.choices, ""}, column.name
        if column.kind == "code_set":
            assert {code for text in cells.unique() for code in text.split("+")} <= {*ASSOCIATIONS, ""}
        if column.kind == "count":
            assert (cells.drop_nulls() >= 0).all(), column.name


@pytest.mark.parametrize("table", TABLES)
def test_keys_are_unique(demo: DemoSummary, table: str) -> None:
    frame = frame_of(demo.folder, table)
    assert frame.select(TABLES[table].key).is_duplicated().sum() == 0
    assert len(frame) == demo.rows[table] > 0


@pytest.mark.parametrize("table", [name for name in TABLES if name not in ("partners", "customers")])
def test_references_lead_somewhere(demo: DemoSummary, table: str) -> None:
    frame = frame_of(demo.folder, table)
    assert frame["partner_id"].is_in(frame_of(demo.folder, "partners")["partner_id"].implode()).all()
    if "tenant_id" in frame.columns:
        assert frame["tenant_id"].is_in(frame_of(demo.folder, "customers")["tenant_id"].implode()).all()


def test_locations_and_resellers_lead_to_their_accounts(demo: DemoSummary) -> None:
    partners = frame_of(demo.folder, "partners")
    heads = partners.filter(account="global", kind="reseller")["partner_id"]
    locations = partners.filter(account="location")
    assert len(locations) > 2 and locations["global_id"].is_in(heads.implode()).all()
    assert partners.filter(account="global")["global_id"].null_count() == partners.filter(account="global").height
    served = partners.filter(pl.col("distributor_id").is_not_null())
    assert len(served) > 20 and set(served["kind"]) == {"reseller"}
    assert served["distributor_id"].is_in(partners.filter(kind="distributor")["partner_id"].implode()).all()


def test_sizes_are_about_what_was_asked(tmp_path: Path) -> None:
    plan = DemoPlan(partners=60, seed=2, tenants=1500, azure_rows=40_000, usage_rows=12_000, certificates=900)
    rows = write_demo(plan, tmp_path).rows
    cast = write_demo(DemoPlan(partners=4), tmp_path / "cast").rows
    assert rows["partners"] == 60
    assert rows["customers"] == 1500 + cast["customers"]
    assert 850 < rows["certifications"] - cast["certifications"] <= 900
    assert abs(rows["azure_usage"] - cast["azure_usage"] - 40_000) < 3000
    assert abs(rows["workload_usage"] - cast["workload_usage"] - 12_000) < 1200


def test_files_are_months_sorted_by_partner_and_tenant(demo: DemoSummary) -> None:
    names = [f"{year}-{month:02}.parquet" for year in (2024, 2025, 2026) for month in range(1, 13)]
    for table in USAGE:
        files = sorted((demo.folder / table).iterdir())
        assert [file.name for file in files] == names[4:34]
        for file in files[::12]:
            frame = pl.read_parquet(file)
            assert frame["month"].n_unique() == 1 and f"{frame['month'][0]:%Y-%m}" == file.stem
            assert_frame_equal(frame, frame.sort("partner_id", "tenant_id", maintain_order=True))


def test_a_few_partners_and_customers_are_most_of_it(demo: DemoSummary) -> None:
    usage = frame_of(demo.folder, "azure_usage").filter(~pl.col("partner_id").is_in(CAST))
    for column, large, least, most in (("partner_id", 12, 40, 75), ("tenant_id", 120, 25, 90)):
        spent = usage.group_by(column).agg(pl.col("acr_usd").sum()).sort("acr_usd", descending=True)["acr_usd"]
        share = 100 * sum(spent.head(large)) / sum(spent)
        assert least < share < most, (column, share)


def test_usage_grows_and_has_seasons_credits_and_churn(demo: DemoSummary) -> None:
    usage = frame_of(demo.folder, "azure_usage").filter(~pl.col("partner_id").is_in(CAST))
    monthly = {row["month"]: row["acr_usd"] for row in usage.group_by("month").agg(pl.col("acr_usd").sum()).to_dicts()}
    year = [sum(amount for month, amount in monthly.items() if first <= month < last) for first, last in _YEARS]
    assert 110 < 100 * year[1] / year[0] < 220
    assert monthly[date(2026, 8, 1)] < monthly[date(2026, 6, 1)] < monthly[date(2026, 10, 1)]
    credits = usage.filter(pl.col("acr_usd") < 0)
    assert 0 < 1000 * len(credits) / len(usage) < 3
    first, last = (set(usage.filter(pl.col("month") == month)["tenant_id"]) for month in (date(2024, 5, 1), date(2026, 10, 1)))
    assert first - last and last - first and len(first & last) > len(first - last)


_YEARS = [(date(2024, 11, 1), date(2025, 11, 1)), (date(2025, 11, 1), date(2026, 11, 1))]


def test_some_of_everything_a_real_portfolio_has(demo: DemoSummary) -> None:
    usage = frame_of(demo.folder, "azure_usage")
    unlinked = 100 * len(usage.filter(associations="")) / len(usage)
    assert 4 < unlinked < 25
    paid = 100 * len(usage.filter(offer="")) / len(usage)
    assert 97 < paid < 100
    began = usage.filter(pl.col("associations") != "").group_by("partner_id", "tenant_id").agg(pl.col("month").min().alias("linked"))
    known = usage.group_by("partner_id", "tenant_id").agg(pl.col("month").min().alias("seen"))
    assert len(known.join(began, on=["partner_id", "tenant_id"]).filter(pl.col("linked") > pl.col("seen"))) > 50
    certificates = frame_of(demo.folder, "certifications")
    expired = 100 * len(certificates.filter(pl.col("expires_on") < date(2026, 11, 24))) / len(certificates)
    soon = certificates.filter(pl.col("expires_on").is_between(date(2026, 11, 24), date(2026, 12, 24)))
    assert 5 < expired < 40 and len(soon) > 50
    assert (certificates["earned_on"] <= date(2026, 11, 24)).all()
    assert (certificates["expires_on"].drop_nulls() > certificates.filter(pl.col("expires_on").is_not_null())["earned_on"]).all()
    segments = frame_of(demo.folder, "customers")["segment"]
    assert set(segments.unique()) == {"smb", "smc_corporate", "enterprise", None}


def test_no_certificate_was_earned_after_its_exam_ended(demo: DemoSummary) -> None:
    certificates = frame_of(demo.folder, "certifications")
    for name, last in (("AZ-500", date(2026, 8, 31)), ("AI-102", date(2026, 6, 30)), ("MS-900", date(2026, 3, 31))):
        earned = certificates.filter(certification=name)["earned_on"]
        assert len(earned) > 5 and (earned <= last).all(), name


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_the_loader_takes_it_whole(tmp_path: Path, file_format: str) -> None:
    plan = DemoPlan(partners=15, seed=4, format="csv" if file_format == "csv" else "parquet")
    write_demo(plan, tmp_path / "facts")
    facts = load(tmp_path / "facts", work=tmp_path / "work")
    assert facts.report.rejects == ()
    assert facts.tables == TABLES.keys()
    unknown = {kind: set(names) for kind, names in facts.unknown.items()}
    assert all(names <= INVENTED[kind] for kind, names in unknown.items()) and unknown["service"] == INVENTED["service"]


def test_csv_and_parquet_hold_the_same(tmp_path: Path) -> None:
    for file_format in ("csv", "parquet"):
        plan = DemoPlan(partners=8, seed=4, format="csv" if file_format == "csv" else "parquet")
        write_demo(plan, tmp_path / file_format)
    facts = [load(tmp_path / name, work=tmp_path / f"{name}-work") for name in ("csv", "parquet")]
    assert facts[0].digest == facts[1].digest


@pytest.mark.parametrize("months", [1, 12, 30])
def test_any_number_of_months(tmp_path: Path, months: int) -> None:
    written = write_demo(DemoPlan(partners=10, as_of=date(2026, 1, 5), months=months), tmp_path)
    assert written.last_month == date(2025, 12, 1)
    assert frame_of(tmp_path, "azure_usage")["month"].n_unique() == months


@pytest.mark.parametrize(
    ("partners", "words"), [(3, "partners is 3, the least is 4 (the cast of four is always there)"), (-1, "partners is -1, the least is 4")]
)
def test_too_few_partners(partners: int, words: str) -> None:
    with pytest.raises(AttainError, match=r"demo|least") as caught:
        DemoPlan(partners=partners)
    assert caught.value.code == "demo-size" and words in str(caught.value)


def test_facts_are_not_overwritten_unasked(tmp_path: Path) -> None:
    write_demo(DemoPlan(partners=4, months=3), tmp_path)
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(AttainError) as caught:
        write_demo(DemoPlan(partners=4), tmp_path)
    assert caught.value.code == "demo-folder"
    assert str(caught.value).endswith("already holds partners.parquet (name another folder, or give --overwrite)")
    write_demo(DemoPlan(partners=4, months=2), tmp_path, overwrite=True)
    assert len(list((tmp_path / "azure_usage").iterdir())) == 2 and (tmp_path / "mine.txt").exists()
    with pytest.raises(AttainError, match="is a file, not a folder"):
        write_demo(DemoPlan(), tmp_path / "mine.txt")
