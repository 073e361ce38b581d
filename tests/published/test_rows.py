"""The rows of a panel: searched, filtered, sorted, paged, kept within bounds, and written to files that hold the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from attain.errors import AttainError
from attain.explaining import queries
from attain.explaining.pool_rows import Order
from attain.explaining.queries import metric_query
from attain.explaining.result import COLUMNS, ExplainedRow, Explanation
from attain.explaining.verdicts import Verdict
from attain.facts.kept import STATES
from attain.published.downloads import csv_pieces, xlsx_pieces
from attain.published.rows import FILTERS, SORTS, Asked, Behind, Panels, in_order, page, selected
from attain.report.files import write_explanation
from attain.scoring.options import Chosen
from attain.workspace import Workspace
from tests.published.conftest import DAY

CONTOSO = Behind("1000001", "security", "net_customer_adds", "smb", DAY)
ROW = ExplainedRow("azure", "", "t", "t", "Name", Fraction(0), Fraction(1), False, True, Fraction(1), Fraction(1, 3), "why")


def explained(*rows: ExplainedRow) -> Explanation:
    return Explanation("p", "security", "2026-07", "smb", "net_customer_adds", DAY, rows, ())


LOST = replace(ROW, entity="lost", counted_before=True, counted_after=False, change=Fraction(-1), name="Zebra")
NEAR = replace(ROW, entity="near", counted_after=False, change=Fraction(0), after=Fraction(590), near_miss=True, name="alpha")
UNSEEN = replace(ROW, entity="unseen", counted_after=False, change=Fraction(0), after=None, unrecognized=True, reason="no PAL association")
ALL = explained(ROW, LOST, NEAR, UNSEEN)


@pytest.mark.parametrize(("keep", "wanted"), [("counts", ROW), ("lost", LOST), ("near", NEAR), ("unrecognized", UNSEEN)])
def test_each_filter_keeps_its_rows(keep: str, wanted: ExplainedRow) -> None:
    assert selected(ALL, Asked(keep=keep)) == [wanted]
    assert page(ALL, Asked(keep=keep)).counts == {"all": 4, "counts": 1, "lost": 1, "near": 1, "unrecognized": 1}


@pytest.mark.parametrize(("search", "wanted"), [("ZEB", [LOST]), ("near", [NEAR]), (" pal ", [UNSEEN]), ("nothing", [])])
def test_search_looks_at_names_entities_and_reasons(search: str, wanted: list[ExplainedRow]) -> None:
    assert selected(ALL, Asked(search=search)) == wanted
    assert page(ALL, Asked(search=search)).counts["all"] == len(wanted)


def test_orders() -> None:
    assert [row.entity for row in selected(ALL, Asked(sort="change"))] == ["lost", "near", "unseen", "t"]
    assert next(row.entity for row in selected(ALL, Asked(sort="after"))) == "unseen", "empty below all"
    assert next(row.entity for row in selected(ALL, Asked(sort="after", descending=True))) == "near"
    assert next(row.name for row in selected(ALL, Asked(sort="name"))) == "alpha", "whatever the case"
    assert selected(ALL, Asked()) == list(ALL.rows)


def test_pools_and_pages() -> None:
    other = replace(ROW, pool="m365", entity="other")
    both = explained(ROW, other)
    assert selected(both, Asked(pool="m365")) == [other]
    pages = [page(explained(*[replace(ROW, entity=str(n)) for n in range(7)]), Asked(size=3, page=n)) for n in (1, 2, 3, 4)]
    assert [[row.entity for row in one.rows] for one in pages] == [["0", "1", "2"], ["3", "4", "5"], ["6"], []]
    assert {(one.count, one.pages) for one in pages} == {(7, 3)}


def test_unknown_filters_and_orders_name_the_nearest() -> None:
    with pytest.raises(AttainError, match="did you mean lost"):
        selected(ALL, Asked(keep="losts"))
    with pytest.raises(AttainError, match="did you mean change"):
        selected(ALL, Asked(sort="chang"))


def test_a_panel_shows_what_explain_says_and_keeps_it(workspace: Workspace) -> None:
    panels = Panels()
    found = panels.explanation(workspace, CONTOSO, version=1)
    assert found == workspace.explain(DAY, partner="1000001", designation="security", metric="net_customer_adds", track="smb")
    assert panels.explanation(workspace, CONTOSO, version=1) is found
    assert panels.explanation(workspace, CONTOSO, version=2) is not found, "a new publication is explained anew"


def test_what_is_kept_is_bounded(workspace: Workspace) -> None:
    rows = len(Panels().explanation(workspace, CONTOSO).rows)
    panels = Panels(kept_rows=2 * (rows + 1))
    for number in range(5):
        panels.explanation(workspace, CONTOSO, version=number)
    assert len(panels) == 2


def test_what_was_explained_of_former_facts_is_dropped_with_the_second_import_after_them(workspace: Workspace) -> None:
    panels = Panels()
    states = [replace(workspace, facts=replace(workspace.facts, digest=name)) for name in ("one", "two", "three")]
    for number, state in enumerate(states, start=1):
        for version in (1, 2):
            panels.explanation(state, CONTOSO, version=version)
        assert len(panels) == 2 * min(number, STATES)
    assert panels.kept(states[0], CONTOSO, 1, {}) is None
    assert panels.kept(states[1], CONTOSO, 1, {}) is not None, "requests under way still ask for it"


def test_filters_find_rows_of_real_explanations(workspace: Workspace, everyone: list[str]) -> None:
    """Each filter keeps something among the partners, near misses count for nothing now, and what is not recognized says so."""
    kept = dict.fromkeys(FILTERS, 0)
    for partner in everyone:
        for metric in ("net_customer_adds", "deployments", "usage_growth"):
            for track in ("enterprise", "smb"):
                found = Panels().explanation(workspace, Behind(partner, "security", metric, track, DAY))
                for name in FILTERS:
                    kept[name] += len(selected(found, Asked(keep=name)))
                for row in selected(found, Asked(keep="near")):
                    assert not row.counted_after
                    assert "short" in row.reason or "needed" in row.reason
    assert all(kept.values()), kept


def test_csv_is_the_file_that_explain_writes(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    found = Panels().explanation(workspace, CONTOSO)
    write_explanation(found, "csv", None)
    assert b"".join(csv_pieces(found.rows)).decode() == capsys.readouterr().out


def test_csv_comes_in_pieces() -> None:
    pieces = csv_pieces(replace(ROW, entity=str(number)) for number in range(2_000))
    first = next(pieces)
    assert first.count(b"\n") == 501
    assert first.count(b"\n") + sum(piece.count(b"\n") for piece in pieces) == 2_001


def test_no_cell_runs_as_a_formula() -> None:
    bad = replace(ROW, name="=HYPERLINK(1)", reason="+1", entity="@x", tenant_id="-a")
    _, cells = list(csv.reader(io.StringIO(b"".join(csv_pieces([bad])).decode())))
    by_name = dict(zip(COLUMNS, cells, strict=True))
    assert (by_name["name"], by_name["reason"], by_name["entity"], by_name["tenant_id"]) == ("'=HYPERLINK(1)", "'+1", "'@x", "'-a")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(xlsx_pieces([bad])))).get_sheet_by_index(0).to_python()
    assert "'=HYPERLINK(1)" in sheet[1]


def test_a_workbook_holds_numbers_and_every_row() -> None:
    rows = [replace(ROW, entity=str(number), points=Fraction(number, 4)) for number in range(30)]
    heading, *body = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(xlsx_pieces(rows)))).get_sheet_by_index(0).to_python()
    assert tuple(heading) == COLUMNS
    assert [row[COLUMNS.index("points")] for row in body] == [number / 4 for number in range(30)]
    assert body[0][COLUMNS.index("counted_after")] is True
    empty = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(xlsx_pieces([])))).get_sheet_by_index(0).to_python()
    assert [tuple(row) for row in empty] == [COLUMNS]


def test_day_is_part_of_the_question(workspace: Workspace) -> None:
    panels = Panels()
    now = panels.explanation(workspace, CONTOSO)
    then = panels.explanation(workspace, replace(CONTOSO, day=DAY - dt.timedelta(days=60)))
    assert now.as_of != then.as_of


def _usage(workspace: Workspace) -> list[tuple[str, str]]:
    """Name the metrics of usage, with their designations."""
    designations = workspace.book.designations.values()
    return [(one.id, metric.id) for one in designations for metric in one.metrics if not metric.steps]


@pytest.mark.parametrize("few", [0, 1])
def test_many_rows_of_usage_say_what_few_say(workspace: Workspace, everyone: list[str], monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Who has many is not read into memory whole, and gets the same rows in the same order."""
    asked = [(partner, *metric) for partner in everyone for metric in _usage(workspace)]

    def explained() -> list[Explanation]:
        return [
            workspace.explain(DAY, partner=partner, designation=designation, metric=metric, track="smb")
            for partner, designation, metric in asked
        ]

    whole = explained()
    monkeypatch.setattr(queries, "FEW_ROWS", few)
    assert explained() == whole


