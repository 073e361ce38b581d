"""The numbers of a pack are those of the engine and of the command line, in every file of it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import shlex
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.explaining.words import number
from attain.report.evidence.document import FIRST, document
from attain.report.evidence.pack import Evidence
from attain.report.evidence.workbook import workbook
from attain.report.evidence.writing import pack_files
from attain.rulebook.load import load_book
from attain.workspace import Workspace
from tests.oracle.build import AS_OF, PARTNER, M, covered, seats
from tests.report.packs import CONTOSO, DAY, PREPARED, pack, pdf_text, sheets
from tests.scoring.disk import write_facts

DESIGNATIONS = list(load_book().designations)


def ran(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def same(cell: Any, text: str) -> bool:
    """Say whether a cell of a workbook is what a CSV says."""
    if cell == "" or text == "":
        return cell == text == ""
    if isinstance(cell, bool):
        return text == ("true" if cell else "false")
    if isinstance(cell, (int, float)):
        return Decimal(repr(cell)) == Decimal(text)
    return str(cell) == text


@pytest.mark.parametrize("designation", DESIGNATIONS)
def test_the_numbers_of_every_designation_are_those_of_the_score(stored: Workspace, designation: str) -> None:
    found = pack(stored, designation)
    scored = [row for row in stored.score(found.cover.day, partners=[CONTOSO], designations=[designation]).rows() if row.selected]
    assert found.cover.track == scored[0].track
    compared = found.part("compared").records()
    assert [(row["metric"], row["value"], row["points"], row["max_points"], row["complete"]) for row in compared] == [
        (row.metric, row.value, row.points, row.max_points, row.complete) for row in scored
    ]
    text = pdf_text(document(found))
    assert f"Recomputed {stored.shown(found.cover.day, scored[-1].points)}" in text
    for row in compared:
        points, most = (Fraction(str(row[name])) for name in ("points", "max_points"))
        assert f"{number(points)} of {number(most)}" in text
    for metric in found.metrics:
        for formula in metric.formulas:
            assert " ".join(formula.split()) in text


def test_the_workbook_has_every_row_that_the_command_line_writes(stored: Workspace, store: Path) -> None:
    found = pack(stored)
    book = sheets(workbook(found))
    heads, *rows = book["Rows"]
    assert heads[:2] == ["track", "metric"]
    for metric in found.metrics:
        asked = ("--partner", CONTOSO, "--designation", "security", "--as-of", str(DAY), "--metric", metric.metric, "--track", metric.track)
        written = rows_of(ran("explain", str(store), *asked, "--format", "csv"))
        own = [row[2:] for row in rows if row[:2] == [metric.track, metric.metric]]
        assert len(own) == len(written) > 0
        for line, said in zip(own, written, strict=True):
            # people are masked in the pack alone
            cells = list(zip(said, line, strict=True))
            assert [name for name, cell in cells if name not in {"entity", "name"} and not same(cell, said[name])] == []


def test_what_microsoft_reports_stands_beside_it_as_reconcile_compares_it(stored: Workspace, store: Path) -> None:
    found = pack(stored)
    (heads, *rows) = sheets(workbook(found))["Compared"]
    ours = {row[heads.index("metric")]: dict(zip(heads, row, strict=True)) for row in rows}
    told = rows_of(ran("reconcile", str(store), "--partner", CONTOSO, "--as-of", str(DAY), "--format", "csv"))
    assert len(told) == 5
    for line in told:
        own = ours[line["metric"]]
        for name, column in (("reported points", "reported_points"), ("points", "points"), ("difference", "difference")):
            assert same(own[name], line[column]), (line["metric"], name)
        assert own["verdict"] == ("agrees" if line["agrees"] == "true" else "differs")
    text = pdf_text(document(found))
    assert "All 5 numbers that Microsoft reports agree" in text
    assert min(Fraction(line["difference"]) for line in told) < 0
    assert "\N{MINUS SIGN}0.0033" in text


def test_a_number_that_differs_has_its_reasons(tmp_path: Path) -> None:
    facts = covered(azure_usage=[], workload_usage=[seats(M, 1, 20), seats(M, 2, 20, associations="")])
    row = {"partner_id": PARTNER, "as_of": AS_OF, "designation": "security", "track": "smb", "value": None}
    facts["reported_scores"] = [{**row, "metric": "net_customer_adds", "points": Decimal(8)}]
    found = pack(Workspace.open(write_facts(facts, tmp_path)), partner=PARTNER)
    reconciled = Workspace.open(tmp_path).reconcile(partner=PARTNER)
    assert found.cover.verdict == "1 of 1 numbers that Microsoft reports differs from those recomputed."
    words = [line["words"] for line in found.part("reasons").records()]
    assert [clue.words for clue in reconciled.rows[0].clues] == [one for one in words if not str(one).startswith("all numbers")]
    assert words
    text = pdf_text(document(found))
    for one in words:
        assert " ".join(str(one).split()) in text
    assert "differs" in text


@pytest.mark.parametrize(("asked", "day"), [(DAY - dt.timedelta(days=1), None), (DAY, DAY), (DAY + dt.timedelta(days=1), DAY)])
def test_the_day_is_that_of_microsofts_latest_numbers_up_to_the_one_asked_for(
    stored: Workspace, asked: dt.date, day: dt.date | None
) -> None:
    found = pack(stored, day=asked)
    assert found.cover.day == (day or asked)
    assert bool(found.part("reported").rows) is (day is not None)
    assert {row["as_of"] for row in found.part("reported").records()} == ({day} if day else set())


def test_without_reported_numbers_the_pack_shows_the_recomputed_ones(stored: Workspace) -> None:
    found = pack(stored, reported=[])
    assert {row["verdict"] for row in found.part("compared").records()} == {"not reported"}
    assert found.part("reasons").rows == found.part("reported").rows == ()
    assert found.cover.reported_total == ""
    assert not [line for line in found.commands if line.startswith("attain reconcile")]
    assert "Nothing is reported by Microsoft" in pdf_text(document(found))


def test_a_partner_without_usage_has_a_pack_that_says_what_is_missing(tmp_path: Path) -> None:
    facts: dict[str, list[Any]] = {"partners": [{"partner_id": PARTNER, "account": "global"}]}
    found = pack(Workspace.open(write_facts({**facts, **{"certifications": []}}, tmp_path)), partner=PARTNER)
    assert {row["points"] for row in found.part("compared").records()} == {Decimal(0)}
    kinds = {row["kind"] for row in found.part("missing").records()}
    assert "missing_table" in kinds
    text = pdf_text(document(found))
    assert "A table that is missing" in text
    assert "there is no azure_usage table" in text
    assert sheets(workbook(found))["Missing data"][1:]


def test_a_store_and_its_folder_give_the_same_numbers(stored: Workspace, loaded: Workspace, folder: Path) -> None:
    ours, theirs = pack(stored), pack(loaded, source=folder)
    other = {"files"}
    assert [part for part in ours.parts if part.id not in other] == [part for part in theirs.parts if part.id not in other]
    assert ours.versions.load == 1
    assert theirs.versions.load == 0
    files = {str(row["file"]): row["sha256"] for row in theirs.part("files").records()}
    assert files["certifications.parquet"] == hashlib.sha256((folder / "certifications.parquet").read_bytes()).hexdigest()
    assert {name: row["sha256"] for row in ours.part("files").records() if (name := str(row["file"])) in files} == files
    assert all("--store-version 1" in line for line in ours.commands)


def test_more_rows_than_the_pdf_shows_are_counted_and_stand_in_the_workbook(tmp_path: Path) -> None:
    usage = [seats(M, place, 20) for place in range(1, FIRST + 4)]
    found = pack(Workspace.open(write_facts(covered(azure_usage=[], workload_usage=usage), tmp_path)), partner=PARTNER)
    adds = next(metric for metric in found.metrics if metric.metric == "net_customer_adds")
    assert len(adds.counted) == FIRST + 3
    text = pdf_text(document(found))
    assert f"Rows that count: {FIRST + 3}" in text
    assert "3 more rows are in the workbook." in text
    rows = [row for row in sheets(workbook(found))["Rows"] if row[1] == "net_customer_adds" and row[10] is True]
    assert len(rows) == FIRST + 3


def test_rules_cite_documents_that_are_listed_and_interpretations_that_are_told(stored: Workspace) -> None:
    found, book = pack(stored), stored.book
    sources = {str(row["source"]): row for row in found.part("sources").records()}
    rules = found.part("rules").records()
    assert {str(row["source"]) for row in rules} <= set(sources)
    for citation, row in sources.items():
        source = book.sources.cited(citation)
        assert source is not None
        assert (row["title"], row["address"], row["dated"], row["read"]) == (source.title, source.url, source.page_date, source.retrieved)
    told = {row["id"] for row in found.part("interpretations").records()}
    assert {one for row in rules for one in str(row["interpretations"]).split()} <= told
    total = next(row for row in rules if row["path"] == "qualifying_total")
    assert total["words"] == f"{number(book.programme.on(DAY).qualifying_total)} points"
    assert {row["track"] for row in rules} == {"", found.cover.track}
    text = pdf_text(document(found))
    assert all(str(row["title"]) in text for row in sources.values())


def test_every_command_of_a_pack_makes_its_numbers_again(
    stored: Workspace, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = pack(stored)
    assert [line.split()[1] for line in found.commands] == ["evidence", "score", *["explain"] * 4, "reconcile"]
    compared = {row["metric"]: row for row in found.part("compared").records()}
    files = pack_files(found)
    (tmp_path / "reported_scores.csv").write_bytes(files["reported_scores.csv"])
    ran(*(str(store) if word == "STORE" else word for word in shlex.split(found.commands[0])[1:]))
    assert {path.name: path.read_bytes() for path in (tmp_path / "evidence").iterdir()} == files
    for line in found.commands[1:]:
        told = rows_of(ran(*(str(store) if word == "STORE" else word for word in shlex.split(line)[1:]), "--format", "csv"))
        if " explain " in line:
            metric = shlex.split(line)[shlex.split(line).index("--metric") + 1]
            assert len(told) == len([row for row in found.part("rows").rows if row[1] == metric])
            continue
        for row in told:
            if row["track"] == found.cover.track:
                assert Decimal(row["points"]) == compared[row["metric"]]["points"]


def test_the_command_writes_all_files_with_their_digests(store: Path, tmp_path: Path, stored: Workspace) -> None:
    out = tmp_path / "pack"
    asked = ("--partner", CONTOSO, "--designation", "security", "--as-of", str(DAY), "--ticket", PREPARED.ticket)
    more = ("--role", PREPARED.role, "--prepared-at", "2026-11-25T10:00+01:00")
    said = ran("evidence", str(store), *asked, *more, "--output", str(out))
    assert [Path(line).name for line in said.splitlines()] == ["evidence.pdf", "evidence.xlsx", "reported_scores.csv", "manifest.json"]
    told = json.loads((out / "manifest.json").read_bytes())
    for name, file in told["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == file["sha256"]
    own: Evidence = pack(stored)
    assert told["content"] == own.digest
    assert (out / "evidence.pdf").read_bytes() == document(own)
    assert (out / "evidence.xlsx").read_bytes() == workbook(own)
    # Its numbers as a file of their own lead to the very same pack.
    ran("evidence", str(store), *asked, *more, "--reported", str(out / "reported_scores.csv"), "--output", str(tmp_path / "again.pdf"))
    assert (tmp_path / "again.pdf").read_bytes() == document(own)
    ran("evidence", str(store), *asked, *more, "--reported", "none", "--output", str(tmp_path / "none.xlsx"))
    assert len(sheets((tmp_path / "none.xlsx").read_bytes())["Reported"]) == 1


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (("--output", "pack.doc"), "no pack is written as .doc"),
        (("--output", "-"), "no pack goes to standard output"),
        (("--output", "pack.pdf", "--partner", "999"), "999"),
        (("--output", "pack.pdf", "--designation", "securty"), "there is no designation 'securty'"),
        (("--output", "pack.pdf", "--reported", "nowhere.csv"), "nowhere.csv"),
        (("--output", "no/such/folder/pack.pdf"), "cannot be written"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_reason(
    store: Path, tmp_path: Path, options: tuple[str, ...], refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = {"--partner": CONTOSO, "--designation": "security", "--as-of": str(DAY), **dict(zip(options[::2], options[1::2], strict=True))}
    with pytest.raises(AttainError) as caught:
        ran("evidence", str(store), *(word for pair in asked.items() for word in pair))
    assert refusal in str(caught.value)
    assert list(tmp_path.iterdir()) == []
