"""A register of CPOR claims that the user keeps: recorded here, made in Partner Center."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, get_args

from attain.advise.association_guide import association_guide
from attain.errors import AttainError, did_you_mean, nearest
from attain.facts.cells import CellFault, read_date, read_guid
from attain.facts.schema import ASSOCIATIONS
from attain.facts.spreadsheet import neutral

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Status = Literal["draft", "submitted", "approved", "declined", "expired", "withdrawn"]
CLAIMED = tuple(code for code in ASSOCIATIONS if code.startswith("cpor"))
"""The associations that come from a claim."""


@dataclass(frozen=True)
class Claim:
    """One claim. `workload` is empty where it holds for all of the tenant; `evidence` are codes of the checklist that are at hand."""

    claim_id: str
    partner_id: str
    tenant_id: str
    association: str
    workload: str
    status: Status
    submitted_on: dt.date | None
    decided_on: dt.date | None
    expires_on: dt.date | None
    evidence: tuple[str, ...]
    note: str

    @property
    def lacking(self) -> tuple[str, ...]:
        """Name the evidence that is not at hand yet."""
        return tuple(item.code for item in association_guide().evidence if item.code not in self.evidence)


COLUMNS = tuple(field.name for field in fields(Claim))
NEEDED = ("claim_id", "partner_id", "tenant_id", "association", "status")


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read a register: CSV, UTF-8, a header with `COLUMNS` in any order, of which `NEEDED` must be there.

    Raises AttainError with file, row and column for the first fault, such as a claim id that stands there twice; nothing is half read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or "the system refused it").lower()
        raise AttainError("claims-unreadable", f"cannot be read: {reason}", str(path), "check the name and the permissions") from error
    except UnicodeDecodeError as error:
        raise AttainError("claims-encoding", "the text is not UTF-8", str(path), "save it as CSV UTF-8") from error
    lines = list(csv.reader(text.splitlines()))
    header = [name.strip() for name in lines[0]] if lines else []
    for name in header:
        if name not in COLUMNS:
            raise AttainError("claims-column", f"there is no column {name!r}", f"{path}, row 1", did_you_mean(name, COLUMNS))
    lacking = [name for name in NEEDED if name not in header]
    if lacking or len(set(header)) != len(header):
        message = f"the column {lacking[0]} is missing" if lacking else "a column stands there twice"
        raise AttainError("claims-column", message, f"{path}, row 1", f"a register has {', '.join(COLUMNS)}")
    found: dict[str, Claim] = {}
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{path}, row {number}"
        if len(cells) != len(header):
            raise AttainError("claims-row", f"the row has {len(cells)} cells, the header {len(header)}", where, "quote a cell with a comma")
        claim = claim_of(dict(zip(header, (cell.strip() for cell in cells), strict=True)), where)
        if claim.claim_id in found:
            raise AttainError("claims-twice", f"the claim {claim.claim_id!r} stands there twice", where, "keep one row of them")
        found[claim.claim_id] = claim
    return tuple(found.values())


def write_claims(claims: Iterable[Claim], path: Path) -> None:
    """Write a register so that `read_claims` gives the same."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for claim in claims:
            writer.writerow([_cell(getattr(claim, name)) for name in COLUMNS])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return "+".join(value) if isinstance(value, tuple) else neutral(str(value))  # pyright: ignore[reportUnknownArgumentType] - codes


def claim_of(row: Mapping[str, str], where: str) -> Claim:
    """Read one row of a register, text by column name; `where` begins the place that a fault names. Raises AttainError."""
    for name in NEEDED:
        if not row[name]:
            raise AttainError("claims-empty", "the cell is empty", f"{where}, column {name}", "fill it in")
    status = _one_of(row["status"].casefold(), get_args(Status), where, "status")
    association = _one_of(row["association"].casefold(), CLAIMED, where, "association")
    evidence = tuple(code.strip().casefold() for code in row.get("evidence", "").split("+") if code.strip())
    for code in evidence:
        _one_of(code, [item.code for item in association_guide().evidence], where, "evidence")
    days = {name: _day(row.get(name, ""), where, name) for name in ("submitted_on", "decided_on", "expires_on")}
    if days["submitted_on"] and days["decided_on"] and days["decided_on"] < days["submitted_on"]:
        raise AttainError("claims-order", "decided_on lies before submitted_on", where, "check the two days")
    return Claim(
        claim_id=row["claim_id"],
        partner_id=row["partner_id"],
        tenant_id=_guid(row["tenant_id"], where),
        association=association,
        workload=row.get("workload", ""),
        status=status,  # pyright: ignore[reportArgumentType] - one of its choices, as just checked
        submitted_on=days["submitted_on"],
        decided_on=days["decided_on"],
        expires_on=days["expires_on"],
        evidence=evidence,
        note=row.get("note", ""),
    )


def _one_of(value: str, known: Iterable[str], where: str, column: str) -> str:
    known = list(known)
    if value not in known:
        near = nearest(value, known)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
        raise AttainError("claims-choice", f"{value!r} is not a choice", f"{where}, column {column}", hint)
    return value


def _guid(text: str, where: str) -> str:
    try:
        return read_guid(text)
    except CellFault as fault:
        raise AttainError("claims-cell", f"{text!r} {fault.reason}", f"{where}, column tenant_id", fault.hint) from fault


def _day(text: str, where: str, column: str) -> dt.date | None:
    try:
        return read_date(text) if text else None
    except CellFault as fault:
        raise AttainError("claims-cell", f"{text!r} {fault.reason}", f"{where}, column {column}", fault.hint) from fault
