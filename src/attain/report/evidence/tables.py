"""The parts of a pack that tell numbers: their columns, and their rows from what was scored, compared and explained."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.explaining.result import COLUMNS as EXPLAINED
from attain.report.evidence.pack import Part
from attain.scoring.rationals import cut
from attain.scoring.result import MICRO_PLACES, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attain.advise.columns import ColumnKind
    from attain.explaining.reconciliation import Clue, Compared, Reconciliation
    from attain.explaining.result import Explanation
    from attain.facts.directory import ReportedScore
    from attain.report.evidence.pack import Cell
    from attain.scoring.result import ScoreRow

AGREES, DIFFERS, NOT_REPORTED = "agrees", "differs", "not reported"
COMPARED: dict[str, ColumnKind] = {
    "track": "text",
    "selected": "yes",
    "metric": "text",
    "name": "text",
    "reported_value": "amount",
    "value": "amount",
    "full_marks": "amount",
    "reported_points": "amount",
    "points": "amount",
    "max_points": "amount",
    "difference": "amount",
    "complete": "yes",
    "verdict": "text",
}
REASONS: dict[str, ColumnKind] = {"track": "text", "metric": "text", "kind": "text", "words": "text", "points": "amount", "agrees": "yes"}
FORMULAS: dict[str, ColumnKind] = {
    "track": "text",
    "metric": "text",
    "name": "text",
    "part": "text",
    "part_name": "text",
    "formula": "text",
    "points": "amount",
}
ROWS: dict[str, ColumnKind] = {
    "track": "text",
    "metric": "text",
    **{
        name: "amount" if name in {"before", "after", "change", "points"} else "yes" if name.startswith("counted") else "text"
        for name in EXPLAINED
    },
}
MISSING: dict[str, ColumnKind] = {"track": "text", "metric": "text", "kind": "text", "words": "text"}
REPORTED: dict[str, ColumnKind] = {
    "partner_id": "text",
    "as_of": "day",
    "designation": "text",
    "track": "text",
    "metric": "text",
    "value": "amount",
    "points": "amount",
}
KINDS = {
    "missing_months": "Months that are missing",
    "missing_table": "A table that is missing",
    "unrecognized": "Usage without an association",
    "not_linked": "Certificates not linked, or people who left",
    "unknown_name": "A name that the catalog does not know",
    "set_aside": "Rows set aside on load",
    "unassigned": "Rows without a partner or tenant",
    "basis": "Another basis of the amounts",
    "refresh": "Another day of the refresh",
    "skilling_refresh": "Another day of the certificates",
    "track": "Another track",
    "edition": "Another edition",
    "interpretation": "Another reading of an interpretation",
}
"""How each kind of clue is called."""
NOTHING = "nothing found"


def six(value: Fraction | Decimal | None) -> Decimal | None:
    """Give a number as a decimal cut at six places."""
    return None if value is None else Decimal(cut(Fraction(value))).scaleb(-MICRO_PLACES)


def compared_part(scored: Sequence[ScoreRow], found: Reconciliation | None, tracks: Sequence[str], names: Mapping[str, str]) -> Part:
    """Give each metric and the total of each track: ours with what it is made of, Microsoft's where it is reported, and the difference."""
    reported = {(row.track, row.metric): row for row in (() if found is None else found.rows)}
    rows = [_compared(row, reported.get((row.track, row.metric)), names) for track in tracks for row in scored if row.track == track]
    return Part("compared", "Reported against recomputed", COMPARED, tuple(rows))


def _compared(row: ScoreRow, reported: Compared | None, names: Mapping[str, str]) -> tuple[Cell, ...]:
    verdict = NOT_REPORTED if reported is None else AGREES if reported.agrees else DIFFERS
    return (
        row.track,
        row.selected,
        row.metric,
        names[row.metric],
        None if reported is None else reported.reported_value,
        row.value,
        row.full_marks,
        None if reported is None else reported.reported_points,
        row.points,
        row.max_points,
        None if reported is None else six(reported.difference),
        row.complete,
        verdict,
    )


def reasons_part(found: Reconciliation | None, *, names_shown: bool) -> Part:
    """Give what could explain each number that differs, what makes all of them agree, and what could not be compared."""
    rows: list[tuple[Cell, ...]] = []
    if found is not None:
        for answer in found.answers:
            words = f"all numbers agree with: {answer.clue.said(names=names_shown)}"
            rows.append(("", "", answer.clue.kind, words, None, True))
        for row in found.rows:
            if not row.agrees and not row.clues:
                rows.append((row.track, row.metric, "", NOTHING, None, False))
            for clue in () if row.agrees else row.clues:
                rows.append((row.track, row.metric, clue.kind, clue.said(names=names_shown), six(clue.points), clue.agrees))
        rows += [("", "", "not_compared", fault, None, False) for fault in found.faults]
    return Part("reasons", "What could explain the differences", REASONS, tuple(rows))


def formulas_part(explanations: Sequence[Explanation], names: Mapping[str, str]) -> Part:
    """Give the formula of each part of each metric, with its numbers filled in."""
    rows = [
        (one.track, one.metric, names[one.metric], pool.id, pool.name, pool.formula, six(pool.points))
        for one in explanations
        for pool in one.pools
    ]
    return Part("formulas", "How each number comes about", FORMULAS, tuple(rows))


def rows_part(explanations: Sequence[Explanation]) -> Part:
    """Give the rows behind every metric, those that count and those that do not, as `attain explain` writes them."""
    rows = [
        (
            one.track,
            one.metric,
            *(six(value) if isinstance(value, Fraction) else value for value in (getattr(row, name) for name in EXPLAINED)),
        )
        for one in explanations
        for row in one.rows
    ]
    return Part("rows", "Rows behind the numbers", ROWS, tuple(rows))


def missing_part(clues: Iterable[tuple[str, str, Clue]], more: Iterable[str], *, names_shown: bool) -> Part:
    """Give what the facts lack: `clues` by track and metric, each said once, and `more` lines of no metric."""
    seen: dict[tuple[str, str], tuple[Cell, ...]] = {}
    for track, metric, clue in clues:
        words = clue.said(names=names_shown)
        seen.setdefault((clue.kind, words), (track, metric, clue.kind, words))
    rows = [*(("", "", "missing_months", words) for words in more), *seen.values()]
    return Part("missing", "What the data lack", MISSING, tuple(rows))


def reported_part(reported: Iterable[ReportedScore]) -> Part:
    """Give Microsoft's numbers as they were reported: a file with these columns can be imported as it stands."""
    rows = [(one.partner_id, one.as_of, one.designation, one.track, one.metric, one.value, one.points) for one in reported]
    return Part("reported", "Microsoft's numbers", REPORTED, tuple(rows))


def metric_names(metrics: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name the metrics, and the total."""
    return {TOTAL: "Total", **dict(metrics)}
