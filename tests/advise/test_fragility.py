"""What one loss breaks: by hand for a small partner, each loss against the score of facts without it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from attain.advise.fragility import LOSS_COLUMNS, MARGIN_COLUMNS, fragility, loss_records, margin_records
from attain.advise.hypothesis import Hypotheses, score_of_facts
from tests.advise.drawn import drawn_facts, hypotheses_of
from tests.advise.small import ACME, small


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Hypotheses:
    return small(tmp_path_factory.mktemp("small"))


def test_losses_of_the_small_partner(partner: Hypotheses) -> None:
    """Without Ada neither step is met: all 16 points of certificates go. Acme carries every point of customers but what Dune grew."""
    found = fragility(partner)
    losses = {(loss.kind, loss.entity, loss.certification): loss.effects for loss in found.losses}
    (ada,) = losses["person", "p1", ""]
    assert (ada.points, ada.emptied, ada.disqualifies) == (-16, ("intermediate_certifications",), False)
    (step,) = losses["certificate", "p1", "SC-200"]
    assert (step.points, step.emptied) == (-12, ())
    (ben,) = losses["person", "p2", ""]
    assert ben.points == -8
    (acme,) = losses["customer", ACME, ""]
    assert acme.points == -(4 + Fraction(1200, 750) + Fraction(20, 6))
    assert set(acme.emptied) == {"net_customer_adds", "usage_growth", "deployments"}
    assert found.losses[0].entity == ACME  # three metrics emptied
    assert found.tried == {"person": 2, "certificate": 2, "customer": 2}


def test_losses_are_found_by_kind_name_certificate_and_what_they_break(partner: Hypotheses) -> None:
    found = fragility(partner)

    def kept(text: str = "", **asked: str) -> list[tuple[str, str, str]]:
        return [(loss.kind, loss.entity, loss.certification) for loss in found.matching(text, **asked)]

    every = [(loss.kind, loss.entity, loss.certification) for loss in found.losses]
    assert kept() == every
    assert kept(kind="customer") == kept(ACME) == [("customer", ACME, "")] or len(kept(kind="customer")) > 1
    assert kept("sc-200") == [("certificate", "p1", "SC-200")]
    assert ("person", "p2", "") not in kept(breaks="metric")
    assert {("person", "p1", ""), ("customer", ACME, "")} <= set(kept(breaks="metric"))
    assert kept(breaks="qualification") == []  # it does not qualify now
    lost = replace(found.losses[0], effects=(replace(found.losses[0].effects[0], disqualifies=True),))
    assert replace(found, losses=(lost, *found.losses[1:])).matching("", breaks="qualification") == (lost,)


def test_margins_of_the_small_partner(partner: Hypotheses) -> None:
    margins = {margin.metric: margin for margin in fragility(partner).margins}
    assert margins["net_customer_adds"].points == 4
    assert margins["net_customer_adds"].spare == 0  # it does not qualify
    growth = margins["usage_growth"]
    assert (growth.largest_name, growth.largest_share) == ("", None)  # US dollars and users do not add up
    people = margins["intermediate_certifications"]
    assert (people.entities, people.largest_share) == (1, None)


@pytest.mark.parametrize(("designation", "edition"), [("security", "2026-07"), ("infrastructure", "2026-07"), ("modern-work", "2026-08")])
def test_every_loss_is_the_score_without(designation: str, edition: str, tmp_path: Path) -> None:
    facts, day = drawn_facts(designation, edition, 0, tmp_path)
    moved = 0
    for hypotheses in hypotheses_of(facts, day, designation):
        found = fragility(hypotheses)
        assert all(set(row) == set(LOSS_COLUMNS) for row in loss_records(found))
        assert all(set(row) == set(MARGIN_COLUMNS) for row in margin_records(found))
        before = hypotheses.current.of[designation]
        total = sum(before.points[before.selected].values(), Fraction(0))
        assert sum((margin.points for margin in found.margins), Fraction(0)) == total
        for loss in [one for one in found.losses if one.kind == "person"][:4]:
            frame = hypotheses.today.frames["certifications"]
            held = hypotheses.today.with_frames({"certifications": frame.filter(pl.col("person_id") != loss.entity)})
            after = score_of_facts(hypotheses, held).of[designation]
            (effect,) = loss.effects
            assert effect.points == sum(after.points[after.selected].values(), Fraction(0)) - total
            assert effect.disqualifies == (before.qualified and not after.qualified)
            moved += 1
    assert moved


def test_a_qualified_partner_has_points_to_spare(tmp_path: Path) -> None:
    for seed in range(6):
        facts, day = drawn_facts("infrastructure", "2026-07", seed, tmp_path / str(seed))
        for hypotheses in hypotheses_of(facts, day, "infrastructure"):
            score = hypotheses.current.of["infrastructure"]
            total = sum(score.points[score.selected].values(), Fraction(0))
            for margin in fragility(hypotheses).margins:
                most = max(total - 70, Fraction(0)) if score.qualified else Fraction(0)
                assert margin.spare == min(most, margin.points)
                assert margin.surplus >= 0
