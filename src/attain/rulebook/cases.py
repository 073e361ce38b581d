"""Worked cases as data: facts, a day and what must come out, kept beside the rules they prove.

A file of `cases/` is a mapping with `designation` and `cases`. A case is written short and expanded here:

- `covers: 2024-11..2026-10` adds to each of the three usage tables one row a month, without an association and with nothing used, so
  that the facts cover those months (I-11).
- A cell that is a list, or a range (`2025-11..2026-10`, `T1..T10`), stands for one row a value. `months` is another name of `month`.
- `tenant: A` stands for a tenant id of its own; a row without `partner_id` is the case's partner; a certificate without `earned_on`
  was earned a year before `as_of`. The rows of `partners`, and of `customers` where the case writes none, are added.
- `sides` makes a case of each of `below`, `at` and `above` a boundary, in each of `tests.editions` and `tests.tracks`. What a side says
  about `value`, `points`, `qualified`, `selected` and `complete` is expected of the case's `metric` and track; `as_of` and `expect`
  replace the case's; every other name `x` fills the cells written `$x`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import Field, ValidationError

from attain.errors import AttainError
from attain.rulebook.leaf import Exact, Strict
from attain.rulebook.strict_yaml import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Side = Literal["below", "at", "above"]
TableName = Literal[
    "partners", "customers", "azure_usage", "workload_usage", "workload_revenue", "certifications", "associations", "enrollments"
]
Row = dict[str, str]

STATUSES = "lifecycle"
"""The file of `cases/` whose cases are of statuses by day, not of scores."""

_MONTHS = re.compile(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})")
_NUMBERED = re.compile(r"([A-Za-z]+)(\d+)\.\.\1(\d+)")
_EXPECTED = ("value", "points", "qualified", "selected", "complete")
_BACKGROUND: dict[str, Row] = {
    "azure_usage": {"service": "Key Vault", "subscription_id": "", "offer": "", "basis": "acr", "acr_usd": "0"},
    "workload_usage": {"workload": "Intune", "paid_licenses": "0", "active_users": "0"},
    "workload_revenue": {"workload": "Business Central", "revenue_usd": "0"},
}


class Expect(Strict):
    """What the score's row of one track and metric must say; what is left out is not checked. `value` and `points` are exact."""

    track: str
    metric: str
    value: Exact | None = None
    points: Exact | None = None
    qualified: bool | None = None
    selected: bool | None = None
    complete: bool | None = None


@dataclass(frozen=True, slots=True)
class Boundary:
    """The edge that a case sits at: `leaf` is the dotted path down to the bound, `track` empty where the leaf is of all tracks."""

    leaf: str
    edition: str
    track: str
    side: Side

    def __str__(self) -> str:
        """Print it as one line."""
        return f"{self.leaf} ({', '.join(filter(None, (self.edition, self.track)))}: {self.side})"


@dataclass(frozen=True, slots=True)
class Case:
    """One expanded case. `facts` are rows of contract columns, each cell as text, of the one partner `partner_id`."""

    name: str
    source: str
    file: str
    designation: str
    edition: str | None
    as_of: dt.date
    partner_id: str
    facts: Mapping[str, tuple[Row, ...]]
    expect: tuple[Expect, ...]
    explains: tuple[str, ...]
    tests: Boundary | None


class _Tests(Strict):
    leaf: str
    editions: tuple[str, ...]
    tracks: tuple[str, ...] = ("",)


class _Written(Strict):
    """A case as it stands in the file."""

    name: str
    source: str
    as_of: dt.date
    edition: str | None = None
    covers: str = ""
    facts: dict[TableName, list[dict[str, Any]]] = Field(default_factory=dict)
    expect: tuple[Expect, ...] = ()
    explains: tuple[str, ...] = ()
    tests: _Tests | None = None
    metric: str = ""
    track: str = ""
    sides: dict[Side, dict[str, Any]] = Field(default_factory=dict)


class _File(Strict):
    designation: str
    cases: tuple[_Written, ...]


def read_cases(folder: Path) -> list[Case]:
    """Read and expand every case of the YAML files of `folder`, in the order of names and lines.

    Each case has a partner of its own (`<file>-<number>`) and tenants of its own, so that all may be scored as one set of facts
    where `as_of` and `edition` agree. Raises AttainError `bad-case` with the file and the case where one does not read.
    """
    cases: list[Case] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.stem == STATUSES:
            continue
        try:
            written = _File.model_validate(read(path).data)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            hint = "see attain/rulebook/cases.py for the form of a case"
            raise AttainError("bad-case", first["msg"], where=f"{path.name}: {place}", hint=hint) from error
        for case in written.cases:
            cases.extend(_expanded(case, written.designation, path, len(cases)))
    return cases


