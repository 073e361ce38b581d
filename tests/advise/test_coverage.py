"""Coverage of associations, claims and seats: by hand for a small partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.advise import coverage as coverages
from attain.advise import seats as seating
from attain.advise.applying import apply_changes
from attain.advise.association_guide import GROUPS, association_guide, easiest
from attain.advise.claims import Claim, read_claims, write_claims
from attain.advise.coverage import COLUMNS, coverage, of_group, records
from attain.advise.hypothesis import Hypotheses
from attain.advise.scenario import read_changes
from attain.advise.seats import GOAL_COLUMNS, SEAT_COLUMNS, SeatUse, goal_records, seat_records, seat_use
from attain.errors import AttainError
from attain.facts.schema import ASSOCIATIONS
from attain.rulebook.load import load_book
from tests.advise.drawn import drawn_facts, hypotheses_of
from tests.advise.small import ACME, BIRCH, CEDAR, DAY, DUNE, LAST, PARTNER, month, small


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Hypotheses:
    return small(tmp_path_factory.mktemp("small"))


def test_what_is_not_recognized_and_what_it_would_add(partner: Hypotheses) -> None:
    """Birch's Intune has no association. Recognized, it makes up for Cedar: nothing gained but 20 protected users less Cedar's 30."""
    found = coverage(partner)
    (product,) = found.unrecognized
    assert (product.customer, product.name, product.associations, product.amount, product.seats) == ("Birch", "Intune", (), 20, 90)
    assert {lack.metric for lack in product.lacks} == {"net_customer_adds", "deployments", "usage_growth"}
    (one,) = found.unclaimed
    (proposal,) = one.proposals
    assert (proposal.association, proposal.eligible) == ("cpor", ("cpor", "csp1", "csp2"))
    assert proposal.setting.how.startswith("file a claim in Partner Center")
    held = apply_changes(partner, read_changes(["add_association tenant=Birch association=cpor workload=Intune"]))
    expected = {
        track: sum(points.values(), Fraction(0)) - sum(partner.current.of["security"].points[track].values(), Fraction(0))
        for track, points in partner.score(held).of["security"].points.items()
    }
    assert one.points.get("security", {}) == {track: gain for track, gain in expected.items() if gain}
    assert found.together == one.points
    assert found.shows_on == "2026-12-20"
    assert {row["product"] for row in records(found)} == {"sentinel", "key-vault", "intune"}
    assert all(set(row) == set(COLUMNS) for row in records(found))


def test_products_are_found_by_customer_tenant_name_and_association(partner: Hypotheses) -> None:
    found = coverage(partner)

    def kept(text: str = "", **asked: Any) -> set[str]:
        return {one.product for one in found.matching(text, **asked)}

    every = {one.product for one in found.products}
    assert kept() == every == {"sentinel", "key-vault", "intune"}
    assert kept("BIRCH") == kept(BIRCH) == kept("intun") == kept(lacks=True) == kept(association="none") == {"intune"}
    held = {group: kept(association=group) for group in GROUPS}
    for group, some in held.items():
        carries = {one.product for one in found.products if any(code.startswith(group) for code in one.associations)}
        assert some == carries, group
    assert set().union(*held.values()) == every - {"intune"}
    assert kept("no such") == set()


@pytest.mark.parametrize(
    ("group", "codes", "expected"),
    [
        ("cpor", ("cpor", "csp1"), ["cpor"]),
        ("csp1", ("cpor", "csp1"), ["csp1"]),
        ("csp2", ("csp1",), []),
        ("cpor", tuple(ASSOCIATIONS), [code for code in ASSOCIATIONS if code.startswith("cpor")]),
    ],
)
def test_a_claim_of_any_kind_is_one_of_cpor(group: str, codes: tuple[str, ...], expected: list[str]) -> None:
    assert of_group(group, codes) == expected


@pytest.mark.parametrize(("designation", "edition"), [("security", "2026-07"), ("infrastructure", "2026-07"), ("modern-work", "2026-08")])
def test_recognizing_everything_leaves_nothing_unrecognized(designation: str, edition: str, tmp_path: Path) -> None:
    facts, day = drawn_facts(designation, edition, 1, tmp_path)
    lacking = 0
    for hypotheses in hypotheses_of(facts, day, designation):
        found = coverage(hypotheses)
        texts = [
            f"add_association tenant={one.tenant_id} association={each.association} "
            f"{'service' if each.table == 'azure_usage' else 'workload'}='{each.product}'"
            for one in found.unclaimed
            for each in one.proposals
        ]
        lacking += len(texts)
        held = apply_changes(hypotheses, read_changes(texts))
        gains = {
            track: gain
            for track, points in hypotheses.score(held).of[designation].points.items()
            if (gain := sum(points.values(), Fraction(0)) - sum(hypotheses.current.of[designation].points[track].values(), Fraction(0)))
        }
        assert found.together.get(designation, {}) == gains
    assert lacking


def test_records_that_are_odd(tmp_path: Path) -> None:
    hypotheses = small(tmp_path)
    rows = [
        "partner_id,tenant_id,association,scope,started_on,ended_on,claim_id",
        f"101,{ACME},pal,,2025-01-01,,",
        f"{PARTNER},{ACME},pal,,2025-02-01,,",
        f"{PARTNER},{DUNE},pal,,2025-01-01,,",
        f"101,{BIRCH},cpor,Intune,2025-01-01,,C1",
        f"102,{BIRCH},cpor,Intune,2025-01-01,,C2",
        f"101,{CEDAR},cpor,,2025-01-01,,C3",
        f"101,{DUNE},dpor,,2025-01-01,2026-01-01,",
    ]
    (tmp_path / "associations.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    more = [f"{PARTNER},Small,reseller,global,", f"101,One,reseller,location,{PARTNER}", f"102,Two,reseller,location,{PARTNER}"]
    (tmp_path / "partners.csv").write_text("\n".join(["partner_id,name,kind,account,global_id", *more]) + "\n", encoding="utf-8")
    hypotheses = Hypotheses(hypotheses.book, attain.load(tmp_path), "101", DAY, designations=["security"])
    found = {(check.kind, check.tenant_id) for check in coverage(hypotheses).checks}
    assert found == {
        ("twin", ACME),
        ("global_id", DUNE),
        ("two_claims", BIRCH),
        ("not_on_usage", BIRCH),
        ("no_usage", CEDAR),
    }


def claim(**changes: Any) -> Claim:
    plain: dict[str, Any] = {
        "claim_id": "C1",
        "partner_id": PARTNER,
        "tenant_id": BIRCH,
        "association": "cpor",
        "workload": "Intune",
        "status": "approved",
        "submitted_on": date(2026, 1, 1),
        "decided_on": date(2026, 1, 20),
        "expires_on": date(2027, 1, 20),
        "evidence": ("partner_id", "tenant_id"),
        "note": "first, with a comma",
    }
    return replace(Claim(**plain), **changes)


def test_claims_are_kept_and_checked(partner: Hypotheses, tmp_path: Path) -> None:
    kept = (
        claim(),
        claim(claim_id="C2", expires_on=date(2026, 11, 1)),
        claim(claim_id="C3", status="submitted", decided_on=None, expires_on=None, tenant_id=CEDAR),
        claim(claim_id="C4", status="declined", evidence=(), note=""),
    )
    path = tmp_path / "claims.csv"
    write_claims(kept, path)
    assert read_claims(path) == kept
    found = coverage(partner, read_claims(path))
    assert found.claims == kept
    assert [(check.kind, check.words) for check in found.checks] == [
        ("claim_expires", "claim C1 expires on 2027-01-20: renew it before"),
        ("claim_not_seen", "claim C1 is approved, but no usage carries it"),
        ("claim_expired", "claim C2 expired on 2026-11-01: file it again"),
        ("evidence_missing", "claim C3 lacks solution_area, contacts, proof_of_execution"),
    ]


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (
            "claim_id,partner_id,tenant_id,association,state",
            "C1,1,{},cpor,draft",
            "row 1: there is no column 'state' (did you mean status?)",
        ),
        ("claim_id,partner_id,tenant_id,status", "C1,1,{},draft", "the column association is missing"),
        ("claim_id,partner_id,tenant_id,association,status", "C1,1,{},pal,draft", "column association: 'pal' is not a choice"),
        ("claim_id,partner_id,tenant_id,association,status", "C1,1,x,cpor,draft", "column tenant_id: 'x' is no GUID"),
        ("claim_id,partner_id,tenant_id,association,status", "C1,1,{},cpor,aproved", "did you mean approved?"),
        ("claim_id,partner_id,tenant_id,association,status", "C1,,{},cpor,draft", "row 2, column partner_id: the cell is empty"),
        (
            "claim_id,partner_id,tenant_id,association,status",
            "C1,1,{},cpor,draft\nC1,1,{},cpor,draft",
            "row 3: the claim 'C1' stands there twice",
        ),
        ("claim_id,partner_id,tenant_id,association,status", "C1,1,{},cpor,draft,more", "the row has 6 cells, the header 5"),
        (
            "claim_id,partner_id,tenant_id,association,status,expires_on",
            "C1,1,{},cpor,draft,1.2.2026",
            "column expires_on: '1.2.2026' is no date",
        ),
        ("claim_id,partner_id,tenant_id,association,status,evidence", "C1,1,{},cpor,draft,prof", "column evidence: 'prof' is not a choice"),
    ],
)
def test_a_register_that_is_wrong_says_where(header: str, row: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(f"{header}\n{row.replace('{}', BIRCH)}\n", encoding="utf-8")
    with pytest.raises(AttainError) as refused:
        read_claims(path)
    assert said in str(refused.value)


def test_the_guide_names_every_association_and_its_source() -> None:
    guide = association_guide()
    assert [entry.code for entry in guide.associations] == list(ASSOCIATIONS)
    assert {guide.source(entry).publisher.split(",")[0] for entry in (*guide.associations, *guide.evidence)} == {"Microsoft"}
    assert sorted(ASSOCIATIONS, key=lambda code: easiest([code])) == sorted(ASSOCIATIONS)
    assert easiest(["csp1", "csp2", "cpor"]) == "cpor"


def test_seats_bought_assigned_and_active(partner: Hypotheses) -> None:
    found = seat_use(partner)
    assert found.data_month == LAST
    (birch,) = found.seats
    assert (birch.bought, birch.assigned, birch.active, birch.unassigned, birch.unused, birch.share) == (90, 60, 20, 30, 40, Fraction(2, 9))
    assert found.goals == ()  # Birch is not recognized, so no share is asked of it


def test_customers_that_are_not_tried_are_counted(partner: Hypotheses, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (coverage(partner).lacking, len(coverage(partner).unclaimed)) == (1, 1)
    monkeypatch.setattr(coverages, "MOST_CUSTOMERS", 0)
    found = coverage(partner)
    assert (found.lacking, found.unclaimed) == (1, ())
    assert [row["missing"] for row in records(found) if row["product"] == "intune"] == ["cpor"]


def _seats(folder: Path, *rows: str) -> SeatUse:
    small(folder)
    head = "month,partner_id,tenant_id,workload,associations,paid_licenses,assigned_licenses,active_users,capacity"
    lines = [head, *(f"{month(0)},{PARTNER},00000000-0000-0000-0000-0000000000{row}," for row in rows)]
    (folder / "workload_usage.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return seat_use(Hypotheses(load_book(), attain.load(folder), PARTNER, DAY, designations=["security"]))


def test_seats_of_which_no_file_tells_who_has_them_are_not_said_to_be_nobodys(tmp_path: Path) -> None:
    found = _seats(tmp_path, "e1,Intune,cpor,100,,60", "f1,Teams,cpor,50,40,0", "f2,Teams,cpor,30,0,0")
    said = {one.tenant_id[-2:]: (one.assigned, one.unassigned, one.unused, one.idle) for one in found.seats}
    assert said == {"e1": (None, None, None, 40), "f1": (40, 10, 40, 50), "f2": (0, 30, 0, 30)}
    assert (found.counts, found.untold) == ((180, 40, 60), 1)
    assert len(found.matching("", idle=True)) == 3
    (only,) = _seats(tmp_path, "f2,Teams,cpor,30,,0").seats
    assert (only.assigned, only.unassigned, only.idle) == (None, None, 30)


def test_customers_short_of_a_share_that_are_not_tried_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _seats(tmp_path, "e1,Intune,cpor,100,100,0", "f1,Intune,cpor,50,50,50")
    assert (found.short, found.tried, [goal.more_users for goal in found.goals]) == (1, 1, [15])
    monkeypatch.setattr(seating, "MOST_CUSTOMERS", 0)
    found = _seats(tmp_path, "e1,Intune,cpor,100,100,0", "f1,Intune,cpor,50,50,50")
    assert (found.short, found.tried, found.goals) == (1, 0, ())


def test_what_the_active_share_would_give(tmp_path: Path) -> None:
    """Elm: 100 seats of Intune under CPOR, 9 active, of 15 needed: a deployment (20/6) and 6 users (6/50), with Cedar out of the way."""
    small(tmp_path)
    lines = ["month,partner_id,tenant_id,workload,associations,paid_licenses,assigned_licenses,active_users,capacity"]
    elm = "00000000-0000-0000-0000-0000000000e1"
    lines += [f"{month(ago)},{PARTNER},{elm},Intune,cpor,100,100,{9 if ago < 12 else 0}," for ago in range(13)]
    (tmp_path / "workload_usage.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    hypotheses = Hypotheses(load_book(), attain.load(tmp_path), PARTNER, DAY, designations=["security"])
    (goal,) = seat_use(hypotheses).goals
    assert (goal.tenant_id, goal.metric, goal.bought, goal.active, goal.more_users, goal.share_needed) == (
        elm,
        "deployments",
        100,
        9,
        6,
        "15%",
    )
    assert goal.points == {"security": Fraction(20, 6) + Fraction(6, 50) * 1}
    assert [set(row) for row in seat_records(seat_use(hypotheses))] == [set(SEAT_COLUMNS)]
    assert [set(row) for row in goal_records(seat_use(hypotheses))] == [set(GOAL_COLUMNS)]
