"""Whatever stands in the cells of a file of any source: each row is kept, set aside or left out with a reason, and nothing breaks."""

from __future__ import annotations

import csv
import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.facts.schema import TABLES
from attain.rulebook.load import Book, load_book
from attain.sources.importing import import_files
from attain.sources.intake import Options
from attain.sources.reading import Taken, read_delivery
from attain.sources.receiving import deliveries_of
from attain.sources.registry import SOURCES
from attain.store.checking import faults
from attain.store.store import Store
from tests.sources.reports import SAMPLES

SAID = Options(partner="900", tenant="99999999-9999-4999-8999-999999999999", as_of=dt.date(2026, 10, 31), designation="security")
ANY_SHARE = (1, 1)
ODD = (
    *("", " ", "\u00a0", "0", "-0", "-1", "1", "1.5", "-0.00005", "1e3", "1E400", "nan", "inf", "-inf", "null", "NULL", "N/A", "none"),
    *("1,234.5", "1.234,5", "1 234", "$5", "(5)", "99999999999999999999", "0.1234567890123456789", "٣", "½", "0x10", "1_000"),
    *("2026-10-01", "2026-02-30", "10/31/2026", "31/10/2026", "13/13/2026", "2026-10", "0001-01-01", "9999-12-31", "2026-10-31T25:00:00Z"),
    *("20261031", "Oct 2026", "46000", "1/1/1900 12:00:00 AM", "TRUE", "false", "yes", "{}", "[]", "=1+1", "@x", "-", "--", "'", '"', ";"),
    *("11111111-1111-4111-8111-111111111111", "{11111111-1111-4111-8111-111111111111}", "g1111111-1111-4111-8111-111111111111"),
    *("/subscriptions/", "a\nb", "a\r\nb", "\t", "x" * 5_000, "😀", "\u202eabc", "***masked***", "CSP Tier 1;CSP Tier 2", "CSP Tier 9"),
)
"""Cells that a file may hold, and should not."""
CELLS = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8))
Rows = list[list[str]]


@pytest.fixture(scope="module")
def book() -> Book:
    """Give the rulebook."""
    return load_book()