def _expanded(case: _Written, designation: str, path: Path, before: int) -> Iterator[Case]:
    for number, (side, edition, track) in enumerate(_variants(case, path), start=before + 1):
        stated = case.sides.get(side, {}) if side else {}
        as_of = stated.get("as_of", case.as_of)
        partner_id = f"{path.stem}-{number:04d}"
        tests = Boundary(case.tests.leaf, edition or "", track, side) if case.tests and side else None
        # A change of edition is proved by the day alone: there the edition is left for the day to choose.
        chosen = None if "as_of" in stated else (edition or case.edition)
        yield Case(
            name=f"{case.name} ({', '.join(filter(None, (edition, track)))}: {side})" if side else case.name,
            source=case.source,
            file=path.name,
            designation=designation,
            edition=chosen,
            as_of=as_of,
            partner_id=partner_id,
            facts=_facts(case, stated, as_of, partner_id, number, path),
            expect=_expectations(case, stated, track),
            explains=case.explains,
            tests=tests,
        )


def _variants(case: _Written, path: Path) -> list[tuple[Side | None, str | None, str]]:
    if not case.sides:
        return [(None, case.edition, "")]
    if case.tests is None:
        where = f"{path.name}: {case.name}"
        raise AttainError("bad-case", "a case with sides must say what it tests", where=where, hint="add tests: {leaf, editions, tracks}")
    return [(side, edition, track) for edition, track, side in product(case.tests.editions, case.tests.tracks, case.sides)]


def _expectations(case: _Written, stated: Mapping[str, Any], track: str) -> tuple[Expect, ...]:
    if "expect" in stated:
        return tuple(Expect.model_validate(one) for one in stated["expect"])
    said = {name: stated[name] for name in _EXPECTED if name in stated}
    if not said:
        return case.expect
    return (Expect.model_validate({"track": track or case.track, "metric": case.metric, **said}), *case.expect)


def _facts(
    case: _Written, stated: Mapping[str, Any], as_of: dt.date, partner_id: str, number: int, path: Path
) -> dict[str, tuple[Row, ...]]:
    tenants: dict[str, str] = {}
    where = f"{path.name}: {case.name}"
    tables: dict[str, tuple[Row, ...]] = {}
    for table in {**(_BACKGROUND if case.covers else {}), **case.facts}:
        expanded = [row for written in case.facts.get(cast("TableName", table), []) for row in _rows(written, stated, where)]
        if case.covers and table in _BACKGROUND:
            expanded += [{"month": month, "tenant": "no usage", "associations": "", **_BACKGROUND[table]} for month in _range(case.covers)]
        tables[table] = tuple(_filled(row, table, as_of, partner_id, number, tenants) for row in expanded)
    tables.setdefault("partners", ({"partner_id": partner_id, "name": case.name, "account": "global"},))
    tables.setdefault("customers", tuple({"tenant_id": tenant_id, "name": name} for name, tenant_id in tenants.items()))
    return tables


def _rows(written: Mapping[str, Any], stated: Mapping[str, Any], where: str) -> Iterator[Row]:
    names: list[str] = []
    choices: list[list[str]] = []
    for name, cell in written.items():
        value: Any = cell
        if isinstance(cell, str) and cell.startswith("$"):
            if cell[1:] not in stated:
                raise AttainError("bad-case", f"no side fills {cell}", where=where, hint=f"give {cell[1:]} in every side")
            value = stated[cell[1:]]
        names.append("month" if name == "months" else name)
        choices.append(_cells(value, where))
    for combination in product(*choices):
        yield dict(zip(names, combination, strict=True))


def _cells(value: object, where: str) -> list[str]:
    if isinstance(value, list):
        return [cell for item in cast("list[object]", value) for cell in _cells(item, where)]
    return _range(value) if isinstance(value, str) else ["" if value is None else str(value)]


def _range(text: str) -> list[str]:
    if months := _MONTHS.fullmatch(text):
        year, month, last_year, last_month = map(int, months.groups())
        return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(year * 12 + month - 1, last_year * 12 + last_month)]
    if numbered := _NUMBERED.fullmatch(text):
        return [f"{numbered[1]}{index}" for index in range(int(numbered[2]), int(numbered[3]) + 1)]
    return [text]


def _filled(row: Row, table: str, as_of: dt.date, partner_id: str, number: int, tenants: dict[str, str]) -> Row:
    filled = dict(row)
    if name := filled.pop("tenant", ""):
        filled["tenant_id"] = tenants.setdefault(name, f"{number:08x}-0000-4000-8000-{len(tenants) + 1:012x}")
        if table == "customers":
            filled.setdefault("name", name)
    if table != "customers":
        filled.setdefault("partner_id", partner_id)
    if table == "certifications":
        filled.setdefault("earned_on", as_of.replace(year=as_of.year - 1, day=min(as_of.day, 28)).isoformat())
    return filled
