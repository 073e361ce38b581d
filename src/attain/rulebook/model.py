"""The shape of a designation's file: editions, tracks, metrics, pools and steps, each figure a dated and cited leaf.

A metric is composed from a closed set of operators (`attain.engine.operators`); this module only names them. Nothing here computes a score.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from attain.rulebook.leaf import Cited, Entry, Exact, Strict

Table = Literal["azure_usage", "workload_usage", "workload_revenue"]
Entity = Literal["tenant", "tenant_workload", "service"]
Window = Literal["ttm", "month", "either_of_two_months", "from_association"]
Measure = Literal["acr", "paid_licenses", "active_users", "revenue", "consumption_value"]
MetricId = Literal["net_customer_adds", "intermediate_certifications", "advanced_certifications", "usage_growth", "deployments"]
Category = Literal["performance", "skilling", "customer_success"]


class Names(Strict):
    """Which services, workloads or offers a rule keeps: `all` of them, all but some (`all_but`), or listed `members` only."""

    all: Literal[True] | None = None
    all_but: tuple[str, ...] | None = None
    members: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Names:
        if sum(form is not None for form in (self.all, self.all_but, self.members)) != 1:
            message = "give exactly one of all, all_but and members"
            raise ValueError(message)
        return self


class Range(Strict):
    """A threshold or band on one number: `at_least` or `above` below it, `at_most` or `below` on top.

    `promoted` also lets in what is over the top now but was inside a year ago (I-4). For workload usage the number is the paid licenses of
    any one kept workload of the tenant; elsewhere it is the entity's measure.
    """

    at_least: Exact | None = None
    above: Exact | None = None
    at_most: Exact | None = None
    below: Exact | None = None
    promoted: bool = False


class Recognized(Strict):
    """The associations that make usage count, for all workloads of the pool or for the listed ones."""

    associations: tuple[str, ...]
    workloads: tuple[str, ...] | None = None


class Rate(Strict):
    """What one unit of a workload weighs: per active user, or per unit of capacity."""

    rate: Exact
    unit: Literal["active_user", "capacity"] = "active_user"


class BaseFloor(Strict):
    """The least total on one side of a percentage without which it earns nothing."""

    side: Literal["now", "then"]
    at_least: Exact


class Assign(Strict):
    """How a track is assigned: by the segments of the customer base (Azure), or by workloads with large revenue (Business Applications)."""

    kind: Literal["customer_segments", "workload_revenue"]
    recognized_by: tuple[Recognized, ...]
    offers: Names | None = None
    segments: tuple[str, ...] | None = None
    share: Range | None = None
    acr: Range | None = None
    workloads: Names | None = None
    revenue: Range | None = None
    workload_count: Range | None = None


class Tracks(Strict):
    """Which tracks a designation has and how the one that counts is chosen. The first named wins a tie (I-13)."""

    names: tuple[Literal["single", "enterprise", "smb"], ...]
    choose: Literal["single", "best", "assigned"]
    assign: Assign | None = None


class Edition(Cited):
    """A designation's rules from a day on. `start_established` is false where the day itself is an assumption."""

    id: str
    from_: dt.date = Field(alias="from")
    start_established: bool = True


class Pool(Strict):
    """One way of counting customers, usage or services. Pools of a metric add up, or the best counts, as the metric's `combine` says."""

    id: str
    name: str
    table: Table
    entity: Entity
    window: Window
    measure: Measure
    value: Literal["count", "sum"]
    compare: Literal["difference", "level", "percent"]
    unit: str
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None
    tracks: tuple[str, ...] | None = None
    services: tuple[Entry[Names], ...] | None = None
    offers: tuple[Entry[Names], ...] | None = None
    workloads: tuple[Entry[Names], ...] | None = None
    recognized_by: tuple[Entry[tuple[Recognized, ...]], ...]
    qualifies_if: tuple[Entry[Range], ...] | None = None
    active_share: tuple[Entry[Range], ...] | None = None
    already_deployed: tuple[Entry[Range], ...] | None = None
    rates: tuple[Entry[dict[str, Rate]], ...] | None = None
    base_floor: tuple[Entry[BaseFloor], ...] | None = None
    full_marks: tuple[Entry[Exact], ...]
    max_points: tuple[Entry[Exact], ...]


class Step(Strict):
    """One certification step: a gate (`people` needed, `points` once met) or the scoring step (`points_per_person`)."""

    id: str
    name: str
    certificates: tuple[Entry[tuple[str, ...]], ...]
    people: tuple[Entry[int], ...] | None = None
    points: tuple[Entry[Exact], ...] | None = None
    points_per_person: tuple[Entry[Exact], ...] | None = None
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None
    tracks: tuple[str, ...] | None = None


class Metric(Strict):
    """One of the metrics of a designation: pools of usage, or certification steps."""

    id: MetricId
    name: str
    category: Category
    max_points: tuple[Entry[Exact], ...]
    value_is: Literal["customers", "deployments", "people", "users", "percent", "mixed"]
    combine: Literal["sum", "best"] = "sum"
    pools: tuple[Pool, ...] = ()
    steps: tuple[Step, ...] = ()


class Designation(Strict):
    """A designation's whole file, over all its editions."""

    id: str
    name: str
    editions: tuple[Edition, ...]
    tracks: tuple[Entry[Tracks], ...]
    metrics: tuple[Metric, ...]