def sample_rows(path: Path) -> tuple[list[str], Rows]:
    """Give the header and the rows of a sample."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream, delimiter="\t" if path.suffix == ".tsv" else ",")
    return header, rows


@st.composite
def changed_rows(draw: st.DrawFn, rows: Rows) -> Rows:
    """Change cells of rows, the number of their cells, and how often they are there."""
    made = [list(row) for row in rows]
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(made) - 1))
        row = made[place]
        how = draw(st.sampled_from(["cell"] * 6 + ["swap", "column", "short", "long", "again"]))
        at = draw(st.integers(0, max(len(row) - 1, 0)))
        if how == "cell" and row:
            row[at] = draw(CELLS)
        elif how == "swap" and row:
            other = draw(st.integers(0, len(row) - 1))
            row[at], row[other] = row[other], row[at]
        elif how == "column":
            cell = draw(CELLS)
            for one in made:
                if at < len(one):
                    one[at] = cell
        elif how == "short":
            del row[at:]
        elif how == "long":
            row.append(draw(CELLS))
        elif how == "again":
            made.append(list(row))
    return made


def written(path: Path, header: list[str], rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def checked(path: Path, given_rows: int, book: Book, scratch: Path) -> Taken | None:
    """Read a file and hold what became of its rows against what it holds; None where it is refused as a whole, with a reason."""
    try:
        [delivery] = deliveries_of([path], SAID)
        taken = read_delivery(delivery, SAID, book.catalog, b"k" * 32, scratch, ANY_SHARE, lambda _name, _rows: None)
    except AttainError as refusal:
        assert refusal.message and refusal.where
        return None
    tally = taken.tally
    assert tally.rows_in == given_rows
    assert tally.rows_in == tally.kept + tally.rejected + sum(tally.left_out.values())
    assert all(count > 0 and reason for reason, count in tally.left_out.items())
    assert 0 <= tally.unassigned <= tally.kept
    set_aside = rejects_of(taken)
    assert len(set_aside) == tally.rejected
    assert all(row["reason"] and row["row"].isdigit() and row["file"] == path.name for row in set_aside)
    for tables in (taken.tables, *taken.others.values()):
        for table, (made, count) in tables.items():
            assert table in delivery.source.tables
            frame = pl.read_parquet(made)
            assert frame.height == count > 0
            assert set(frame.columns) <= {column.name for column in TABLES[table].columns}
    return taken


def rejects_of(taken: Taken) -> list[dict[str, str]]:
    if taken.rejects is None:
        return []
    with taken.rejects.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def numbered(rows: Rows) -> list[tuple[int, list[str]]]:
    """Number rows as a spreadsheet does, which blank ones are counted for, and leave those out."""
    return [(number, row) for number, row in enumerate(rows, 2) if not blank(row)]


def tables_of(taken: Taken) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    """Give the rows of every table, by family."""
    return {
        (family, table): sorted(pl.read_parquet(path).rows(), key=str)
        for family, tables in (("", taken.tables), *taken.others.items())
        for table, (path, _) in tables.items()
    }


def blank(row: list[str]) -> bool:
    return not any(row)


def is_about_people(path: Path) -> bool:
    source = SOURCES[path.stem]
    return source.personal or "certifications" in source.tables


TABULAR = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".csv", ".tsv"})


@pytest.mark.parametrize("path", TABULAR, ids=lambda path: path.name)
def test_every_row_of_a_file_with_any_cells_is_accounted_for(path: Path, book: Book) -> None:
    header, rows = sample_rows(path)

    @settings(max_examples=20)
    @given(changed_rows(rows))
    def run(made: Rows) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = written(Path(folder) / "any.csv", header, made)
            taken = checked(file, sum(not blank(row) for row in made), book, Path(folder) / "staged")
            if taken is None or not taken.tally.rejected:
                return
            aside = {int(row["row"]) for row in rejects_of(taken)}
            sound = [row for number, row in numbered(made) if number not in aside]
            (Path(folder) / "sound").mkdir()
            alone = checked(written(Path(folder) / "sound" / "any.csv", header, sound), len(sound), book, Path(folder) / "again")
            # where rows that are set aside told how the file writes dates or numbers, the others may not be read without them
            if alone is not None and alone.tally.rejected == 0:
                assert tables_of(alone) == tables_of(taken)
                assert alone.tally.sums == taken.tally.sums
                assert alone.tally.left_out == taken.tally.left_out
                assert alone.tally.months == taken.tally.months
                assert alone.tally.same_person == taken.tally.same_person

    run()


JSON_VALUES = st.one_of(
    st.sampled_from(ODD),
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.lists(st.integers(), max_size=2),
    st.builds(dict),
    st.builds(lambda: {"a": 1}),
)


@settings(max_examples=20)
@given(st.data())
def test_every_record_of_an_answer_with_any_values_is_accounted_for(data: st.DataObject) -> None:
    [path] = SAMPLES.glob("*.json")
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    records: list[dict[str, Any]] = held["value"]
    for _ in range(data.draw(st.integers(1, 5))):
        record = data.draw(st.sampled_from(records))
        inner = [one for one in record.values() if isinstance(one, dict) and one]
        target: dict[str, Any] = data.draw(st.sampled_from([record, *inner]))
        if target:
            target[data.draw(st.sampled_from(sorted(target)))] = data.draw(JSON_VALUES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.json"
        file.write_text(json.dumps(held), encoding="utf-8")
        checked(file, len(records), load_book(), Path(folder) / "staged")


def test_a_store_takes_all_of_them_and_accounts_for_every_row(tmp_path: Path, book: Book) -> None:
    """Of each source a file whose first rows hold the odd cells, a column at a time; what the contract refuses is set aside too."""
    store = Store.create(tmp_path / "store")
    files: dict[Path, int] = {}
    for path in TABULAR:
        header, rows = sample_rows(path)
        made = [list(row) for row in rows]
        for place in range(len(header)):
            for number, cell in enumerate(ODD[place % 7 :: 7]):
                row = list(rows[(place + number) % len(rows)])
                row[place] = cell
                made.append(row)
        file = written(tmp_path / path.name, header, made)
        if checked(file, len(made), book, tmp_path / "staged" / path.stem) is not None:
            files[file] = len(made)
    assert len(files) > len(SOURCES) // 2
    import_files(list(files), store.place.local, SAID, ANY_SHARE, catalog=book.catalog, replace_all=True)
    loads = store.loads.every()
    assert [load.rows_in for load in loads] == list(files.values())
    for load in loads:
        assert load.rows_in == load.kept + load.rejected + load.repeated + load.left_out
        assert load.kept >= 0
    assert [fault for fault in faults(store) if not fault.startswith("note: ")] == []
    store.facts(book.catalog)


@pytest.mark.parametrize("path", [path for path in TABULAR if is_about_people(path)], ids=lambda path: path.name)
def test_what_is_set_aside_names_nobody(path: Path, book: Book, tmp_path: Path) -> None:
    """Rows with a fault in any column, rows that lack a cell anywhere and rows with one more, in a file about people."""
    header, rows = sample_rows(path)
    words, others = ("name", "mail", "user"), ("partner", "certif")
    folded = [name.casefold() for name in header]
    personal = [at for at, name in enumerate(folded) if any(word in name for word in words) and not any(word in name for word in others)]
    assert personal
    first = list(rows[0])
    for place in personal:
        first[place] = "Zyxwvut Qwertz"
    made = [[*first[:at], cell, *first[at + 1 :]] for at in range(len(first)) if at not in personal for cell in ("???", "-1", "")]
    made += [[*first[:at], *first[at + 1 :]] for at in range(len(first))]
    made += [[*first[:at], "more", *first[at:]] for at in range(len(first) + 1)]
    taken = checked(written(tmp_path / "people.csv", header, made), len(made), book, tmp_path / "staged")
    assert taken is not None
    assert taken.rejects is not None
    assert len(rejects_of(taken)) >= 2 * len(first)
    assert "Zyxwvut" not in taken.rejects.read_text(encoding="utf-8-sig")
