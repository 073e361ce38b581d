"""JSON Schema of the rulebook's files, for editors: it completes and checks what people write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attain.rulebook.load import FILES, packaged_folder
from attain.rulebook.model import Designation

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

SCHEMAS: dict[str, type[BaseModel]] = {
    "designation": Designation,
    **{path.rpartition("/")[2].removesuffix(".yaml"): model for path, model in FILES.items()},
}
"""The schemas by name: `designation` is of every file of `designations/`, the others of the file of that name."""


def schema(name: str) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) called `name`, one of `SCHEMAS`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMAS[name].model_json_schema(by_alias=True)}


def schema_text(name: str) -> str:
    """Write the JSON Schema called `name` as it is kept in the folder of the rulebook."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def schema_folder() -> Path:
    """Find where the schemas are kept."""
    return packaged_folder() / "schema"


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema to `folder`, one file a name; give the files whose text changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed: list[Path] = []
    for name in SCHEMAS:
        path = folder / f"{name}.json"
        text = schema_text(name)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
