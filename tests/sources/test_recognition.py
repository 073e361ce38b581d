from __future__ import annotations

import random
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.facts.schema import TABLES
from attain.sources.documents import open_document
from attain.sources.files import rows_of
from attain.sources.intake import Options
from attain.sources.receiving import deliveries_of
from attain.sources.registry import SOURCES, find_source, recognize
from attain.sources.source import fold
from attain.sources.without_facts import barren
from tests.sources.folders import ea, usage

SAMPLES = {path.name.partition(".")[0]: path for path in sorted((Path(__file__).parent / "samples").iterdir())}
SHAPES = {name: next(row for _, row in rows_of(open_document(path))) for name, path in SAMPLES.items()}

HAND_MADE = {"assigned", "reported"}
"""Families of sources that a person types: their tables are read as they are."""


def test_there_is_a_sample_of_every_source() -> None:
    assert set(SHAPES) == set(SOURCES)


@pytest.mark.parametrize("name", SHAPES)
def test_a_header_is_recognized_in_any_order_and_case(name: str) -> None:
    header = list(SHAPES[name])
    shuffled = random.Random(7).sample(header, len(header))
    assert recognize(header, "f").name == name
    assert recognize(shuffled, "f").name == name
    assert recognize([column.upper() for column in shuffled], "f").name == name
    assert recognize([f" {column[0].lower()}{column[1:]} " for column in header], "f").name == name


@pytest.mark.parametrize("name", SHAPES)
def test_the_key_columns_alone_are_enough(name: str) -> None:
    source = SOURCES[name]
    header = [field.aliases[0] for field in source.fields if field.key]
    assert recognize(header, "f").name == name


@pytest.mark.parametrize("name", SHAPES)
def test_a_source_without_one_of_its_key_columns_is_not_that_source(name: str) -> None:
    source = SOURCES[name]
    for field in source.fields:
        if not field.key:
            continue
        aliases = {fold(alias) for alias in field.aliases}
        header = [column for column in SHAPES[name] if fold(column) not in aliases]
        assert field in source.recognize(header).missing


def test_a_partner_agreement_with_every_column_of_an_enterprise_agreement_is_taken_for_the_one_that_knows_more() -> None:
    header = {
        **ea(),
        "CostInBillingCurrency": "",
        "CostInUsd": "",
        "PricingCurrency": "",
        "CustomerTenantId": "",
        "ResellerMpnId": "",
        "InvoiceId": "",
        "PartnerName": "",
    }
    assert recognize(list(header), "f").name == "azure_mca_cost"


def test_an_enterprise_export_with_the_newer_name_of_its_cost() -> None:
    header = ["CostInBillingCurrency" if column == "Cost" else column for column in ea()]
    assert recognize(header, "f").name == "azure_ea_cost"


def test_an_azure_usage_report_over_rest() -> None:
    header = ["PGAMpnID", "MPNId", "CustomerTenantID", "month", "SubscriptionID", "ServiceName", "MeterCategory", "TotalACR"]
    assert recognize(header, "f").name == "insights_azure_usage"


def test_an_unknown_file_names_the_nearest_source_and_what_it_lacks() -> None:
    header = [column for column in usage() if column not in {"ServiceLevel2", "ACR_USD"}]
    with pytest.raises(AttainError) as caught:
        recognize(header, "usage.csv")
    assert str(caught.value) == (
        "usage.csv: the header is nearest to Partner Center Insights, Azure usage, but lacks ServiceLevel2 or MeterCategory or "
        "ServiceName; ACR_USD or TotalACR or AzureConsumedRevenueUSD (export these columns too)"
    )


@pytest.mark.parametrize(
    ("header", "title", "instead"),
    [
        (
            "MPNType CustomerID CustomerTenantId MonthKey SubscriptionId ReportingPricingLevel DetailPricingLevelName SummaryPricingLevel "
            "PartnerAttributionType ProductPartNumber Product IsDuplicateRowForPGA BilledRevenueUSD",
            "CSP direct partner eligibility",
            "insights_subscriptions",
        ),
        (
            "UserName UserId TrainingName TrainingType Products Roles CompletionDate MPNId PartnerName Country",
            "Microsoft Learn",
            "insights_training",
        ),
        ("CustomerId CustomerCountryCode CustomerCountry DateKey AppName Usercount", "Teams apps of others", "insights_teams_usage"),
        ("CustomerId CustomerCountry DateKey Subworkload MeetingCount MeetingDuration", "Teams meetings and calls", "insights_teams_usage"),
    ],
)
def test_a_report_without_facts_is_known_with_what_to_take_instead(header: str, title: str, instead: str) -> None:
    with pytest.raises(AttainError, match=f"this is {title}") as caught:
        recognize(header.split(), "f.csv")
    assert caught.value.code == "file-without-facts"
    assert instead in caught.value.hint
    assert instead in SOURCES


@pytest.mark.parametrize("name", SHAPES)
def test_no_sample_is_taken_for_a_report_without_facts(name: str) -> None:
    assert barren(SHAPES[name]) is None


def test_a_file_of_another_world() -> None:
    with pytest.raises(AttainError) as caught:
        recognize(["Name", "Shoe size"], "f.csv")
    assert caught.value.code == "file-unknown"
    assert caught.value.hint.startswith("attain sources lists the files")


@pytest.mark.parametrize(
    "table", sorted(set(TABLES) - {table for source in SOURCES.values() if source.family in HAND_MADE for table in source.tables})
)
def test_a_table_of_the_contract_is_told_where_it_goes(table: str) -> None:
    header = [column.name for column in TABLES[table].columns]
    for given in (header, [f" {name.upper()} " for name in TABLES[table].indispensable]):
        with pytest.raises(AttainError) as caught:
            recognize(given, "f.csv")
        assert caught.value.message == f"this is the table {table} of the contract, which needs no reading"
        assert f"as {table}.csv" in caught.value.hint
    with pytest.raises(AttainError, match=r"nearest|no known source"):
        recognize([name for name in header if name != TABLES[table].indispensable[0]], "f.csv")


@pytest.mark.parametrize(("titles", "said"), [(1, True), (19, True), (20, False)])
def test_a_header_below_titles_is_named_with_its_row(tmp_path: Path, titles: int, said: bool) -> None:
    path = tmp_path / "f.csv"
    lines = ["Azure usage of Contoso, made on 24 November 2026"] * titles + [",".join(usage()), ",".join(usage().values())]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(AttainError) as caught:
        deliveries_of([path], Options())
    named = f"the header of {SOURCES['insights_azure_usage'].title} stands in row {titles + 1}, not in the first"
    assert (caught.value.message == named) is said
    assert caught.value.code == "file-unknown"


def test_a_source_by_a_name_nearly_right() -> None:
    with pytest.raises(AttainError) as caught:
        find_source("insights_trainings")
    assert caught.value.hint == "did you mean insights_training?"


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_what_a_source_feeds_needs_fields_that_it_has(source: object) -> None:
    from attain.sources.source import Source

    assert isinstance(source, Source)
    assert source.feeds
    for feed in source.feeds:
        for need in feed.needs:
            assert source.field(need).aliases
            assert feed.otherwise
