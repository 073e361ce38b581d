"""The sample of every source says the same however a program wrote it: headers, encodings, separators, forms, dates and ids."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter

from attain.rulebook.load import load_book
from attain.sources.cells import Conventions
from attain.sources.importing import ImportReport, import_files
from attain.sources.intake import Options
from attain.sources.people import KEY_FILE
from attain.sources.registry import SOURCES
from attain.sources.source import Columns
from tests.sources.folders import table
from tests.sources.reports import SAMPLES

Rows = list[list[str]]
Writer = Callable[[Path, Rows], Path]
SAID = Options(partner="900", tenant="99999999-9999-4999-8999-999999999999", as_of=date(2026, 10, 31), designation="security", dates="mdy")
GUID = re.compile(r"[0-9a-fA-F-]{36}")


def _text(rows: Rows, delimiter: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # pyright: ignore[reportArgumentType] - one of the csv module's
    return stream.getvalue()


def _file(name: str, write: Callable[[Rows], bytes]) -> Writer:
    def writer(folder: Path, rows: Rows) -> Path:
        path = folder / name
        path.write_bytes(write(rows))
        return path

    return writer


def _header(rows: Rows, change: Callable[[str], str]) -> Rows:
    return [[change(name) for name in rows[0]], *rows[1:]]


def _cells(rows: Rows, change: Callable[[str], str]) -> Rows:
    return [rows[0], *([change(cell) for cell in row] for row in rows[1:])]


def _several_words(name: str) -> str:
    return f" {re.sub('(?<=[a-z])(?=[A-Z])', '_', name)} "


def _upper_ids(cell: str) -> str:
    return cell.upper() if GUID.fullmatch(cell) else cell


def _blank_rows(rows: Rows) -> bytes:
    header, *lines = _text(rows).split("\n")
    return "\n".join(["", "", header, "", *lines, "," * (len(rows[0]) - 1), ""]).encode()


def _workbook(folder: Path, rows: Rows) -> Path:
    """Write cells as a program does that knows what they are: numbers as numbers, days as days."""
    path = folder / "f.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet, as_day = workbook.add_worksheet(), workbook.add_format({"num_format": "m/d/yyyy"})
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if place and re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
                    sheet.write_datetime(place, column, datetime.combine(date.fromisoformat(cell), time()), as_day)
                elif place and re.fullmatch(r"-?\d+(\.\d+)?", cell):
                    sheet.write_number(place, column, float(cell))
                elif cell:
                    sheet.write_string(place, column, cell)
    return path


def _records(rows: Rows) -> list[dict[str, str | None]]:
    return [dict(zip(rows[0], (cell or None for cell in row), strict=True)) for row in rows[1:]]


WRITERS: dict[str, Writer] = {
    "other case and order": _file("f.csv", lambda rows: _text([row[::-1] for row in _header(rows, str.upper)]).encode()),
    "names of several words": _file("f.csv", lambda rows: _text(_header(rows, _several_words)).encode()),
    "other columns beside them": _file("f.csv", lambda rows: _text([["", *row, "ours", ""] for row in rows]).encode()),
    "quoted with a mark": _file("f.csv", lambda rows: _text(rows, end="\r\n", quoting=csv.QUOTE_ALL).encode("utf-8-sig")),
    "semicolons": _file("f.csv", lambda rows: _text(rows, ";", "\r\n").encode("utf-8-sig")),
    "unicode text of a spreadsheet": _file("f.txt", lambda rows: _text(rows, "\t", "\r\n").encode("utf-16")),
    "a line that names a tab": _file("f.csv", lambda rows: ("sep=\t\r\n" + _text(rows, "\t", "\r\n")).encode("utf-16")),
    "blank rows": _file("f.csv", _blank_rows),
    "blanks around cells": _file("f.csv", lambda rows: _text(_cells(rows, lambda cell: f" {cell}\u00a0" if cell else "")).encode()),
    "null in empty cells": _file("f.csv", lambda rows: _text(_cells(rows, lambda cell: cell or "NULL")).encode()),
    "ids in upper case": _file("f.csv", lambda rows: _text(_cells(rows, _upper_ids)).encode()),
    "compressed": _file("f.csv.gz", lambda rows: gzip.compress(_text(rows).encode())),
    "records": _file("f.json", lambda rows: json.dumps({"value": _records(rows)}).encode()),
    "lines of records": _file("f.jsonl", lambda rows: "\n".join(map(json.dumps, _records(rows))).encode()),
    "a workbook": _workbook,
}  # fmt: skip
DAYS: dict[str, str] = {
    "a day": "%Y-%m-%d",
    "a time": "%Y-%m-%dT00:00:00Z",
    "year first": "%Y/%m/%d",
    "month first": "%m/%d/%Y 12:00:00 AM",
    "points": "%d.%m.%Y",
    "digits alone": "%Y%m%d",
    "a name": "%d %b %Y",
    "a whole name": "%B %d, %Y",
}


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter="\t" if path.suffix == ".tsv" else ","))


def _with_days(rows: Rows, name: str, form: str) -> Rows:
    """Write the days of a sample in another form."""
    columns, conventions = Columns(SOURCES[name], rows[0], name), Conventions(order="mdy")
    days = {place for field in SOURCES[name].fields if field.kind in {"date", "month"} for place in columns.places(field.name)}

    def written(place: int, cell: str) -> str:
        return conventions.date_of(cell).strftime(form) if cell and place in days else cell

    return [rows[0], *([written(place, cell) for place, cell in enumerate(row)] for row in rows[1:])]


def _said(path: Path, facts: Path) -> tuple[ImportReport, dict[str, list[dict[str, str]]]]:
    facts.mkdir(parents=True)
    (facts / KEY_FILE).write_text("ab" * 32, encoding="ascii")
    [report] = import_files([path], facts, SAID, catalog=load_book().catalog)
    report.files = ()
    return report, {name: table(facts, name) for name in report.tables}


@pytest.mark.parametrize("path", [path for path in sorted(SAMPLES.iterdir()) if path.suffix != ".json"], ids=lambda path: path.stem)
def test_a_sample_says_the_same_however_it_is_written(path: Path, tmp_path: Path) -> None:
    name, rows = path.stem, _rows(path)
    known = _said(path, tmp_path / "facts")
    assert known[0].source == name
    for place, (how, write) in enumerate(WRITERS.items()):
        folder = tmp_path / str(place)
        folder.mkdir()
        assert _said(write(folder, rows), folder / "facts") == known, how
    for place, (how, form) in enumerate(DAYS.items()):
        folder = tmp_path / f"days-{place}"
        folder.mkdir()
        written = _file("f.csv", lambda rows: _text(rows).encode())(folder, _with_days(rows, name, form))
        assert _said(written, folder / "facts") == known, how


@pytest.mark.parametrize("path", [path for path in sorted(SAMPLES.iterdir()) if path.suffix != ".json"], ids=lambda path: path.stem)
def test_a_header_without_rows_is_told(path: Path, tmp_path: Path) -> None:
    report, tables = _said(_file("f.csv", lambda rows: _text(rows[:1]).encode())(tmp_path, _rows(path)), tmp_path / "facts")
    assert (report.rows_in, tables) == (0, {})
    assert "f.csv has a header and no rows: if it is an export, ask for a longer time range and no filters" in report.warnings
