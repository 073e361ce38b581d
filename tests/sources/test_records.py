from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.sources import expansion, records
from attain.sources.documents import open_document
from attain.sources.files import rows_of
from attain.sources.receiving import REDACTED
from attain.sources.records import is_redacted
from tests.sources.folders import import_one, usage


def read(path: Path) -> list[tuple[int, list[str]]]:
    return list(rows_of(open_document(path)))


def refused(path: Path, text: str) -> AttainError:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AttainError) as caught:
        read(path)
    return caught.value


def test_one_record_a_line_with_the_numbers_of_the_lines_and_all_names_in_the_header(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('{"a": 1, "b": null}\n\n{"b": true, "c": "x,y"}\n', encoding="utf-8")
    assert read(path) == [(0, ["a", "b", "c"]), (1, ["1", "", ""]), (3, ["", "True", "x,y"])]


def test_records_of_several_shapes_give_the_cells_that_each_has(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    records = [
        {"a": "1", "b": "2"},
        {"b": 3, "a": None},
        {"a": "4", "b": "5"},
        {"a": "6", "b": {"c": 7, "d": {"e": False}}},
        {"b": {"c": "8"}, "Tags": {"k": 1}},
        {},
        {"Tags": {"k": 2}, "f": [1, "x"], "a": "9"},
        {"Tags": "", "b": "10"},
    ]
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    assert read(path) == [
        (0, ["a", "b", "b.c", "b.d.e", "Tags", "f"]),
        (1, ["1", "2", "", "", "", ""]),
        (2, ["", "3", "", "", "", ""]),
        (3, ["4", "5", "", "", "", ""]),
        (4, ["6", "", "7", "False", "", ""]),
        (5, ["", "", "8", "", '{"k":"1"}', ""]),
        (7, ["9", "", "", "", '{"k":"2"}', '["1","x"]']),
        (8, ["", "10", "", "", "", ""]),
    ]


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    digits = ["0.1000", "123456789012345678901234567890.123456789", "-1E-7", "9" * 5000]
    path.write_text("\n".join(f'{{"n": {number}, "m": 1}}' for number in digits), encoding="utf-8")
    assert [row[0] for _, row in read(path)[1:]] == digits


@pytest.mark.parametrize("name", ["value", "items"])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_of_an_api_gives_its_records_by_place(tmp_path: Path, name: str, indent: int | None) -> None:
    path = tmp_path / "f.json"
    answer = {"@odata.context": "c", name: [{"id": "x", "units": {"enabled": 5, "warning": 0}}, {"id": "y"}]}
    path.write_text(json.dumps(answer, indent=indent), encoding="utf-8")
    assert read(path) == [(0, ["id", "units.enabled", "units.warning"]), (1, ["x", "5", "0"]), (2, ["y", "", ""])]


def test_a_list_and_a_single_record(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text('[\n {"a": 1},\n {"a": 2}\n]', encoding="utf-8")
    assert read(path) == [(0, ["a"]), (1, ["1"]), (2, ["2"])]
    path.write_text('{\n "a": 1\n}', encoding="utf-8")
    assert read(path) == [(0, ["a"]), (1, ["1"])]


def test_lists_stay_json_and_tags_stay_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text('[{"plans": [{"name": "TEAMS1"}], "Tags": {"owner": "Zoë"}, "none": [], "deep": {"Tags": {"x": 1}}}]', encoding="utf-8")
    assert read(path) == [
        (0, ["plans", "Tags", "none", "deep.Tags"]),
        (1, ['[{"name":"TEAMS1"}]', '{"owner":"Zoë"}', "", '{"x":"1"}']),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_with_a_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "f.json"
    path.write_bytes('{"a": "é"}\n{"a": "b"}\n'.encode(encoding))
    assert read(path) == [(0, ["a"]), (1, ["é"]), (2, ["b"])]


def test_lines_compressed_as_partner_billing_delivers_them(tmp_path: Path) -> None:
    path = tmp_path / "part-0.json.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n{"a": 2}\n'))
    assert read(path) == [(0, ["a"]), (1, ["1"]), (2, ["2"])]


def test_a_bomb_of_lines_is_refused_while_it_expands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "SMALL", 1024)
    path = tmp_path / "f.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n' * 1_000_000))
    with pytest.raises(AttainError) as caught:
        read(path)
    assert caught.value.code == "file-bomb"


def test_a_cut_line_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path / "f.jsonl", '{"a": 1}\n{"a": 2}\n{"a": ')
    assert (error.code, error.where) == ("file-not-json", f"{tmp_path / 'f.jsonl'}, line 3")
    assert error.hint == "the file may be cut: fetch it again"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1', "file-not-json"),
        ('[{"a": 1}, ', "file-not-json"),
        ('{"a": 1}\n[1]\n', "file-not-table"),
        ("[1, 2]", "file-not-table"),
        ('[{"a": 1, "a": 2}]', "file-not-json"),
        ('[{"a": NaN}]', "file-not-json"),
        ("[" * 200_000, "file-not-json"),
        ('{"value": []}', "file-empty"),
        ("{}", "file-empty"),
        ('{"value": [{"a": 1}], "@odata.nextLink": "https://graph.example/next"}', "file-partial"),
        ('{"items": [{"a": 1}], "links": {"next": {"uri": "/invoices/lineitems?seekOperation=Next"}}}', "file-partial"),
    ],
)
def test_what_is_no_table_of_records_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert refused(tmp_path / "f.json", text).code == code


def test_too_much_to_be_read_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "SMALL", 30)
    error = refused(tmp_path / "f.json", '[\n {"a": 1},\n {"a": 2},\n {"a": 3}\n]')
    assert (error.code, error.hint) == ("file-too-large", "save it as JSON Lines: one record a line")


def test_more_names_than_any_table_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_COLUMNS", 3)
    assert refused(tmp_path / "f.json", json.dumps([{f"n{place}": 1} for place in range(5)])).code == "file-not-table"


@pytest.mark.parametrize(("said", "is_masked"), [(True, True), (False, False), ("true", False), (None, False)])
@pytest.mark.parametrize("indent", [None, 1])
def test_an_answer_says_whether_something_in_it_is_masked(tmp_path: Path, said: object, indent: int | None, *, is_masked: bool) -> None:
    path = tmp_path / "f.json"
    path.write_text(json.dumps({"value": [{"a": 1}], "dataRedacted": said}, indent=indent), encoding="utf-8")
    assert is_redacted(open_document(path)) is is_masked


def test_lines_and_lists_say_nothing_of_masking(tmp_path: Path) -> None:
    for name, text in (("a.jsonl", '{"a": 1}\n{"dataRedacted": true}\n'), ("b.json", '[{"dataRedacted": true}]'), ("c.csv", "a,b\n1,2\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert not is_redacted(open_document(tmp_path / name))


def test_an_import_tells_of_masking_in_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text(json.dumps({"value": [usage()], "dataRedacted": True}), encoding="utf-8")
    assert REDACTED in import_one(path, tmp_path / "facts").warnings
