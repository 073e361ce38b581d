"""The JSON Schema kept beside the rulebook is the one of its models."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.rulebook.json_schema import SCHEMAS, schema, schema_folder, schema_text, write_schemas


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_the_kept_schema_is_fresh(name: str) -> None:
    kept = (schema_folder() / f"{name}.json").read_text(encoding="utf-8")
    assert kept == schema_text(name), "run: attain rules schema --write src/attain/rulebook/solutions_partner/schema"


def test_no_other_schema_is_kept() -> None:
    assert sorted(path.stem for path in schema_folder().iterdir()) == sorted(SCHEMAS)


def test_a_schema_names_fields_as_files_write_them_and_refuses_others() -> None:
    designation = schema("designation")
    assert designation["additionalProperties"] is False
    edition = designation["$defs"]["Edition"]
    assert "from" in edition["properties"]
    assert "from_" not in edition["properties"]
    assert edition["required"] == ["source", "id", "from"]


def test_only_what_changed_is_written_again(tmp_path: Path) -> None:
    assert [path.stem for path in write_schemas(tmp_path / "new")] == list(SCHEMAS)
    assert write_schemas(tmp_path / "new") == []
    (tmp_path / "new" / "offers.json").write_text("{}", encoding="utf-8")
    assert [path.stem for path in write_schemas(tmp_path / "new")] == ["offers"]
