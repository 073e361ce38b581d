from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.sources.registry import SOURCES
from tests.sources.folders import T1, amounts, ea, focus, training, write_csv

RUNNER = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"})


def run(*words: str) -> str:
    result = RUNNER.invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_import_says_what_a_file_was_taken_for_and_what_became_of_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "export[1].csv", [ea(), ea(PublisherType="AWS"), ea(Cost="x")])
    said = run("import", str(path), "--into", str(tmp_path / "facts"), "--max-rejects", "50%")
    for words in (
        "export[1].csv",
        "Azure cost export, Enterprise Agreement (azure_ea_cost)",
        "3 in, 1 kept, 1 set aside, 1 unassigned",
        "1: other provider: AWS",
        "2023-09 to 2023-09 (1)",
        "billed: 3 USD",
        "azure_usage: 2 rows",
        "CustomerTenantId",
        "no reservation or savings plan in it",
        "rejects/export[1].csv",
    ):
        assert words in said


def test_import_takes_every_choice(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [focus(BillingCurrency="EUR", ChargePeriodStart="04/09/2024")])
    facts = tmp_path / "facts"
    words = (
        "--partner",
        "900",
        "--tenant",
        T1,
        "--rate",
        "EUR=1.5@2024-09",
        "--rate",
        "GBP=2@2024-09",
        "--basis",
        "billed",
        "--dates",
        "dmy",
    )
    run("import", str(path), "--into", str(facts), *words)
    assert amounts(facts, "month", "partner_id", "tenant_id", "basis") == {("2024-09-01", "900", T1, "billed"): "4.5000"}


def test_import_again_says_so(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [training()])
    run("import", str(path), "--into", str(tmp_path / "facts"))
    assert "nothing is changed" in run("import", str(path), "--into", str(tmp_path / "facts"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--basis", "acr"), "--basis: 'acr' is not known"),
        (("--dates", "ymd"), "--dates: 'ymd' is not known"),
        (("--rate", "EUR"), "is no dated rate"),
        (("--max-rejects", "many"), "is no share"),
    ],
)
def test_choices_that_are_none(tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    path = write_csv(tmp_path / "f.csv", [ea()])
    with pytest.raises(AttainError, match=reason):
        run("import", str(path), "--into", str(tmp_path / "facts"), *words)
    assert not (tmp_path / "facts").exists()


def test_sources_are_listed_and_shown() -> None:
    said = run("sources", "list")
    assert "insights_training" in said
    assert "FOCUS 1.0 to 1.2" in said
    shown = run("sources", "show", "focus")
    assert "x_SkuMeterCategory or MeterCategory or ServiceName" in shown
    with pytest.raises(AttainError, match="did you mean focus"):
        run("sources", "show", "focuss")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_shown_with_what_it_fills_and_where_to_get_it(name: str) -> None:
    source, shown = SOURCES[name], run("sources", "show", name)
    said = " ".join(shown.split())
    assert source.title in said
    for text in (source.about, source.obtain, source.role, source.refresh, *source.notes, *source.lacks):
        assert text.replace("`", "") in said
    assert {target for field in source.fields for target in source.targets(field)} <= {word.strip(",") for word in said.split()}


def test_a_source_is_found_by_the_name_of_its_dataset_also_as_microsoft_misspells_it() -> None:
    assert "(insights_business_revenue)" in run("sources", "show", "BusinessAppliicationsRevenue")
    assert "(insights_office_usage)" in run("sources", "show", "officeusage")
