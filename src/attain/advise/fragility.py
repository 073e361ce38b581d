"""What the loss of one person, one certificate or one customer would break, and how much each metric could lose."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import polars as pl

from attain.advise.applying import apply_changes
from attain.advise.changes import DropCustomer
from attain.advise.partner_facts import CERTIFICATIONS
from attain.explaining.states import UsagePart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from attain.advise.columns import Columns, Record
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import PartnerFacts
    from attain.advise.states import Standings
    from attain.explaining.states import MetricState
    from attain.scoring.exact import ExactScore, ExactScores

ZERO = Fraction(0)
MOST_CUSTOMERS = 50
"""So many customers are tried at most, those that add most to the metrics of the tracks that count; fewer of a very large partner."""
LossKind = Literal["person", "certificate", "customer"]


@dataclass(frozen=True)
class Effect:
    """What a loss does to one designation: the change of its total, metrics that fall to nothing, and whether it stops to qualify."""

    designation: str
    name: str
    points: Fraction
    emptied: tuple[str, ...]
    disqualifies: bool
    track_before: str
    track_after: str


@dataclass(frozen=True)
class Loss:
    """One loss, and the designations that it moves: `entity` is the person or tenant, `certification` the code where only one is lost."""

    kind: LossKind
    entity: str
    name: str
    certification: str
    effects: tuple[Effect, ...]

    @property
    def worst(self) -> tuple[int, int, Fraction]:
        """Give what losses are ranked by: designations lost, metrics emptied, points lost."""
        effects = self.effects
        return (
            sum(effect.disqualifies for effect in effects),
            sum(len(effect.emptied) for effect in effects),
            -sum((effect.points for effect in effects), ZERO),
        )


@dataclass(frozen=True)
class Margin:
    """How much one metric of the track that counts could lose.

    `spare` are points that it may lose before the designation no longer reaches the qualifying total, never more than it has; 0 where the
    designation does not. `surplus` are points beyond full marks, which its rows add up to and which would go first. `largest_share` is the
    part of the largest customer in what is counted now; None where nothing is, and for certificates.
    """

    designation: str
    metric: str
    name: str
    points: Fraction
    max_points: Fraction
    spare: Fraction
    surplus: Fraction
    entities: int
    largest: str
    largest_name: str
    largest_share: Fraction | None


@dataclass(frozen=True)
class Fragility:
    """Losses, worst first (those that change nothing are left out), and the margins of every metric. `tried` counts the losses by kind."""

    partner_id: str
    as_of: dt.date
    losses: tuple[Loss, ...]
    margins: tuple[Margin, ...]
    tried: dict[LossKind, int]
    customers: int
    """Customers that count in some metric; `tried` has fewer of them where there are many."""

    def matching(self, text: str, *, kind: str = "", breaks: str = "") -> tuple[Loss, ...]:
        """Give the losses of a kind whose person, customer or certificate has a text.

        `breaks` keeps those that lose a designation (`qualification`) or empty a metric (`metric`).
        """
        sought = text.casefold()
        return tuple(
            loss
            for loss in self.losses
            if sought in f"{loss.name} {loss.entity} {loss.certification}".casefold()
            and kind in {"", loss.kind}
            and (breaks != "qualification" or any(effect.disqualifies for effect in loss.effects))
            and (breaks != "metric" or any(effect.emptied for effect in loss.effects))
        )


def fragility(hypotheses: Hypotheses) -> Fragility:
    """Try every loss of a person, a certificate and a customer through the score, and measure the margins."""
    standings = hypotheses.standings
    adding = _adding(standings)
    customers = [tenant for tenant, _ in adding.most_common(hypotheses.affordable(MOST_CUSTOMERS))]
    candidates = [*_people(hypotheses), *_customers(hypotheses, customers)]
    scores = hypotheses.score_many([held for *_, held in candidates])
    losses = [
        Loss(kind, entity, name, certification, tuple(_effects(hypotheses.current, score)))
        for (kind, entity, name, certification, _), score in zip(candidates, scores, strict=True)
    ]
    telling = sorted(
        (loss for loss in losses if loss.effects), key=lambda loss: (*(-number for number in loss.worst), loss.name, loss.entity)
    )
    margins = [
        _margin(hypotheses, name, score, state, standings) for name, score in hypotheses.current.of.items() for state in standings.of(name)
    ]
    tried = Counter[LossKind](kind for kind, *_ in candidates)
    return Fragility(hypotheses.account, hypotheses.on, tuple(telling), tuple(margins), dict(tried), len(adding))


Candidate = tuple[LossKind, str, str, str, "PartnerFacts"]


def _people(hypotheses: Hypotheses) -> Iterator[Candidate]:
    """Take each person away, and each certificate of a person who holds several."""
    today = hypotheses.today
    frame = today.frames.get(CERTIFICATIONS)
    if frame is None:
        return
    active = frame.filter(pl.col("status") == "active", pl.col("person_id") != "")
    for (person,), rows in sorted(active.partition_by("person_id", as_dict=True).items()):
        name = next((str(one) for one in rows["person_name"] if one), "")
        without = frame.filter(pl.col("person_id") != person)
        yield "person", str(person), name, "", today.with_frames({CERTIFICATIONS: without})
        codes: list[int] = rows["certification"].unique().sort().to_list()
        for code in codes if len(codes) > 1 else ():
            without = frame.filter((pl.col("person_id") != person) | (pl.col("certification") != code))
            yield "certificate", str(person), name, today.names["certification"][code], today.with_frames({CERTIFICATIONS: without})


def _customers(hypotheses: Hypotheses, tenants: Iterable[str]) -> Iterator[Candidate]:
    names = hypotheses.customer_names
    for tenant in tenants:
        held = apply_changes(hypotheses, [DropCustomer(tenant=tenant)])
        yield "customer", tenant, names.get(tenant, ""), "", held


def _adding(standings: Standings) -> Counter[str]:
    """Weigh customers by the share that they have in what the metrics count now."""
    weight: Counter[str] = Counter()
    for state in standings.every():
        for part in state.parts:
            if isinstance(part, UsagePart) and part.pool.rules.pool.entity != "service" and part.now > 0:
                for key, verdict in part.verdicts.items():
                    weight[key[0]] += int(verdict.amounts[0] * 1_000_000 / part.now)
    return +weight


def _effects(before: ExactScores, after: ExactScores) -> Iterator[Effect]:
    for name, score in after.of.items():
        had, has = before.of[name].points[before.of[name].selected], score.points[score.selected]
        points = sum(has.values(), ZERO) - sum(had.values(), ZERO)
        emptied = tuple(metric for metric, one in had.items() if one > 0 and has.get(metric, ZERO) == 0)
        disqualifies = before.of[name].qualified and not score.qualified
        if points or emptied or disqualifies or score.selected != before.of[name].selected:
            title = score.plan.rules.designation.name
            yield Effect(name, title, points, emptied, disqualifies, before.of[name].selected, score.selected)


def _margin(hypotheses: Hypotheses, designation: str, score: ExactScore, state: MetricState, standings: Standings) -> Margin:
    points = score.points[score.selected]
    total = sum(points.values(), ZERO)
    qualifying = standings.plan.programme.qualifying_total
    metric = state.plan.rules.id
    spare = min(max(total - qualifying, ZERO), points[metric]) if score.qualified else ZERO
    parts = [part for part in state.parts if state.option in {None, part.id}]
    raw = sum((part.ladder.gated for part in parts), ZERO)
    amounts: Counter[str] = Counter()
    counted = 0
    shares: dict[str, Fraction] = {}
    now = ZERO
    for part in parts:
        if isinstance(part, UsagePart):
            now += part.now
            for key, verdict in part.verdicts.items():
                if verdict.amounts[0] > 0:
                    shares[key[0]] = shares.get(key[0], ZERO) + verdict.amounts[0]
                    amounts[key[0]] += 1
        else:
            counted += max((step.holders for step in part.steps if not step.step.rules.is_gate), default=0)
    is_service = any(isinstance(part, UsagePart) and part.pool.rules.pool.entity == "service" for part in parts)
    comparable = len({part.pool.rules.pool.unit for part in parts if isinstance(part, UsagePart)}) == 1 and not is_service and now > 0
    largest = max(shares, key=lambda tenant: (shares[tenant], tenant), default="") if comparable else ""
    return Margin(
        designation=designation,
        metric=metric,
        name=state.plan.rules.metric.name,
        points=points[metric],
        max_points=state.plan.rules.max_points,
        spare=spare,
        surplus=max(raw - points[metric], ZERO),
        entities=len(shares) or counted,
        largest=largest,
        largest_name=hypotheses.customer_names.get(largest, ""),
        largest_share=shares[largest] / now if largest else None,
    )


LOSS_COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "kind": "text",
    "entity": "text",
    "name": "text",
    "certification": "text",
    "designation": "text",
    "points": "amount",
    "emptied": "text",
    "disqualifies": "yes",
    "track_before": "text",
    "track_after": "text",
}
MARGIN_COLUMNS: Columns = {
    "partner_id": "text",
    "as_of": "day",
    "designation": "text",
    "metric": "text",
    "points": "amount",
    "max_points": "amount",
    "spare": "amount",
    "surplus": "amount",
    "entities": "count",
    "largest": "text",
    "largest_name": "text",
    "largest_share": "amount",
}


def loss_records(found: Fragility) -> list[Record]:
    """Give one row a loss and designation that it moves, with `LOSS_COLUMNS`."""
    return [
        {
            "partner_id": found.partner_id,
            "as_of": found.as_of,
            "kind": loss.kind,
            "entity": loss.entity,
            "name": loss.name,
            "certification": loss.certification,
            "designation": effect.designation,
            "points": effect.points,
            "emptied": "+".join(effect.emptied),
            "disqualifies": effect.disqualifies,
            "track_before": effect.track_before,
            "track_after": effect.track_after,
        }
        for loss in found.losses
        for effect in loss.effects
    ]


def margin_records(found: Fragility) -> list[Record]:
    """Give one row a designation and metric, with `MARGIN_COLUMNS`."""
    return [
        {
            "partner_id": found.partner_id,
            "as_of": found.as_of,
            **{name: getattr(margin, name) for name in MARGIN_COLUMNS if name not in {"partner_id", "as_of"}},
        }
        for margin in found.margins
    ]
