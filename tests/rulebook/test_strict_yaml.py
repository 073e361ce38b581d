"""Strict YAML: what it reads, what it refuses word for word, and the line of everything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.rulebook.strict_yaml import DEEPEST, LONGEST_NUMBER, parse, read

SYNTAX_HINT = "check the indentation, quotes and brackets here and just above"
NAME_HINT = "a field's name is text; quote it if it looks like a number or a date"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1_250_000", 1250000),
        ("true", True),
        ("false", False),
        ("2026-07-31", dt.date(2026, 7, 31)),
        ("'2026-07-31'", "2026-07-31"),
        ("'0.2'", "0.2"),
        ("40/6", "40/6"),
        ("'yes'", "yes"),
        ("AZ-500", "AZ-500"),
        ("3 people", "3 people"),
        ("security-2023-10#score", "security-2023-10#score"),
        ("[a, 1]", ["a", 1]),
        ("|\n  two\n  lines", "two\nlines"),
    ],
)
def test_a_value_is_read_in_one_way(text: str, value: object) -> None:
    assert parse(f"a: {text}", "f.yaml").data == {"a": value}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", "f.yaml:3: the field 'a' is given twice, first in line 1 (keep one of them)"),
        ("a: 1\nb:\t2", "f.yaml:2: a tab character (indent with spaces)"),
        ("a: &x 1", "f.yaml:1: &x hides a value behind a name (write the value out where it holds)"),
        ("a: 1\nb: [1, *x]", "f.yaml:2: *x hides a value behind a name (write the value out where it holds)"),
        ("<<: {a: 1}", "f.yaml:1: << merges fields from elsewhere (write the fields out where they hold)"),
        (
            "a: !!int '1'",
            "f.yaml:1: the tag tag:yaml.org,2002:int changes how a value is read (remove it, and quote the value if it is text)",
        ),
        ("a: 0.2", "f.yaml:1: 0.2 is not exact as it stands (quote it, so that no digit is lost: '0.2')"),
        ("a: 1e3", "f.yaml:1: 1e3 is not exact as it stands (quote it, so that no digit is lost: '1e3')"),
        ("a: 007", "f.yaml:1: 007 is not exact as it stands (quote it, so that no digit is lost: '007')"),
        ("a: .inf", "f.yaml:1: .inf is not exact as it stands (quote it, so that no digit is lost: '.inf')"),
        ("a: 0x1f", "f.yaml:1: 0x1f is not exact as it stands (quote it, so that no digit is lost: '0x1f')"),
        ("a:\n  - yes", "f.yaml:2: yes may mean true, false or text (write true or false, or quote the text: 'yes')"),
        ("a: NO", "f.yaml:1: NO may mean true, false or text (write true or false, or quote the text: 'NO')"),
        ("a: True", "f.yaml:1: True may mean true, false or text (write true or false, or quote the text: 'True')"),
        ("on: 1", "f.yaml:1: on may mean true, false or text (write true or false, or quote the text: 'on')"),
        ("a: 2022-10", "f.yaml:1: 2022-10 may mean a date, a time or text (write a day as YYYY-MM-DD, or quote the text: '2022-10')"),
        (
            "a: 31.12.2026",
            "f.yaml:1: 31.12.2026 may mean a date, a time or text (write a day as YYYY-MM-DD, or quote the text: '31.12.2026')",
        ),
        (
            "a: 2026-01-01T10Z",
            "f.yaml:1: 2026-01-01T10Z may mean a date, a time or text (write a day as YYYY-MM-DD, or quote the text: '2026-01-01T10Z')",
        ),
        ("a: 12:30", "f.yaml:1: 12:30 may mean a date, a time or text (write a day as YYYY-MM-DD, or quote the text: '12:30')"),
        ("a: 2026-02-30", "f.yaml:1: 2026-02-30 is no day of the calendar (write an existing day as YYYY-MM-DD)"),
        ("a: 1\nb:", "f.yaml:2: a value is missing (write the value, or leave the field out)"),
        ("a: null", "f.yaml:1: a value is missing (write the value, or leave the field out)"),
        ("2022: 1", f"f.yaml:1: '2022' is not a name for a field ({NAME_HINT})"),
        (
            "? [a]\n: 1",
            f"f.yaml:1: a list or mapping is not a name for a field ({NAME_HINT})",
        ),
        ("a: 1\n---\nb: 2", "f.yaml:2: a second document begins (keep one document in a file: remove the line '---')"),
        ("# nothing", "f.yaml: the file is empty (write its fields, or remove it)"),
        (
            "a: 1\nb: [1,\nc: 2",
            f"f.yaml:4: not YAML: while parsing a flow sequence did not find expected ',' or ']' ({SYNTAX_HINT})",
        ),
        (
            "a: b: c",
            f"f.yaml:1: not YAML: mapping values are not allowed in this context ({SYNTAX_HINT})",
        ),
    ],
)
def test_a_guess_is_refused_in_these_words(text: str, said: str) -> None:
    with pytest.raises(AttainError) as caught:
        parse(text, "f.yaml")
    assert str(caught.value) == said


def test_bytes_that_are_not_utf8_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\nb: Café\n".encode("latin-1"))
    with pytest.raises(AttainError) as caught:
        read(path, "latin.yaml")
    assert str(caught.value) == "latin.yaml:2: byte 0xe9 is not UTF-8 (save the file as UTF-8)"


def test_a_control_character_is_refused() -> None:
    with pytest.raises(AttainError, match=r"^f.yaml(:1)?: not YAML: .*control characters are not allowed"):
        parse("a: \x01", "f.yaml")


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(path).data == {"a": 1}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AttainError) as caught:
        read(tmp_path / "none.yaml", "none.yaml")
    assert str(caught.value) == "none.yaml: cannot be read: No such file or directory (check the name and the permissions)"


def test_every_place_has_its_line() -> None:
    document = parse("a:\n  - x\n  - id: y\n    value:\n      deep: 1\nb: {c: 2}\n", "f.yaml")
    places = [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "value"), ("a", 1, "value", "deep"), ("b", "c")]
    assert [document.line(place) for place in places] == [1, 1, 2, 3, 4, 5, 6]


def test_a_place_that_the_file_does_not_hold_has_the_line_of_what_is_around_it() -> None:
    document = parse("a:\n  - id: y\n", "f.yaml")
    assert document.where(("a", 0, "value", "deep")) == "f.yaml:2"
    assert document.get(("a", 0, "value")) is None
    assert document.text(("a", 0, "id")) == "y"


@pytest.mark.parametrize("depth", [DEEPEST - 1, DEEPEST, 100_000])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ("{b: ", "}")])
def test_nesting_has_an_end(depth: int, opened: str, closed: str) -> None:
    text = f"a: {opened * depth}1{closed * depth}"
    if depth < DEEPEST:
        assert parse(text, "f.yaml").data
    else:
        with pytest.raises(AttainError) as refused:
            parse(text, "f.yaml")
        assert (refused.value.code, refused.value.where) == ("yaml-depth", "f.yaml:1")


@pytest.mark.parametrize("digits", [LONGEST_NUMBER, LONGEST_NUMBER + 1, 100_000])
def test_a_number_has_an_end(digits: int) -> None:
    if digits <= LONGEST_NUMBER:
        assert parse(f"a: {'9' * digits}", "f.yaml").data == {"a": 10**digits - 1}
    else:
        with pytest.raises(AttainError) as refused:
            parse(f"a: {'9' * digits}", "f.yaml")
        assert (refused.value.code, refused.value.where) == ("yaml-number", "f.yaml:1")
