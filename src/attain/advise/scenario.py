"""A scenario: changes to play through, kept in a small file (strict YAML, or JSON) and given as text on the command line."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import Field, ValidationError

from attain.advise.changes import KINDS, Change
from attain.errors import AttainError, did_you_mean
from attain.replacing import write_bytes
from attain.rulebook.leaf import Strict
from attain.rulebook.strict_yaml import Document, read
from attain.rulebook.validate import validate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Scenario(Strict):
    """Changes that are applied one after the other, under a name."""

    name: str = ""
    note: str = ""
    changes: tuple[Change, ...] = Field(default=())


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises AttainError `scenario-...` or `yaml-...` with file, line and the nearest valid name."""
    document = read(path)
    _check_kinds(document)
    scenario, faults = validate(Scenario, document)
    if scenario is None:
        raise replace(faults[0], code=faults[0].code.replace("rulebook-", "scenario-"))
    return scenario


def write_scenario(scenario: Scenario, path: Path) -> None:
    """Write a scenario so that reading it gives an equal one: JSON where the file is called so, else YAML; see `write_bytes`."""
    plain: dict[str, Any] = scenario.model_dump(mode="json", exclude_defaults=True)
    plain["changes"] = [change_fields(change) for change in scenario.changes]
    if path.suffix.casefold() == ".json":
        text = json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
    else:
        text = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=140)
    write_bytes(path, text.encode())


def change_fields(change: Change) -> dict[str, Any]:
    """Give a change as plain JSON: `do` and the fields that are set, of which a scenario reads an equal one."""
    return {"do": change.do, **change.model_dump(mode="json", exclude_defaults=True, exclude={"do"})}


def read_change(text: str) -> Change:
    """Read a change from one line: `drop_customer tenant="Adventure Works"`; a value with spaces goes into quotation marks.

    Raises AttainError that names the nearest kind or field.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise AttainError("bad-change", f"{text!r} cannot be read: {error}", hint="close the quotation mark") from error
    if not words:
        raise AttainError("bad-change", "the change is empty", hint=f"begin with one of {', '.join(KINDS)}")
    kind, *pairs = words
    if kind not in KINDS:
        raise AttainError("bad-change", f"there is no change {kind!r}", hint=did_you_mean(kind, KINDS))
    fields: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        known = [field for field in KINDS[kind].model_fields if field != "do"]
        if not equals or not value:
            raise AttainError(
                "bad-change", f"{pair!r} is no field with a value", where=kind, hint=f"write name=value; fields: {', '.join(known)}"
            )
        if name not in known:
            raise AttainError("bad-change", f"there is no field {name!r}", where=kind, hint=did_you_mean(name, known))
        if name in fields:
            raise AttainError("bad-change", f"the field {name!r} is given twice", where=kind, hint="keep one of them")
        fields[name] = value
    try:
        return Scenario.model_validate({"changes": [{"do": kind, **fields}]}).changes[0]
    except ValidationError as error:
        raise _fault(error, kind) from error


def change_text(change: Change) -> str:
    """Write a change as one line that `read_change` reads as an equal one."""
    fields: dict[str, Any] = change.model_dump(mode="json", exclude_defaults=True, exclude={"do"})
    return " ".join((change.do, *(f"{name}={shlex.quote(_value(value))}" for name, value in fields.items())))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "+".join(str(one) for one in value) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - codes


def read_changes(texts: Sequence[str]) -> tuple[Change, ...]:
    """Read changes given as text, in order; see `read_change`."""
    return tuple(read_change(text) for text in texts)


def _fault(error: ValidationError, kind: str) -> AttainError:
    detail = error.errors()[0]
    named = [str(part) for part in detail["loc"][3:]]
    where = f"{kind}, {'.'.join(named)}" if named else kind
    if detail["type"] == "missing":
        return AttainError("bad-change", "the field is missing", where, f"add {named[-1]}=...")
    if detail["type"] == "value_error":
        return AttainError("bad-change", str(detail["ctx"]["error"]) if "ctx" in detail else detail["msg"], where)
    message = detail["msg"]
    return AttainError("bad-change", f"{detail['input']!r}: {message[:1].lower()}{message[1:]}", where)


def _check_kinds(document: Document) -> None:
    """Name an unknown or missing kind with its line and the nearest one, before the fields are looked at."""
    places = [path[1] for path in document.lines if len(path) == 2 and path[0] == "changes"]
    for place in places:
        kind = document.get(("changes", place, "do"))
        if isinstance(document.get(("changes", place)), dict) and kind not in KINDS:
            at = document.where(("changes", place, "do"))
            if kind is None:
                raise AttainError("scenario-missing-field", "the change does not say what it does", at, f"add do: {', '.join(KINDS)}")
            raise AttainError("scenario-choice", f"there is no change {kind!r}", at, did_you_mean(str(kind), KINDS))
