"""Which operators go together: windows, tables, measures, entities and conditions that make no sense side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.rulebook.model import Metric, Pool, Range, Step, Tracks


@dataclass(frozen=True)
class Misfit:
    """One thing that does not fit: the field to point at, what is wrong, what to do."""

    field: str
    message: str
    hint: str


@dataclass(frozen=True)
class _Fit:
    measures: tuple[str, ...]
    entities: tuple[str, ...]
    windows: tuple[str, ...]
    needs: tuple[str, ...]
    refuses: tuple[str, ...]


_TABLES = {
    "azure_usage": _Fit(
        measures=("acr",),
        entities=("tenant", "service"),
        windows=("ttm", "month", "either_of_two_months"),
        needs=("services", "offers"),
        refuses=("workloads", "active_share", "already_deployed", "rates"),
    ),
    "workload_usage": _Fit(
        measures=("paid_licenses", "active_users", "consumption_value"),
        entities=("tenant", "tenant_workload"),
        windows=("month", "from_association"),
        needs=("workloads",),
        refuses=("services", "offers"),
    ),
    "workload_revenue": _Fit(
        measures=("revenue",),
        entities=("tenant", "tenant_workload"),
        windows=("month",),
        needs=("workloads",),
        refuses=("services", "offers", "active_share", "already_deployed", "rates"),
    ),
}


def pool_misfits(pool: Pool) -> Iterator[Misfit]:
    """Find what does not fit in one pool."""
    fit = _TABLES[pool.table]
    choices = (("measure", pool.measure, fit.measures), ("entity", pool.entity, fit.entities), ("window", pool.window, fit.windows))
    for field, given, allowed in choices:
        if given not in allowed:
            yield Misfit(field, f"{field} {given} does not go with table {pool.table}", f"with it goes {' or '.join(allowed)}")
    for field in fit.needs:
        if getattr(pool, field) is None:
            yield Misfit("table", f"a pool of {pool.table} does not say which {field} it keeps", f"add {field}: all, all_but or members")
    for field in fit.refuses:
        if getattr(pool, field) is not None:
            yield Misfit(field, f"{field} does not go with table {pool.table}", "remove it, or change the table")
    yield from _comparison_misfits(pool)
    yield from _weight_misfits(pool)


def _comparison_misfits(pool: Pool) -> Iterator[Misfit]:
    if pool.compare == "percent" and pool.base_floor is None:
        yield Misfit("compare", "a percentage has no base_floor", "add base_floor: the least total that a percentage is taken of")
    if pool.compare != "percent" and pool.base_floor is not None:
        yield Misfit("base_floor", f"base_floor does not go with compare {pool.compare}", "remove it: only a percentage has a base")
    if pool.compare == "percent" and pool.value != "sum":
        yield Misfit("value", "a percentage is taken of a sum, not of a count", "write value: sum")
    if pool.value == "count" and pool.qualifies_if is None:
        yield Misfit("value", "a count does not say what is counted", "add qualifies_if")
    if pool.window == "either_of_two_months" and pool.value != "count":
        yield Misfit("window", "either_of_two_months does not go with value sum", "write value: count, or another window")
    of = (pool.entity, pool.measure, pool.value, pool.compare)
    if pool.window == "from_association" and of != ("tenant_workload", "active_users", "sum", "difference"):
        yield Misfit(
            "window",
            f"from_association does not go with {pool.value} and {pool.compare} of {pool.measure} per {pool.entity}",
            "it goes with sum and difference of active_users per tenant_workload",
        )
    if pool.compare == "level":
        for index, entry in enumerate(pool.qualifies_if or ()):
            ranges = [entry.value] if entry.by_track is None else list(entry.by_track.values())
            if any(range_ is not None and range_.promoted for range_ in ranges):
                yield Misfit(
                    f"qualifies_if.{index}", "promoted does not go with compare level", "remove promoted: a level has no year-ago side"
                )


def _weight_misfits(pool: Pool) -> Iterator[Misfit]:
    if pool.measure == "consumption_value" and pool.rates is None:
        yield Misfit("measure", "consumption_value has no rates", "add rates: what one unit of each workload weighs")
    if pool.measure != "consumption_value" and pool.rates is not None:
        yield Misfit("rates", f"rates do not go with measure {pool.measure}", "remove them, or write measure: consumption_value")
    if pool.already_deployed is not None and pool.active_share is None:
        yield Misfit("already_deployed", "already_deployed has no active_share to stand against", "add active_share, or remove it")


def range_misfits(range_: Range) -> Iterator[Misfit]:
    """Find what does not fit in one threshold or band."""
    if range_.at_least is not None and range_.above is not None:
        yield Misfit("above", "at_least and above are both given", "keep at_least (that number itself is inside) or above (it is not)")
    if range_.at_most is not None and range_.below is not None:
        yield Misfit("below", "at_most and below are both given", "keep at_most (that number itself is inside) or below (it is not)")
    lower = range_.at_least if range_.at_least is not None else range_.above
    upper = range_.at_most if range_.at_most is not None else range_.below
    if lower is not None and upper is not None:
        closed = range_.at_least is not None and range_.at_most is not None
        if upper < lower or (upper == lower and not closed):
            field = "at_most" if range_.at_most is not None else "below"
            yield Misfit(field, f"nothing lies between the lower bound {lower} and the upper bound {upper}", "exchange or correct them")
    if range_.promoted and upper is None:
        yield Misfit("promoted", "promoted needs an upper bound to be over", "add at_most or below, or remove promoted")


def tracks_misfits(tracks: Tracks) -> Iterator[Misfit]:
    """Find what does not fit in how a designation's track is chosen."""
    if tracks.choose == "single" and len(tracks.names) != 1:
        yield Misfit(
            "choose", f"choose single goes with one track, not with {', '.join(tracks.names) or 'none'}", "write choose: best or assigned"
        )
    if tracks.choose != "single" and len(tracks.names) < 2:
        yield Misfit("choose", f"choose {tracks.choose} needs two tracks", "name them, or write choose: single")
    if tracks.choose == "assigned" and tracks.assign is None:
        yield Misfit("choose", "choose assigned does not say how the track is assigned", "add assign")
    if tracks.choose != "assigned" and tracks.assign is not None:
        yield Misfit("assign", f"assign does not go with choose {tracks.choose}", "remove it, or write choose: assigned")
    if tracks.assign is None:
        return
    of_kind = {
        "customer_segments": ({"segments", "share", "offers"}, {"acr"}),
        "workload_revenue": ({"workloads", "revenue", "workload_count"}, set[str]()),
    }
    needed, allowed = of_kind[tracks.assign.kind]
    for field in ("offers", "segments", "share", "acr", "workloads", "revenue", "workload_count"):
        given = getattr(tracks.assign, field) is not None
        if field in needed and not given:
            yield Misfit("assign", f"assignment by {tracks.assign.kind} needs {field}", "add it")
        if given and field not in needed | allowed:
            yield Misfit(f"assign.{field}", f"{field} does not go with assignment by {tracks.assign.kind}", "remove it")