def test_rows_made_one_by_one_are_those_of_the_panel_in_its_order(workspace: Workspace, everyone: list[str]) -> None:
    """Of every metric and partner; the order is by pool, by what moved most, by what there is now, and by name."""
    seen = 0
    for designation, metric in _usage(workspace):
        for partner in everyone:
            for track in ("enterprise", "smb"):
                whole = workspace.explain(DAY, partner=partner, designation=designation, metric=metric, track=track)
                behind = workspace.rows_behind(DAY, partner=partner, designation=designation, metric=metric, track=track)
                count, rows = in_order(behind.pools(), Asked())
                assert list(rows) == list(whole.rows)
                assert count == len(whole.rows)
                places = {pool.id: place for place, pool in enumerate(whole.pools)}
                ordered = sorted(
                    whole.rows, key=lambda row: (places.get(row.pool or row.option, 0), -abs(row.change), -(row.after or 0), row.entity)
                )
                assert list(whole.rows) == ordered
                seen += count
    assert seen > 500


def test_rows_made_one_by_one_are_chosen_as_the_panel_chooses(workspace: Workspace) -> None:
    whole = workspace.explain(DAY, partner="1000001", designation="security", metric="net_customer_adds", track="smb")
    behind = workspace.rows_behind(DAY, partner="1000001", designation="security", metric="net_customer_adds", track="smb")
    name = next(row.name for row in whole.rows if row.name)
    for asked in (Asked(pool="azure"), Asked(pool="m365"), Asked(pool="x"), Asked(search=name), *(Asked(keep=keep) for keep in FILTERS)):
        assert list(in_order(behind.pools(), asked)[1]) == selected(whole, asked), asked
    with pytest.raises(AttainError, match="did you mean lost"):
        in_order(behind.pools(), Asked(keep="losts"))


