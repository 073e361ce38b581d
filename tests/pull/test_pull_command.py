from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from tests.pull.services import REFRESH, SECRET, Data, Services, lines_of
from tests.pull.test_billing import usage as billed
from tests.pull.test_insights import COLUMNS, usage
from tests.sources.folders import amounts

ROOT = Path(__file__).parents[2]
RUNNER = CliRunner()


def run(services: Services, *words: str) -> str:
    environment = {**services.environment, "COLUMNS": "200", "TERM": "dumb", "NO_PROXY": "127.0.0.1"}
    result = RUNNER.invoke(app, ["pull", *words], env=environment, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    for secret in (SECRET, REFRESH, *services.good_tokens, "sig="):
        assert secret not in result.output
    return result.output


@pytest.fixture
def azure(services: Services) -> Services:
    services.looks = 0
    services.datasets["AzureUsage"] = Data(COLUMNS, [usage("2026-09", "10.25")], metrics=["ACR_USD"])
    return services


def test_insights_says_what_each_file_was_taken_for_and_what_was_not_there(azure: Services, tmp_path: Path) -> None:
    words = ("--dataset", "AzureUsage", "--from", "2026-08", "--to", "2026-09", "--into", str(tmp_path / "facts"))
    said = run(azure, "insights", *words)
    for line in ("(insights_azure_usage)", "1 in, 1 kept", "no rows in 2026-08", f"Next: attain check {tmp_path / 'facts'}"):
        assert line in said
    assert len(amounts(tmp_path / "facts", "month")) == 1


def test_pulling_the_same_again_changes_nothing(azure: Services, tmp_path: Path) -> None:
    run(azure, "insights", "--into", str(tmp_path / "facts"))
    assert "imported before, with the same choices" in run(azure, "insights", "--into", str(tmp_path / "facts"))


def test_billing_takes_invoices_and_periods(services: Services, tmp_path: Path) -> None:
    services.looks = 0
    services.exports = {"G1": [lines_of(billed("2026-08-03", "1"))], "last-EUR": [lines_of(billed("2026-09-03", "2"))]}
    said = run(services, "billing", "--invoice", "G1", "--unbilled", "last", "--currency", "eur", "--into", str(tmp_path / "facts"))
    assert said.count("(daily_rated_usage)") == 2


def test_pal_asks_in_the_own_directory_where_none_is_named(services: Services, tmp_path: Path) -> None:
    said = run(services, "pal", "--into", str(tmp_path / "facts"))
    assert "30db41dc-10f8-4a58-99aa-40d995d8ab8d: who signs in has no partner admin link there" in said


def test_datasets_lists_columns_and_what_can_be_imported(azure: Services) -> None:
    azure.datasets["CLASPropensity"] = Data(["Propensity"], spans=["LAST_MONTH"])
    lines = run(azure, "datasets").splitlines()
    assert [line.split()[:3] for line in lines if line.startswith(("AzureUsage", "CLASPropensity"))] == [
        ["AzureUsage", "insights_azure_usage", "LIFETIME"],
        ["CLASPropensity", "-", "LAST_MONTH"],
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("insights", "--to", "2026-10"), "month-unclear"),
        (("insights", "--from", "10/2026"), "month-unclear"),
        (("insights", "--from", "2026-10", "--to", "2026-09"), "month-unclear"),
        (("insights", "--max-rejects", "much"), "share-unclear"),
        (("billing",), "export-unclear"),
        (("billing", "--unbilled", "next"), "unknown-option"),
        (("billing", "--invoice", "../x"), "export-unclear"),
        (("pal", "--tenant", "../x"), "tenant-unclear"),
    ],
)
def test_what_is_not_understood_is_refused_before_anything_is_asked(
    services: Services, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    with pytest.raises(AttainError) as caught:
        run(services, *words, "--into", str(tmp_path / "facts"))
    assert caught.value.code == code
    assert services.requests == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing_half_here_or_there(azure: Services, tmp_path: Path, stop: signal.Signals) -> None:
    azure.looks = 1_000_000
    program = "from attain.cli.app import main; main()"
    environment = {**os.environ, **azure.environment, "PYTHONPATH": str(ROOT / "src"), "NO_PROXY": "127.0.0.1"}
    words = ["pull", "insights", "--dataset", "AzureUsage", "--into", str(tmp_path / "facts")]
    with subprocess.Popen([sys.executable, "-c", program, *words], env=environment, stderr=subprocess.PIPE, text=True) as process:
        while not azure.asked("GET", "execution"):
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.02)
        process.send_signal(stop)
        assert process.wait(timeout=60) != 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
    assert (azure.reports, azure.queries) == ({}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_one_line_and_leaves_nothing(azure: Services, tmp_path: Path) -> None:
    azure.datasets["AzureUsage"].rows = [usage("2026-09", str(number)) for number in range(5_000)]
    program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); from attain.cli.app import main; main()"
    environment = {**os.environ, **azure.environment, "PYTHONPATH": str(ROOT / "src"), "NO_PROXY": "127.0.0.1"}
    words = ["pull", "insights", "--dataset", "AzureUsage", "--into", str(tmp_path / "facts")]
    done = subprocess.run([sys.executable, "-c", program, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if line.startswith("attain:")] == [done.stderr.splitlines()[-1]]
    assert "file too large" in done.stderr
    assert (azure.reports, azure.queries) == ({}, {})
    assert list(tmp_path.iterdir()) == []
