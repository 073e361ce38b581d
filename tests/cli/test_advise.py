"""`attain simulate`, `plan`, `recommend`, `near`, `coverage`, `seats`, `fragility` and `impact` as a person or a script meets them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.advise.action_costs import KIND_NAMES
from attain.advise.changes import KINDS
from attain.advise.claims import COLUMNS as CLAIM_COLUMNS
from attain.advise.claims import Status
from attain.advise.plans import INCOMPLETE
from attain.advise.scenario import read_scenario
from attain.cli.app import app
from attain.errors import AttainError
from tests.advise.small import PARTNER, small_facts

DAY = ("--as-of", "2026-11-24")
ONE = (*DAY, "--partner", PARTNER, "--designation", "security")
CERTIFY = "certify person=Zoe certification=SC-300"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_facts(tmp_path_factory.mktemp("advise") / "facts")


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "160"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_simulation_says_what_moved(folder: Path) -> None:
    said = " ".join(run("simulate", folder, *ONE, "--change", CERTIFY).split())
    assert "Security: 24.93 to 32.93 (+8) smb track, edition 2026-07" in said
    assert "+8 certified: Zoe holds SC-300 earned 2026-11-24" in said


def test_a_name_that_the_facts_do_not_know_is_said_to_be_a_new_one(folder: Path) -> None:
    changes = ("certify person='ada keller' certification=SC-300", "certify person=ADA certification=SC-300", CERTIFY, CERTIFY)
    usage = "add_usage tenant='Acme Inc' service=Sentinel acr_usd=100 associations=pal"
    given = [part for change in (*changes, usage) for part in ("--change", change)]
    done = CliRunner().invoke(app, ["simulate", str(folder), *ONE, *given, "--format", "csv"])
    assert [line for line in done.stderr.splitlines() if "is a new" in line] == [
        "note: change 1, certify: 'ada keller' is a new person, whom the facts do not name; did you mean Ada?",
        "note: change 3, certify: 'Zoe' is a new person, whom the facts do not name",
        "note: change 5, add_usage: 'Acme Inc' is a new customer, whom the facts do not name; did you mean Acme?",
    ]
    assert done.stdout.startswith("partner_id,")


def test_a_simulation_in_a_file_is_replayed(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.yaml"
    first = run("simulate", folder, *ONE, "--change", CERTIFY, "--save", kept, "--format", "csv")
    assert len(read_scenario(kept).changes) == 1
    assert run("simulate", folder, *ONE, "--scenario", kept, "--format", "csv") == first
    assert [row["change"] for row in rows(first) if row["metric"] == "total"] == ["8"]


def test_nothing_to_simulate_is_wrong_usage(folder: Path) -> None:
    done = CliRunner().invoke(app, ["simulate", str(folder), *ONE])
    assert done.exit_code == 2
    assert "--scenario or --change" in " ".join(done.output.split())


def test_a_wrong_change_is_refused(folder: Path) -> None:
    with pytest.raises(AttainError, match="did you mean SC-300"):
        run("simulate", folder, *ONE, "--change", "certify person=Zoe certification=SC-3000")


def test_near_misses(folder: Path) -> None:
    said = " ".join(run("near", folder, *ONE).split())
    assert "+4 Dune: 480 USD of 600: 120 more and it counts" in said
    assert "0 in three months; so for 13 months" in said
    (dune,) = [row for row in rows(run("near", folder, *ONE, "--format", "csv")) if row["name"] == "Dune"]
    assert (dune["state"], dune["distance"], dune["points"]) == ("near_miss", "120", "4")
    assert "Dune" not in run("near", folder, *ONE, "--within", "10%")


def test_fragility(folder: Path) -> None:
    said = " ".join(run("fragility", folder, *ONE).split())
    assert "Ada leaves Security: -16 points; Intermediate certifications falls to nothing" in said
    losses = rows(run("fragility", folder, *ONE, "--format", "csv"))
    assert {(row["kind"], row["name"]) for row in losses} >= {("person", "Ada"), ("certificate", "Ada"), ("customer", "Acme")}
    assert len(rows(run("fragility", folder, *ONE, "--margins", "--format", "csv"))) == 4


def test_coverage_with_claims(folder: Path, tmp_path: Path) -> None:
    claims = tmp_path / "claims.csv"
    lines = ["claim_id,partner_id,tenant_id,association,status", f"C9,{PARTNER},00000000-0000-0000-0000-000000000002,cpor,approved"]
    claims.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = " ".join(run("coverage", folder, *ONE, "--claims", claims).split())
    assert "3 products of customers, 1 with usage that no eligible association recognizes" in said
    assert "Claiming Partner of Record for Intune, set by your incentives admin; the customer may decline" in said
    assert "the refresh of 2026-12-20" in said
    assert "claim C9 is approved, but no usage carries it" in said
    found = {row["product"]: row for row in rows(run("coverage", folder, *ONE, "--format", "csv"))}
    assert (found["intune"]["missing"], found["intune"]["unrecognized_in"], found["sentinel"]["associations"]) == (
        "cpor",
        "security",
        "pal",
    )


def test_seats_that_no_file_calls_assigned_are_not_counted_as_none(tmp_path: Path) -> None:
    folder = small_facts(tmp_path)
    table = folder / "workload_usage.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",90,60,", ",90,,").replace(",40,40,", ",40,,"), encoding="utf-8")
    assert "90 seats bought, assigned ones not known, 20 active" in " ".join(run("seats", folder, *ONE).split())


def test_seats(folder: Path) -> None:
    assert "90 seats bought, 60 assigned, 20 active" in " ".join(run("seats", folder, *ONE).split())
    (row,) = rows(run("seats", folder, *ONE, "--format", "csv"))
    assert (row["unassigned"], row["unused"]) == ("30", "40")


def test_impact(folder: Path) -> None:
    said = " ".join(run("impact", folder, *DAY, "--edition", "2023-12").split())
    assert "by 2023-12 instead of the rules of that day" in said
    assert "Small Security smb, then single 24.93" in said
    found = rows(run("impact", folder, *DAY, "--edition", "2023-12", "--format", "csv"))
    assert {row["designation"] for row in found} == {"security", "business-applications"}
    assert CliRunner().invoke(app, ["impact", str(folder), *DAY]).exit_code == 2


def test_another_basis_is_named(folder: Path) -> None:
    for command in ("near", "fragility", "coverage"):
        assert "on basis billed, not ACR" in run(command, folder, *ONE, "--basis", "billed")
    assert "on basis billed, not ACR" in run("simulate", folder, *ONE, "--basis", "billed", "--change", CERTIFY)


def _first_column(text: str) -> set[str]:
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


def test_the_document_lists_every_change_and_column() -> None:
    text = (Path(__file__).parents[2] / "docs" / "advise.md").read_text(encoding="utf-8")
    changes, _, after = text.partition("## `attain near`")
    assert _first_column(changes) == {*KINDS, "do"}
    assert _first_column(after) == set(KIND_NAMES)
    assert ", ".join(CLAIM_COLUMNS) in text
    for status in Status.__args__:
        assert status in text


def test_a_plan_says_what_the_facts_do_not_cover(tmp_path: Path) -> None:
    (small_facts(tmp_path) / "workload_usage.csv").unlink()
    done = CliRunner().invoke(app, ["plan", str(tmp_path), *ONE, "--target", "0", "--by", "2027-05-24"])
    assert re.search(r"note: security, \w+ track, deployments: incomplete, there is no workload_usage table", done.stderr)
    assert " ".join(INCOMPLETE.split()) in " ".join(done.stdout.split())


def test_plan(folder: Path, tmp_path: Path) -> None:
    asked = ("plan", folder, *ONE, "--target", "25", "--by", "2027-05-24")
    said = " ".join(run(*asked).split())
    assert "to reach 25" in said
    assert "Plan 1: USD" in said
    assert "the least cost of the actions considered" in said
    assert "entitles to nothing" in said
    plain = json.loads(run(*asked, "--format", "json"))
    found = rows(run(*asked, "--format", "csv"))
    assert [row["action"] for row in found] == [action["words"] for plan in plain["plans"] for action in plan["actions"]]
    costs = tmp_path / "costs.yaml"
    costs.write_text("worth_usd: 1\n", encoding="utf-8")
    assert "Not worth it: it costs more than what it is worth, USD 1." in " ".join(run(*asked, "--costs", costs).split())


def test_a_target_that_is_no_number_is_wrong_usage(folder: Path) -> None:
    done = CliRunner().invoke(app, ["plan", str(folder), *ONE, "--target", "much"])
    assert done.exit_code == 2
    assert "no number of points" in done.output


def test_recommend(folder: Path) -> None:
    asked = ("recommend", folder, *ONE)
    said = " ".join(run(*asked).split())
    assert "Ada renews SC-200" in said
    plain = json.loads(run(*asked, "--format", "json"))["security"]
    found = rows(run(*asked, "--format", "csv"))
    assert [row["action"] for row in found] == [one["words"] for one in plain]
    assert 0 < len(found) <= 5


def test_the_example_of_the_document(tmp_path: Path) -> None:
    """What docs/advise.md shows of the demo is what it says."""
    text = (Path(__file__).parents[2] / "docs" / "advise.md").read_text(encoding="utf-8")
    command = next(line.split()[2:] for line in text.splitlines() if line.startswith("    attain plan demo"))
    run("demo", tmp_path / "demo")
    said = " ".join(run("plan", tmp_path / "demo", *command[1:]).split())
    shown = text[text.index("    Security of Aspen Security") : text.index("Without SC-200")]
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    assert len(lines) == 7
    for line in lines:
        assert line in said


def test_forecast_calls_metrics_by_their_names(folder: Path) -> None:
    said = run("forecast", folder, *ONE)
    moved = [line for line in said.splitlines() if " to " in line and line.startswith("      ")]
    assert moved
    assert not [line for line in moved if "_" in line.split(":")[0]]
