"""JSON and JSON Lines as tables: one record a row, a nested object as columns named by their path, a list as its JSON text.

Numbers keep the digits of the file. A file that holds one record a line is read line by line, whatever its size; any other JSON (a list, an
answer of an API with its records in `value` or `items`) is read whole.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from attain.errors import AttainError
from attain.sources.documents import lines_of, open_text
from attain.sources.expansion import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.sources.documents import Document

Record = dict[str, Any]

ENVELOPES = ("value", "items")
"""Where the APIs of Microsoft put the records of one page."""
REDACTED = "dataRedacted"
NEXT_PAGE = ("@odata.nextLink", "nextLink")
FREE_FORM = frozenset({"tags", "additionalinfo"})
"""Objects whose names are the customer's own: they stay one cell."""
MOST_COLUMNS = 2_000
DEEPEST = 20
"""Objects that may stand in each other; the names of a record's cells are made of theirs."""
_COMPACT = (",", ":")


def record_rows(document: Document) -> Iterator[tuple[int, list[str]]]:
    """Give the records of a JSON document as rows of text cells below a header of all names that any record has.

    A record's number is its line where each line is one, else its place. Raises AttainError where the text is no JSON, holds no record, is
    one page of several, or names one thing twice.
    """
    header = _header(document)
    yield 0, list(header)
    for number, record in _records(document):
        cells: Record = record if _is_flat(record) else dict(_cells_of(document, number, record))
        if cells:
            yield number, [cell if isinstance(cell, str) else _text(cell) for cell in map(cells.get, header)]


@lru_cache(maxsize=16)
def _header(document: Document) -> tuple[str, ...]:
    names: dict[str, None] = {}
    seen: set[tuple[str, ...]] = set()
    for number, record in _records(document):
        if _is_flat(record):
            # most files have one shape, and nothing else is to be learned of it
            if (shape := tuple(record)) in seen:
                continue
            seen.add(shape)
        names.update((name, None) for name, _ in _cells_of(document, number, record))
        if len(names) > MOST_COLUMNS:
            message = f"the records have more than {MOST_COLUMNS} names"
            raise AttainError("file-not-table", message, str(document.path), "export the table as CSV")
    if not names:
        raise AttainError("file-empty", "the file holds no record", str(document.path), "export it again")
    return tuple(names)


def _records(document: Document) -> Iterator[tuple[int, Record]]:
    with open_text(document) as text:
        lines = enumerate(lines_of(document, text), 1)
        number, line = next(((number, line) for number, line in lines if line.strip()), (1, ""))
        try:
            first = _parsed(line)
        except ValueError:
            first = None
        if isinstance(first, dict) and _enveloped(cast("Record", first)) is None:
            yield number, cast("Record", first)
            yield from _records_of_lines(document, lines)
            return
        yield from enumerate(_records_of_whole(document, line, (line for _, line in lines)), 1)


def _records_of_lines(document: Document, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, Record]]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            record = _parsed(line)
        except ValueError as error:
            message, hint = f"not well-formed JSON: {error}", "the file may be cut: fetch it again"
            raise AttainError("file-not-json", message, f"{document.path}, line {number}", hint) from error
        if not isinstance(record, dict):
            message, hint = "the line holds no record", "each line is one record: {...}"
            raise AttainError("file-not-table", message, f"{document.path}, line {number}", hint)
        yield number, cast("Record", record)


@lru_cache(maxsize=16)
def is_redacted(document: Document) -> bool:
    """Say whether an answer of an API says that something in it is masked (`dataRedacted`), once its records can be read."""
    if document.form != "json":
        return False
    with open_text(document) as text:
        lines = lines_of(document, text)
        line = next((line for line in lines if line.strip()), "")
        try:
            held = _parsed(line)
        except ValueError:
            held = _whole(document, line, lines)
    return isinstance(held, dict) and cast("Record", held).get(REDACTED) is True


def _records_of_whole(document: Document, first: str, rest: Iterable[str]) -> list[Record]:
    held = _whole(document, first, rest)
    if isinstance(held, dict):
        held = _of_page(document, cast("Record", held))
    if not isinstance(held, list) or not all(isinstance(record, dict) for record in cast("list[object]", held)):
        raise AttainError(
            "file-not-table", "the JSON holds no list of records", str(document.path), "save the answer of the API as it came"
        )
    return cast("list[Record]", held)


def _whole(document: Document, first: str, rest: Iterable[str]) -> object:
    pieces, size = [first], len(first)
    for line in rest:
        pieces.append(line)
        size += len(line)
        if size > SMALL:
            message = f"JSON of more than {SMALL} characters is not read whole"
            raise AttainError("file-too-large", message, str(document.path), "save it as JSON Lines: one record a line")
    try:
        return _parsed("".join(pieces))
    except ValueError as error:
        hint = "the file may be cut: fetch it again"
        raise AttainError("file-not-json", f"not well-formed JSON: {error}", str(document.path), hint) from error


def _enveloped(held: Record) -> list[object] | None:
    return next((cast("list[object]", held[name]) for name in ENVELOPES if isinstance(held.get(name), list)), None)


def _of_page(document: Document, held: Record) -> list[object]:
    links = held.get("links")
    if any(held.get(name) for name in NEXT_PAGE) or (isinstance(links, dict) and cast("Record", links).get("next")):
        message = "this is one page of an answer that goes on"
        raise AttainError("file-partial", message, str(document.path), "fetch the pages it names too, and save all records in one list")
    records = _enveloped(held)
    return [held] if records is None else records


def _parsed(text: str) -> object:
    """Read JSON with its numbers as their own digits; raises ValueError for anything that is none, also for a name given twice."""
    try:
        return _READER.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _unique(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = Counter(name for name, _ in pairs)
        raise ValueError(f"{next(name for name, count in names.items() if count > 1)!r} is there twice in one record")
    return record


_READER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_number, object_pairs_hook=_unique)


def _is_flat(record: Record) -> bool:
    """Say whether each value of a record is one cell."""
    return dict not in map(type, record.values()) or all(
        name.casefold() in FREE_FORM for name, value in record.items() if isinstance(value, dict)
    )


def _cells_of(document: Document, number: int, record: Record) -> list[tuple[str, str]]:
    try:
        return list(_cells(record))
    except RecursionError:
        raise AttainError("file-not-json", "nested too deeply", f"{document.path}, record {number}", "export the table as CSV") from None


def _cells(record: Record, path: str = "") -> Iterator[tuple[str, str]]:
    if path.count(".") > DEEPEST:
        raise RecursionError
    for name, value in record.items():
        if isinstance(value, dict) and name.casefold() not in FREE_FORM:
            yield from _cells(cast("Record", value), f"{path}{name}.")
        else:
            yield f"{path}{name}", _text(cast("object", value))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=_COMPACT) if value else ""
    return str(value)
