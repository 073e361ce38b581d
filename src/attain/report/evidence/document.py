"""A pack as a PDF: laid out by Typst from data alone, with the fonts that come with it, and more where they lack letters.

The same pack and fonts give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

import typst

from attain.errors import AttainError
from attain.explaining.words import MINUS, number
from attain.report.evidence.cover import NAMES, cover_facts, version_facts
from attain.report.evidence.fonts import more_fonts
from attain.report.evidence.tables import AGREES, KINDS
from attain.rulebook.words import TRACK_NAMES
from attain.scoring.result import TOTAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from attain.report.evidence.fonts import Fonts
    from attain.report.evidence.pack import Cell, Evidence, Metric

FIRST = 15
"""Rows of a metric that count, and that do not, in the PDF; the workbook has all."""
FIRST_FILES = 40
DASH = "\N{EN DASH}"
MARK = "?"
LACKING = f"The fonts of this file lack some letters: {MARK} stands for each. The workbook has every name in full."
_PUNCTUATION = "\N{EN DASH}\N{MINUS SIGN}\N{MIDDLE DOT}\N{ZERO WIDTH SPACE}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
_UNSHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\(?:u\{(?P<code>[0-9a-f]+)\}|(?P<letter>.))")
_LONG_WORD = re.compile(r"\S{41,}")
_EVERY = 20
Data = dict[str, Any]


@dataclass(frozen=True)
class Laid:
    """A pack that is laid out: its file or pictures, the letters for which there are marks, the fonts besides the typesetter's own."""

    found: bytes | list[bytes]
    lacking: frozenset[str]
    fonts: Fonts | None


def document(evidence: Evidence) -> bytes:
    """Write a pack as a PDF, tagged for screen readers. Raises AttainError `pdf-failed` where Typst cannot lay it out."""
    return document_and_fonts(evidence)[0]


def document_and_fonts(evidence: Evidence) -> tuple[bytes, str]:
    """Write a pack as a PDF, as `document` does, and name the fonts that it needed besides the typesetter's own, or nothing."""
    laid = _laid_out(evidence, "pdf")
    assert isinstance(laid.found, bytes)
    return laid.found, laid.fonts.name if laid.fonts else ""


def pictures(evidence: Evidence, ppi: int = 80) -> list[bytes]:
    """Give the pages of the PDF as PNG pictures."""
    found = _laid_out(evidence, "png", ppi).found
    return [found] if isinstance(found, bytes) else found


def _laid_out(evidence: Evidence, kind: Any, ppi: int | None = None) -> Laid:
    """Lay a pack out with the typesetter's own fonts; with more where those lack letters that these have."""
    pack = layout(evidence)
    own = _compile(pack, kind, ppi, None)
    fonts = more_fonts() if own.lacking else None
    if fonts is None:
        return own
    # Fonts that help nothing change nothing: the same pack is the same bytes wherever they are not needed.
    more = _compile({**pack, "versions": [*pack["versions"], ["Fonts", fonts.name]]}, kind, ppi, fonts)
    return more if more.lacking < own.lacking else own


def _compile(pack: Data, kind: Any, ppi: int | None, fonts: Fonts | None) -> Laid:
    """Lay a pack out; where its fonts lack letters, anew with a mark for each and a line that says so."""
    lacking = set[str]()
    # Typst says only of tagged files which letters it cannot show; elsewhere it draws boxes without a word.
    standards: list[Any] = ["ua-1"] if kind == "pdf" or not _plain(pack) else []
    while True:
        try:
            found = _typeset(pack, "pdf" if standards else kind, None if standards else ppi, standards, fonts)
        except typst.TypstError as error:
            new = _unshown(error) - lacking
            if not new:
                hint = "take the workbook, and report this"
                raise AttainError("pdf-failed", f"the PDF cannot be laid out: {error.message}", hint=hint) from error
            lacking |= new
            pack = {**cast("Data", _marked(pack, lacking)), "lacking": LACKING}
        else:
            again = standards and kind != "pdf"
            return Laid(_typeset(pack, kind, ppi, [], fonts) if again else found, frozenset(lacking), fonts)


def _typeset(pack: Data, kind: Any, ppi: int | None, standards: list[Any], fonts: Fonts | None) -> bytes | list[bytes]:
    template = resources.files("attain.report.evidence").joinpath("evidence.typ").read_bytes()
    given = json.dumps(pack, ensure_ascii=False)
    folders: list[Any] = [fonts.folder] if fonts else []
    found = typst.compile(
        template,
        format=kind,
        ppi=ppi,
        sys_inputs={"pack": given},
        font_paths=folders,
        ignore_system_fonts=True,
        pdf_standards=standards,
    )
    assert found is not None
    return found


def _plain(pack: Data) -> bool:
    """Say whether every letter is one that the fonts surely have."""
    return json.dumps(pack, ensure_ascii=False).translate({ord(letter): None for letter in _PUNCTUATION}).isascii()


