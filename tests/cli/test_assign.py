"""`attain assign`: usage without an owner is listed, and one command gives it one."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.facts.facts import load
from attain.facts.unassigned import unassigned, unfit_links
from tests.sources.folders import S1, T1, T2, import_one

SAMPLE = Path(__file__).parents[1] / "sources" / "samples" / "reseller_performance.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    import_one(SAMPLE, tmp_path / "facts")
    return tmp_path / "facts"


def said(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code
    return " ".join(done.output.split())


def assign(folder: Path, *more: str) -> str:
    return said("assign", folder, "--subscription", S1, "--partner", "601", "--tenant", T1, "--association", "Partner Admin Link", *more)


def test_what_is_unassigned_is_listed_the_largest_first(folder: Path) -> None:
    found = unassigned(load(folder))
    assert [(one.subscription_id[:4], one.partner_id, one.tenant_id, one.basis, one.first_month, str(one.usd)) for one in found] == [
        ("aaaa", "601", "", "billed", "2026-10", "20.0000"),
        ("bbbb", "602", "", "billed", "2026-10", "5.0000"),
    ]
    shown = said("assign", folder)
    assert f"{S1} 601 ? 2026-10 billed 1 20.0000" in shown
    assert f"attain assign {folder} --subscription ID --partner ID --tenant GUID --association pal says whose one is." in shown


def test_an_id_is_whole_whatever_the_width(folder: Path) -> None:
    """It is copied into the command that the list names."""
    done = CliRunner().invoke(app, ["assign", str(folder)], env={"COLUMNS": "60"})
    assert S1 in done.stdout


def test_one_command_assigns_a_subscription(folder: Path) -> None:
    assert f"subscription {S1}: partner 601, tenant {T1}, pal" in assign(folder)
    facts = load(folder)
    assert [one.partner_id for one in unassigned(facts)] == ["602"]
    [row] = facts.scan("azure_usage").collect().to_dicts()
    assert (row["partner_id"], row["tenant_id"], row["associations"], row["acr"]) == ("601", T1, 1, 200_000)


def test_outside_its_days_an_assignment_says_nothing(folder: Path) -> None:
    assign(folder, "--from", "2026-11-01")
    assert len(unassigned(load(folder))) == 2
    assign(folder, "--from", "2026-01-01", "--to", "2026-10-31")
    assert len(unassigned(load(folder))) == 1


@pytest.mark.parametrize(
    ("link", "line"),
    [
        (
            f"601,{T1},pal,{S1},2026-11-01,",
            f"{S1}: the association with partner 601 holds from 2026-11-01, the usage is of 2026-10",
        ),
        (f"601,{T1},pal,{S1},,2026-09-30", f"{S1}: the association with partner 601 holds until 2026-09-30, the usage is of 2026-10"),
        (f"609,{T1},pal,{S1},2026-10-31,", f"{S1}: an association says partner 609, the rows say 601"),
        (
            f"601,{T1},pal,{S1},,\n601,{T2},pal,{S1},,",
            f"{S1}: associations name it for several tenants, {' and '.join(sorted((T1, T2)))}: end all but those of one",
        ),
        (
            f"601,{T1},pal,{S1[:-1]}9,,",
            f"{S1}: no association names it; one with partner 601 names {S1[:-1]}9, which no usage has: a slip?",
        ),
        (f"601,{T1},pal,Key Vault,,", ""),
        (f"601,{T1},pal,,,", ""),
    ],
)
def test_an_association_that_gives_no_owner_is_told_with_the_reason(folder: Path, link: str, line: str) -> None:
    (folder / "associations.csv").write_text(f"partner_id,tenant_id,association,scope,started_on,ended_on\n{link}\n", encoding="utf-8")
    facts = load(folder)
    assert unfit_links(facts, unassigned(facts)) == ([line] if line else [])
    assert line in said("assign", folder)


def test_a_subscription_that_has_usage_is_no_slip_of_another(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    folder.mkdir()
    head = "month,partner_id,tenant_id,subscription_id,service,offer,basis,acr_usd"
    rows = f"2026-10,,,{S1},Key Vault,,billed,5\n2026-10,,,{S1[:-1]}9,Key Vault,,billed,5\n"
    (folder / "azure_usage.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    link = f"partner_id,tenant_id,association,scope,started_on\n601,{T1},pal,{S1[:-1]}9,\n"
    (folder / "associations.csv").write_text(link, encoding="utf-8")
    facts = load(folder)
    assert [one.subscription_id for one in unassigned(facts)] == [S1]
    assert unfit_links(facts, unassigned(facts)) == []
    # nor where that usage waits for an owner itself
    (folder / "associations.csv").write_text(f"{link.rstrip()}2026-11-01\n", encoding="utf-8")
    facts = load(folder)
    assert len(unassigned(facts)) == 2
    [line] = unfit_links(facts, unassigned(facts))
    assert line.startswith(f"{S1[:-1]}9: the association with partner 601 holds from 2026-11-01")


def test_nothing_to_assign(tmp_path: Path) -> None:
    import_one(SAMPLE.with_name("daily_rated_usage.csv"), tmp_path / "facts")
    assert "Every row of Azure usage has a partner and a tenant." in said("assign", tmp_path / "facts")


@pytest.mark.parametrize(
    ("option", "value", "refusal"),
    [
        ("--tenant", "adatum", "--tenant: 'adatum': not a GUID"),
        ("--association", "partner admin lnk", "--association: 'partner admin lnk': no association; nearest: Partner Admin Link"),
    ],
)
def test_wrong_answers_are_refused_with_the_nearest(folder: Path, option: str, value: str, refusal: str) -> None:
    with pytest.raises(AttainError) as caught:
        assign(folder, option, value)
    assert str(caught.value).startswith(refusal)


def test_half_an_answer_is_wrong_usage(folder: Path) -> None:
    assert "say --tenant and --association too" in said("assign", folder, "--subscription", S1, "--partner", "601", code=2)
