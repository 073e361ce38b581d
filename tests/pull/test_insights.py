from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources.ledger import Ledger
from attain.sources.partner_center.insights import Period, discover
from attain.sources.partner_center.pull import Destination, Pulled, pull_insights
from tests.pull.conftest import Asking
from tests.pull.services import Data, Reply, Services, json_reply
from tests.sources.folders import S1, T1, T2, amounts

MASKED = "Microsoft says it masked data in this file (dataRedacted)"
COLUMNS = ("MPNId", "CustomerTenantId", "SubscriptionId", "Month", "ServiceLevel2", "PartnerAttributionType")


def usage(month: str, amount: str, tenant: str = T1) -> dict[str, str]:
    return {
        "MPNId": "900",
        "CustomerTenantId": tenant,
        "SubscriptionId": S1,
        "Month": f"{month}-01",
        "ServiceLevel2": "Azure Firewall",
        "PartnerAttributionType": "Partner Admin Link",
        "ACR_USD": amount,
    }


@pytest.fixture
def azure(services: Services) -> Data:
    services.datasets["AzureUsage"] = Data(COLUMNS, [usage("2026-09", "10.25"), usage("2026-10", "20.5", T2)], metrics=["ACR_USD"])
    return services.datasets["AzureUsage"]


def pulled(asking: Asking, into: Path, *names: str, period: Period | None = None) -> Pulled:
    with asking.connected() as connected:
        return pull_insights(connected, Destination(into), names, period or Period())


def test_a_dataset_is_asked_for_waited_for_downloaded_and_imported(asking: Asking, azure: Data, tmp_path: Path) -> None:
    services = asking.services
    services.looks = 3
    got = pulled(asking, tmp_path / "facts", "AzureUsage")
    assert [report.source for report in got.reports] == ["insights_azure_usage"]
    assert amounts(tmp_path / "facts", "month", "tenant_id") == {("2026-09-01", T1): "10.2500", ("2026-10-01", T2): "20.5000"}
    query, report = services.asked("POST", "ScheduledQueries")[0].json, services.asked("POST", "ScheduledReport")[0].json
    assert query["Query"] == f"SELECT {', '.join(COLUMNS)}, ACR_USD FROM AzureUsage TIMESPAN LIFETIME"
    assert report["ExecuteNow"] is True
    assert report["Format"] == "CSV"
    assert "QueryStartTime" not in report
    assert len(services.asked("GET", "execution")) == 4
    assert [line for line in asking.told if "pending" in line]
    assert (services.reports, services.queries) == ({}, {}), "what was made for the pull is removed"
    assert [path.name for path in tmp_path.iterdir()] == ["facts"], "no download stays beside the facts"


def test_the_file_host_gets_no_token_and_the_services_get_both_headers(asking: Asking, azure: Data, tmp_path: Path) -> None:
    pulled(asking, tmp_path / "facts", "AzureUsage")
    [download] = asking.services.asked("GET", "/files/")
    assert {"authorization", "x-aadusertoken", "x-aaduserticket"} & set(download.headers) == set()
    look = asking.services.asked("GET", "execution")[0].headers
    assert look["authorization"] == f"Bearer {look['x-aaduserticket']}"


def test_months_that_are_named_bound_the_query(asking: Asking, azure: Data, tmp_path: Path) -> None:
    got = pulled(asking, tmp_path / "facts", "AzureUsage", period=Period(date(2026, 8, 1), date(2026, 12, 1)))
    report = asking.services.asked("POST", "ScheduledReport")[0].json
    assert (report["QueryStartTime"], report["QueryEndTime"]) == ("2026-08-01T00:00:00Z", "2026-12-31T23:59:59Z")
    assert any("no rows in 2026-08, 2026-11, 2026-12" in note for note in got.notes)


def test_a_month_without_rows_is_named(asking: Asking, azure: Data, tmp_path: Path) -> None:
    azure.rows = [usage("2026-06", "1"), usage("2026-09", "2")]
    got = pulled(asking, tmp_path / "facts", "AzureUsage")
    assert any("no rows in 2026-07, 2026-08" in note for note in got.notes)


def test_a_report_without_rows_changes_nothing(asking: Asking, azure: Data, tmp_path: Path) -> None:
    pulled(asking, tmp_path / "facts", "AzureUsage")
    before = amounts(tmp_path / "facts", "month", "tenant_id")
    azure.rows = []
    got = pulled(asking, tmp_path / "facts", "AzureUsage")
    assert got.reports == []
    assert any("no rows" in note for note in got.notes)
    assert amounts(tmp_path / "facts", "month", "tenant_id") == before


def test_the_answer_404_before_the_first_run_is_waited_out(asking: Asking, azure: Data, tmp_path: Path) -> None:
    gone = json_reply({"message": "No executions found for given filters", "statusCode": 404, "dataRedacted": False}, 404)
    asking.services.spoil("GET", "execution", gone, gone, gone)
    assert len(pulled(asking, tmp_path / "facts", "AzureUsage").reports) == 1
    assert len([line for line in asking.told if "not started" in line]) == 3