def _unshown(error: typst.TypstError) -> set[str]:
    """Give the letters, some with marks on them, that Typst says it cannot show."""
    return {_ESCAPE.sub(_unescaped, text) for text in _UNSHOWN.findall(str(error.diagnostic))}


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found["code"], 16)) if found["code"] else found["letter"]


def _marked(value: object, lacking: Iterable[str]) -> object:
    """Put a mark for every letter of texts that is lacking."""
    letters = re.compile("|".join(re.escape(letter) for letter in sorted(lacking, key=lambda one: (-len(one), one))))
    return _each_text(value, lambda text: letters.sub(MARK, text))


def layout(evidence: Evidence) -> Data:
    """Give what the template lays out: texts, in the order in which they stand."""
    cover = evidence.cover
    who = cover.partner or f"Partner {cover.partner_id}"
    documents = _Documents(evidence)
    rest = len(evidence.part("files").rows) - FIRST_FILES
    return _breakable(
        {
            "title": f"Evidence pack: {who}, {cover.designation_name}, {cover.day}",
            "heading": who,
            "subheading": f"{cover.designation_title}, {cover.track_name} track, {cover.day}",
            "running": f"{who}, {cover.designation_name}, {cover.track_name} track",
            "day": str(cover.day),
            "lacking": "",
            "digest": evidence.digest,
            "totals": [["Recomputed", cover.total], ["Microsoft", cover.reported_total or DASH]],
            "agrees": all(row["verdict"] == AGREES for row in evidence.part("compared").records()),
            "verdict": cover.verdict,
            "facts": [list(pair) for pair in cover_facts(evidence) if pair[0] not in {"Outcome", "Recomputed total", "Microsoft's total"}],
            "compared": _compared(evidence),
            "reasons": _reasons(evidence),
            "rows_note": f"The first {FIRST} rows of each kind, those with most points first; the workbook has all rows, as they add up.",
            "metrics": [_metric(evidence, metric) for metric in evidence.metrics],
            "missing": [
                {"name": KINDS[kind], "lines": [str(row["words"]) for row in rows]}
                for kind, rows in _grouped(evidence.part("missing").records(), "kind")
            ],
            "rules_note": f"Edition {cover.edition}, as in force for {cover.day}; figures without a standing are official.",
            "rules": documents.rules(),
            "sources": documents.sources(),
            "interpretations": [{"id": one[0], "title": one[1], "text": one[2]} for one in evidence.part("interpretations").rows],
            "versions": [list(pair) for pair in version_facts(evidence)],
            "enrollments": [[_text(cell) for cell in row[1:]] for row in evidence.part("enrollments").rows],
            "commands": list(evidence.commands),
            "files": [[_text(row[0]), f"{row[3]} ({row[2]})", str(row[4])] for row in evidence.part("files").rows[:FIRST_FILES]],
            "files_rest": f"{rest:,} more files are in the workbook." if rest > 0 else "",
            "digests": [[NAMES[part.id], f"{len(part.rows):,}", part.digest] for part in evidence.parts],
        },
        keep=frozenset({"digests", "files", "commands", "digest"}),
    )


def _compared(evidence: Evidence) -> Data:
    rows: list[list[str]] = []
    for row in evidence.part("compared").records():
        full = row["full_marks"]
        value = f"{_amount(row['value'])} of {_amount(full)}" if full is not None and row["metric"] != TOTAL else DASH
        points = f"{_amount(row['points'])} of {_amount(row['max_points'])}"
        track = TRACK_NAMES.get(str(row["track"]), str(row["track"]))
        verdict = str(row["verdict"]) + ("" if row["complete"] else ", incomplete")
        rows.append([str(row["name"]), track, value, _amount(row["reported_points"]), points, _amount(row["difference"]), verdict])
    heads = ["Number", "Track", "Value", "Microsoft", "Recomputed", "Difference", ""]
    note = "Points, cut at four decimals; the difference is the recomputed number less Microsoft's, before either is cut."
    return {"heads": heads, "rows": rows, "note": f"{note} Numbers agree where they are the same as far as Microsoft shows them."}


def _reasons(evidence: Evidence) -> list[Data]:
    compared = evidence.part("compared").records()
    several = len({row["track"] for row in compared}) > 1
    names = {
        (row["track"], row["metric"]): f"{row['name']}, {TRACK_NAMES.get(str(row['track']), row['track'])} track"
        if several
        else str(row["name"])
        for row in compared
    }
    groups: dict[str, list[Data]] = {}
    for row in evidence.part("reasons").records():
        name = names.get((row["track"], row["metric"]), "Of all numbers" if row["kind"] != "not_compared" else "Not compared")
        groups.setdefault(name, []).append({"words": str(row["words"]), "agrees": bool(row["agrees"])})
    return [{"name": name, "lines": lines} for name, lines in groups.items()]


