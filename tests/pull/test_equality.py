"""What is pulled is what the same files give when they are imported by hand; and whatever a server answers, a person gets one line."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.facts.schema import TABLES
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.sources.partner_center import pull
from attain.sources.partner_center.billing import Export
from attain.sources.partner_center.insights import Period
from attain.sources.partner_center.pull import Destination, pull_billing, pull_insights, pull_links
from attain.sources.registry import SOURCES
from tests.pull.conftest import Asking
from tests.pull.services import Data, json_reply
from tests.pull.test_insights import COLUMNS, usage
from tests.sources.folders import T1, table

SAMPLES = Path(__file__).parents[1] / "sources" / "samples"


def sample_of(name: str) -> Path:
    [path] = SAMPLES.glob(f"{name}.[ct]sv")
    return path


def test_pulled_datasets_are_those_imported_by_hand(asking: Asking, tmp_path: Path) -> None:
    asking.services.looks = 0
    sources = [source for source in SOURCES.values() if source.datasets and " " not in source.datasets[0]]
    assert len(sources) > 10
    for source in sources:
        path = sample_of(source.name)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t" if path.suffix == ".tsv" else ","))
        asking.services.datasets[source.datasets[0]] = Data(list(rows[0]), rows)
    with asking.connected() as connected:
        got = pull_insights(connected, Destination(tmp_path / "pulled", max_rejects=(1, 1)), [], Period())
    assert [report.source for report in got.reports] == [source.name for source in sources]
    import_files([sample_of(source.name) for source in sources], tmp_path / "by hand", Options(), (1, 1))
    filled = [name for name in TABLES if table(tmp_path / "by hand", name)]
    assert {"azure_usage", "workload_usage", "workload_revenue", "associations", "partners", "customers"} <= set(filled)
    # people's ids are hashed with a key of each folder's own
    same = {name: [without(row, "person_id") for row in table(tmp_path / "by hand", name)] for name in filled}
    assert {name: [without(row, "person_id") for row in table(tmp_path / "pulled", name)] for name in filled} == same


def without(row: dict[str, str], column: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, cell) for name, cell in row.items() if name != column))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["Completed", "failed", "succeeded", "http://a.example/b"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("value", "nextLink", "datasetName", "selectableColumns", "queryId", "reportId", "executionStatus", "error", "status"),
                    *("reportAccessSecureLink", "resourceLocation", "rootDirectory", "blobs", "name", "blobCount", "properties", "message"),
                    *("access_token", "refresh_token", "expires_in", "partnerId", "tenantId", "createdTime"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def _insights(services: pull.Services, into: Path) -> None:
    pull_insights(services, Destination(into), ["AzureUsage"], Period())


def _billing(services: pull.Services, into: Path) -> None:
    pull_billing(services, Destination(into), [Export(invoice="G1")])


def _links(services: pull.Services, into: Path) -> None:
    pull_links(services, Destination(into), [T1])


@pytest.mark.parametrize(
    ("ask", "method", "part"),
    [
        (_insights, "POST", "/token"),
        (_insights, "GET", "ScheduledDataset"),
        (_insights, "POST", "ScheduledQueries"),
        (_insights, "POST", "ScheduledReport"),
        (_insights, "GET", "execution"),
        (_billing, "GET", "operations"),
        (_billing, "GET", "manifests"),
        (_links, "GET", "ManagementPartner"),
    ],
)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=JSON, status=st.sampled_from([200, 200, 200, 400, 418]))
def test_whatever_an_answer_holds_it_is_one_refusal_at_most(
    asking: Asking, ask: Callable[[pull.Services, Path], None], method: str, part: str, held: Any, status: int
) -> None:
    asking.services.looks = 0
    asking.services.datasets["AzureUsage"] = Data([*COLUMNS, "ACR_USD"], [usage("2026-09", "1")])
    asking.services.exports["G1"] = []
    asking.pace = replace(asking.pace, first_wait=0, longest_wait=0, slow_down=0)
    asking.services.spoil(method, part, json_reply(held, status))
    with TemporaryDirectory() as folder:
        try:
            with asking.connected() as connected:
                ask(connected, Path(folder) / "facts")
        except AttainError as error:
            assert "\n" not in str(error)
        assert asking.services.asked(method, part)
        left = [path.name for path in Path(folder).iterdir()]
        assert [name for name in left if name != "facts"] == []
