"""The engine and the naive scorer on the same facts: where do they differ?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import attain
from attain.facts.facts import Facts
from attain.scoring.rationals import cut
from attain.scoring.windows import month_text
from tests.oracle.scorer import score
from tests.scoring.disk import Row, write_facts

COMPARED = ("selected", "data_month", "value", "full_marks", "points", "max_points", "complete", "qualified")


def engine_rows(facts: Facts, as_of: date, designation: str, **options: Any) -> dict[tuple[str, str, str], dict[str, Any]]:
    scores = attain.score(facts, on=as_of, designations=[designation], **options)
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in scores.frame.iter_rows(named=True):
        row["data_month"] = None if row["data_month"] is None else month_text(row["data_month"])
        rows[row["partner_id"], row["track"], row["metric"]] = row
    return rows


def expected(row: dict[str, Any], name: str) -> Any:
    value = row[name]
    if name in ("value", "full_marks", "points", "max_points"):
        if row["metric"] == "total" and name in ("value", "full_marks"):
            return None
        return None if value is None else cut(value)
    if name == "qualified" and row["metric"] != "total":
        return None
    return value


def differences(facts: dict[str, list[Row]], as_of: date, designation: str, folder: Path, **options: Any) -> list[str]:
    """Score `facts` with both and list every cell in which they differ."""
    loaded = attain.load(write_facts(facts, folder))
    if loaded.report.rejects:
        return [f"rejected: {reject}" for reject in loaded.report.rejects]
    ours = engine_rows(loaded, as_of, designation, **options)
    theirs = {(row["partner_id"], row["track"], row["metric"]): row for row in score(facts, as_of, designation=designation, **options)}
    found = [f"only the engine has {key}" for key in ours.keys() - theirs.keys()]
    found += [f"only the naive scorer has {key}" for key in theirs.keys() - ours.keys()]
    for key in sorted(ours.keys() & theirs.keys()):
        for name in COMPARED:
            wanted = expected(theirs[key], name)
            if ours[key][name] != wanted:
                found.append(f"{key} {name}: engine {ours[key][name]}, naive {wanted}")
    return found
