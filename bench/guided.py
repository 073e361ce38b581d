"""Change texts and small files so that each try reaches lines that none reached before (Atheris), and read them, for as long as it is said.

Atheris is no dependency: `pip install atheris` beside Attain. It pays where a reader was written by hand and most texts are refused at
their first letter; for whole files `python -m bench fuzz` changes good ones instead.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 4_096
"""Bytes of a text: the readers know no longer cells, and short ones reach more."""
SLOW = 10
"""Seconds after which one text is taken for a hang."""


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench guided", description=__doc__)
    parser.add_argument("target", choices=list(TARGETS), help="what is read")
    parser.add_argument("--minutes", type=float, default=10, help="how long [default: 10]")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn [default: 1]")
    return parser.parse_args(given)


def facts_cells() -> Callable[[bytes], None]:
    """Cells of the contract's tables: a value of the right kind, within its bounds, or a fault with a reason."""
    cells = importlib.import_module("attain.facts.cells")

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for reader in (cells.read_month, cells.read_date, cells.read_count, cells.read_money, cells.read_guid):
            try:
                value = reader(text)
            except cells.CellFault as fault:
                assert fault.reason
                continue
            if reader is cells.read_count:
                assert 0 <= value < cells.COUNT_LIMIT
            if reader is cells.read_money:
                assert abs(value) < 10**cells.MONEY_LIMIT_DIGITS * cells.MONEY_SCALE

    return read


def source_cells() -> Callable[[bytes], None]:
    """Numbers and dates of any report, in whichever convention: the same text of one file is read alike twice, or refused with a reason."""
    cells = importlib.import_module("attain.sources.cells")
    errors = importlib.import_module("attain.errors")

    def read(data: bytes) -> None:
        first, *texts = data.decode("utf-8", "replace").split("\n")
        conventions = cells.Conventions({"c": ",", "p": "."}.get(first[:1]), {"d": "dmy", "m": "mdy"}.get(first[1:2]))
        for text in texts[:20]:
            for reader in (conventions.decimal, conventions.money, conventions.count, conventions.date_of, conventions.first_day_of):
                try:
                    assert reader(text) == reader(text)
                except (cells.CellError, errors.AttainError) as fault:
                    assert str(fault)

    return read


def yaml() -> Callable[[bytes], None]:
    """The strict reader of rules, scenarios and costs."""
    strict = importlib.import_module("attain.rulebook.strict_yaml")
    errors = importlib.import_module("attain.errors")

    def read(data: bytes) -> None:
        try:
            strict.parse(data.decode("utf-8", "replace"), "rules.yaml")
        except errors.AttainError as fault:
            assert fault.message

    return read


def changes() -> Callable[[bytes], None]:
    """Changes as the command line and the simulator take them."""
    scenario = importlib.import_module("attain.advise.scenario")
    errors = importlib.import_module("attain.errors")

    def read(data: bytes) -> None:
        try:
            scenario.read_changes(data.decode("utf-8", "replace").split("\n")[:10])
        except errors.AttainError as fault:
            assert fault.message

    return read


def tables() -> Callable[[bytes], None]:
    """What is no workbook: the kind of the file, its encoding, its delimiter and its rows, none of them lost."""
    documents = importlib.import_module("attain.sources.documents")
    files = importlib.import_module("attain.sources.files")
    errors = importlib.import_module("attain.errors")
    path = Path(tempfile.mkdtemp(prefix="attain-guided-")) / "t.csv"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            document = documents.open_document(path)
            numbers = [number for number, _ in files.rows_of(document)]
        except errors.AttainError as fault:
            assert fault.message
            return
        assert numbers == sorted(set(numbers))
        if document.form == "text" and not document.compressed:
            text = data.decode(document.encoding)
            above = files.sniff(document)[1]
            delimiter = files.sniff(document)[0]
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[above:]
            assert len(numbers) == sum(any(row) for row in rows), (len(numbers), rows)

    return read


SEEDS: dict[str, tuple[str, ...]] = {
    "facts-cells": ("2026-10", "2026-10-31T00:00:00", "-1234.56", "1.5e3", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    "source-cells": ("..\n1,234.5\n9/21/2023\n21 Sep 2023", "cd\n1.234,5\n21.09.2023\nSeptember 2023"),
    "yaml": ("a: {b: [1, '2.50']}\nc:\n  - d: e\n", "changes:\n  - {kind: certify, person: Ada, certification: SC-200}\n"),
    "changes": ("certify person='Ada Example' certification=SC-200", "add_usage tenant=Adatum service=Sentinel usd=1000.50 months=3"),
    "tables": ('a,b\n1,"x ""y"""\n\n2,\n', "sep=;\na;b\n1;2\n", '[{"a": 1, "b": "x"}]', '{"a": 1}\n{"a": 2}\n'),
}
"""Good texts to begin with."""
TARGETS = {"facts-cells": facts_cells, "source-cells": source_cells, "yaml": yaml, "changes": changes, "tables": tables}


def main(given: list[str]) -> None:
    asked = arguments(given)
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        sys.exit("Atheris is not installed: pip install atheris, then again")
    with atheris.instrument_imports(include=["attain"]):
        read = TARGETS[asked.target]()
    options = [
        f"-max_total_time={int(asked.minutes * 60)}",
        f"-seed={asked.seed}",
        f"-max_len={LONGEST}",
        f"-timeout={SLOW}",
        "-verbosity=1",
    ]
    with tempfile.TemporaryDirectory(prefix="attain-guided-") as seeds:
        for number, text in enumerate(SEEDS[asked.target]):
            (Path(seeds) / str(number)).write_text(text, encoding="utf-8")
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", seeds], read)
        atheris.Fuzz()
