"""`attain report-score`: by options, by answers, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.facts.facts import load
from tests.sources.folders import table

CARD = ("--partner", "601", "--as-of", "2026-11-20", "--designation", "Modern Work")


def said(facts: Path, *options: str, answers: str = "") -> str:
    done = CliRunner().invoke(app, ["report-score", str(facts), *options], input=answers)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def numbers(facts: Path) -> dict[tuple[str, str], tuple[str, str]]:
    return {(row["track"], row["metric"]): (row["value"], row["points"]) for row in table(facts, "reported_scores")}


def test_a_total_by_options(tmp_path: Path) -> None:
    assert "modern-work of partner 601 on 2026-11-20: 1 number noted" in said(tmp_path / "facts", *CARD, "--points", "71")
    assert numbers(tmp_path / "facts") == {("", "total"): ("", "71.0000")}
    assert "was noted before" in said(tmp_path / "facts", *CARD, "--points", "71")
    said(tmp_path / "facts", *CARD, "--points", "72")
    assert numbers(tmp_path / "facts") == {("", "total"): ("", "72.0000")}
    assert load(tmp_path / "facts").scan("reported_scores").collect()["metric"].to_list() == ["total"]


def test_a_metric_by_options(tmp_path: Path) -> None:
    said(tmp_path / "facts", *CARD, "--track", "SMB", "--metric", "Usage growth", "--points", "7.5", "--value", "10% (110/100)")
    assert numbers(tmp_path / "facts") == {("smb", "usage_growth"): ("10.0000", "7.5000")}


def test_a_whole_card_by_answers_asked_again_until_they_are_known(tmp_path: Path) -> None:
    answers = ["601", "yesterday", "2026-11-20", "Modern Wrk", "modern work", "smb", "10", "2", "", "", "7.5", "11%", "", "100.5", "71"]
    shown = said(tmp_path / "facts", answers="\n".join(answers) + "\n")
    assert "'yesterday': no date; write it as 2026-11-24" in shown
    assert "'Modern Wrk': no designation; did you mean Modern Work?" in shown
    assert "'100.5': points are from 0 to 100" in shown
    assert "3 numbers noted" in shown
    assert numbers(tmp_path / "facts") == {
        ("smb", "net_customer_adds"): ("2.0000", "10.0000"),
        ("smb", "usage_growth"): ("11.0000", "7.5000"),
        ("smb", "total"): ("", "71.0000"),
    }


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (("--designation", "securty"), "--designation: 'securty': no designation; did you mean Security?"),
        (("--metric", "growth"), "--metric: 'growth': no metric of modern-work on 2026-11-20; did you mean usage_growth?"),
        (("--track", "single"), "--track: 'single': no track of modern-work on 2026-11-20; known: enterprise, smb"),
        (("--points", "710"), "--points: '710': points are from 0 to 100"),
        (("--value", "many"), "--value: 'many': not a number"),
    ],
)
def test_wrong_options_are_refused_with_the_nearest_and_nothing_is_noted(tmp_path: Path, options: tuple[str, str], refusal: str) -> None:
    with pytest.raises(AttainError) as caught:
        said(tmp_path / "facts", *CARD, "--points", "71", *options)
    assert str(caught.value) == refusal
    assert not (tmp_path / "facts").exists()


def test_no_number_at_all(tmp_path: Path) -> None:
    with pytest.raises(AttainError, match="no number was given"):
        said(tmp_path / "facts", *CARD, answers="\n" * 8)


def test_a_question_that_nobody_answers_says_how_to_do_without(tmp_path: Path) -> None:
    with pytest.raises(AttainError) as refused:
        said(tmp_path / "facts", *CARD, answers="smb\n")
    assert refused.value.code == "no-answer"
    assert "'Net customer adds: points (empty: skip)'" in str(refused.value)
    assert "attain report-score --help" in refused.value.hint
    assert not (tmp_path / "facts").exists()
