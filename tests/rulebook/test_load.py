"""Loading a folder as a rulebook: the real one, a small one, and what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.rulebook.load import load_book, packaged_folder, read_book
from tests.rulebook.broken import BOOK, faults_of, write_book


def test_the_rulebook_that_comes_with_attain_is_clean() -> None:
    _, faults = read_book(packaged_folder())
    assert [str(fault) for fault in faults] == []


def test_the_rulebook_that_comes_with_attain_is_read_once() -> None:
    assert load_book() is load_book()


def test_it_holds_the_six_designations_in_the_order_of_the_programme() -> None:
    book = load_book()
    assert list(book.designations) == [named.id for named in book.programme.designations]
    assert set(book.designations) == {
        "data-ai",
        "infrastructure",
        "digital-app-innovation",
        "business-applications",
        "modern-work",
        "security",
    }


def _digest(folder: Path, file: str = "", line: int = 0, replace: str = "", by: str = "") -> str:
    write_book(folder, ({"file": file, "line": line, "replace": replace, "with": by},) if file else ())
    return load_book(folder).digest


def test_the_digest_is_of_what_the_book_says_not_of_how_it_is_written(tmp_path: Path) -> None:
    plain = _digest(tmp_path / "a")
    assert len(plain) == 64
    assert _digest(tmp_path / "b", "designations/roses.yaml", 2, "name: Roses", "name: Roses # a comment") == plain
    assert _digest(tmp_path / "c", "designations/roses.yaml", 71, "value: 2", "value: '2.0'") == plain


@pytest.mark.parametrize(
    ("file", "line", "replace", "by"),
    [
        ("designations/roses.yaml", 71, "value: 2", "value: 3"),
        ("designations/roses.yaml", 71, "#adds", "#people"),
        ("programme.yaml", 7, "60", "61"),
        ("catalog/services.yaml", 3, "Hedges (all)", "All hedges"),
        ("sources.yaml", 3, "2024", "2024!"),
    ],
)
def test_the_digest_changes_with_any_value_name_or_citation(tmp_path: Path, file: str, line: int, replace: str, by: str) -> None:
    assert _digest(tmp_path / "a") != _digest(tmp_path / "b", file, line, replace, by)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AttainError) as caught:
        load_book(tmp_path / "none")
    assert str(caught.value) == f"{tmp_path}/none: there is no such folder (name the folder that holds programme.yaml)"


def test_every_missing_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(BOOK, tmp_path, dirs_exist_ok=True)
    (tmp_path / "sources.yaml").unlink()
    (tmp_path / "catalog" / "offers.yaml").unlink()
    (tmp_path / "designations" / "roses.yaml").unlink()
    assert faults_of(tmp_path) == [
        "sources.yaml: the file is missing (every rulebook folder has one)",
        "catalog/offers.yaml: the file is missing (every rulebook folder has one)",
        "designations: holds no designation (add one file a designation)",
    ]


def test_the_first_fault_is_raised_and_says_how_many_more_there_are(tmp_path: Path) -> None:
    edits = tuple({"file": "designations/roses.yaml", "line": line, "replace": "#adds", "with": "#add"} for line in (35, 37, 39))
    write_book(tmp_path, edits)
    with pytest.raises(AttainError) as caught:
        load_book(tmp_path)
    assert caught.value.code == "rulebook-source"
    assert caught.value.where == f"{tmp_path}/designations/roses.yaml:35, roses.net_customer_adds.beds.services.source"
    assert caught.value.hint == f"did you mean adds?; 2 more: attain rules lint {tmp_path}"


def test_a_file_inside_the_working_folder_is_named_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_book(tmp_path / "mine", ({"file": "designations/roses.yaml", "line": 35, "replace": "#adds", "with": "#add"},))
    monkeypatch.chdir(tmp_path)
    _, faults = read_book(tmp_path / "mine")
    assert [fault.where for fault in faults] == ["mine/designations/roses.yaml:35, roses.net_customer_adds.beds.services.source"]


def test_a_designation_is_found_by_id_and_an_unknown_one_has_its_nearest() -> None:
    book = load_book()
    assert book.designation("security") is book.designations["security"]
    assert book.designation("Security") is book.designations["security"]
    with pytest.raises(AttainError) as caught:
        book.designation("securty")
    assert str(caught.value) == "there is no designation 'securty' (did you mean security?)"
    with pytest.raises(AttainError) as caught:
        book.designation("Business Application")
    assert str(caught.value) == "there is no designation 'Business Application' (did you mean business-applications?)"
    with pytest.raises(AttainError) as caught:
        book.designation("zzz")
    assert caught.value.hint == f"known: {', '.join(book.designations)}"