def step_misfits(step: Step) -> Iterator[Misfit]:
    """Find what does not fit in one certification step: it is a gate or it scores, not both."""
    if (step.people is None) == (step.points_per_person is None):
        given = "neither" if step.people is None else "both"
        yield Misfit(
            "id",
            f"a step has {given} of people and points_per_person",
            "a gate has people (and points once met), the scoring step points_per_person",
        )
    if step.points is not None and step.people is None:
        yield Misfit("points", "points are earned by a gate, and this step has no people", "add people, or write points_per_person")


def metric_misfits(metric: Metric) -> Iterator[Misfit]:
    """Find what does not fit in one metric."""
    parts = "steps" if metric.steps else "pools"
    if bool(metric.pools) == bool(metric.steps):
        given = "both pools and steps" if metric.pools else "neither pools nor steps"
        yield Misfit("id", f"a metric has {given}", "a metric of usage has pools, one of certificates has steps")
    elif (metric.value_is == "people") != bool(metric.steps):
        yield Misfit("value_is", f"value_is {metric.value_is} does not go with {parts}", "people goes with steps, the others with pools")
    elif (metric.category == "skilling") != bool(metric.steps):
        yield Misfit("category", f"category {metric.category} does not go with {parts}", "skilling goes with steps, the others with pools")
    percent = [pool.compare == "percent" for pool in metric.pools]
    if (metric.value_is == "percent" and not all(percent)) or (metric.value_is not in {"percent", "mixed"} and any(percent)):
        yield Misfit(
            "value_is",
            f"value_is {metric.value_is} does not go with compare {metric.pools[0].compare}",
            "percent goes with compare percent",
        )