def test_the_first_rows_are_there_before_the_last_are_put_in_words(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = workspace.rows_behind(DAY, partner="1000001", designation="security", metric="net_customer_adds", track="smb")
    words = Counter[str]()
    said = Verdict.reason

    def reason(verdict: Verdict) -> str:
        words["said"] += 1
        return said(verdict)

    monkeypatch.setattr(Verdict, "reason", reason)
    count, rows = in_order(behind.pools(), Asked())
    assert count > 3
    assert words["said"] == 0
    next(rows)
    assert words["said"] == 1


def test_a_metric_is_planned_once_for_all_partners(workspace: Workspace, everyone: list[str]) -> None:
    asked = (workspace.book, workspace.facts, DAY, "infrastructure", "enterprise", "net_customer_adds", Chosen())
    query = metric_query(*asked)
    for partner in everyone:
        workspace.explain(DAY, partner=partner, designation="infrastructure", metric="net_customer_adds", track="enterprise")
    assert metric_query(*asked) is query
    imported = replace(workspace.facts, digest="0" * 64)
    assert metric_query(workspace.book, imported, *asked[2:]) is query, "an import of the same months, names and masks changes no plan"
    names, masks, months = workspace.facts.names, workspace.facts.masks, workspace.facts.months
    others = (
        {"names": {**names, "service": (*names["service"], "New Service")}},
        {"masks": {**masks, "azure_usage": (*masks["azure_usage"], 1 << 20)}},
        {"months": {**months, "azure_usage": {basis: found[:-1] for basis, found in months["azure_usage"].items()}}},
    )
    for change in others:
        assert metric_query(workspace.book, replace(workspace.facts, **change), *asked[2:]) is not query, (
            f"others are planned anew: {change}"
        )


def test_only_the_months_of_the_metric_are_read(workspace: Workspace) -> None:
    query = metric_query(workspace.book, workspace.facts, DAY, "infrastructure", "enterprise", "net_customer_adds", Chosen())
    every = query.plan.months("azure_usage")
    assert every is not None
    assert query.pools.months("azure_usage") < every


SORTED = [Asked(sort=sort, descending=falls) for sort in ("", *SORTS) for falls in (False, True)]


@pytest.mark.parametrize("few", [10**6, 5])
def test_a_file_of_very_many_rows_holds_in_every_order_what_the_panel_holds(
    workspace: Workspace, everyone: list[str], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Customers are read some at a time and put aside on disk; what they are put together to is the same rows in the same order."""
    monkeypatch.setattr(queries, "LOT_ROWS", few)
    several = 0
    for place, (designation, metric) in enumerate(_usage(workspace)):
        partner, track = everyone[place % 4], ("smb", "enterprise")[place % 2]
        whole = workspace.explain(DAY, partner=partner, designation=designation, metric=metric, track=track)
        behind = workspace.rows_behind(DAY, partner=partner, designation=designation, metric=metric, track=track)
        for asked in SORTED[place % 4 :: 4]:
            runs = behind.pools(Order(asked.sort, asked.descending))
            several += len(runs) > len(behind.metric.pools)
            assert list(in_order(runs, asked)[1]) == selected(whole, asked), (partner, designation, metric, asked)
    assert (several > 10) == (few == 5)