def test_masked_data_is_warned_of_and_recorded(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.redacted = True
    [report] = pulled(asking, tmp_path / "facts", "AzureUsage").reports
    assert report.warnings[0].startswith(MASKED)
    assert Ledger.read(tmp_path / "facts").entries[0].rows["redacted"] is True


def test_data_that_is_not_masked_is_not_warned_of(asking: Asking, azure: Data, tmp_path: Path) -> None:
    [report] = pulled(asking, tmp_path / "facts", "AzureUsage").reports
    assert not [warning for warning in report.warnings if warning.startswith(MASKED)]
    assert Ledger.read(tmp_path / "facts").entries[0].rows["redacted"] is False


def test_members_may_be_written_in_another_case(asking: Asking, azure: Data, tmp_path: Path) -> None:
    held = {"DatasetName": "AzureUsage", "SelectableColumns": list(COLUMNS), "AvailableMetrics": ["ACR_USD"]}
    asking.services.spoil("GET", "ScheduledDataset", json_reply({"Value": [held], "DataRedacted": "True"}))
    [report] = pulled(asking, tmp_path / "facts", "AzureUsage").reports
    assert report.warnings[0].startswith(MASKED)


def test_a_column_under_another_known_name_is_found_by_asking(asking: Asking, azure: Data, tmp_path: Path) -> None:
    azure.metrics, azure.rows = ["TotalACR"], [{**usage("2026-09", ""), "TotalACR": "7"}]
    pulled(asking, tmp_path / "facts", "AzureUsage")
    assert "TotalACR" in asking.services.asked("POST", "ScheduledQueries")[0].json["Query"]
    assert amounts(tmp_path / "facts", "month") == {("2026-09-01",): "7.0000"}


def test_a_needed_column_under_an_unknown_name_is_told_before_a_report_is_asked_for(asking: Asking, azure: Data, tmp_path: Path) -> None:
    azure.columns = ["DirectoryOfCustomer" if name == "CustomerTenantId" else name for name in COLUMNS]
    with pytest.raises(AttainError) as caught:
        pulled(asking, tmp_path / "facts", "AzureUsage")
    assert caught.value.code == "file-unknown"
    assert caught.value.where == "dataset AzureUsage"
    assert "CustomerTenantId" in caught.value.message
    assert asking.services.asked("POST", "Scheduled") == []


def test_an_unknown_dataset_is_refused_with_the_nearest_one(asking: Asking, azure: Data, tmp_path: Path) -> None:
    with pytest.raises(AttainError, match=r"no dataset is called 'AzurUsage'.*did you mean AzureUsage"):
        pulled(asking, tmp_path / "facts", "AzurUsage")


def test_unasked_all_datasets_that_can_be_imported_are_pulled(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.datasets["CLASPropensity"] = Data(["Propensity", "Cluster"], [{"Propensity": "9", "Cluster": "A"}])
    got = pulled(asking, tmp_path / "facts")
    assert [report.source for report in got.reports] == ["insights_azure_usage"]


def test_unasked_a_dataset_that_cannot_be_trusted_is_left_out_and_named(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.datasets["AzureUsageOfAll"] = azure
    asking.services.datasets["OfficeUsage"] = Data(["MPNId", "Month"])
    got = pulled(asking, tmp_path / "facts")
    assert len(got.reports) == 1
    assert got.notes[:2] == [
        "dataset AzureUsageOfAll is left out: it only looks like insights_azure_usage, --dataset pulls it",
        "dataset OfficeUsage is left out: columns are missing, --dataset says which",
    ]


def test_datasets_come_page_by_page(asking: Asking, azure: Data) -> None:
    asking.services.page = 1
    asking.services.datasets |= {"CLASPropensity": Data(["Propensity"]), "MSLearn": Data(["UserName"])}
    with asking.connected() as connected:
        assert [dataset.name for dataset in discover(connected.insights)] == ["AzureUsage", "CLASPropensity", "MSLearn"]


@pytest.mark.parametrize("link", ["https://elsewhere.example/next", "/insights/v1/mpn/ScheduledDataset"])
def test_a_next_page_elsewhere_or_in_a_circle_is_refused(asking: Asking, azure: Data, link: str) -> None:
    link = link if link.startswith("http") else f"{asking.services.base}{link}"
    held = json_reply({"value": [], "nextLink": link})
    asking.services.spoil("GET", "ScheduledDataset", held, held, held)
    with pytest.raises(AttainError, match=r"another host|goes in a circle"), asking.connected() as connected:
        discover(connected.insights)


def test_the_newest_month_is_named_where_it_is_an_old_one(asking: Asking, azure: Data, tmp_path: Path) -> None:
    azure.rows = [usage("2020-01", "1")]
    got = pulled(asking, tmp_path / "facts", "AzureUsage")
    assert any(note.endswith("the newest month is 2020-01") for note in got.notes)


def test_a_shorter_reach_is_said(asking: Asking, azure: Data, tmp_path: Path) -> None:
    azure.spans = ["LAST_MONTH", "LAST_6_MONTHS"]
    got = pulled(asking, tmp_path / "facts", "AzureUsage")
    assert "AzureUsage reaches back LAST_6_MONTHS only" in got.notes
    assert asking.services.asked("POST", "ScheduledQueries")[0].json["Query"].endswith("TIMESPAN LAST_6_MONTHS")


def test_peoples_names_are_not_asked_for_unless_they_are_kept(asking: Asking, tmp_path: Path) -> None:
    columns = ["TrainingTitle", "TrainingType", "TrainingCompletionDate", "MCPID", "IndividualFirstName", "IndividualLastName", "MpnId"]
    row = dict(zip(columns, ["Azure Administrator Associate", "Certification", "2026-01-05", "77", "Ada", "Byron", "900"], strict=True))
    asking.services.datasets["TrainingCompletions"] = Data(columns, [row])
    pulled(asking, tmp_path / "facts", "TrainingCompletions")
    assert "Individual" not in asking.services.asked("POST", "ScheduledQueries")[0].json["Query"]


@pytest.mark.parametrize("state", ["Paused", "Failed"])
def test_a_report_that_will_not_finish_is_not_waited_for(asking: Asking, azure: Data, tmp_path: Path, state: str) -> None:
    asking.services.spoil("GET", "execution", json_reply({"value": [{"executionStatus": state}]}))
    with pytest.raises(AttainError, match=f"its state is {state}"):
        pulled(asking, tmp_path / "facts", "AzureUsage")
    assert asking.services.reports == {}


def test_a_report_that_takes_too_long_ends_at_the_time_limit_and_is_removed(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.looks = 1_000_000
    asking.pace = type(asking.pace)(limit=0.5, first_look=0.05, longest_look=0.05)
    with pytest.raises(AttainError, match="not done within the time limit"):
        pulled(asking, tmp_path / "facts", "AzureUsage")
    assert (asking.services.reports, asking.services.queries) == ({}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_has_run_out_is_asked_for_anew(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.spoil("GET", "/files/", Reply(403))
    assert len(pulled(asking, tmp_path / "facts", "AzureUsage").reports) == 1


def test_a_link_that_is_not_https_is_not_followed(asking: Asking, azure: Data, tmp_path: Path) -> None:
    link = "http://files.example.com/report.csv?sig=secret"
    done = {"executionStatus": "Completed", "reportAccessSecureLink": link}
    asking.services.spoil("GET", "execution", json_reply({"value": [done]}))
    with pytest.raises(AttainError, match=r"http://files\.example\.com/report\.csv is not https") as caught:
        pulled(asking, tmp_path / "facts", "AzureUsage")
    assert "sig=" not in str(caught.value)


def test_what_the_service_says_about_a_bad_request_is_shown(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.spoil("POST", "ScheduledReport", json_reply({"message": "QueryId is\nnot known", "statusCode": 400}, 400))
    with pytest.raises(AttainError, match=r"HTTP 400\): QueryId is not known"):
        pulled(asking, tmp_path / "facts", "AzureUsage")
    assert asking.services.queries == {}


def test_what_a_killed_pull_left_is_removed_once_it_is_old(asking: Asking, azure: Data, tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".facts-pull-old", ".facts-pull-young", ".others-pull-old"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "AzureUsage.csv").write_text("half", encoding="utf-8")
    for folder in (old, other):
        os.utime(folder, (0, 0))
    pulled(asking, tmp_path / "facts", "AzureUsage")
    assert {path.name for path in tmp_path.iterdir()} == {"facts", young.name, other.name}


def test_what_cannot_be_removed_is_named_and_the_import_stands(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.spoil("DELETE", "ScheduledReport", json_reply({"message": "Not now"}, 400))
    got = pulled(asking, tmp_path / "facts", "AzureUsage")
    assert len(got.reports) == 1
    assert "a report or query on AzureUsage stays in Partner Center; its name begins with Attain" in got.notes
    assert (len(asking.services.reports), asking.services.queries) == (1, {})


def test_what_is_gone_already_needs_no_word(asking: Asking, azure: Data, tmp_path: Path) -> None:
    asking.services.spoil("DELETE", "ScheduledReport", Reply(404))
    assert not any("stays in Partner Center" in note for note in pulled(asking, tmp_path / "facts", "AzureUsage").notes)


def test_too_many_faulty_rows_leave_the_facts_as_they_were_and_the_files_where_asked(asking: Asking, azure: Data, tmp_path: Path) -> None:
    azure.rows = [usage("2026-09", "x")]
    with pytest.raises(AttainError, match="nothing is kept"), asking.connected() as connected:
        pull_insights(connected, Destination(tmp_path / "facts", files=tmp_path / "kept"), ["AzureUsage"], Period())
    assert len(list((tmp_path / "kept").glob("AzureUsage-*.csv"))) == 1
    assert not (tmp_path / "facts" / "azure_usage").exists()