def _metric(evidence: Evidence, metric: Metric) -> Data:
    groups = [
        group
        for title, places in (("Rows that count", metric.counted), ("Rows that do not count", metric.others))
        if (group := _rows(evidence, title, places)) is not None
    ]
    track = TRACK_NAMES.get(metric.track, metric.track)
    return {"name": f"{metric.name}, {track} track", "formulas": list(metric.formulas), "groups": groups}


def _rows(evidence: Evidence, title: str, places: Sequence[int]) -> Data | None:
    """Lay out the first rows of a metric, and say how many more there are."""
    if not places:
        return None
    part = evidence.part("rows")
    columns = list(part.columns)
    rows: list[list[str]] = []
    for place in places[:FIRST]:
        row = dict(zip(columns, part.rows[place], strict=True))
        of = " · ".join(str(row[name]) for name in ("pool", "option") if row[name])
        name, entity = str(row["name"] or row["entity"]), str(row["entity"])
        under = ", ".join(filter(None, ("" if name == entity else entity, of)))
        rows.append([name, under, _amount(row["before"]), _amount(row["after"]), _amount(row["points"]), str(row["reason"])])
    rest = len(places) - len(rows)
    return {
        "title": f"{title}: {len(places):,}",
        "heads": ["Row", "Before", "Now", "Points", "Why"],
        "rows": rows,
        "rest": f"{rest:,} more {'row is' if rest == 1 else 'rows are'} in the workbook." if rest else "",
    }


class _Documents:
    """Numbers the cited documents, each once, in the order in which the rules cite them."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._numbers: dict[str, int] = {}
        for row in evidence.part("sources").records():
            self._numbers.setdefault(str(row["source"]).partition("#")[0], len(self._numbers) + 1)

    def rules(self) -> list[Data]:
        """Give the rules in groups: those of the programme, then pool by pool."""
        found: list[Data] = []
        for (metric, part), rows in groupby(self._evidence.part("rules").records(), key=lambda row: (str(row["metric"]), str(row["part"]))):
            name = ", ".join(filter(None, (metric, part)))
            found.append({"name": name, "rows": [self._rule(row) for row in rows]})
        return found

    def _rule(self, row: dict[str, Cell]) -> list[str]:
        document, _, anchor = str(row["source"]).partition("#")
        standing = "" if row["standing"] == "official" else f"{row['standing']}: "
        note = f" ({standing}{str(row['note']).rstrip('.')})" if row["note"] else f" ({row['standing']})" if standing else ""
        words = str(row["words"])
        source = f"[{self._numbers[document]}] {anchor} {row['interpretations']}".strip()
        track = TRACK_NAMES.get(str(row["track"]), str(row["track"]))
        return [str(row["rule"]).capitalize(), track, f"{words}{note}", source]

    def sources(self) -> list[Data]:
        """Give the documents, with what is known of their dates."""
        seen: dict[str, dict[str, Cell]] = {}
        for row in self._evidence.part("sources").records():
            seen.setdefault(str(row["source"]).partition("#")[0], row)
        return [
            {
                "number": str(self._numbers[name]),
                "title": str(row["title"] or row["source"]),
                "details": " ".join(_details(name, row)),
                "address": str(row["address"]),
            }
            for name, row in seen.items()
        ]


def _details(name: str, row: dict[str, Cell]) -> Iterator[str]:
    if row["publisher"]:
        yield f"{row['publisher']}."
    if isinstance(row["dated"], dt.date):
        yield f"Dated {row['dated']}."
    if isinstance(row["read"], dt.date):
        yield f"Read {row['read']}."
    yield f"Cited as {name}."
    if row["note"]:
        yield str(row["note"])


def _grouped(rows: Iterable[dict[str, Cell]], column: str) -> list[tuple[str, list[dict[str, Cell]]]]:
    groups: dict[str, list[dict[str, Cell]]] = {}
    for row in rows:
        groups.setdefault(str(row[column]), []).append(row)
    return list(groups.items())


def _amount(cell: Cell) -> str:
    return number(Fraction(cell)).replace("-", MINUS) if isinstance(cell, Decimal) else DASH


def _text(cell: Cell) -> str:
    return DASH if cell is None else str(cell)


def _breakable(value: Data, keep: frozenset[str]) -> Data:
    """Let words that are too long for a column break, by spaces without width; what is under a name in `keep` stays as it is."""
    return {name: one if name in keep else _with_breaks(one) for name, one in value.items()}


def _with_breaks(value: object) -> object:
    return _each_text(value, lambda text: _LONG_WORD.sub(_broken, text))


def _each_text(value: object, changed: Callable[[str], str]) -> object:
    """Change every text of a layout, but for the names under which texts stand."""
    if isinstance(value, dict):
        return {name: _each_text(one, changed) for name, one in cast("Data", value).items()}
    if isinstance(value, list):
        return [_each_text(one, changed) for one in cast("list[object]", value)]
    return changed(value) if isinstance(value, str) else value


def _broken(found: re.Match[str]) -> str:
    text = found[0]
    return "\u200b".join(text[start : start + _EVERY] for start in range(0, len(text), _EVERY))
