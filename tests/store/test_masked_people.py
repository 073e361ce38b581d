"""Rows about people in a facts folder: what an import sets aside of them names nobody."""

from __future__ import annotations

from pathlib import Path

from attain.rulebook.load import Book
from attain.store.delivery import of_folder
from attain.store.records import rejects_of
from attain.store.store import Store


def test_certificates_of_a_facts_folder_that_are_set_aside_name_nobody(tmp_path: Path, book: Book) -> None:
    folder = tmp_path / "facts"
    folder.mkdir()
    lines = "A,p1,Ada Byron,AZ-104,soon\nA,p2,Bea Byron,AZ-104,2026-01-01\nA,p3,Cem Byron,AZ-104,2026-01-01,more\n"
    (folder / "certifications.csv").write_text(f"partner_id,person_id,person_name,certification,earned_on\n{lines}", encoding="utf-8")
    store = Store.create(tmp_path / "store")
    store.take([of_folder(folder)], book.catalog)
    first, ragged = rejects_of(store, 1)
    assert first["given"] == "A,p1,,AZ-104,soon"
    assert ragged["given"] == ""
    assert "Byron" not in str((first, ragged))
